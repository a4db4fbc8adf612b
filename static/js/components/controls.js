/**
 * A row of the settings table in, the control to change it out. Toolbar and settings panel both draw settings through
 * this, so a setting looks and speaks the same everywhere.
 *
 * @typedef {import("../state/session.js").Settings} Settings
 * @typedef {import("../state/settings.js").SettingName} SettingName
 */
import { useId, useRef } from "preact/hooks";

import { html } from "../html.js";
import { SETTINGS } from "../state/settings.js";

const CONTROLS = { number: NumberControl, choice: ChoiceControl, flag: FlagControl, range: RangeControl };

/** Choices whose labels have more letters together are a list that opens. */
const LETTERS = 30;

/**
 * @param {object} props
 * @param {SettingName} props.name
 * @param {Settings} props.settings
 * @param {boolean} [props.compact]    without the words of help
 * @param {readonly string[]} [props.without]    values of a choice that are not to be had now, and not offered but if chosen
 */
export function SettingControl({ name, settings, compact = false, without = [] }) {
  const setting = SETTINGS[name];
  const kind = setting.control.kind;
  if (kind === "text" || kind === "state")
    throw new Error(`Setting '${name}' has no control here: its kind is '${kind}'`);
  const id = useId();
  return html`
    <div class="setting setting-${kind} ${compact ? "setting-compact" : ""}" title=${compact ? setting.help : null}>
      <${CONTROLS[kind]} id=${id} setting=${setting} value=${settings[name]} without=${without} />
      ${!compact && html`<p class="setting-help" id="${id}-help">${setting.help}</p>`}
    </div>
  `;
}

/** @param {{ id: string, setting: any, value: import("@preact/signals-core").Signal<number> }} props */
function NumberControl({ id, setting, value }) {
  const { min, max, step } = setting.control;
  /** @param {{ currentTarget: HTMLInputElement }} event */
  const set = ({ currentTarget }) => {
    const parsed = setting.parse(currentTarget.value);
    if (parsed !== undefined) value.value = parsed;
  };
  /** A number that was left half-typed shows what is in force. @param {{ currentTarget: HTMLInputElement }} event */
  const settle = ({ currentTarget }) => {
    currentTarget.value = String(value.value);
  };
  return html`
    <label for=${id}>${setting.label}</label>
    <input type="range" id=${id} min=${min} max=${max} step=${step} value=${value.value} onInput=${set} />
    <input
      type="number"
      min=${min}
      max=${max}
      step=${step}
      value=${value.value}
      onInput=${set}
      onBlur=${settle}
      aria-label="${setting.label} as a number"
    />
  `;
}

/** @param {{ id: string, setting: any, value: import("@preact/signals-core").Signal<string>, without: readonly string[] }} props */
function ChoiceControl({ id, setting, value, without }) {
  const all = /** @type {[string, string][]} */ (setting.control.options);
  const options = all.filter(([option]) => option === value.value || !without.includes(option));
  if (all.map(([, label]) => label).join("").length > LETTERS) {
    return html`
      <label for=${id}>${setting.label}</label>
      <select
        id=${id}
        value=${value.value}
        onChange=${(/** @type {any} */ event) => (value.value = event.currentTarget.value)}
      >
        ${options.map(([option, label]) => html`<option value=${option}>${label}</option>`)}
      </select>
    `;
  }
  return html`
    <span class="setting-label" id=${id}>${setting.label}</span>
    <div class="segments" role="radiogroup" aria-labelledby=${id}>
      ${options.map(
        ([option, label]) => html`
          <label class="segment">
            <input
              type="radio"
              name=${id}
              value=${option}
              checked=${value.value === option}
              onChange=${() => (value.value = option)}
            />
            <span>${label}</span>
          </label>
        `,
      )}
    </div>
  `;
}

/** @param {{ id: string, setting: any, value: import("@preact/signals-core").Signal<boolean> }} props */
function FlagControl({ id, setting, value }) {
  return html`
    <label class="check" for=${id}>
      <input
        type="checkbox"
        id=${id}
        checked=${value.value}
        onChange=${(/** @type {any} */ event) => (value.value = event.currentTarget.checked)}
      />
      <span>${setting.label}</span>
    </label>
  `;
}

/** @param {{ id: string, setting: any, value: import("@preact/signals-core").Signal<[number, number] | null> }} props */
function RangeControl({ id, setting, value }) {
  return html`
    <span class="setting-label" id=${id}>${setting.label}</span>
    <${RangeFields} labelledBy=${id} value=${value.value} onChange=${(/** @type {any} */ range) => (value.value = range)} />
  `;
}

/**
 * Two fields, from and to. Takes effect once both hold numbers that ascend; emptied, it is no range.
 *
 * @param {{
 *   labelledBy: string, value: [number, number] | null, onChange: (range: [number, number] | null) => void,
 * }} props    `labelledBy`: the id of what the range is called
 */
export function RangeFields({ labelledBy, value, onChange }) {
  const fields = useRef(/** @type {HTMLElement | null} */ (null));
  const read = () => {
    const [low, high] = [...(fields.current?.querySelectorAll("input") ?? [])].map((field) => field.value.trim());
    if (low === "" && high === "") onChange(null);
    else if (low !== "" && high !== "" && Number(low) < Number(high)) onChange([Number(low), Number(high)]);
  };
  return html`
    <span class="range-fields" role="group" aria-labelledby=${labelledBy} ref=${fields}>
      <input type="number" step="any" placeholder="from" aria-label="From" value=${value?.[0] ?? ""} onChange=${read} />
      <span aria-hidden="true">–</span>
      <input type="number" step="any" placeholder="to" aria-label="To" value=${value?.[1] ?? ""} onChange=${read} />
    </span>
  `;
}

/**
 * A field for a regular expression, with what is wrong with it below.
 *
 * @param {{
 *   id: string, label: string, value: import("@preact/signals-core").Signal<string>, error: string | null,
 *   shortcut?: string,
 * }} props
 */
export function FilterField({ id, label, value, error, shortcut }) {
  return html`
    <div class="filter ${error ? "filter-bad" : ""}">
      <input
        type="search"
        id=${id}
        placeholder="${label} (regex)"
        aria-label="${label}, regular expression"
        aria-invalid=${error ? "true" : "false"}
        aria-describedby=${error ? `${id}-error` : null}
        aria-keyshortcuts=${shortcut}
        autocomplete="off"
        spellcheck=${false}
        value=${value.value}
        onInput=${(/** @type {any} */ event) => (value.value = event.currentTarget.value)}
      />
      ${shortcut && html`<kbd aria-hidden="true">${shortcut}</kbd>`}
      ${
        error &&
        html`
        <p class="filter-error" id="${id}-error" role="status">${error}. The last good filter stays in force.</p>
      `
      }
    </div>
  `;
}
