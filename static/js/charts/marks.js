/**
 * Lines in axis values and a frame in pixels in, strokes on a canvas out. Knows nothing of where the canvas comes from.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("./dashes.js").Dash} Dash
 *
 * @typedef {object} Frame       the plot on the canvas, in its pixels, and what its edges mean on the axes
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {import("./domain.js").Domain} x
 * @property {import("./domain.js").Domain} y
 * @property {import("./scale.js").Scale} xScale
 * @property {import("./scale.js").Scale} yScale
 * @property {number} pixelRatio    canvas pixels to a CSS pixel
 */
import { drawBand } from "../groups/band.js";
import { drawRawBand } from "./band.js";
import { SOLID } from "./dashes.js";
import { forward } from "./scale.js";

/** Of a line, in CSS pixels. */
export const LINE_WIDTH = 1.6;

/** Of raw values behind smoothed ones, and of lines among many. Browsers draw lines of one pixel many times faster. */
export const HAIRLINE = 1;

/** The opacity of raw values behind smoothed ones. */
const FAINT = 0.25;

/** Points closer than this, on average and in canvas pixels, are joined without round corners, which nobody would see. */
const DENSE = 2;

/** Points of a piece. The cost of a path with very many corners grows faster than their number. */
const PIECE = 50;

/** Points this many CSS pixels apart, on average, are drawn as dots as well. */
const DOT_DISTANCE = 14;

/**
 * Steps and times go back where a run was started again, and a new piece of line begins; other metrics go up and down
 * on one line.
 *
 * @param {import("../state/settings.js").XAxis} axis
 */
export function isJoined(axis) {
  return axis === "metric";
}

/**
 * Axis values to canvas pixels. On a logarithmic axis values of 0 and below lie on the bottom edge.
 *
 * @param {Frame} frame
 * @returns {import("./nearest.js").Projection}
 */
export function projection({ left, top, width, height, x, y, xScale, yScale }) {
  const [xPlace, yPlace] = [forward(xScale), forward(yScale)];
  const [first, last] = x.map(xPlace);
  const [low, high] = y.map(yPlace);
  const scaleX = width / (last - first);
  const scaleY = height / (high - low);
  const bottom = top + height;
  const isLog = yScale.kind === "log";
  return {
    toX: (value) => left + (xPlace(value) - first) * scaleX,
    toY: (value) => (isLog && value <= 0 ? bottom : bottom - (yPlace(value) - low) * scaleY),
  };
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Frame} frame
 * @param {Series} original
 * @param {{
 *   color: string, width: number, dash?: Dash, joined?: boolean, inPieces?: boolean, raw: import("../state/settings.js").RawLook,
 * }} style    `width` in CSS pixels; `raw` is how raw values look behind smoothed ones; `joined`: the line goes on where x
 *     goes back; `inPieces`: the line may be drawn piece by piece, which is quicker
 */
export function drawSeries(ctx, frame, original, { color, width, dash = SOLID, raw, joined, inPieces }) {
  const series = joined ? { ...original, breaks: [] } : original;
  const { toX, toY } = projection(frame);
  const dense = series.shown > frame.width / DENSE;
  ctx.lineJoin = dense ? "bevel" : "round";
  ctx.lineCap = "round";
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  if (series.band) {
    drawBand(ctx, series, { toX, toY });
  } else if (series.smoothed && raw === "line") {
    ctx.globalAlpha = FAINT;
    ctx.lineWidth = HAIRLINE * frame.pixelRatio;
    strokeLine(ctx, series, series.values, toX, toY, Infinity);
    ctx.globalAlpha = 1;
  } else if (series.smoothed && raw === "band") {
    drawRawBand(ctx, frame, original, { toX, toY });
  }
  ctx.lineWidth = width * frame.pixelRatio;
  const drawn = series.smoothed ?? series.values;
  const isSolid = dash === SOLID;
  if (!isSolid) ctx.setLineDash(dash.pattern.map((length) => length * frame.pixelRatio));
  strokeLine(ctx, series, drawn, toX, toY, dense && inPieces && isSolid ? PIECE : Infinity);
  if (!isSolid) ctx.setLineDash([]);
  drawDots(ctx, frame, series, drawn, toX, toY, width);
  if (series.nonfinite > 0) drawNonfinite(ctx, frame, series, toX, toY);
}

/**
 * @param {CanvasRenderingContext2D} ctx @param {Series} series @param {import("../series_block.js").Numbers} ys
 * @param {(x: number) => number} toX @param {(y: number) => number} toY @param {number} piece    points of a path
 */
