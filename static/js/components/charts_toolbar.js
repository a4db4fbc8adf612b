/** Settings and the tags of the log in, the row above the charts out: filter, axis, smoothing. */
import { useId, useState } from "preact/hooks";

import { counted, formatCount } from "../format.js";
import { html } from "../html.js";
import { FilterField, SettingControl } from "./controls.js";
import { SidebarIcon } from "./icons.js";
import { SaveAll } from "./save_all.js";
import { sidebarSwitch } from "./sidebar.js";

/** So many tags are offered for what has been typed of a metric. */
const OFFERED = 200;

/**
 * @param {{
 *   page: import("../dashboards/scalars.js").CardsPage, tagFilter: import("../filter.js").Filter,
 *   shown: number, scalars: readonly import("../api.js").ScalarTag[],
 * }} props    `shown`: the number of tags among `scalars` that pass the filter
 */
export function Toolbar({ page, tagFilter, shown, scalars }) {
  const { settings } = page;
  const total = scalars.length;
  const sidebarOpen = sidebarSwitch(settings);
  return html`
    <div class="toolbar" role="toolbar" aria-label="Charts">
      <button
        class="icon-button"
        aria-label=${sidebarOpen.value ? "Hide the run list" : "Show the run list"}
        title=${sidebarOpen.value ? "Hide the run list" : "Show the run list"}
        aria-expanded=${sidebarOpen.value}
        onClick=${() => (sidebarOpen.value = !sidebarOpen.value)}
      >
        <${SidebarIcon} />
      </button>
      <${FilterField}
        id="tag-filter"
        label="Filter tags"
        value=${settings.tags}
        error=${tagFilter.error}
        shortcut="/"
      />
      <span class="toolbar-count" role="status">
        ${shown === total ? counted(total, "tag") : `${formatCount(shown)} of ${counted(total, "tag")}`}
      </span>
      <div class="toolbar-settings">
        <${SettingControl} name="axis" settings=${settings} compact />
        ${settings.axis.value === "metric" && html`<${MetricField} value=${settings.xMetric} scalars=${scalars} />`}
        <${SettingControl} name="smoothing" settings=${settings} compact />
        <${SettingControl} name="smoothingMethod" settings=${settings} compact />
        <${SettingControl} name="logY" settings=${settings} compact />
        <${SettingControl} name="ignoreOutliers" settings=${settings} compact />
        <${SaveAll} page=${page} />
      </div>
    </div>
  `;
}

/**
 * The metric along x: a tag of the log, found by typing a part of it. What is half typed leaves the axis as it is.
 *
 * @param {{
 *   value: import("@preact/signals-core").Signal<string>, scalars: readonly import("../api.js").ScalarTag[],
 * }} props
 */
function MetricField({ value, scalars }) {
  const id = useId();
  const [typed, setTyped] = useState(value.value);
  const missing = value.value !== "" && !scalars.some(({ tag }) => tag === value.value);
  const offered = scalars.filter(({ tag }) => tag.toLowerCase().includes(typed.toLowerCase())).slice(0, OFFERED);
  /** @param {{ currentTarget: HTMLInputElement }} event */
  const onInput = ({ currentTarget }) => {
    setTyped(currentTarget.value);
    if (scalars.some(({ tag }) => tag === currentTarget.value)) value.value = currentTarget.value;
  };
  return html`
    <div class="metric-field ${missing ? "filter-bad" : ""}">
      <input
        type="search"
        list=${id}
        value=${value.value}
        placeholder="Choose a metric"
        title=${missing ? `This log has no scalar ${value.value}: the axis shows steps` : "The metric along x"}
        aria-label="Metric along x"
        aria-invalid=${missing ? "true" : "false"}
        autocomplete="off"
        spellcheck=${false}
        onInput=${onInput}
      />
      <datalist id=${id}>${offered.map(({ tag }) => html`<option key=${tag} value=${tag}></option>`)}</datalist>
    </div>
  `;
}
