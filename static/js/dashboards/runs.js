/** All runs in, a table of them out: how they stand, their hyperparameters and metrics, to sort, filter and select. */
import { useEffect, useMemo, useState } from "preact/hooks";

import { CheckIcon, CompareIcon, CopyIcon, DownloadIcon, GearIcon } from "../components/icons.js";
import { RunFilterBox } from "../components/run_filter_box.js";
import { counted, formatCount } from "../format.js";
import { html } from "../html.js";
import { csvHref, getColumns, getNames } from "../runs/api.js";
import { ColumnPanel } from "../runs/column_panel.js";
import { NAME, initialColumns, parseSort } from "../runs/columns.js";
import { Comparison } from "../runs/comparison.js";
import { RunPanel } from "../runs/run_panel.js";
import { RunTable } from "../runs/table.js";
import { formatNames, parseNames } from "../state/names.js";
import { isSelected } from "../state/selection.js";
import { useAtMostEvery } from "../state/pace.js";
import { useRunColors } from "../state/run_colors.js";
import { useRunFilter, useSettledText } from "../state/run_filter.js";

/** @typedef {import("../runs/api.js").Question} Question */

const TOP = 10;

/** Columns are asked for anew at most once in so many milliseconds, though runs come all the time. */
const NEWS = 2000;

/** What the server takes in one api/runs/compare. */
const MOST_COMPARED = 20;

/** @param {import("./index.js").PageProps} props */
export function Page({ catalog, settings, changes }) {
  const colorOf = useRunColors(catalog);
  const known = useKnownColumns(catalog);
  const filter = useRunFilter(settings.runs.value, catalog, changes, settings.showHidden.value);
  const [table, setTable] = useState(/** @type {import("../runs/api.js").Table | null} */ (null));
  const [panel, setPanel] = useState(/** @type {{ run: string } | "columns" | null} */ (null));
  const choosing = panel === "columns";
  const chosen = settings.columns.value !== "";
  const columns = useMemo(
    () => (chosen ? parseNames(settings.columns.value).filter((id) => id !== NAME) : initialColumns(known ?? [])),
    [settings.columns.value, known],
  );
  const goals = useMemo(() => parseNames(settings.goals.value), [settings.goals.value]);
  const filterText = useSettledText(settings.runs.value);
  const question = useMemo(
    () => ({ filter: filterText, sort: parseSort(settings.sort.value), goals, hidden: settings.showHidden.value }),
    [filterText, settings.sort.value, goals, settings.showHidden.value],
  );
  const names = useMemo(
    () => catalog.runs.map((run) => run.name).filter(filter.matches),
    [catalog, filter.matches],
  );
  const compared = useMemo(() => parseNames(settings.compare.value), [settings.compare.value]);
  const selected = names.filter((name) => isSelected(settings.selection.value, name));
  const setCompared = (/** @type {readonly string[]} */ list) => (settings.compare.value = formatNames(list));
  if (compared.length > 0) {
    return html`
      <div class="runs-page">
        <${Comparison}
          runs=${compared}
          goals=${goals}
          changes=${changes}
          colorOf=${colorOf}
          onRuns=${setCompared}
          onClose=${() => setCompared([])}
        />
      </div>
    `;
  }
  const setColumns = (/** @type {string[]} */ list) => (settings.columns.value = formatNames(list.length > 0 ? list : [NAME]));
  const setGoals = (/** @type {string[]} */ list) => (settings.goals.value = formatNames(list));
  return html`
    <div class="runs-page">
      <div class="runs-main">
        <div class="runs-toolbar" role="toolbar" aria-label="Runs">
          <${RunFilterBox} value=${settings.runs} problem=${table?.problem ?? null} shortcut="/" />
          <span class="toolbar-count" role="status">${table && countText(table)}</span>
          ${
            (table?.hidden || settings.showHidden.value) &&
            html`
            <button class="link-button" onClick=${() => (settings.showHidden.value = !settings.showHidden.value)}>
              ${settings.showHidden.value ? "Leave out hidden runs" : `Show ${formatCount(table?.hidden ?? 0)} hidden`}
            </button>
          `
          }
          <div class="runs-actions">
            <${SelectTop} question=${question} settings=${settings} matched=${table?.matched ?? 0} />
            <button
              class="button"
              disabled=${selected.length < 2 || selected.length > MOST_COMPARED}
              title="The selected runs side by side: select 2 to ${MOST_COMPARED}"
              onClick=${() => setCompared(selected)}
            >
              <${CompareIcon} /> Compare
            </button>
            <${Csv} question=${question} columns=${[NAME, ...columns]} />
            <button class="button" aria-expanded=${choosing} onClick=${() => setPanel(choosing ? null : "columns")}>
              <${GearIcon} /> Columns
            </button>
          </div>
        </div>
        ${
          known &&
          html`
          <${RunTable}
            question=${question}
            columns=${columns}
            known=${known}
            names=${names}
            settings=${settings}
            changes=${changes}
            catalog=${catalog}
            colorOf=${colorOf}
            onColumns=${setColumns}
            onTable=${setTable}
            onRun=${(/** @type {string} */ run) => setPanel({ run })}
          />
        `
        }
        ${
          table &&
          table.matched === 0 &&
          html`
          <div class="nothing runs-nothing">
            <p>No run meets the filter.</p>
            <button class="button" onClick=${() => (settings.runs.value = "")}>Show all runs</button>
          </div>
        `
        }
      </div>
      ${
        choosing &&
        known &&
        html`
        <${ColumnPanel}
          known=${known}
          columns=${columns}
          goals=${goals}
          chosen=${chosen}
          onColumns=${setColumns}
          onReset=${() => (settings.columns.value = "")}
          onGoals=${setGoals}
          onClose=${() => setPanel(null)}
        />
      `
      }
      ${
        panel !== null &&
        panel !== "columns" &&
        html`<${RunPanel} key=${panel.run} run=${panel.run} onClose=${() => setPanel(null)} />`
      }
    </div>
  `;
}

