/** The runs in, a list to filter, group, select and isolate them out. Only the rows in sight are drawn. */
import { counted, formatCount } from "../format.js";
import { html } from "../html.js";
import { annotationOf, titleOf } from "../state/annotations.js";
import { ALL, isIsolated, isSelected, only, toggled, withAll } from "../state/selection.js";
import { GroupControls } from "./group_controls.js";
import { GroupList } from "./group_list.js";
import { StarIcon } from "./icons.js";
import { RunFilterBox } from "./run_filter_box.js";
import { useSight } from "./sight.js";

/** The height of a row, in pixels. The style sheet has the same. */
const ROW = 28;

/**
 * @param {{
 *   catalog: import("../api.js").Catalog,
 *   filter: import("../state/run_filter.js").RunFilter,
 *   runGroups: import("../state/run_groups.js").RunGroups,
 *   settings: import("../state/session.js").Settings,
 *   colorOf: (run: string) => string,
 * }} props    `filter` is that of settings.runs; `colorOf` of a run, or of a group if these are drawn
 */
export function RunList({ catalog, filter, runGroups, settings, colorOf }) {
  return html`
    <section class="run-list" aria-label=${runGroups.on ? "Groups" : "Runs"}>
      <${RunFilterBox} value=${settings.runs} problem=${filter.problem} />
      <${GroupControls} settings=${settings} catalog=${catalog} runGroups=${runGroups} />
      ${
        runGroups.on
          ? html`<${GroupList} groups=${runGroups.groups} settings=${settings} colorOf=${colorOf} />`
          : html`<${SingleRuns} runs=${catalog.runs} filter=${filter} settings=${settings} colorOf=${colorOf} />`
      }
    </section>
  `;
}

/**
 * @param {{
 *   runs: readonly import("../api.js").Run[],
 *   filter: import("../state/run_filter.js").RunFilter,
 *   settings: import("../state/session.js").Settings,
 *   colorOf: (run: string) => string,
 * }} props
 */
function SingleRuns({ runs, filter, settings, colorOf }) {
  const { scroller, first, count } = useSight(ROW);
  const { selection } = settings;
  const matching = runs.filter((run) => filter.matches(run.name));
  const names = matching.map((run) => run.name);
  const selected = names.filter((name) => isSelected(selection.value, name)).length;
  const all = selected === names.length;
  const alone = runs.length === 1;
  return html`
      <div class="run-list-head">
        <label class="check">
          <input
            type="checkbox"
            checked=${all && names.length > 0}
            indeterminate=${selected > 0 && !all}
            disabled=${names.length === 0}
            onChange=${() => (selection.value = withAll(selection.value, names, !all))}
          />
          <span>${formatCount(selected)} of ${counted(names.length, "run")}</span>
        </label>
        ${
          names.length < runs.length &&
          html`
          <span class="run-list-hidden">
            ${
              filter.source
                ? `${formatCount(runs.length - names.length)} filtered out`
                : html`
                  <button class="link-button" onClick=${() => (settings.showHidden.value = true)}>
                    Show ${formatCount(runs.length - names.length)} hidden
                  </button>
                `
            }
          </span>
        `
        }
      </div>
      <ul class="single-runs" ref=${scroller}>
        <li class="run-space" style=${{ height: `${first * ROW}px` }} aria-hidden="true"></li>
        ${names
          .slice(first, first + count)
          .map(
            (name) =>
              html`<${RunRow} key=${name} name=${name} selection=${selection} color=${colorOf(name)} alone=${alone} />`,
          )}
        <li
          class="run-space"
          style=${{ height: `${Math.max(0, names.length - first - count) * ROW}px` }}
          aria-hidden="true"
        ></li>
      </ul>
      ${matching.length === 0 && runs.length > 0 && !filter.pending && html`<p class="run-list-none">No run meets the filter.</p>`}
  `;
}

/**
 * @param {{
 *   name: string, selection: import("@preact/signals-core").Signal<import("../state/selection.js").Selection>,
 *   color: string, alone: boolean,
 * }} props    `alone`: there is no other run
 */
function RunRow({ name, selection, color, alone }) {
  const isolated = isIsolated(selection.value, name);
  const isolate = () => (selection.value = isolated ? ALL : only(name));
  return html`
    <li class="run">
      <label class="check" title="${name}\nDouble-click to show this run only" onDblClick=${isolate}>
        <input
          type="checkbox"
          class="run-check"
          style=${{ "--run": color }}
          checked=${isSelected(selection.value, name)}
          onChange=${() => (selection.value = toggled(selection.value, name))}
        />
        <span class="run-name">
          ${annotationOf(name).starred && html`<${StarIcon} />`}
          <${NameInParts} name=${titleOf(name)} />
        </span>
      </label>
      ${
        !alone &&
        html`
        <button
          class="link-button run-only"
          aria-label=${isolated ? "Show all runs" : `Show only ${name}`}
          onClick=${isolate}
        >
          ${isolated ? "all" : "only"}
        </button>
      `
      }
    </li>
  `;
}

/**
 * A name whose end stays in sight where there is no room for all: that is where names of runs differ.
 *
 * @param {{ name: string }} props
 */
function NameInParts({ name }) {
  const end = name.lastIndexOf("/") + 1;
  return html`<span class="run-parents">${name.slice(0, end)}</span><span class="run-leaf">${name.slice(end)}</span>`;
}
