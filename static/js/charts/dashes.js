/**
 * The number of a tag within a chart in, how its lines are dashed out: on a canvas, in LaTeX and in Plotly. Runs differ by
 * colour, tags by dash.
 *
 * @typedef {{ pattern: readonly number[], tex: string, plotly: string }} Dash    `pattern`: CSS pixels on and off
 */

/** @type {readonly Dash[]} */
const DASHES = [
  { pattern: [], tex: "solid", plotly: "solid" },
  { pattern: [7, 4], tex: "dashed", plotly: "dash" },
  { pattern: [2, 3], tex: "dotted", plotly: "dot" },
  { pattern: [9, 3, 2, 3], tex: "dashdotted", plotly: "dashdot" },
];

export const SOLID = DASHES[0];

/** @param {number} tag @returns {Dash} */
export function dashOf(tag) {
  return DASHES[tag % DASHES.length];
}
