/** The status of the log in, what of it could not be read out: file, place, reason. */
import { counted, formatBytes, formatCount } from "../format.js";
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
      ${damage.count > damage.entries.length && html`<p class="panel-intro">The latest ${formatCount(damage.entries.length)} are listed.</p>`}
      <ul class="damage-list">
        ${unreadable.map(
          ({ path, reason }) => html`
            <li key=${path}>
              <code class="damage-file">${path}</code>
              <span>could not be read: ${reason}</span>
            </li>
          `,
        )}
        ${damage.entries.map(
          ({ file, offset, length, reason, pending }) => html`
            <li key=${`${file}:${offset}`}>
              <code class="damage-file">${file}</code>
              <span>${reason}</span>
              <span class="damage-place">at byte ${formatCount(offset)}${length > 0 ? `, ${formatBytes(length)} skipped` : ""}${pending ? ", may still be being written" : ""}</span>
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}
