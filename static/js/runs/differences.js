/**
 * A value, that of a baseline and what is best in, how they differ out.
 *
 * @typedef {object} Difference
 * @property {number} change
 * @property {number | null} percent    of the size of the baseline's value; null where that is 0
 * @property {"better" | "worse" | "same"} verdict
 */

/**
 * @param {import("./api.js").Value} value @param {import("./api.js").Value} base @param {"min" | "max"} goal
 * @returns {Difference | null} null where one of them is no finite number
 */
export function difference(value, base, goal) {
  if (typeof value !== "number" || typeof base !== "number") return null;
  const change = value - base;
  if (!Number.isFinite(change)) return null;
  const percent = base === 0 ? null : (100 * change) / Math.abs(base);
  const better = goal === "max" ? change > 0 : change < 0;
  return { change, percent, verdict: change === 0 ? "same" : better ? "better" : "worse" };
}

/** A name moved to the front of a list. @param {readonly string[]} names @param {string} name */
export function withFirst(names, name) {
  return [name, ...names.filter((other) => other !== name)];
}
