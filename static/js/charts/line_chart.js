/**
 * Lines and a view in, a chart in an element out; what people do with the pointer comes back through callbacks. The one
 * module that knows uPlot: it has the axes, the grid, the scales and the pointer from there. Lines are drawn by
 * charts/marks.js, because each has its own x, may go back in x, and has gaps and marks.
 *
 * @typedef {import("./domain.js").Domain} Domain
 * @typedef {import("./nearest.js").Hit} Hit
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {{ series: Series, color: string }} Line
 *
 * @typedef {object} ChartColors
 * @property {string} text
 * @property {string} grid
 * @property {string} axis
 * @property {string} surface
 *
 * @typedef {object} ChartState
 * @property {readonly Line[]} lines       drawn in this order, the last on top
 * @property {import("../state/settings.js").XAxis} axis
 * @property {boolean} logY
 * @property {Domain} x
 * @property {Domain} y
 * @property {ChartColors} colors
 *
 * @typedef {object} ChartCallbacks
 * @property {(x: Domain, y: Domain | null) => void} onZoom     y is null when only x was chosen
 * @property {() => void} onReset
 * @property {(hover: { hits: Hit[], closest: Hit, clientX: number, clientY: number } | null) => void} onHover
 */
import uPlot from "uplot";

import { isTooNarrow, moved, zoomed } from "./domain.js";
import { HoverLayer } from "./hover_layer.js";
import { FAINT, LINE_WIDTH, drawSeries, projection } from "./marks.js";
import { closestHit, nearestPoint } from "./nearest.js";
import { durationTicks, linearTicks, logTicks, stepTicks, wallTicks } from "./ticks.js";

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** Room for a tick's label, in CSS pixels. */
const X_TICK_SPACE = 74;
const Y_TICK_SPACE = 27;

/** Drags flatter than this, in CSS pixels, choose x only. */
const FLAT_DRAG = 24;

const X_TICKS = { step: stepTicks, relative: durationTicks, wall: wallTicks };

/** Nothing for uPlot to draw: it needs a series to have scales. */
const NO_DATA = [[0], [0]];

export class LineChart {
  /**
   * @param {HTMLElement} element
   * @param {{ width: number, height: number }} size    CSS pixels, axes included
   * @param {ChartState} state
   * @param {ChartCallbacks} callbacks
   */
  constructor(element, size, state, callbacks) {
    this.element = element;
    this.size = size;
    this.state = state;
    this.callbacks = callbacks;
    /** @type {{ left: number, top: number } | null} */
    this.pointer = null;
    this.build();
  }

  build() {
    this.plot = new uPlot(this.options(), NO_DATA, this.element);
    this.layer = new HoverLayer(this.plot.over);
    this.plot.over.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.rescale();
  }

  /** @param {ChartState} state */
  update(state) {
    const rebuild = state.logY !== this.state.logY || state.axis !== this.state.axis;
    this.state = state;
    if (rebuild) {
      this.plot?.destroy();
      this.build();
    } else {
      this.rescale();
    }
    if (this.pointer) this.hover();
  }

  /** @param {{ width: number, height: number }} size */
  resize(size) {
    if (size.width === this.size.width && size.height === this.size.height) return;
    this.size = size;
    this.plot?.setSize(size);
  }

  destroy() {
    this.plot?.destroy();
    this.plot = undefined;
  }

  rescale() {
    const { plot, state } = this;
    plot?.batch(() => {
      plot.setScale("x", { min: state.x[0], max: state.x[1] });
      plot.setScale("y", { min: state.y[0], max: state.y[1] });
      plot.redraw(false, true);
    });
  }

