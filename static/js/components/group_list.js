/** Groups of runs in, a list to select and isolate them out. */
import { counted, formatCount } from "../format.js";
import { html } from "../html.js";
import { isDrawn } from "../state/run_groups.js";
import { ALL, withAll } from "../state/selection.js";

/** More rows than this are counted in the last line. */
const ROWS = 300;

/**
 * @param {{
 *   groups: readonly import("../groups/api.js").Group[],
 *   settings: import("../state/session.js").Settings,
 *   colorOf: (group: string) => string,
 * }} props
 */
export function GroupList({ groups, settings, colorOf }) {
  const { selection } = settings;
  const selected = groups.filter((group) => isDrawn(group, selection.value));
  const all = selected.length === groups.length;
  const runs = groups.flatMap((group) => group.runs);
  return html`
    <div class="run-list-head">
      <label class="check">
        <input
          type="checkbox"
          checked=${all && groups.length > 0}
          indeterminate=${selected.length > 0 && !all}
          disabled=${groups.length === 0}
          onChange=${() => (selection.value = withAll(selection.value, runs, !all))}
        />
        <span>${formatCount(selected.length)} of ${counted(groups.length, "group")}</span>
      </label>
    </div>
    <ul>
      ${groups.slice(0, ROWS).map((group) => {
        const alone = selected.length === 1 && selected[0] === group;
        const isolate = () => (selection.value = alone ? ALL : { mode: "only", names: new Set(group.runs) });
        return html`
          <li class="run" key=${group.name}>
            <label class="check" title="${group.runs.join("\n")}\nDouble-click to show this group only" onDblClick=${isolate}>
              <input
                type="checkbox"
                class="run-check"
                style=${{ "--run": colorOf(group.name) }}
                checked=${isDrawn(group, selection.value)}
                onChange=${() => (selection.value = withAll(selection.value, group.runs, !isDrawn(group, selection.value)))}
              />
              <span class="run-name">${group.name}</span>
            </label>
            <span class="group-size" aria-label=${counted(group.runs.length, "run")}>${formatCount(group.runs.length)}</span>
            <button
              class="link-button run-only"
              aria-label=${alone ? "Show all groups" : `Show only ${group.name}`}
              onClick=${isolate}
            >
              ${alone ? "all" : "only"}
            </button>
          </li>
        `;
      })}
    </ul>
    ${groups.length > ROWS && html`<p class="run-list-none">and ${counted(groups.length - ROWS, "more group")}</p>`}
  `;
}
