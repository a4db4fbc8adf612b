/**
 * The points at the pointer in, what is drawn above the chart for them out: the closest line in strong, dots on points.
 * A canvas of its own, so that moving the pointer never draws the lines anew.
 *
 * @typedef {import("./nearest.js").Hit} Hit
 */
import { LINE_WIDTH, drawHit, drawSeries, isJoined } from "./marks.js";

/** With more lines than this only the closest one gets a dot: more would be a column of dots. */
const DOTTED_LINES = 12;

export class HoverLayer {
  /** @param {HTMLElement} plot    the element of the plot, without its axes */
  constructor(plot) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "chart-overlay";
    this.isClear = true;
    plot.append(this.canvas);
  }

  /**
   * @param {import("./marks.js").Frame} frame    with left and top 0
   * @param {Pick<import("./line_chart.js").ChartState, "lines" | "axis" | "colors">} chart
   * @param {readonly Hit[]} hits
   * @param {Hit} closest    one of them
   */
  draw(frame, { lines, axis, colors }, hits, closest) {
    const ctx = this.clear(Math.round(frame.width), Math.round(frame.height));
    this.isClear = false;
    const colorOf = new Map(lines.map(({ series, color }) => [series, color]));
    const dash = lines.find(({ series }) => series === closest.series)?.dash;
    /** @param {Hit} hit */
    const style = (hit) => ({
      color: colorOf.get(hit.series) ?? colors.text,
      surface: colors.surface,
      strong: hit === closest,
    });
    if (lines.length > 1) {
      const strong = { color: style(closest).color, width: LINE_WIDTH * 1.8, dash, joined: isJoined(axis) };
      drawSeries(ctx, frame, closest.series, { ...strong, raw: "none" });
    }
    if (lines.length <= DOTTED_LINES) {
      for (const hit of hits) if (!hit.beside && hit !== closest) drawHit(ctx, frame, hit, style(hit));
    }
    drawHit(ctx, frame, closest, style(closest));
  }

  /**
   * A line where another chart has its crosshair, and dots on the points next to it.
   *
   * @param {import("./marks.js").Frame} frame
   * @param {{ lines: readonly import("./line_chart.js").Line[], colors: import("./line_chart.js").ChartColors }} chart
   * @param {number} x    in pixels
   * @param {readonly Hit[]} hits
   */
  drawLinked(frame, { lines, colors }, x, hits) {
    const ctx = this.clear(Math.round(frame.width), Math.round(frame.height));
    this.isClear = false;
    ctx.beginPath();
    ctx.setLineDash([4 * frame.pixelRatio, 4 * frame.pixelRatio]);
    ctx.strokeStyle = colors.text;
    ctx.lineWidth = frame.pixelRatio;
    ctx.moveTo(x, 0);
    ctx.lineTo(x, frame.height);
    ctx.stroke();
    ctx.setLineDash([]);
    if (lines.length > DOTTED_LINES) return;
    const colorOf = new Map(lines.map(({ series, color }) => [series, color]));
    for (const hit of hits) {
      const color = colorOf.get(hit.series) ?? colors.text;
      if (!hit.beside) drawHit(ctx, frame, hit, { color, surface: colors.surface, strong: false });
    }
  }

  /** Takes everything away, and adopts a new size. */
  clear(width = this.canvas.width, height = this.canvas.height) {
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    ctx.clearRect(0, 0, width, height);
    this.isClear = true;
    return ctx;
  }
}
