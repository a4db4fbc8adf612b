/**
 * The runs that meet a question in, a table of them out: only the rows in sight are drawn, and a row is fetched when it comes
 * into sight.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { MoreIcon, StarIcon } from "../components/icons.js";
import { useSight } from "../components/sight.js";
import { html } from "../html.js";
import { allAnnotations, annotate, annotationOf, isWritable, titleOf } from "../state/annotations.js";
import { ALL, isIsolated, isSelected, only, toggled, withAll } from "../state/selection.js";
import { getTable } from "./api.js";
import { CellContent, isNumeric } from "./cells.js";
import { NAME, clicked, formatSort, formatWidths, metricOf, moved, nudged, parseWidths } from "./columns.js";
import { HeadCell } from "./head_cell.js";
import { TablePages } from "./table_pages.js";

/** Pixels. The style sheet gives rows this height. */
const ROW = 30;

/** Rows in sight are asked for again at most once in so many milliseconds while points come... */
const PACE = 1000;
/** ...and at least so often, for a run may fall silent. */
const IDLE_PACE = 20_000;

const WIDTHS = { time: 172, duration: 104, number: 96, text: 104, mixed: 104, metric: 116 };

/**
 * @param {{
 *   question: import("./api.js").Question,
 *   columns: readonly string[],
 *   known: readonly import("./api.js").KnownColumn[],
 *   names: readonly string[],
 *   settings: import("../state/session.js").Settings,
 *   changes: import("@preact/signals-core").ReadonlySignal<import("../state/catalog.js").Changes>,
 *   catalog: import("../api.js").Catalog,
 *   colorOf: (run: string) => string,
 *   onColumns: (columns: string[]) => void,
 *   onTable: (table: import("./api.js").Table) => void,
 *   onRun: (run: string) => void,
 * }} props    `columns` without the name, `names` of all runs that meet the filter
 */
