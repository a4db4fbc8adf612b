/** A few runs in, a table of them side by side out: hyperparameters that differ, last and best values, and by how much. */
import { useEffect, useState } from "preact/hooks";

import { CloseIcon } from "../components/icons.js";
import { counted, formatExactly, formatStep, formatValue } from "../format.js";
import { html } from "../html.js";
import { titleOf } from "../state/annotations.js";
import { useNews } from "../state/pace.js";
import { useSettledText } from "../state/run_filter.js";
import { getComparison } from "./api.js";
import { cellText } from "./cells.js";
import { difference, withFirst } from "./differences.js";

/** While points come, what is compared is asked for again at most once in so many milliseconds. */
const PACE = 2000;

/** @type {import("./api.js").Column} */
const HPARAM = { id: "", label: "", group: "hparam", kind: "mixed", help: "" };

/**
 * @param {{
 *   runs: readonly string[], goals: readonly string[],
 *   changes: import("@preact/signals-core").ReadonlySignal<import("../state/catalog.js").Changes>,
 *   colorOf: (run: string) => string, onRuns: (runs: string[]) => void, onClose: () => void,
 * }} props    the first of `runs` is the baseline
 */
export function Comparison({ runs, goals, changes, colorOf, onRuns, onClose }) {
  const [find, setFind] = useState("");
  const [equal, setEqual] = useState(false);
  const { found, problem } = useComparison(runs, goals, useSettledText(find), changes);
  const remove = (/** @type {string} */ run) => onRuns(runs.filter((one) => one !== run));
  const hparams = found ? found.hparams.filter(({ differs }) => equal || differs) : [];
  const alike = found ? found.hparams.filter(({ differs }) => !differs).length : 0;
  return html`
    <section class="comparison" aria-label="Comparison">
      <header class="comparison-head">
        <h2>${counted(runs.length, "run")} side by side</h2>
        <div class="filter">
          <input
            type="search"
            placeholder="Find a metric"
            aria-label="Find a metric"
            value=${find}
            onInput=${(/** @type {any} */ event) => setFind(event.currentTarget.value)}
          />
        </div>
        ${
          alike > 0 &&
          html`
          <label class="check">
            <input type="checkbox" checked=${equal} onChange=${() => setEqual(!equal)} />
            <span>Show ${counted(alike, "equal hyperparameter")}</span>
          </label>
        `
        }
        <button class="button comparison-close" onClick=${onClose}><${CloseIcon} /> Back to the table</button>
      </header>
      ${problem && html`<p class="runs-error" role="alert">${problem}</p>`}
      ${
        found &&
        found.missing.length > 0 &&
        html`<p class="runs-error" role="status">Not in this log: ${found.missing.join(", ")}.</p>`
      }
      <div class="runs-scroll" tabindex="0" aria-label="Table of differences">
        ${
          found &&
          html`
          <table class="comparison-table">
            <thead>
              <tr>
                <th scope="col">${counted(found.runs.length, "run")}</th>
                ${found.runs.map(
                  ({ run, status }, index) => html`
                    <th scope="col" key=${run}>
                      <span class="comparison-run" title=${run}>
                        <span class="swatch" style=${{ background: colorOf(run) }}></span>
                        <span class="comparison-name">${titleOf(run)}</span>
                        <button class="icon-button" aria-label="Leave ${run} out" title="Leave out" onClick=${() => remove(run)}>
                          <${CloseIcon} />
                        </button>
                      </span>
                      <span class="comparison-role">
                        ${status},${" "}
                        ${
                          index === 0
                            ? html`<b>baseline</b>`
                            : html`
                              <button class="link-button" aria-label="make baseline: ${run}" onClick=${() => onRuns(withFirst(runs, run))}>
                                make baseline
                              </button>
                            `
                        }
                      </span>
                    </th>
                  `,
                )}
              </tr>
            </thead>
            ${
              hparams.length > 0 &&
              html`
              <tbody>
                <tr><th class="comparison-group" colspan=${found.runs.length + 1} scope="rowgroup">Hyperparameters</th></tr>
                ${hparams.map(
                  ({ name, values, differs }) => html`
                    <tr key=${name} class=${differs ? "" : "comparison-equal"}>
                      <th scope="row" title=${name}>${name}</th>
                      ${values.map((value) => html`<td>${value === null ? "–" : cellText(HPARAM, value)}</td>`)}
                    </tr>
                  `,
                )}
              </tbody>
            `
            }
            ${
              found.metrics.length > 0 &&
              html`
              <tbody>
                <tr><th class="comparison-group" colspan=${found.runs.length + 1} scope="rowgroup">Metrics</th></tr>
                ${found.metrics.flatMap((metric) => [
                  html`<${MetricRow} key="${metric.tag} best" metric=${metric} aggregate="best" />`,
                  html`<${MetricRow} key="${metric.tag} last" metric=${metric} aggregate="last" />`,
                ])}
              </tbody>
            `
            }
          </table>
          ${found.more > 0 && html`<p class="columns-none comparison-more">${counted(found.more, "more metric")}: find them by a part of their names.</p>`}
        `
        }
      </div>
    </section>
  `;
}

