/** What a chart is to show in, the element it is drawn in out: gives a LineChart its size and its life. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { LineChart } from "../charts/line_chart.js";
import { html } from "../html.js";

/**
 * @param {{
 *   state: import("../charts/line_chart.js").ChartState,
 *   height: number,
 *   label: string,
 *   onZoom: import("../charts/line_chart.js").ChartCallbacks["onZoom"],
 *   onReset: () => void,
 *   onHover: import("../charts/line_chart.js").ChartCallbacks["onHover"],
 * }} props
 */
export function Chart({ state, height, label, onZoom, onReset, onHover }) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const chart = useRef(/** @type {LineChart | null} */ (null));
  const callbacks = useRef({ onZoom, onReset, onHover });
  callbacks.current = { onZoom, onReset, onHover };

  useLayoutEffect(() => {
    const target = /** @type {HTMLDivElement} */ (element.current);
    const created = new LineChart(target, { width: target.clientWidth, height }, state, {
      onZoom: (x, y) => callbacks.current?.onZoom(x, y),
      onReset: () => callbacks.current?.onReset(),
      onHover: (hover) => callbacks.current?.onHover(hover),
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
    };
  }, []);

  const { lines, axis, logY, x, y, colors } = state;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else chart.current?.update(state);
  }, [lines, axis, logY, colors, ...x, ...y]);

  const style = { height: `${height}px` };
  return html`<div class="chart" ref=${element} style=${style} role="img" aria-label=${label}></div>`;
}
