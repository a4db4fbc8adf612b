/**
 * A figure and a canvas in, the whole picture on it out: title, axes with their names, lines, legend. The canvas may be one
 * that writes SVG (svg_context.js): both kinds of picture are drawn by the same hand.
 *
 * @typedef {import("./figure.js").Figure} Figure
 */
import { xTicks, yTicks } from "../charts/axes.js";
import { SOLID } from "../charts/dashes.js";
import { LINE_WIDTH, drawSeries, isJoined, projection } from "../charts/marks.js";

const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
const SMALL = 12;
const LARGE = 15;

/** What a letter takes on average, as a part of the size of the type. */
const LETTER = 0.56;

/** More lines than this are counted in the legend, not named. */
const NAMED = 40;

/** Of the plot, in pixels of the picture. */
const PLOT_HEIGHT = 380;
const WIDTH = 760;
const LEGEND_LINE = 20;

/**
 * How large the picture is, and where its parts are.
 *
 * @param {Figure} figure
 */
export function layout(figure) {
  const { state } = figure;
  const ticks = yTicks(state.yScale)(state.y, Math.floor(PLOT_HEIGHT / 40));
  const longest = Math.max(3, ...ticks.map(({ label }) => label.length));
  const left = 40 + longest * SMALL * LETTER;
  const plot = { left, top: 44, width: WIDTH - left - 24, height: PLOT_HEIGHT };
  const legend = legendOf(figure, plot.width);
  const legendTop = plot.top + plot.height + (state.axis === "wall" ? 64 : 50);
  return { width: WIDTH, height: legendTop + legend.rows * LEGEND_LINE + 12, plot, legend, legendTop };
}

/**
 * @param {CanvasRenderingContext2D} ctx    of the size that `layout` says, times `pixelRatio`
 * @param {Figure} figure
 * @param {number} pixelRatio
 */
export function drawFigure(ctx, figure, pixelRatio) {
  const { width, height, plot, legend, legendTop } = layout(figure);
  const { state } = figure;
  const { colors } = state;
  const scaled = (/** @type {number} */ value) => value * pixelRatio;
  const frame = {
    ...{ left: scaled(plot.left), top: scaled(plot.top), width: scaled(plot.width), height: scaled(plot.height) },
    ...{ x: state.x, y: state.y, xScale: state.xScale, yScale: state.yScale, pixelRatio },
  };
  ctx.fillStyle = colors.surface;
  ctx.fillRect(0, 0, scaled(width), scaled(height));
  const write = writer(ctx, pixelRatio);
  write(figure.title, width / 2, 18, { size: LARGE, align: "center", color: colors.text, bold: true });
  drawAxes(ctx, figure, frame, write);

  ctx.save();
  ctx.beginPath();
  ctx.rect(frame.left, frame.top - 1, frame.width, frame.height + 2);
  ctx.clip();
  for (const { series, color, dash } of state.lines) {
    drawSeries(ctx, frame, series, { color, width: LINE_WIDTH, dash, raw: state.raw, joined: isJoined(state.axis) });
  }
  ctx.restore();

  legend.entries.forEach(({ name, color, dash }, index) => {
    const x = plot.left + (index % legend.columns) * legend.width;
    const y = legendTop + Math.floor(index / legend.columns) * LEGEND_LINE;
    ctx.beginPath();
    ctx.strokeStyle = color;
    ctx.lineWidth = scaled(2.5);
    ctx.lineCap = "butt";
    ctx.setLineDash(dash.pattern.map(scaled));
    ctx.moveTo(scaled(x - 8), scaled(y));
    ctx.lineTo(scaled(x + 16), scaled(y));
    ctx.stroke();
    ctx.setLineDash([]);
    write(name, x + 22, y, { size: SMALL, align: "left", color: colors.text });
  });
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Figure} figure
 * @param {import("../charts/marks.js").Frame} frame
 * @param {ReturnType<typeof writer>} write
 */
function drawAxes(ctx, { state, xLabel }, frame, write) {
  const { toX, toY } = projection(frame);
  const { pixelRatio } = frame;
  const { colors } = state;
  const [left, top, bottom] = [frame.left, frame.top, frame.top + frame.height].map((place) => place / pixelRatio);
  const line = (/** @type {number[]} */ [x0, y0, x1, y1], /** @type {string} */ color) => {
    ctx.beginPath();
    ctx.strokeStyle = color;
    ctx.lineWidth = pixelRatio;
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
  };
  for (const { at, label } of xTicks(state)(state.x, Math.floor(frame.width / pixelRatio / 90))) {
    const x = toX(at);
    line([x, frame.top, x, frame.top + frame.height], colors.grid);
    label.split("\n").forEach((part, row) => {
      write(part, x / pixelRatio, bottom + 14 + row * 14, { size: SMALL, align: "center", color: colors.text });
    });
  }
  for (const { at, label } of yTicks(state.yScale)(state.y, Math.floor(frame.height / pixelRatio / 40))) {
    const y = toY(at);
    line([frame.left, y, frame.left + frame.width, y], colors.grid);
    write(label, left - 8, y / pixelRatio, { size: SMALL, align: "right", color: colors.text });
  }
  line([frame.left, frame.top + frame.height, frame.left + frame.width, frame.top + frame.height], colors.axis);
  line([frame.left, frame.top, frame.left, frame.top + frame.height], colors.axis);
  const middle = left + frame.width / pixelRatio / 2;
  const under = bottom + (state.axis === "wall" ? 46 : 32);
  write(xLabel, middle, under, { size: SMALL, align: "center", color: colors.text });
  if (state.yScale.kind !== "linear") {
    write(state.yScale.kind, left, top - 10, { size: SMALL, align: "center", color: colors.text });
  }
}

/**
 * Text with its middle at a height, in pixels of the picture.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} pixelRatio
 */
function writer(ctx, pixelRatio) {
  /**
   * @param {string} text @param {number} x @param {number} y
   * @param {{ size: number, align: CanvasTextAlign, color: string, bold?: boolean }} look
   */
  return (text, x, y, { size, align, color, bold = false }) => {
    ctx.font = `${bold ? "600 " : ""}${size * pixelRatio}px ${FAMILY}`;
    ctx.fillStyle = color;
    ctx.textAlign = align;
    ctx.textBaseline = "middle";
    ctx.fillText(text, x * pixelRatio, y * pixelRatio);
  };
}

/** @param {Figure} figure @param {number} width    there is for it */
function legendOf({ state: { lines }, nameOf }, width) {
  const entries = lines.slice(0, NAMED).map(({ series, color, dash = SOLID }) => ({ name: shortened(nameOf(series)), color, dash }));
  if (lines.length > NAMED) entries.push({ name: `and ${lines.length - NAMED} more`, color: "#ffffff", dash: SOLID });
  const longest = Math.max(1, ...entries.map(({ name }) => name.length));
  const columns = Math.max(1, Math.floor(width / (38 + longest * SMALL * LETTER)));
  return { entries, columns, width: width / columns, rows: Math.ceil(entries.length / columns) };
}

/** @param {string} name */
function shortened(name) {
  return name.length <= 60 ? name : `${name.slice(0, 28)}…${name.slice(-30)}`;
}