export function RunTable({ question, columns, known, names, settings, changes, catalog, colorOf, onColumns, onTable, onRun }) {
  const { scroller, first, count } = useSight(ROW);
  const [, setVersion] = useState(0);
  const pages = useMemo(() => new TablePages(getTable, () => setVersion((count) => count + 1)), []);
  useEffect(() => () => pages.close(), [pages]);
  usePolling(pages, changes, catalog);
  const said = allAnnotations();

  const table = pages.last;
  const matched = table?.matched ?? 0;
  const asked = JSON.stringify([question, columns]);
  useLayoutEffect(() => {
    pages.look(first, count);
    pages.ask(question, columns);
  }, [asked, first, count]);
  const saidFirst = useRef(said);
  useEffect(() => {
    if (said !== saidFirst.current) pages.refresh();
    saidFirst.current = said;
  }, [said]);
  useEffect(() => {
    if (table) onTable(table);
  }, [table]);
  // Another order or filter begins at its top.
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [question.filter, question.sort.column, question.sort.descending]);

  const widths = useMemo(() => parseWidths(settings.columnWidths.value), [settings.columnWidths.value]);
  // Hyperparameters may be of any kind; how these are is known of the columns.
  const shown = useMemo(
    () => (table?.columns ?? []).map((column) => ({ ...column, kind: known.find(({ id }) => id === column.id)?.kind ?? column.kind })),
    [table?.columns, known],
  );
  const setWidth = (/** @type {string} */ id, /** @type {number} */ width) =>
    (settings.columnWidths.value = formatWidths(new Map(widths).set(id, Math.round(width))));
  const widthOf = (/** @type {import("./api.js").Column} */ column) => widths.get(column.id) ?? initialWidth(column);
  const nameWidth = widths.get(NAME) ?? initialNameWidth(catalog.runs);
  const total = nameWidth + shown.reduce((sum, column) => sum + widthOf(column), 0);
  const last = Math.min(matched, first + count);
  const sortBy = (/** @type {string} */ id) =>
    (settings.sort.value = formatSort(clicked(question.sort, id === NAME ? "" : id, greatestFirst(id, known, question.goals))));

  /** @param {import("./api.js").Column} column */
  const head = (column) => html`
    <${HeadCell}
      key=${column.id}
      column=${column}
      sort=${question.sort}
      width=${widthOf(column)}
      onSort=${() => sortBy(column.id)}
      onWidth=${(/** @type {number} */ width) => setWidth(column.id, width)}
      onNudge=${(/** @type {-1 | 1} */ by) => onColumns(nudged(columns, column.id, by))}
      onDrop=${(/** @type {string} */ id) => onColumns(moved(columns, id, column.id))}
    />
  `;
  const rows = [];
  for (let index = first; index < last; index++) {
    const row = pages.row(index);
    rows.push(html`
      <${Row} key=${index} index=${index} row=${row} columns=${shown} settings=${settings} color=${row && colorOf(row.run)} onRun=${onRun} />
    `);
  }
  return html`
    ${pages.error && html`<p class="runs-error" role="alert">The table could not be had: ${pages.error}</p>`}
    <div class="runs-scroll" ref=${scroller} tabindex="0" aria-label="Table of runs">
      <table class="runs-table" style=${{ width: `${total}px` }} aria-rowcount=${matched + 1} aria-busy=${table === null}>
        <colgroup>
          <col style=${{ width: `${nameWidth}px` }} />
          ${shown.map((column) => html`<col key=${column.id} style=${{ width: `${widthOf(column)}px` }} />`)}
        </colgroup>
        <thead>
          <tr>
            <${NameHead}
              names=${names}
              settings=${settings}
              sort=${question.sort}
              width=${nameWidth}
              onSort=${() => (settings.sort.value = question.sort.column === "" && !question.sort.descending ? "-name" : "")}
              onWidth=${(/** @type {number} */ width) => setWidth(NAME, width)}
            />
            ${shown.map(head)}
          </tr>
        </thead>
        <tbody>
          ${first > 0 && html`<tr class="runs-space" style=${{ height: `${first * ROW}px` }} aria-hidden="true"></tr>`}
          ${rows}
          ${
            last < matched &&
            html`<tr class="runs-space" style=${{ height: `${(matched - last) * ROW}px` }} aria-hidden="true"></tr>`
          }
        </tbody>
      </table>
    </div>
  `;
}

/**
 * @param {{
 *   names: readonly string[], settings: import("../state/session.js").Settings, sort: import("./columns.js").Sort,
 *   width: number, onSort: () => void, onWidth: (width: number) => void,
 * }} props
 */
function NameHead({ names, settings, sort, width, onSort, onWidth }) {
  const { selection } = settings;
  const selected = names.filter((name) => isSelected(selection.value, name)).length;
  const all = selected === names.length && names.length > 0;
  const box = html`
    <input
      type="checkbox"
      class="runs-check-all"
      aria-label="Select all runs of the table"
      checked=${all}
      indeterminate=${selected > 0 && !all}
      disabled=${names.length === 0}
      onChange=${() => (selection.value = withAll(selection.value, names, !all))}
    />
  `;
  const column = { id: NAME, label: "Name", group: "run", kind: "text", help: "The path of the run below the log directory" };
  const shownSort = sort.column === "" ? { column: NAME, descending: false } : sort;
  return html`
    <${HeadCell} column=${column} sort=${shownSort} width=${width} before=${box} onSort=${onSort} onWidth=${onWidth} />
  `;
}

/**
 * @param {{
 *   index: number, row: import("./api.js").Row | undefined, columns: readonly import("./api.js").Column[],
 *   settings: import("../state/session.js").Settings, color: string | undefined, onRun: (run: string) => void,
 * }} props    `row` is undefined until it has come
 */
