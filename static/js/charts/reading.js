/**
 * A point that is read with the keyboard in, the point that a key leads to out, and what to say about it.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("./domain.js").Domain} Domain
 * @typedef {import("./nearest.js").Projection} Projection
 * @typedef {{ series: Series, index: number }} Place
 */
import { formatDuration, formatStep, formatValue, formatWallTime } from "../format.js";
import { nearestPoint } from "./nearest.js";

/** So many presses of a key for large steps lead from one end of the view to the other. */
const LARGE_STEPS = 10;

/**
 * Where reading begins: the first or the last point in view of the first line that has any there.
 *
 * @param {readonly Series[]} lines
 * @param {Domain} view    of x
 * @param {boolean} atEnd
 * @returns {Place | null}
 */
export function beginning(lines, view, atEnd) {
  for (const series of lines) {
    const inside = (/** @type {number} */ x) => x >= view[0] && x <= view[1];
    const index = atEnd ? series.xs.findLastIndex(inside) : series.xs.findIndex(inside);
    if (index >= 0) return { series, index };
  }
  return null;
}

/**
 * Along the line, in the order in which it was written; its ends are not passed.
 *
 * @param {Place} place
 * @param {number} by    points; negative to the left
 * @returns {Place}
 */
export function along({ series, index }, by) {
  return { series, index: Math.min(series.xs.length - 1, Math.max(0, index + by)) };
}

/** How many points a large step passes. @param {Series} series @param {Domain} view    of x */
export function largeStep({ xs }, [left, right]) {
  let inside = 0;
  for (let i = 0; i < xs.length; i++) if (xs[i] >= left && xs[i] <= right) inside++;
  return Math.max(1, Math.round(inside / LARGE_STEPS));
}

/**
 * The line that is next above or below at the same x. Lines that have ended there, or not begun, are passed over.
 *
 * @param {Place} place
 * @param {readonly Series[]} lines
 * @param {-1 | 1} direction    -1 is up
 * @param {Projection} projection
 * @returns {Place} the same one at the topmost and the lowest line
 */
export function across(place, lines, direction, projection) {
  const x = place.series.xs[place.index];
  const pointer = { x: projection.toX(x), y: heightOf(place, projection) };
  const found = lines.flatMap((series) => {
    if (series === place.series) return [place];
    const hit = nearestPoint(series, pointer, x, projection);
    return hit && !hit.beside ? [{ series, index: hit.index }] : [];
  });
  // The sort is stable: lines at the same height come one after the other, in the order of the run list.
  found.sort((a, b) => heightOf(a, projection) - heightOf(b, projection));
  return found[found.indexOf(place) + direction] ?? place;
}

/**
 * The same point among lines that have come anew; the one nearest in x, if it is not among them.
 *
 * @param {Place} place
 * @param {readonly Series[]} lines
 * @returns {Place | null} null if its run is no longer drawn
 */
export function foundAgain(place, lines) {
  const series = lines.find(({ run, tag }) => run === place.series.run && tag === place.series.tag);
  if (series === undefined || series.xs.length === 0) return null;
  if (series === place.series) return place;
  const [step, wallTime] = [place.series.steps[place.index], place.series.wallTimes[place.index]];
  const same = series.steps.findIndex((each, index) => each === step && series.wallTimes[index] === wallTime);
  if (same >= 0) return { series, index: same };
  const x = place.series.xs[place.index];
  let index = 0;
  for (let i = 1; i < series.xs.length; i++) {
    if (Math.abs(series.xs[i] - x) < Math.abs(series.xs[index] - x)) index = i;
  }
  return { series, index };
}

/**
 * In words.
 *
 * @param {Place} place @param {import("../state/settings.js").XAxis} axis
 * @param {boolean} [withTag]    the chart has several
 */
export function readOut({ series, index }, axis, withTag = false) {
  const { run, tag, values, smoothed, steps, wallTimes, firstWallTime } = series;
  const value = formatValue(values[index]);
  const told = smoothed ? `smoothed ${formatValue(smoothed[index])}, value ${value},` : value;
  const time = {
    step: "",
    metric: "",
    relative: `, after ${formatDuration(wallTimes[index] - firstWallTime)}`,
    wall: `, ${formatWallTime(wallTimes[index])}`,
  }[axis];
  return `${run}${withTag ? `, ${tag}` : ""}: ${told} at step ${formatStep(steps[index])}${time}`;
}

/** A stretch of x in words; adding 0 makes a 0 of −0. @param {Domain} view @param {import("../state/settings.js").XAxis} axis */
export function readOutView([left, right], axis) {
  if (axis === "step") return `Steps ${formatStep(Math.ceil(left) + 0)} to ${formatStep(Math.floor(right) + 0)}`;
  const format = { relative: formatDuration, wall: formatWallTime, metric: formatValue }[axis];
  return `From ${format(left)} to ${format(right)}`;
}

/** Pixels from above; values that are no number lie below all others. @param {Place} place @param {Projection} projection */
function heightOf({ series, index }, projection) {
  const y = projection.toY((series.smoothed ?? series.values)[index]);
  return Number.isNaN(y) ? Number.MAX_VALUE : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, y));
}
