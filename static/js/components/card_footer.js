/** The lines of a card in, what is to be said about their points out. */
import { counted, formatCount, formatExactly, formatStep, formatValue } from "../format.js";
import { html } from "../html.js";
import { WarningIcon } from "./icons.js";

/**
 * @param {{
 *   lines: readonly import("../charts/line_chart.js").Line[], zoomed: boolean, axis: import("./card_view.js").Axis,
 *   error: string | null,
 *   settings: import("../state/session.js").Settings,
 * }} props
 */
export function Footer({ lines, zoomed, axis, error, settings }) {
  const series = lines.map((line) => line.series);
  const count = series.reduce((sum, one) => sum + one.count, 0);
  const inRange = series.reduce((sum, one) => sum + one.inRange, 0);
  const nonfinite = series.reduce((sum, one) => sum + one.nonfinite, 0);
  const superseded = series.reduce((sum, one) => sum + one.superseded, 0);
  const unplaced = series.reduce((sum, one) => sum + one.unplaced, 0);
  const last = series.length === 1 ? series[0].last : null;
  const all = counted(count, "point");
  const points = count === 0 ? "" : zoomed ? `${formatCount(inRange)} of ${all}` : `${all}, all kept`;
  return html`
    <footer class="card-foot">
      ${
        error
          ? html`<span class="card-error" role="alert"><${WarningIcon} /> ${error}</span>`
          : html`
            <span
              class="card-points"
              title="Every point that was logged is kept, and lines are computed from all of them."
            >
              ${points}
            </span>
            ${unplaced > 0 && html`<${Unplaced} count=${unplaced} axis=${axis} />`}
            ${superseded > 0 && html`<${Superseded} count=${superseded} shown=${settings.superseded} />`}
            ${
              nonfinite > 0 &&
              html`
              <span class="card-nonfinite" title="NaN and infinite values, drawn as triangles">
                ${formatCount(nonfinite)} non-finite
              </span>
            `
            }
            ${
              last &&
              html`
              <span class="card-last" title=${formatExactly(last.value)}>
                last <b>${formatValue(last.value)}</b> at ${formatStep(last.step)}
              </span>
            `
            }
          `
      }
    </footer>
  `;
}

/** @param {{ count: number, axis: import("./card_view.js").Axis }} props */
function Unplaced({ count, axis: { axis, metric } }) {
  const [text, why] =
    axis === "metric"
      ? [`without ${metric}`, `These points lie before the first or after the last step at which ${metric} was logged.`]
      : ["at 0 or below", "A logarithmic axis has no place for 0 and what is below it."];
  return html`<span class="card-unplaced" title=${why}>${formatCount(count)} left out: ${text}</span>`;
}

/** @param {{ count: number, shown: import("@preact/signals-core").Signal<boolean> }} props */
function Superseded({ count, shown }) {
  return html`
    <span class="card-superseded">
      ${formatCount(count)} superseded by a restart:${" "}
      <button
        class="link-button"
        title="The run was resumed, and went over steps again that it had logged before. All charts follow."
        onClick=${() => (shown.value = !shown.value)}
      >
        ${shown.value ? "hide" : "show all"}
      </button>
    </span>
  `;
}