function Row({ index, row, columns, settings, color, onRun }) {
  if (!row) {
    return html`<tr class="runs-row" aria-rowindex=${index + 2}><td colspan=${columns.length + 1} class="runs-waiting">…</td></tr>`;
  }
  const { selection } = settings;
  const name = row.run;
  const isolated = isIsolated(selection.value, name);
  const selected = isSelected(selection.value, name);
  const starred = annotationOf(name).starred ?? false;
  const writable = isWritable();
  return html`
    <tr class="runs-row ${selected ? "" : "runs-off"}" aria-rowindex=${index + 2}>
      <th scope="row">
        <div class="runs-name">
          <label class="check" title=${name}>
            <input
              type="checkbox"
              class="run-check"
              style=${{ "--run": color }}
              checked=${selected}
              onChange=${() => (selection.value = toggled(selection.value, name))}
            />
            <span class="runs-name-text">${titleOf(name)}</span>
          </label>
          ${starred && !writable && html`<${StarIcon} />`}
          ${
            writable &&
            html`
            <button
              class="icon-button run-star"
              aria-label=${starred ? `Take the star from ${name}` : `Give ${name} a star`}
              aria-pressed=${starred}
              onClick=${() => annotate([name], { starred: !starred }).catch(() => onRun(name))}
            >
              <${StarIcon} />
            </button>
          `
          }
          <button class="icon-button run-more" aria-label="More about ${name}" title="Title, tags, colour, notes" onClick=${() => onRun(name)}>
            <${MoreIcon} />
          </button>
          <button
            class="link-button run-only"
            aria-label=${isolated ? "Select all runs" : `Select only ${name}`}
            onClick=${() => (selection.value = isolated ? ALL : only(name))}
          >
            ${isolated ? "all" : "only"}
          </button>
        </div>
      </th>
      ${columns.map(
        (column, at) => html`
          <td key=${column.id} class=${isNumeric(column) ? "number" : ""}>
            <${CellContent} column=${column} value=${row.values[at]} step=${row.steps[at]} />
          </td>
        `,
      )}
    </tr>
  `;
}

/** Room for the longest name, within limits. @param {readonly { name: string }[]} runs */
function initialNameWidth(runs) {
  const longest = runs.reduce((length, { name }) => Math.max(length, name.length), 0);
  return Math.min(420, Math.max(200, 130 + 7.8 * longest), Math.max(180, 0.45 * innerWidth));
}

/** @param {import("./api.js").Column} column */
function initialWidth({ id, group, kind, label }) {
  if (id === "tags" || id === "notes") return id === "tags" ? 150 : 240;
  const least = group === "metric" ? WIDTHS.metric : WIDTHS[kind];
  return Math.min(240, Math.max(least, 44 + 7.2 * label.length));
}

/**
 * Whether the first click on a heading shows the greatest at the top: what is newest, longest or best.
 *
 * @param {string} id @param {readonly import("./api.js").KnownColumn[]} known @param {readonly string[]} goals
 */
function greatestFirst(id, known, goals) {
  if (["start", "updated", "duration", "steps", "speed"].includes(id)) return true;
  const metric = metricOf(id);
  if (metric === null) return false;
  const { tag, aggregate } = metric;
  if (aggregate === "max" || aggregate === "min") return aggregate === "max";
  if (goals.includes(`${tag}:min`)) return false;
  return goals.includes(`${tag}:max`) || known.some((column) => column.id === tag && column.goal === "max");
}

/**
 * Asks for the rows in sight again as points come, and now and then without, while the page is visible.
 *
 * @param {TablePages} pages
 * @param {import("@preact/signals-core").ReadonlySignal<import("../state/catalog.js").Changes>} changes
 * @param {import("../api.js").Catalog} catalog
 */
function usePolling(pages, changes, catalog) {
  useEffect(() => {
    let timer = 0;
    let started = false;
    const refresh = () => {
      clearTimeout(timer);
      timer = 0;
      if (!document.hidden) pages.refresh();
    };
    const stop = changes.subscribe(() => {
      if (started) timer ||= setTimeout(refresh, PACE);
      started = true;
    });
    const idle = setInterval(refresh, IDLE_PACE);
    return () => {
      stop();
      clearTimeout(timer);
      clearInterval(idle);
    };
  }, [pages]);
  const first = useRef(catalog);
  useEffect(() => {
    if (catalog !== first.current) pages.refresh();
    first.current = catalog;
  }, [catalog]);
}