  /** @returns {import("uplot").Options} */
  options() {
    const { axis, logY } = this.state;
    const lineColors = { grid: () => this.state.colors.grid, axis: () => this.state.colors.axis };
    const shared = {
      font: FONT,
      stroke: () => this.state.colors.text,
      grid: { stroke: lineColors.grid, width: 1 },
      ticks: { show: false },
    };
    /** @param {(domain: Domain, most: number) => import("./ticks.js").Tick[]} ticks @param {number} space */
    const ticked = (ticks, space) => {
      /** @type {import("./ticks.js").Tick[]} */
      let current = [];
      return {
        splits: (
          /** @type {uPlot} */ plot,
          /** @type {number} */ index,
          /** @type {number} */ low,
          /** @type {number} */ high,
        ) => {
          const pixels = (index === 0 ? plot.bbox.width : plot.bbox.height) / uPlot.pxRatio;
          current = ticks([low, high], Math.max(2, Math.floor(pixels / space)));
          return current.map((tick) => tick.at);
        },
        filter: (/** @type {uPlot} */ _, /** @type {number[]} */ splits) => splits,
        values: () => current.map((tick) => tick.label),
      };
    };
    return {
      ...this.size,
      pxAlign: 0,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => this.state.x },
        y: { auto: false, distr: logY ? 3 : 1, range: () => this.state.y },
      },
      series: [{}, { scale: "y", points: { show: false }, paths: () => null }],
      axes: [
        {
          ...shared,
          size: axis === "wall" ? 44 : 28,
          gap: 6,
          ...ticked(X_TICKS[axis], X_TICK_SPACE),
          border: { show: true, stroke: lineColors.axis, width: 1 },
        },
        {
          ...shared,
          size: (_, labels) => yAxisWidth(labels),
          gap: 6,
          ...ticked(logY ? logTicks : linearTicks, Y_TICK_SPACE),
        },
      ],
      cursor: {
        x: true,
        y: false,
        points: { show: false },
        drag: { x: true, y: true, uni: FLAT_DRAG, dist: 4, setScale: false },
        bind: {
          mousedown:
            (
              /** @type {uPlot} */ _plot,
              /** @type {HTMLElement} */ _target,
              /** @type {import("uplot").MouseListener} */ select,
            ) =>
            (/** @type {MouseEvent} */ event) => (event.shiftKey ? this.pan(event) : select(event)),
          dblclick: () => () => {
            this.callbacks.onReset();
            return null;
          },
        },
      },
      hooks: {
        draw: [() => this.draw()],
        setSelect: [() => this.onSelect()],
        setCursor: [(plot) => this.onCursor(plot.cursor.left ?? -1, plot.cursor.top ?? -1)],
        setSize: [() => this.hover()],
      },
    };
  }

  /** The plot on its canvas. @returns {import("./marks.js").Frame} */
  frame() {
    const { left, top, width, height } = /** @type {uPlot} */ (this.plot).bbox;
    const { x, y, logY } = this.state;
    return { left, top, width, height, x, y, logY, pixelRatio: uPlot.pxRatio };
  }

  draw() {
    const { plot } = this;
    if (!plot) return;
    const { ctx } = plot;
    const frame = this.frame();
    ctx.save();
    ctx.beginPath();
    // A little more than the plot, so that lines along its edges keep their whole width.
    ctx.rect(frame.left, frame.top - 2, frame.width, frame.height + 4);
    ctx.clip();
    for (const { series, color } of this.state.lines) {
      drawSeries(ctx, frame, series, { color, width: LINE_WIDTH, faint: FAINT });
    }
    ctx.restore();
  }

  /** @param {number} left @param {number} top */
  onCursor(left, top) {
    this.pointer = left < 0 ? null : { left, top };
    this.hover();
  }

  /** Shows what is at the pointer, and tells it. */
  hover() {
    const { plot, layer, pointer } = this;
    if (!plot || !layer) return;
    const frame = { ...this.frame(), left: 0, top: 0 };
    const hits = pointer ? this.hitsAt(pointer, frame) : [];
    const closest = closestHit(hits);
    if (pointer && closest) {
      layer.draw(frame, this.state, hits, closest);
      const { left, top } = plot.rect;
      this.callbacks.onHover({ hits, closest, clientX: left + pointer.left, clientY: top + pointer.top });
    } else if (!layer.isClear) {
      layer.clear();
      this.callbacks.onHover(null);
    }
  }

  /** @param {{ left: number, top: number }} pointer @param {import("./marks.js").Frame} frame @returns {Hit[]} */
  hitsAt(pointer, frame) {
    const at = { x: pointer.left * frame.pixelRatio, y: pointer.top * frame.pixelRatio };
    const xValue = frame.x[0] + (at.x / frame.width) * (frame.x[1] - frame.x[0]);
    const onCanvas = projection(frame);
    const hits = this.state.lines.map(({ series }) => nearestPoint(series, at, xValue, onCanvas));
    return hits.filter((hit) => hit !== null);
  }

  onSelect() {
    const { plot } = this;
    if (!plot) return;
    const { left, top, width, height } = plot.select;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (width < 3 && height < 3) return;
    const flat = height >= plot.bbox.height / uPlot.pxRatio - 1;
    const upright = width >= plot.bbox.width / uPlot.pxRatio - 1;
    /** @type {Domain} */
    const x = upright ? this.state.x : [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
    this.zoomTo(x, flat ? null : [plot.posToVal(top + height, "y"), plot.posToVal(top, "y")]);
  }

  /** Without Ctrl or Alt the wheel scrolls the page, as everywhere. @param {WheelEvent} event */
  onWheel(event) {
    const { plot, state } = this;
    if (!plot || !(event.ctrlKey || event.altKey || event.metaKey)) return;
    event.preventDefault();
    const { left, top } = plot.rect;
    const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300)));
    const x = zoomed(state.x, plot.posToVal(event.clientX - left, "x"), factor);
    this.zoomTo(x, zoomed(state.y, plot.posToVal(event.clientY - top, "y"), factor, state.logY));
  }

  /** Follows the pointer with the view until the button is released. @param {MouseEvent} start */
  pan(start) {
    const { plot, state } = this;
    if (!plot) return null;
    const { width, height } = plot.rect;
    /** @param {MouseEvent} event */
    const move = (event) => {
      const x = moved(state.x, (start.clientX - event.clientX) / width);
      this.zoomTo(x, moved(state.y, (event.clientY - start.clientY) / height, state.logY));
    };
    const stop = new AbortController();
    addEventListener("mousemove", move, { signal: stop.signal });
    addEventListener("mouseup", () => stop.abort(), { signal: stop.signal });
    return null;
  }

  /** @param {Domain} x @param {Domain | null} y */
  zoomTo(x, y) {
    if (!isTooNarrow(x) && !(y && isTooNarrow(y))) this.callbacks.onZoom(x, y);
  }
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
