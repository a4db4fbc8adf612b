/**
 * What lines say at a marked place, or over a marked stretch, in, a table of it below the chart out.
 *
 * @typedef {import("../api.js").MarkedRow} MarkedRow
 * @typedef {{ id: string, descending: boolean }} Order    of the rows, by a column
 *
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {(row: MarkedRow) => number | null | undefined} value
 * @property {(value: number) => string} format
 * @property {(row: MarkedRow) => string} [hint]    more about the cell
 */
import { formatCount, formatExactly, formatStep, formatValue } from "../format.js";
import { html } from "../html.js";
import { titleOf } from "../state/annotations.js";

/** More rows than these are counted in the last line. */
const ROWS = 100;

/** @param {string} word @param {"start" | "end" | "least" | "greatest"} end @returns {Column} */
function valueAt(word, end) {
  return {
    id: end,
    label: word,
    value: ({ stretch }) => stretch?.[end]?.value,
    format: formatValue,
    hint: ({ stretch }) => `${formatExactly(stretch?.[end]?.value ?? NaN)} at step ${formatStep(stretch?.[end]?.step ?? NaN)}`,
  };
}

/** @type {Column[]} */
const AT_A_PLACE = [
  { id: "smoothed", label: "Smoothed", value: ({ point }) => point?.smoothed, format: formatValue },
  {
    id: "value",
    label: "Value",
    value: ({ point }) => point?.value,
    format: formatValue,
    hint: ({ point }) => formatExactly(point?.value ?? NaN),
  },
  { id: "step", label: "Step", value: ({ point }) => point?.step, format: formatStep },
];

/** @type {Column[]} */
const OVER_A_STRETCH = [
  valueAt("Start", "start"),
  valueAt("End", "end"),
  { id: "change", label: "Δ", value: ({ stretch }) => stretch?.change, format: formatValue },
  { id: "percent", label: "Δ %", value: ({ stretch }) => stretch?.percent, format: (value) => `${formatValue(value, 3)} %` },
  valueAt("Min", "least"),
  valueAt("Max", "greatest"),
  { id: "mean", label: "Mean", value: ({ stretch }) => stretch?.mean, format: formatValue },
  { id: "count", label: "Points", value: ({ stretch }) => stretch?.count, format: formatCount },
];

/**
 * @param {{
 *   tag: string, isStretch: boolean, rows: readonly MarkedRow[], smoothed: boolean,
 *   colorOf: (run: string) => string, order: import("@preact/signals-core").Signal<Order | null>,
 * }} props    `order`: of the rows, in all tables; null: that of the run list
 */
export function MarkedTable({ tag, isStretch, rows, smoothed, colorOf, order }) {
  const columns = isStretch ? OVER_A_STRETCH : AT_A_PLACE.filter(({ id }) => smoothed || id !== "smoothed");
  const sorted = inOrder(rows, columns, order.value);
  const several = rows.some((row) => row.tag !== rows[0].tag);
  const nameOf = (/** @type {MarkedRow} */ row) => (several ? `${titleOf(row.run)} · ${row.tag}` : titleOf(row.run));
  return html`
    <div class="marked" tabindex="0" role="region" aria-label="Values of ${tag} at the mark">
      <table>
        <thead>
          <tr>
            <th class="marked-run" scope="col">Run</th>
            ${columns.map((column) => html`<${Heading} key=${column.id} column=${column} order=${order} />`)}
          </tr>
        </thead>
        <tbody>
          ${sorted.slice(0, ROWS).map(
            (row) => html`
              <tr key=${`${row.run}\n${row.tag}`}>
                <th class="marked-run" scope="row" title=${several ? `${row.run} · ${row.tag}` : row.run}>
                  <span class="swatch" style=${{ background: colorOf(row.run) }}></span>${nameOf(row)}
                </th>
                ${columns.map((column) => html`<${Cell} key=${column.id} column=${column} row=${row} />`)}
              </tr>
            `,
          )}
        </tbody>
      </table>
      ${rows.length > ROWS && html`<p class="marked-more">${formatCount(rows.length - ROWS)} more runs</p>`}
    </div>
  `;
}

/** @param {{ column: Column, order: import("@preact/signals-core").Signal<Order | null> }} props */
function Heading({ column: { id, label }, order }) {
  const now = order.value?.id === id ? order.value : null;
  const next = now === null ? { id, descending: true } : now.descending ? { id, descending: false } : null;
  const sort = now === null ? "none" : now.descending ? "descending" : "ascending";
  return html`
    <th class="number" scope="col" aria-sort=${sort}>
      <button class="marked-sort" onClick=${() => (order.value = next)}>
        ${label}${now && html`<span aria-hidden="true">${now.descending ? " ↓" : " ↑"}</span>`}
      </button>
    </th>
  `;
}

/** @param {{ column: Column, row: MarkedRow }} props */
function Cell({ column, row }) {
  const value = column.value(row);
  if (value === null || value === undefined) return html`<td class="number">–</td>`;
  return html`<td class="number" title=${column.hint?.(row)}>${column.format(value)}</td>`;
}

/**
 * What is not known, and what is no number, comes last.
 *
 * @param {readonly MarkedRow[]} rows @param {readonly Column[]} columns @param {Order | null} order
 */
function inOrder(rows, columns, order) {
  const column = order && columns.find(({ id }) => id === order.id);
  if (!column) return rows;
  const rank = (/** @type {MarkedRow} */ row) => {
    const value = column.value(row) ?? NaN;
    return Number.isNaN(value) ? Infinity : order.descending ? -value : value;
  };
  return [...rows].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}
