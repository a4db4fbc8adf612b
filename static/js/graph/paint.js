/**
 * The server's paints in, colours out. A paint is a key and the share of a node that has it; keys mean the same in every scope,
 * and further ones than there are colours begin again with the first.
 *
 * @typedef {readonly (readonly [key: number, share: number])[]} Paints
 *
 * @typedef {object} PaintKey    a line of the legend
 * @property {number | null} key     null: what has no colour
 * @property {string} label
 * @property {number} count
 * @property {number} [operations]   of each of the scopes that are built alike
 *
 * @typedef {{ color: string, from: number, to: number }} Stripe    `from` and `to`: parts of the width, from 0 to 1
 */
import { PALETTE } from "../colors.js";
import { counted, formatCount } from "../format.js";

/** A colour for style sheets, which suits light and dark surfaces. @param {number} key */
export function paintColor(key) {
  const { light, dark } = PALETTE[key % PALETTE.length];
  return `light-dark(${light}, ${dark})`;
}

/** The one colour of a node, if all of it has one. @param {Paints | undefined} paints @returns {string | null} */
export function wholeColor(paints) {
  return paints?.length === 1 && paints[0][1] === 1 ? paintColor(paints[0][0]) : null;
}

/** The colours of a node that has several, or that only a part of has one. @param {Paints | undefined} paints @returns {Stripe[]} */
export function stripesOf(paints) {
  if (!paints || wholeColor(paints) !== null) return [];
  let from = 0;
  return paints.map(([key, share]) => ({ color: paintColor(key), from, to: (from += share) }));
}

/** @param {PaintKey} key */
export function keyText({ label, count, operations }) {
  if (operations === undefined) return `${label}: ${counted(count, "operation")}`;
  return `${formatCount(count)} scopes built like ${label}, of ${counted(operations, "operation")} each`;
}
