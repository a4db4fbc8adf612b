/**
 * Lines and a view in, a chart in an element out; what people do with the pointer comes back through callbacks. The one
 * module that knows uPlot: it has the axes, the grid, the scales and the pointer from there. Lines are drawn by
 * charts/marks.js, because each has its own x, may go back in x, and has gaps and marks.
 *
 * @typedef {import("./domain.js").Domain} Domain
 * @typedef {import("./nearest.js").Hit} Hit
 * @typedef {import("./scale.js").Scale} Scale
 * @typedef {import("./reading.js").Place} Place
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {{ series: Series, color: string, dash?: import("./dashes.js").Dash }} Line    a solid one, unless told
 *
 * @typedef {object} ChartColors
 * @property {string} text
 * @property {string} grid
 * @property {string} axis
 * @property {string} surface
 * @property {string} accent
 *
 * @typedef {object} ChartState
 * @property {readonly Line[]} lines       drawn in this order, the last on top
 * @property {import("../state/settings.js").XAxis} axis
 * @property {Scale} xScale
 * @property {Scale} yScale
 * @property {string} xTitle    of the x axis; "" for none
 * @property {import("../state/settings.js").RawLook} raw
 * @property {Domain} x
 * @property {Domain} y
 * @property {{ from: number, to: number | null } | null} mark    a place of x, or a stretch
 * @property {ChartColors} colors
 *
 * @typedef {{ source: string, axis: import("../state/settings.js").XAxis, x: number }} Crosshair    of the chart that has the pointer
 *
 * @typedef {object} ChartCallbacks
 * @property {(x: Domain, y: Domain | null) => void} onZoom     y is null when only x was chosen
 * @property {() => void} onReset
 * @property {(x: number, extend: boolean) => void} onMark    a point was clicked; `extend`: up to there from the last one
 * @property {(hover: { hits: Hit[], closest: Hit, clientX: number, clientY: number } | null) => void} onHover
 */
import uPlot from "uplot";

import { axesOf } from "./axes.js";
import { isTooNarrow, moved, zoomed } from "./domain.js";
import { HoverLayer } from "./hover_layer.js";
import { HAIRLINE, LINE_WIDTH, drawMark, drawSeries, isJoined, projection } from "./marks.js";
import { closestHit, nearestPoint } from "./nearest.js";
import { foundAgain } from "./reading.js";
import { backward, forward, sameScale } from "./scale.js";

/** Drags flatter than this, in CSS pixels, choose x only. */
const FLAT_DRAG = 24;

/** A pointer that moves further between press and release, in CSS pixels, drags. */
const CLICK_REACH = 4;

/** A second click within so many milliseconds makes the first one part of a double click. */
const SECOND_CLICK = 250;

/** More lines than this are drawn thin. */
const BOLD_LINES = 30;

