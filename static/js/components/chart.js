/** What a chart is to show in, the element it is drawn in out: gives a LineChart its size and its life. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { LineChart } from "../charts/line_chart.js";
import { across, along, beginning, largeStep, readOut, readOutView } from "../charts/reading.js";
import { html } from "../html.js";

/** How much closer a press of "+" looks. */
const KEY_ZOOM = 1.5;

/**
 * @param {{
 *   state: import("../charts/line_chart.js").ChartState,
 *   height: number,
 *   name: string,
 *   label: string,
 *   crosshair: import("@preact/signals-core").Signal<import("../charts/line_chart.js").Crosshair | null> | null,
 *   onZoom: import("../charts/line_chart.js").ChartCallbacks["onZoom"],
 *   onReset: () => void,
 *   onHover: import("../charts/line_chart.js").ChartCallbacks["onHover"],
 *   onMark: import("../charts/line_chart.js").ChartCallbacks["onMark"],
 * }} props    `name`: of the chart, `label`: what it shows, in words, `crosshair`: of all charts; null: each has its own
 */
export function Chart({ state, height, name, label, crosshair, onZoom, onReset, onHover, onMark }) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const chart = useRef(/** @type {LineChart | null} */ (null));
  const [said, setSaid] = useState("");
  const id = useId();
  const callbacks = useRef(/** @type {any} */ (null));
  /** Tells the other charts, and unsays only what it has said itself. @param {number | null} x */
  const onCrosshair = (x) => {
    if (crosshair === null) return;
    if (x !== null) crosshair.value = { source: id, axis: state.axis, x };
    else if (crosshair.peek()?.source === id) crosshair.value = null;
  };
  callbacks.current = { onZoom, onReset, onHover, onMark, onCrosshair };

  useLayoutEffect(() => {
    const target = /** @type {HTMLDivElement} */ (element.current);
    const created = new LineChart(target, { width: target.clientWidth, height }, state, {
      onZoom: (x, y) => callbacks.current?.onZoom(x, y),
      onReset: () => callbacks.current?.onReset(),
      onMark: (x, extend) => callbacks.current?.onMark(x, extend),
      onHover: (hover) => {
        callbacks.current?.onHover(hover);
        callbacks.current?.onCrosshair(created.at());
      },
    });
    chart.current = created;
    const sizes = new ResizeObserver(() => {
      if (target.clientWidth > 0) created.resize({ width: target.clientWidth, height: target.clientHeight });
    });
    sizes.observe(target);
    return () => {
      sizes.disconnect();
      created.destroy();
      callbacks.current?.onHover(null);
      callbacks.current?.onCrosshair(null);
    };
  }, []);

  useEffect(() => {
    if (crosshair === null) return undefined;
    const stop = crosshair.subscribe((now) => chart.current?.follow(now?.source === id ? null : now));
    return () => {
      stop();
      chart.current?.follow(null);
    };
  }, [crosshair, id]);

  const { lines, axis, xScale, yScale, xTitle, raw, mark, x, y, colors } = state;
  const first = useRef(true);
  // Before the next key or turn of the wheel, which starts from what is seen then.
  useLayoutEffect(() => {
    if (first.current) first.current = false;
    else chart.current?.update(state);
  }, [lines, axis, xScale, yScale, xTitle, raw, mark, colors, ...x, ...y]);

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
    if (!action || !chart.current) return;
    event.preventDefault();
    setSaid(action(chart.current, event.shiftKey));
  };
  const leave = () => {
    setSaid("");
    if (chart.current?.place) chart.current.read(null);
  };

  return html`
    <div
      class="chart-reader"
      role="application"
      aria-roledescription="chart"
      aria-label="${name}: arrow keys read its points, Enter marks one, plus and minus zoom, Home shows everything"
      tabindex="0"
      onKeyDown=${onKeyDown}
      onBlur=${leave}
    >
      <div class="chart" ref=${element} style=${{ height: `${height}px` }} role="img" aria-label=${label}></div>
      <p class="spoken" aria-live="polite">${said}</p>
    </div>
  `;
}

/**
 * What keys do with a chart, and what is said then.
 *
 * @type {Record<string, (chart: LineChart, shift: boolean) => string>}
 */
const KEYS = {
  ArrowLeft: (chart) => step(chart, -1),
  ArrowRight: (chart) => step(chart, 1),
  PageUp: (chart) => step(chart, chart.place ? -largeStep(chart.place.series, chart.state.x) : -1),
  PageDown: (chart) => step(chart, chart.place ? largeStep(chart.place.series, chart.state.x) : 1),
  ArrowUp: (chart) => read(chart, chart.place && across(chart.place, chart.series(), -1, chart.projection()), 1),
  ArrowDown: (chart) => read(chart, chart.place && across(chart.place, chart.series(), 1, chart.projection()), 1),
  "+": (chart) => readOutView(chart.zoomBy(1 / KEY_ZOOM), chart.state.axis),
  "=": (chart) => readOutView(chart.zoomBy(1 / KEY_ZOOM), chart.state.axis),
  "-": (chart) => readOutView(chart.zoomBy(KEY_ZOOM), chart.state.axis),
  Home: (chart) => {
    chart.callbacks.onReset();
    return "Everything is shown";
  },
  Enter: (chart, shift) => {
    if (!chart.place) return "No point is read";
    chart.callbacks.onMark(chart.place.series.xs[chart.place.index], shift);
    return shift ? "Marked up to here" : "Marked";
  },
  Escape: (chart) => {
    chart.read(null);
    return "";
  },
};

/** @param {LineChart} chart @param {number} by    points to the right */
function step(chart, by) {
  return read(chart, chart.place && along(chart.place, by), by);
}

/**
 * @param {LineChart} chart
 * @param {import("../charts/reading.js").Place | null} place    null where nothing has been read yet
 * @param {number} by    to the right reading begins with the first point, to the left with the last
 */
function read(chart, place, by) {
  const next = place ?? beginning(chart.series(), chart.state.x, by < 0);
  chart.read(next);
  const withTag = next !== null && chart.series().some(({ tag }) => tag !== next.series.tag);
  return next ? readOut(next, chart.state.axis, withTag) : "No points here";
}