/** @param {import("../runs/api.js").Table} table */
function countText({ matched, total }) {
  return matched === total ? counted(total, "run") : `${formatCount(matched)} of ${counted(total, "run")}`;
}

/** @param {{ question: Question, settings: import("../state/session.js").Settings, matched: number }} props */
function SelectTop({ question, settings, matched }) {
  const [count, setCount] = useState(TOP);
  const select = async () => {
    const { names, problem } = await getNames(question);
    if (!problem) settings.selection.value = { mode: "only", names: new Set(names.slice(0, count)) };
  };
  return html`
    <form
      class="runs-top"
      title="Selects the runs at the top of the table, and no others"
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        select();
      }}
    >
      <button class="button" disabled=${matched === 0}>Select the first</button>
      <input
        type="number"
        min="1"
        max="1000"
        aria-label="How many runs to select"
        value=${count}
        onInput=${(/** @type {any} */ event) => setCount(Math.min(1000, Math.max(1, Number(event.currentTarget.value) || 1)))}
      />
    </form>
  `;
}

/** @param {{ question: Question, columns: readonly string[] }} props */
function Csv({ question, columns }) {
  const [copied, setCopied] = useState(false);
  const href = csvHref(question, columns);
  const copy = async () => {
    const text = await (await fetch(href)).text();
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return html`
    <div class="runs-csv" role="group" aria-label="The table as CSV">
      ${
        // Pages from other hosts than localhost have no clipboard without TLS.
        navigator.clipboard &&
        html`
        <button class="button" title="Copies the whole table as CSV, for a spreadsheet" onClick=${copy}>
          <${copied ? CheckIcon : CopyIcon} /> ${copied ? "Copied" : "Copy"}
        </button>
      `
      }
      <a class="button" href=${href} download="runs.csv" title="Downloads the whole table"><${DownloadIcon} /> CSV</a>
    </div>
  `;
}

/** @param {import("../api.js").Catalog} catalog */
function useKnownColumns(catalog) {
  const paced = useAtMostEvery(catalog, NEWS);
  const [known, setKnown] = useState(/** @type {import("../runs/api.js").KnownColumn[] | null} */ (null));
  useEffect(() => {
    const controller = new AbortController();
    getColumns(controller.signal).then(setKnown, () => {
      // The server is gone: the page says so elsewhere, and the catalog comes anew when it is back.
    });
    return () => controller.abort();
  }, [paced]);
  return known;
}
