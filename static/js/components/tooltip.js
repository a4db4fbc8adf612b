/**
 * What the pointer is near to in, a table of it beside the pointer out.
 *
 * @typedef {object} Hover
 * @property {string} source    of the chart that has the pointer
 * @property {import("../charts/nearest.js").Hit[]} hits
 * @property {import("../charts/nearest.js").Hit} closest
 * @property {number} clientX
 * @property {number} clientY
 */
import { useLayoutEffect, useRef } from "preact/hooks";

import { orderHits } from "../charts/nearest.js";
import { placeBeside } from "../charts/placement.js";
import { formatCount, formatDuration, formatStep, formatValue, formatWallTime } from "../format.js";
import { html } from "../html.js";
import { titleOf } from "../state/annotations.js";

/**
 * @param {{
 *   hover: import("@preact/signals-core").ReadonlySignal<Hover | null>,
 *   settings: import("../state/session.js").Settings,
 *   colorOf: (run: string) => string,
 * }} props
 */
export function Tooltip({ hover, settings, colorOf }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const now = hover.value;
  useLayoutEffect(() => {
    if (!now || !box.current) return;
    const { left, top } = placeBeside({ x: now.clientX, y: now.clientY }, box.current.getBoundingClientRect(), {
      width: document.documentElement.clientWidth,
      height: innerHeight,
    });
    box.current.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  if (!now) return null;
  const rows = orderHits(now.hits, settings.tooltipOrder.value);
  const shown = rows.slice(0, settings.tooltipRows.value);
  // The one that is pointed at is always told, whatever the order.
  if (!shown.includes(now.closest)) shown[shown.length - 1] = now.closest;
  const smoothed = now.closest.series.smoothed !== null;
  const several = now.hits.some(({ series }) => series.tag !== now.closest.series.tag);
  const grouped = now.closest.series.band !== null;
  return html`
    <div class="tooltip" ref=${box} role="tooltip">
      <table>
        <thead>
          <tr>
            <th></th>
            <th>${grouped ? "Group" : "Run"}</th>
            ${several && html`<th>Tag</th>`}
            ${smoothed && html`<th class="number">Smoothed</th>`}
            <th class="number">Value</th>
            ${grouped && html`<th class="number">Band</th><th class="number">Runs</th>`}
            <th class="number">Step</th>
            ${!grouped && html`<th class="number">Time</th><th class="number">Relative</th>`}
          </tr>
        </thead>
        <tbody>
          ${shown.map((hit) => {
            const { run, tag } = hit.series;
            const strong = hit === now.closest;
            return html`<${Row} key=${`${run}\n${tag}`} hit=${hit} several=${several} strong=${strong} color=${colorOf(run)} />`;
          })}
        </tbody>
      </table>
      ${settings.mark.value === null && html`<p class="tooltip-more">Click to keep these values below all charts</p>`}
      ${rows.length > shown.length && html`<p class="tooltip-more">+${formatCount(rows.length - shown.length)} more</p>`}
    </div>
  `;
}

/**
 * @param {{ hit: import("../charts/nearest.js").Hit, several: boolean, strong: boolean, color: string }} props    `several`:
 *     there are lines of more than one tag
 */
function Row({ hit: { series, index, beside }, several, strong, color }) {
  const wallTime = series.wallTimes[index];
  return html`
    <tr class="${strong ? "tooltip-closest" : ""} ${beside ? "tooltip-beside" : ""}">
      <td><span class="swatch" style=${{ background: color }}></span></td>
      <td class="tooltip-run">${titleOf(series.run)}</td>
      ${several && html`<td class="tooltip-run">${series.tag}</td>`}
      ${series.smoothed && html`<td class="number">${formatValue(series.smoothed[index])}</td>`}
      <td class="number">${formatValue(series.values[index])}</td>
      ${
        series.band &&
        html`
        <td class="number">${bandText(series.band, index)}</td>
        <td class="number">${formatCount(series.band.n[index])}</td>
      `
      }
      <td class="number">${formatStep(series.steps[index])}</td>
      ${
        !series.band &&
        html`
        <td class="number">${formatWallTime(wallTime)}</td>
        <td class="number">${formatDuration(wallTime - series.firstWallTime)}</td>
      `
      }
    </tr>
  `;
}

/** @param {NonNullable<import("../series_block.js").Series["band"]>} band @param {number} index */
function bandText({ low, high, n }, index) {
  return n[index] > 1 ? `${formatValue(low[index])} to ${formatValue(high[index])}` : "–"; // one run does not spread
}
