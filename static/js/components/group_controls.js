/** What runs can be grouped by in, the controls to choose it out, and how groups are drawn. */
import { useEffect, useState } from "preact/hooks";

import { html } from "../html.js";
import { getColumns } from "../runs/api.js";
import { formatNames, parseNames } from "../state/names.js";
import { useAtMostEvery } from "../state/pace.js";
import { SettingControl } from "./controls.js";
import { CloseIcon } from "./icons.js";

/** @type {Record<string, string>} */
const NAMES = { seeds: "all but the seed", directory: "directory" };

/** Hyperparameters of new runs are offered after so many milliseconds at the latest. */
const NEWS = 5000;

/** The choice that opens a field to type into. */
const EXPRESSION = "/";

/**
 * @param {{
 *   settings: import("../state/session.js").Settings, catalog: import("../api.js").Catalog,
 *   runGroups: import("../state/run_groups.js").RunGroups,
 * }} props
 */
export function GroupControls({ settings, catalog, runGroups }) {
  const hparams = useHparams(catalog);
  const [typing, setTyping] = useState(false);
  const by = parseNames(settings.groups.value);
  const set = (/** @type {string[]} */ keys) => (settings.groups.value = formatNames(keys));
  const nested = catalog.runs.some(({ name }) => name.includes("/"));
  const offered = [
    ...(runGroups.seeds || hparams.length > 0 ? ["seeds"] : []),
    ...(nested ? ["directory"] : []),
    ...hparams.map(({ id }) => id),
    "status",
  ].filter((key) => !by.includes(key));
  if (catalog.runs.length < 2 && by.length === 0) return null;
  /** @param {{ currentTarget: HTMLSelectElement }} event */
  const choose = ({ currentTarget }) => {
    const key = currentTarget.value;
    currentTarget.value = "";
    if (key === EXPRESSION) setTyping(true);
    else if (key !== "") set([...by, key]);
  };
  return html`
    <div class="group-by">
      <div class="group-by-keys">
        <span class="group-by-label">Group by</span>
        ${by.map(
          (key) => html`
            <span class="chip chip-removable" key=${key}>
              <span class="chip-text" title=${key}>${nameOf(key)}</span>
              <button class="link-button" aria-label="Do not group by ${nameOf(key)}" onClick=${() => set(by.filter((one) => one !== key))}>
                <${CloseIcon} />
              </button>
            </span>
          `,
        )}
        <select aria-label="Group runs by" onChange=${choose}>
          <option value="">${by.length === 0 ? "nothing" : "and by…"}</option>
          ${offered.map((key) => html`<option key=${key} value=${key}>${nameOf(key)}</option>`)}
          <option value=${EXPRESSION}>a regular expression…</option>
        </select>
      </div>
      ${
        typing &&
        html`<${ExpressionField} onDone=${(/** @type {string} */ source) => {
          setTyping(false);
          if (source !== "") set([...by, `/${source}/`]);
        }} />`
      }
      ${runGroups.problem && html`<p class="group-by-problem" role="alert">${runGroups.problem}</p>`}
      ${
        by.length === 0 &&
        runGroups.seeds &&
        html`
        <p class="group-by-offer">
          Some runs differ in their seed only.${" "}
          <button class="link-button" onClick=${() => set(["seeds"])}>Group them</button>
        </p>
      `
      }
      ${
        runGroups.on &&
        html`
        <div class="group-by-drawn">
          <${SettingControl} name="groupCenter" settings=${settings} compact />
          <${SettingControl} name="groupBand" settings=${settings} compact />
        </div>
      `
      }
    </div>
  `;
}

/** @param {{ onDone: (source: string) => void }} props    "" when nothing was typed */
function ExpressionField({ onDone }) {
  const [source, setSource] = useState("");
  return html`
    <form
      class="group-by-expression"
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        onDone(source);
      }}
    >
      <input
        type="search"
        ref=${(/** @type {HTMLInputElement | null} */ input) => input && source === "" && input.focus()}
        placeholder="like (.*)/seed"
        aria-label="Regular expression whose brackets make the groups"
        autocomplete="off"
        spellcheck=${false}
        value=${source}
        onInput=${(/** @type {any} */ event) => setSource(event.currentTarget.value)}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onDone("")}
      />
      <button class="button">Group</button>
    </form>
  `;
}

/** @param {string} key */
function nameOf(key) {
  return NAMES[key] ?? key.replace(/^hparam\./, "");
}

/** Hyperparameters that differ. @param {import("../api.js").Catalog} catalog */
function useHparams(catalog) {
  const [columns, setColumns] = useState(/** @type {import("../runs/api.js").KnownColumn[]} */ ([]));
  const paced = useAtMostEvery(catalog, NEWS);
  useEffect(() => {
    const controller = new AbortController();
    getColumns(controller.signal).then(
      (known) => setColumns(known.filter(({ group, values }) => group === "hparam" && values.length !== 1)),
      () => {
        // The server is gone: the page says so elsewhere, and the catalog comes anew when it is back.
      },
    );
    return () => controller.abort();
  }, [paced]);
  return columns;
}
