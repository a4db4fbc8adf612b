/**
 * What a chart shows in, its two axes out, as uPlot wants them: where their ticks are, and what stands beside them.
 *
 * @typedef {(domain: import("./domain.js").Domain, most: number) => import("./ticks.js").Tick[]} Ticks
 */
import {
  durationTicks,
  linearTicks,
  logDurationTicks,
  logTicks,
  stepTicks,
  symlogTicks,
  wallTicks,
} from "./ticks.js";

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** Room for a tick's label, in CSS pixels. */
const X_TICK_SPACE = 74;
const Y_TICK_SPACE = 27;

const X_TICKS = { step: stepTicks, relative: durationTicks, wall: wallTicks, metric: linearTicks };
const LOG_X_TICKS = { step: logTicks, relative: logDurationTicks, wall: wallTicks, metric: logTicks };

/**
 * @param {Pick<import("./line_chart.js").ChartState, "axis" | "xScale" | "yScale" | "xTitle">} kind    of the axes
 * @param {() => import("./line_chart.js").ChartColors} colors    at the time of drawing
 * @param {() => number} pixelRatio    canvas pixels to a CSS pixel
 * @returns {import("uplot").Axis[]} x and y
 */
export function axesOf({ axis, xScale, yScale, xTitle }, colors, pixelRatio) {
  const shared = {
    font: FONT,
    stroke: () => colors().text,
    grid: { stroke: () => colors().grid, width: 1 },
    ticks: { show: false },
    gap: 6,
  };
  return [
    {
      ...shared,
      size: axis === "wall" ? 44 : 28,
      ...ticked(xTicks({ axis, xScale }), X_TICK_SPACE, pixelRatio),
      ...(xTitle && { label: xTitle, labelSize: 18, labelGap: 2, labelFont: FONT }),
      border: { show: true, stroke: () => colors().axis, width: 1 },
    },
    {
      ...shared,
      size: (_, labels) => yAxisWidth(labels),
      ...ticked(yTicks(yScale), Y_TICK_SPACE, pixelRatio),
    },
  ];
}

/** @param {Pick<import("./line_chart.js").ChartState, "axis" | "xScale">} kind @returns {Ticks} */
export function xTicks({ axis, xScale }) {
  return (xScale.kind === "log" ? LOG_X_TICKS : X_TICKS)[axis];
}

/** @param {import("./scale.js").Scale} scale @returns {Ticks} */
export function yTicks(scale) {
  if (scale.kind === "linear") return linearTicks;
  return scale.kind === "log" ? logTicks : (domain, most) => symlogTicks(domain, most, scale.near);
}

/**
 * @param {Ticks} ticks
 * @param {number} space    least distance of two ticks, in CSS pixels
 * @param {() => number} pixelRatio
 * @returns {Pick<import("uplot").Axis, "splits" | "filter" | "values">}
 */
function ticked(ticks, space, pixelRatio) {
  /** @type {import("./ticks.js").Tick[]} */
  let current = [];
  return {
    splits: (plot, index, low, high) => {
      const pixels = (index === 0 ? plot.bbox.width : plot.bbox.height) / pixelRatio();
      current = ticks([low, high], Math.max(2, Math.floor(pixels / space)));
      return current.map((tick) => tick.at);
    },
    filter: (_, splits) => splits,
    values: () => current.map((tick) => tick.label),
  };
}

/**
 * Enough for the longest label, and the same for most charts, so that plots in a column line up.
 *
 * @param {string[] | null} labels
 */
function yAxisWidth(labels) {
  const longest = Math.max(0, ...(labels ?? []).map((label) => label.length));
  return Math.max(46, 14 + longest * 6.5);
}