function strokeLine(ctx, { xs, breaks }, ys, toX, toY, piece) {
  ctx.beginPath();
  let nextBreak = 0;
  let open = false;
  let inPath = 0;
  for (let i = 0; i < xs.length; i++) {
    if (inPath++ >= piece && open) {
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(toX(xs[i - 1]), toY(ys[i - 1]));
      inPath = 0;
    }
    if (i === breaks[nextBreak]) {
      nextBreak++;
      open = false;
    }
    if (!Number.isFinite(ys[i])) {
      open = false;
    } else if (open) {
      ctx.lineTo(toX(xs[i]), toY(ys[i]));
    } else {
      ctx.moveTo(toX(xs[i]), toY(ys[i]));
      open = true;
    }
  }
  ctx.stroke();
}

/**
 * Points that no line reaches, and all points where they are far apart.
 *
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Series} series @param {import("../series_block.js").Numbers} ys
 * @param {(x: number) => number} toX @param {(y: number) => number} toY @param {number} width
 */
function drawDots(ctx, frame, { xs, breaks }, ys, toX, toY, width) {
  const sparse = inView(xs, frame.x) * DOT_DISTANCE * frame.pixelRatio < frame.width;
  const pieceStarts = new Set(breaks);
  const radius = (sparse ? width * 1.3 : width) * frame.pixelRatio;
  ctx.beginPath();
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) continue;
    const joinedBefore = i > 0 && !pieceStarts.has(i) && Number.isFinite(ys[i - 1]);
    const joinedAfter = i + 1 < xs.length && !pieceStarts.has(i + 1) && Number.isFinite(ys[i + 1]);
    const alone = !joinedBefore && !joinedAfter;
    if (!alone && !sparse) continue;
    const [x, y] = [toX(xs[i]), toY(ys[i])];
    const size = alone ? radius * 2 : radius;
    ctx.moveTo(x + size, y);
    ctx.arc(x, y, size, 0, 2 * Math.PI);
  }
  ctx.fill();
}

/** @param {Float64Array} xs @param {import("./domain.js").Domain} domain */
function inView(xs, [low, high]) {
  let count = 0;
  for (let i = 0; i < xs.length; i++) if (xs[i] >= low && xs[i] <= high) count++;
  return count;
}

/**
 * NaN: a triangle at the height of the last finite value. ±Infinity: a triangle on the edge it has left through.
 *
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Series} series
 * @param {(x: number) => number} toX @param {(y: number) => number} toY
 */
function drawNonfinite(ctx, frame, { xs, values }, toX, toY) {
  const size = 4.5 * frame.pixelRatio;
  const bottom = frame.top + frame.height;
  let level = toY(values.find(Number.isFinite) ?? NaN);
  if (!Number.isFinite(level)) level = frame.top + frame.height / 2;
  ctx.beginPath();
  for (let i = 0; i < xs.length; i++) {
    if (Number.isFinite(values[i])) {
      level = toY(values[i]);
      continue;
    }
    const x = toX(xs[i]);
    const y = values[i] === Infinity ? frame.top + size : values[i] === -Infinity ? bottom - size : level;
    const tip = values[i] === -Infinity ? size : -size;
    const inside = Math.min(bottom - size, Math.max(frame.top + size, y));
    ctx.moveTo(x, inside + tip);
    ctx.lineTo(x + size, inside - tip * 0.8);
    ctx.lineTo(x - size, inside - tip * 0.8);
    ctx.closePath();
  }
  ctx.fill();
}

/**
 * A marked place as a line, a marked stretch as an area between two.
 *
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame
 * @param {{ from: number, to: number | null }} mark    in axis values
 * @param {string} color
 */
export function drawMark(ctx, frame, { from, to }, color) {
  const { toX } = projection(frame);
  const bottom = frame.top + frame.height;
  ctx.fillStyle = color;
  ctx.strokeStyle = color;
  if (to !== null) {
    ctx.globalAlpha = 0.1;
    ctx.fillRect(toX(from), frame.top, toX(to) - toX(from), frame.height);
    ctx.globalAlpha = 1;
  }
  ctx.lineWidth = frame.pixelRatio;
  ctx.beginPath();
  for (const place of to === null ? [from] : [from, to]) {
    ctx.moveTo(toX(place), frame.top);
    ctx.lineTo(toX(place), bottom);
  }
  ctx.stroke();
}

/**
 * The point a row of the tooltip speaks of.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {Frame} frame
 * @param {import("./nearest.js").Hit} hit
 * @param {{ color: string, surface: string, strong: boolean }} style
 */
export function drawHit(ctx, frame, { series, index }, { color, surface, strong }) {
  const { toX, toY } = projection(frame);
  const x = toX(series.xs[index]);
  const y = toY((series.smoothed ?? series.values)[index]);
  if (!Number.isFinite(y)) return;
  ctx.beginPath();
  ctx.arc(x, y, (strong ? 4.5 : 3.5) * frame.pixelRatio, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
  ctx.strokeStyle = surface;
  ctx.lineWidth = 1.5 * frame.pixelRatio;
  ctx.stroke();
}
