/**
 * What a chart shows in, a figure for paper out: the same lines and axes in the colours for white ground, with what a
 * reader of the picture alone has to be told.
 *
 * @typedef {import("../charts/line_chart.js").ChartState} ChartState
 *
 * @typedef {object} Figure
 * @property {string} title
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {ChartState} state
 * @property {(series: import("../series_block.js").Series) => string} nameOf    of a line, in the legend
 */

import { portableName } from "../save_file.js";

const X_LABELS = { step: "Step", relative: "Seconds since the first point", wall: "Date and time", metric: "" };

/** Colours of everything but the lines, on white. */
const PAPER = { text: "#333333", grid: "#e6e6e6", axis: "#999999", surface: "#ffffff", accent: "#2f56c9" };

/**
 * @param {ChartState} state
 * @param {{ title: string, colorOf: (run: string) => string }} about    `colorOf`: on white ground
 * @returns {Figure}
 */
export function figureOf(state, { title, colorOf }) {
  const lines = state.lines.filter(({ series }) => series.shown > 0);
  const several = lines.some(({ series }) => series.tag !== lines[0].series.tag);
  return {
    title,
    xLabel: state.axis === "metric" ? state.xTitle : X_LABELS[state.axis],
    yLabel: title,
    state: { ...state, lines: lines.map((line) => ({ ...line, color: colorOf(line.series.run) })), colors: PAPER },
    nameOf: ({ run, tag }) => (several ? `${run} · ${tag}` : run),
  };
}

/** Of a file, without what tells its kind. @param {string} name */
export function fileName(name) {
  return portableName(name).slice(0, 100) || "chart";
}

/**
 * The points of a line that lie in the view, or next to it, so that lines reach its edges; a null between pieces.
 *
 * @param {import("../series_block.js").Series} series
 * @param {import("../charts/domain.js").Domain} view    of x
 * @param {boolean} joined    pieces are one line
 * @returns {({ x: number, y: number } | null)[]}
 */
export function pointsInView({ xs, values, smoothed, breaks }, [left, right], joined) {
  const ys = smoothed ?? values;
  const starts = new Set(joined ? [] : breaks);
  /** @type {({ x: number, y: number } | null)[]} */
  const points = [];
  let gap = false;
  for (let i = 0; i < xs.length; i++) {
    gap ||= starts.has(i);
    const near = Math.max(xs[i], xs[i + 1] ?? xs[i]) >= left && Math.min(xs[i], xs[i - 1] ?? xs[i]) <= right;
    if (!near) continue;
    if (gap && points.length > 0) points.push(null);
    gap = false;
    points.push({ x: xs[i], y: ys[i] });
  }
  return points;
}
