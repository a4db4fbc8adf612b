/** The columns that there are and those that are shown in, a panel to choose, order and drop them out. */
import { useState } from "preact/hooks";

import { CloseIcon } from "../components/icons.js";
import { Panel } from "../components/panel.js";
import { counted } from "../format.js";
import { html } from "../html.js";
import { AGGREGATES, NAME, metricOf, nudged } from "./columns.js";

/** So many columns that could be shown are listed at once. */
const LISTED = 200;

/** @type {Record<string, string>} */
const HEADINGS = { run: "Of every run", hparam: "Hyperparameters", metric: "Metrics" };

/**
 * @param {{
 *   known: readonly import("./api.js").KnownColumn[], columns: readonly string[], goals: readonly string[],
 *   chosen: boolean, onColumns: (columns: string[]) => void, onReset: () => void, onGoals: (goals: string[]) => void,
 *   onClose: () => void,
 * }} props    `chosen`: not the columns that are shown at first
 */
export function ColumnPanel({ known, columns, goals, chosen, onColumns, onReset, onGoals, onClose }) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = known.filter(({ id, label }) => id !== NAME && `${label} ${id}`.toLowerCase().includes(wanted));
  const listed = found.slice(0, LISTED);
  /** @param {string} id */
  const toggle = (id) => onColumns(columns.includes(id) ? columns.filter((one) => one !== id) : [...columns, id]);
  return html`
    <${Panel} title="Columns" onClose=${onClose}>
      <section class="columns-shown">
        <h3>Shown</h3>
        <ol>
          ${columns.map((id, index) => {
            const label = labelOf(id, known);
            return html`
              <li key=${id}>
                <span class="columns-label" title=${label}>${label}</span>
                <button class="link-button" aria-label="Move ${label} to the left" disabled=${index === 0} onClick=${() => onColumns(nudged(columns, id, -1))}>↑</button>
                <button class="link-button" aria-label="Move ${label} to the right" disabled=${index === columns.length - 1} onClick=${() => onColumns(nudged(columns, id, 1))}>↓</button>
                <button class="link-button" aria-label="Remove ${label}" onClick=${() => toggle(id)}><${CloseIcon} /></button>
              </li>
            `;
          })}
        </ol>
        ${columns.length === 0 && html`<p class="columns-none">Only the names.</p>`}
        ${chosen && html`<button class="link-button" onClick=${onReset}>Back to the columns shown at first</button>`}
      </section>
      <div class="filter">
        <input
          type="search"
          placeholder="Find a column"
          aria-label="Find a column"
          value=${search}
          onInput=${(/** @type {any} */ event) => setSearch(event.currentTarget.value)}
        />
      </div>
      ${Object.entries(HEADINGS).map(([group, heading]) => {
        const members = listed.filter((column) => column.group === group);
        if (members.length === 0) return null;
        return html`
          <section class="columns-group" key=${group}>
            <h3>${heading}</h3>
            <ul>
              ${members.map((column) =>
                group === "metric"
                  ? html`<${Metric} key=${column.id} column=${column} columns=${columns} goals=${goals} onToggle=${toggle} onGoals=${onGoals} />`
                  : html`
                    <li key=${column.id}>
                      <label class="check" title=${column.help}>
                        <input type="checkbox" checked=${columns.includes(column.id)} onChange=${() => toggle(column.id)} />
                        <span class="columns-label">${column.label}</span>
                      </label>
                    </li>
                  `,
              )}
            </ul>
          </section>
        `;
      })}
      ${found.length === 0 && html`<p class="columns-none">No column has this in its name.</p>`}
      ${found.length > LISTED && html`<p class="columns-none">${counted(found.length - LISTED, "more column")}: type a part of the name.</p>`}
    <//>
  `;
}

/**
 * @param {{
 *   column: import("./api.js").KnownColumn, columns: readonly string[], goals: readonly string[],
 *   onToggle: (id: string) => void, onGoals: (goals: string[]) => void,
 * }} props
 */
function Metric({ column, columns, goals, onToggle, onGoals }) {
  const tag = column.id;
  const goal = goals.includes(`${tag}:max`) ? "max" : goals.includes(`${tag}:min`) ? "min" : column.goal;
  /** @param {string} next */
  const setGoal = (next) => {
    const others = goals.filter((one) => one !== `${tag}:min` && one !== `${tag}:max`);
    onGoals(next === column.goal ? others : [...others, `${tag}:${next}`]);
  };
  return html`
    <li class="columns-metric">
      <span class="columns-label" title=${tag}>${tag}</span>
      <div class="columns-aggregates" role="group" aria-label="Columns of ${tag}">
        ${AGGREGATES.map((aggregate) => {
          const id = `${tag}.${aggregate}`;
          return html`
            <button key=${aggregate} class="chip" aria-pressed=${columns.includes(id)} onClick=${() => onToggle(id)}>
              ${aggregate}
            </button>
          `;
        })}
        <select
          aria-label="What is best of ${tag}"
          title="What is best"
          value=${goal}
          onChange=${(/** @type {any} */ event) => setGoal(event.currentTarget.value)}
        >
          <option value="min">least is best</option>
          <option value="max">greatest is best</option>
        </select>
      </div>
    </li>
  `;
}

/** @param {string} id @param {readonly import("./api.js").KnownColumn[]} known */
function labelOf(id, known) {
  const metric = metricOf(id);
  if (metric && known.some((column) => column.group === "metric" && column.id === metric.tag)) {
    return `${metric.tag} ${metric.aggregate}`;
  }
  return known.find((column) => column.id === id)?.label ?? id;
}
