/**
 * The kind of an axis in, the function out that turns its values into even distances, and its inverse.
 *
 * @typedef {{ kind: "linear" } | { kind: "log" } | { kind: "symlog", near: number }} Scale    `near`: below this size
 *     a symlog axis is about linear
 * @typedef {import("../series_block.js").Series} Series
 */

/** @type {Scale} */
export const LINEAR = Object.freeze({ kind: "linear" });

/** @type {Scale} */
export const LOG = Object.freeze({ kind: "log" });

/** Values so many times smaller than the largest lie in the linear middle of a symlog axis. */
const RANGE = 1000;

/**
 * Values to even distances. On a logarithmic axis 0 and what is below it lie infinitely far down.
 *
 * symlog is that of Webber, "A bi-symmetric log transformation for wide-range data" (2012): sign(v) log10(1 + |v| / near).
 *
 * @param {Scale} scale
 * @returns {(value: number) => number}
 */
export function forward(scale) {
  if (scale.kind === "log") return (value) => (value > 0 ? Math.log10(value) : Number.isNaN(value) ? NaN : -Infinity);
  if (scale.kind === "linear") return (value) => value;
  const { near } = scale;
  return (value) => Math.sign(value) * Math.log10(1 + Math.abs(value) / near);
}

/** The inverse of `forward`. @param {Scale} scale @returns {(place: number) => number} */
export function backward(scale) {
  if (scale.kind === "log") return (place) => 10 ** place;
  if (scale.kind === "linear") return (place) => place;
  const { near } = scale;
  return (place) => Math.sign(place) * near * (10 ** Math.abs(place) - 1);
}

/**
 * The logarithmic scale that has a place for all values: symlog where they change sign.
 *
 * @param {readonly Series[]} lines
 * @returns {Scale}
 */
export function logScaleFor(lines) {
  let [least, largest, negative] = [Infinity, 0, false];
  for (const { values, smoothed } of lines) {
    for (const ys of smoothed ? [values, smoothed] : [values]) {
      for (let i = 0; i < ys.length; i++) {
        if (ys[i] === 0 || !Number.isFinite(ys[i])) continue;
        negative ||= ys[i] < 0;
        const size = Math.abs(ys[i]);
        if (size < least) least = size;
        if (size > largest) largest = size;
      }
    }
  }
  if (!negative) return LOG;
  return { kind: "symlog", near: 10 ** Math.round(Math.log10(Math.max(least, largest / RANGE))) };
}

/** @param {Scale} a @param {Scale} b */
export function sameScale(a, b) {
  return a.kind === b.kind && (a.kind !== "symlog" || b.kind !== "symlog" || a.near === b.near);
}
