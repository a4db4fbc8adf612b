/**
 * Series in, the stretch of each axis to show out, as [low, high].
 *
 * @typedef {[low: number, high: number]} Domain
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("./scale.js").Scale} Scale
 */
import { bandAt } from "../groups/band.js";
import { LINEAR, backward, forward } from "./scale.js";

/** How much of the extent is left free on each side. */
const X_MARGIN = 0.015;
const Y_MARGIN = 0.05;

/** Values further from the middle 90 % of all points than this many times its width are outliers. */
const FENCE = 1.5;

/** Extents narrower than this, relative to the values, are rounding noise and no shape to look at. */
const NOISE = 1e-12;

/** @type {Domain} */
const UNIT = [0, 1];

/**
 * All of x, with a little room so that first and last points are not on the frame.
 *
 * @param {readonly Series[]} lines
 * @param {Scale} [scale]    on a logarithmic one, of what is above 0
 * @returns {Domain}
 */
export function xDomain(lines, scale = LINEAR) {
  const least = scale.kind === "log" ? Number.MIN_VALUE : -Infinity;
  let [low, high] = [Infinity, -Infinity];
  for (const { xs } of lines) {
    for (let i = 0; i < xs.length; i++) {
      if (xs[i] < least) continue;
      if (xs[i] < low) low = xs[i];
      if (xs[i] > high) high = xs[i];
    }
  }
  if (low > high) return scale.kind === "log" ? [1, 10] : UNIT;
  if (low === high) return scale.kind === "log" ? [low / 2, low * 2] : [low - 1, high + 1];
  return stretched([low, high], X_MARGIN, scale);
}

/**
 * The y that fits what is drawn between the ends of x.
 *
 * @param {readonly Series[]} lines
 * @param {{ scale: Scale, ignoreOutliers: boolean, withRaw?: boolean, within: Domain }} options    `withRaw`: also the
 *     values behind smoothed lines have to fit
 * @returns {Domain}
 */
export function yDomain(lines, { scale, ignoreOutliers, withRaw = true, within }) {
  const values = finiteValues(lines, within, scale.kind === "log", withRaw);
  if (values.length === 0) return scale.kind === "log" ? [0.1, 1] : UNIT;
  const place = forward(scale);
  const shown = scale.kind === "linear" ? values : values.map(place);
  const extent = (ignoreOutliers && extentOf(shown.filter(isInside(lines, scale)))) || extentOf(shown);
  const [low, high] = padded(extent ?? UNIT, scale.kind !== "linear").map(backward(scale));
  return [low, high];
}

/** @param {readonly Series[]} lines @param {Domain} within @param {boolean} positiveOnly @param {boolean} withRaw */
function finiteValues(lines, [left, right], positiveOnly, withRaw) {
  let size = 0;
  for (const line of lines) size += line.shown * (line.band ? 4 : line.smoothed ? 2 : 1);
  const found = new Float64Array(size);
  let n = 0;
  for (const line of lines) {
    const { xs, values, smoothed } = line;
    for (let i = 0; i < xs.length; i++) {
      if (xs[i] < left || xs[i] > right) continue;
      if ((withRaw || !smoothed) && Number.isFinite(values[i]) && !(positiveOnly && values[i] <= 0)) found[n++] = values[i];
      if (smoothed && Number.isFinite(smoothed[i]) && !(positiveOnly && smoothed[i] <= 0)) found[n++] = smoothed[i];
      if (!line.band) continue;
      for (const end of bandAt(line, i)) if (Number.isFinite(end) && !(positiveOnly && end <= 0)) found[n++] = end;
    }
  }
  return found.subarray(0, n);
}

/** Null for no values. @param {Float64Array} values @returns {Domain | null} */
function extentOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return low > high ? null : [low, high];
}

/**
 * Whether a value lies inside Tukey's fences, set around the 5 % and 95 % quantiles instead of the quartiles: a spike
 * is left out, the steep beginning of a loss curve is not. The quantiles are those of all points, which the server
 * knows; those that came to be drawn are the extremes of many.
 *
 * @param {readonly Series[]} lines
 * @param {Scale} scale    values and fences are places on it
 * @returns {(value: number) => boolean}
 */
function isInside(lines, scale) {
  let [low, high] = [Infinity, -Infinity];
  for (const { robustY } of lines) {
    if (robustY === null) continue;
    low = Math.min(low, robustY[0]);
    high = Math.max(high, robustY[1]);
  }
  // A quantile of 0 and below is off a logarithmic axis: there is nothing to tell outliers by.
  [low, high] = [low, high].map(forward(scale));
  if (!Number.isFinite(high - low)) return () => true;
  const reach = FENCE * (high - low);
  return (value) => value >= low - reach && value <= high + reach;
}

/** @param {Domain} extent @param {boolean} inDecades @returns {Domain} */
function padded([low, high], inDecades) {
  if (high - low <= NOISE * Math.max(Math.abs(low), Math.abs(high))) {
    const around = inDecades ? 0.5 : Math.abs(low) / 2 || 1;
    return [low - around, high + around];
  }
  const margin = (high - low) * Y_MARGIN;
  return [low - margin, high + margin];
}

/**
 * The domain made narrower (factor < 1) or wider around a value that stays where it is on screen.
 *
 * @param {Domain} domain
 * @param {number} center
 * @param {number} factor
 * @param {Scale} [scale]
 * @returns {Domain}
 */
export function zoomed([low, high], center, factor, scale = LINEAR) {
  const place = forward(scale);
  const [a, b, c] = [place(low), place(high), place(center)];
  return fromPlaces([c - (c - a) * factor, c + (b - c) * factor], scale);
}

/**
 * The domain moved by a fraction of its own length.
 *
 * @param {Domain} domain
 * @param {number} fraction    0.5 moves on by half a screen, to higher values
 * @param {Scale} [scale]
 * @returns {Domain}
 */
export function moved([low, high], fraction, scale = LINEAR) {
  const [a, b] = [low, high].map(forward(scale));
  const by = (b - a) * fraction;
  return fromPlaces([a + by, b + by], scale);
}

/** @param {Domain} domain @param {number} margin    of its length, added on either side @param {Scale} scale @returns {Domain} */
function stretched([low, high], margin, scale) {
  const [a, b] = [low, high].map(forward(scale));
  const by = (b - a) * margin;
  return fromPlaces([a - by, b + by], scale);
}

/** @param {Domain} places @param {Scale} scale @returns {Domain} */
function fromPlaces([a, b], scale) {
  const value = backward(scale);
  return [value(a), value(b)];
}

/** float64 has no points left between the ends of a narrower domain. @param {Domain} domain */
export function isTooNarrow([low, high]) {
  return !(high - low > 1e-13 * Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE * 1e16));
}
