/** The status of the log in, what of it could not be read out: file, place, reason. */
import { counted, formatBytes, formatCount, formatStep } from "../format.js";
import { html } from "../html.js";
import { Panel } from "./panel.js";

/** @param {{ status: import("../api.js").Status, onClose: () => void }} props */
export function DamagePanel({ status: { damage, unreadable }, onClose }) {
  return html`
    <${Panel} title="Problems in the log" onClose=${onClose}>
      <p class="panel-intro">
        ${damage.count > 0 && `${counted(damage.count, "damaged place")} in event files. `}
        Everything else is shown; reading went on behind each of them.
      </p>
      ${
        damage.count > damage.entries.length &&
        html`
        <p class="panel-intro">The latest ${formatCount(damage.entries.length)} are listed.</p>
      `
      }
      <ul class="damage-list">
        ${unreadable.map(
          ({ path, reason }) => html`
            <li key=${path}>
              <code class="damage-file">${path}</code>
              <span>could not be read: ${reason}</span>
            </li>
          `,
        )}
        ${byFile(damage.entries).map(
          ([file, places]) => html`
            <li key=${file}>
              <code class="damage-file">${file}</code>
              ${places.map(
                ({ offset, length, reason, pending }) => html`
                  <p key=${offset}>
                    ${reason}
                    <span class="damage-place">${place(offset, length, pending)}</span>
                  </p>
                `,
              )}
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}

/** @param {number} offset @param {number} length @param {boolean} pending */
function place(offset, length, pending) {
  const skipped = length > 0 ? `, ${formatBytes(length)} skipped` : "";
  return `at byte ${formatStep(offset)}${skipped}${pending ? "; may still be being written" : ""}`;
}

/**
 * @param {readonly import("../api.js").Damage[]} entries
 * @returns {[file: string, places: import("../api.js").Damage[]][]} files in the order of their first damage
 */
function byFile(entries) {
  /** @type {Map<string, import("../api.js").Damage[]>} */
  const files = new Map();
  for (const entry of entries) {
    const places = files.get(entry.file);
    if (places) places.push(entry);
    else files.set(entry.file, [entry]);
  }
  return [...files];
}