/** @param {{ metric: import("./api.js").ComparedMetric, aggregate: "best" | "last" }} props */
function MetricRow({ metric, aggregate }) {
  const cells = metric[aggregate];
  const explanation = aggregate === "best" ? `the ${metric.goal === "max" ? "greatest" : "least"} value` : "the last value";
  return html`
    <tr class="comparison-${aggregate}">
      <th scope="row" title="${metric.tag}: ${explanation}, of all points">
        ${metric.tag} <span class="runs-head-aggregate">${aggregate}</span>
      </th>
      ${cells.map((cell, index) => html`<td><${MetricCell} cell=${cell} base=${index === 0 ? null : cells[0]} goal=${metric.goal} /></td>`)}
    </tr>
  `;
}

/** @param {{ cell: import("./api.js").Cell, base: import("./api.js").Cell | null, goal: "min" | "max" }} props    `base` null: it is the baseline */
function MetricCell({ cell, base, goal }) {
  if (typeof cell.value !== "number") return html`<span class="runs-none" aria-label="none">–</span>`;
  const found = base && difference(cell.value, base.value, goal);
  const where = cell.step === null ? "" : ` at step ${formatStep(cell.step)}`;
  const sign = found && found.change > 0 ? "+" : "";
  return html`
    <span title="${formatExactly(cell.value)}${where}">${formatValue(cell.value)}</span>
    ${
      found &&
      html`
      <span class="difference difference-${found.verdict}" aria-label="${found.verdict} by ${formatValue(Math.abs(found.change), 3)}">
        ${found.verdict === "same" ? "=" : `${sign}${formatValue(found.change, 3)}`}
        ${found.percent !== null && found.verdict !== "same" && ` (${sign}${formatValue(found.percent, 3)} %)`}
      </span>
    `
    }
  `;
}

/**
 * @param {readonly string[]} runs @param {readonly string[]} goals @param {string} find
 * @param {import("@preact/signals-core").ReadonlySignal<import("../state/catalog.js").Changes>} changes
 */
function useComparison(runs, goals, find, changes) {
  const [state, setState] = useState({
    found: /** @type {import("./api.js").Compared | null} */ (null),
    problem: /** @type {string | null} */ (null),
  });
  const version = useNews(changes, PACE);
  const key = JSON.stringify([runs, goals, find]);
  useEffect(() => {
    const controller = new AbortController();
    getComparison(runs, goals, find, controller.signal).then(
      (found) => setState({ found, problem: null }),
      (error) => {
        if (!controller.signal.aborted) setState((last) => ({ ...last, problem: `The runs could not be compared: ${error.message}` }));
      },
    );
    return () => controller.abort();
  }, [key, version]);
  return state;
}