/** With more lines than this, raw values behind them are left out. */
const RAW_LINES = 200;

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
    /**
     * The point that is read with the keyboard. The crosshair is on it, as if the pointer were there.
     *
     * @type {Place | null}
     */
    this.place = null;
    /** Where the button went down. @type {{ x: number, y: number } | null} */
    this.pressed = null;
    this.clicked = 0;
    /** Where another chart has the pointer. @type {number | null} */
    this.followed = null;
    this.build();
  }

  build() {
    this.plot = new uPlot(this.options(), NO_DATA, this.element);
    this.layer = new HoverLayer(this.plot.over);
    this.plot.over.addEventListener("mousedown", (event) => (this.pressed = { x: event.clientX, y: event.clientY }));
    this.plot.over.addEventListener("click", (event) => this.onClick(event));
    this.plot.over.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.rescale();
  }

  /** @param {ChartState} state */
  update(state) {
    const { place } = this;
    const old = this.state;
    const sameAxes = state.axis === old.axis && state.xTitle === old.xTitle;
    const sameScales = sameScale(state.xScale, old.xScale) && sameScale(state.yScale, old.yScale);
    this.state = state;
    if (!sameAxes || !sameScales) {
      this.plot?.destroy();
      this.build();
    } else {
      this.rescale();
    }
    if (place) this.read(foundAgain(place, this.series()));
    else if (this.pointer) this.hover();
  }

  /** @param {{ width: number, height: number }} size */
  resize(size) {
    if (size.width === this.size.width && size.height === this.size.height) return;
    this.size = size;
    this.plot?.setSize(size);
  }

  destroy() {
    clearTimeout(this.clicked);
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
    const { xScale, yScale } = this.state;
    return {
      ...this.size,
      pxAlign: 0,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, ...plotScale(xScale), range: () => this.state.x },
        y: { auto: false, ...plotScale(yScale), range: () => this.state.y },
      },
      series: [{}, { scale: "y", points: { show: false }, paths: () => null }],
      axes: axesOf(this.state, () => this.state.colors, () => uPlot.pxRatio),
      cursor: {
        x: true,
        y: false,
        points: { show: false },
        // Clicks are told from drags by onClick: here, those with Shift would pass for drags.
        drag: { x: true, y: true, uni: FLAT_DRAG, dist: 4, setScale: false, click: () => {} },
        bind: {
          mousedown:
            (
              /** @type {uPlot} */ _plot,
              /** @type {HTMLElement} */ _target,
              /** @type {import("uplot").MouseListener} */ select,
            ) =>
            (/** @type {MouseEvent} */ event) => (event.shiftKey ? this.pan(event) : select(event)),
          dblclick: () => () => {
            clearTimeout(this.clicked);
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
    const { x, y, xScale, yScale } = this.state;
    return { left, top, width, height, x, y, xScale, yScale, pixelRatio: uPlot.pxRatio };
  }

  draw() {
    const { plot } = this;
    if (!plot) return;
    const { ctx } = plot;
    const { axis, lines } = this.state;
    // Behind so many lines raw values would be a single blur.
    const raw = lines.length > RAW_LINES ? "none" : this.state.raw;
    const width = lines.length > BOLD_LINES ? HAIRLINE : LINE_WIDTH;
    const frame = this.frame();
    ctx.save();
    ctx.beginPath();
    // A little more than the plot, so that lines along its edges keep their whole width.
    ctx.rect(frame.left, frame.top - 2, frame.width, frame.height + 4);
    ctx.clip();
    if (this.state.mark) drawMark(ctx, frame, this.state.mark, this.state.colors.accent);
    for (const { series, color, dash } of this.state.lines) {
      drawSeries(ctx, frame, series, { color, width, dash, raw, joined: isJoined(axis), inPieces: true });
    }
    ctx.restore();
  }

  /** @param {number} left @param {number} top */
  onCursor(left, top) {
    // uPlot also tells of the crosshair when nobody moved it: after each change of a scale.
    if (this.pointer?.left !== left || this.pointer?.top !== top) this.place = null;
    this.pointer = left < 0 ? null : { left, top };
    this.hover();
  }

  /** The x under the pointer, or null. */
  at() {
    return this.pointer && this.plot ? this.plot.posToVal(this.pointer.left, "x") : null;
  }

  /** Shows where another chart has the pointer. @param {Crosshair | null} crosshair */
  follow(crosshair) {
    const x = crosshair?.axis === this.state.axis ? crosshair.x : null;
    if (x === this.followed) return;
    this.followed = x;
    if (!this.pointer) this.hover();
  }

  /** What is drawn, without its colours. */
  series() {
    return this.state.lines.map(({ series }) => series);
  }

  /** Puts the crosshair on a point, and moves the view along where the point is outside; null takes it away. @param {Place | null} place */
  read(place) {
    const { plot } = this;
    this.place = place;
    const [low, high] = this.state.x;
    const x = place ? place.series.xs[place.index] : low;
    if (x < low || x > high) this.zoomTo(centredOn(x, this.state), null);
    else if (plot) {
      this.pointer = place && this.positionOf(place);
      plot.setCursor(this.pointer ?? { left: -10, top: -10 });
    }
  }

  /** Of a point in the plot, or on its edge where the point is above or below. @param {Place} place */
  positionOf({ series, index }) {
    const { toX, toY } = this.projection();
    const height = /** @type {uPlot} */ (this.plot).rect.height;
    const top = toY((series.smoothed ?? series.values)[index]);
    return { left: toX(series.xs[index]), top: Number.isNaN(top) ? height : Math.min(height, Math.max(0, top)) };
  }

  /** Axis values to CSS pixels of the plot. */
  projection() {
    const { width, height, pixelRatio, ...frame } = this.frame();
    return projection({ ...frame, left: 0, top: 0, width: width / pixelRatio, height: height / pixelRatio, pixelRatio });
  }

  /** Zooms in x, around the point that is read. @param {number} factor    below 1: closer @returns {Domain} what is seen then */
  zoomBy(factor) {
    const { xScale } = this.state;
    const center = this.place ? this.place.series.xs[this.place.index] : middle(this.state.x, xScale);
    const x = zoomed(this.state.x, center, factor, xScale);
    this.zoomTo(x, null);
    return isTooNarrow(x) ? this.state.x : x;
  }

  /** Shows what is at the pointer, and tells it. */
  hover() {
    const { plot, layer, pointer } = this;
    if (!plot || !layer) return;
    const frame = { ...this.frame(), left: 0, top: 0 };
    if (!pointer && this.followed !== null) {
      this.drawFollowed(this.followed, frame);
      return;
    }
    const hits = pointer ? this.hitsAt(pointer, frame) : [];
    const closest = hits.find(({ series, index }) => series === this.place?.series && index === this.place.index) ?? closestHit(hits);
    if (pointer && closest) {
      layer.draw(frame, this.state, hits, closest);
      const { left, top } = plot.rect;
      this.callbacks.onHover({ hits, closest, clientX: left + pointer.left, clientY: top + pointer.top });
    } else if (!layer.isClear) {
      layer.clear();
      this.callbacks.onHover(null);
    }
  }

  /** @param {number} x @param {import("./marks.js").Frame} frame */
  drawFollowed(x, frame) {
    const { toX, toY } = projection(frame);
    const at = { x: toX(x), y: 0 };
    if (!(at.x >= 0 && at.x <= frame.width)) {
      this.layer?.clear();
      return;
    }
    const hits = this.series().map((series) => nearestPoint(series, at, x, { toX, toY }));
    this.layer?.drawLinked(frame, this.state, at.x, hits.filter((hit) => hit !== null));
  }

  /** @param {{ left: number, top: number }} pointer @param {import("./marks.js").Frame} frame @returns {Hit[]} */
  hitsAt(pointer, frame) {
    const at = { x: pointer.left * frame.pixelRatio, y: pointer.top * frame.pixelRatio };
    const xValue = /** @type {uPlot} */ (this.plot).posToVal(pointer.left, "x");
    const onCanvas = projection(frame);
    const hits = this.state.lines.map(({ series }) =>
      series === this.place?.series
        ? { ...this.place, dx: 0, dy: 0, beside: false }
        : nearestPoint(series, at, xValue, onCanvas),
    );
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

  /** Marks the point under the pointer, unless the click ends a drag or begins a double click. @param {MouseEvent} event */
  onClick(event) {
    clearTimeout(this.clicked);
    const { pressed, plot } = this;
    const dragged = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > CLICK_REACH;
    if (dragged || event.detail > 1 || !plot) return;
    // uPlot tells of the pointer a frame later.
    const at = { left: event.clientX - plot.rect.left, top: event.clientY - plot.rect.top };
    const closest = closestHit(this.hitsAt(at, { ...this.frame(), left: 0, top: 0 }));
    if (!closest) return;
    const x = closest.series.xs[closest.index];
    this.clicked = setTimeout(() => this.callbacks.onMark(x, event.shiftKey), SECOND_CLICK);
  }

  /** Without Ctrl or Alt the wheel scrolls the page, as everywhere. @param {WheelEvent} event */
  onWheel(event) {
    const { plot, state } = this;
    if (!plot || !(event.ctrlKey || event.altKey || event.metaKey)) return;
    event.preventDefault();
    const { left, top } = plot.rect;
    const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300)));
    const x = zoomed(state.x, plot.posToVal(event.clientX - left, "x"), factor, state.xScale);
    this.zoomTo(x, zoomed(state.y, plot.posToVal(event.clientY - top, "y"), factor, state.yScale));
  }

  /** Follows the pointer with the view until the button is released. @param {MouseEvent} start */
  pan(start) {
    const { plot, state } = this;
    if (!plot) return null;
    const { width, height } = plot.rect;
    /** @param {MouseEvent} event */
    const move = (event) => {
      const x = moved(state.x, (start.clientX - event.clientX) / width, state.xScale);
      this.zoomTo(x, moved(state.y, (event.clientY - start.clientY) / height, state.yScale));
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

/** A scale as uPlot wants it. @param {Scale} scale @returns {Pick<import("uplot").Scale, "distr" | "fwd" | "bwd">} */
function plotScale(scale) {
  return scale.kind === "linear" ? { distr: 1 } : { distr: 100, fwd: forward(scale), bwd: backward(scale) };
}

/** What lies in the middle on screen. @param {Domain} domain @param {Scale} scale */
function middle([low, high], scale) {
  const place = forward(scale);
  return backward(scale)((place(low) + place(high)) / 2);
}

/** The view moved so far that x lies in its middle. @param {number} x @param {ChartState} state */
function centredOn(x, { x: view, xScale }) {
  const [at, low, high] = [x, ...view].map(forward(xScale));
  return moved(view, (at - (low + high) / 2) / (high - low), xScale);
}
