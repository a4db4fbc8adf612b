/** A tag and its runs in, links to all points of each of them out. */
import { exportHref } from "../api.js";
import { html } from "../html.js";
import { useDialogFocus } from "./dialog_focus.js";
import { CloseIcon } from "./icons.js";

/** @param {{ tag: string, runs: readonly string[], colorOf: (run: string) => string, onClose: () => void }} props */
export function Downloads({ tag, runs, colorOf, onClose }) {
  const focus = useDialogFocus(onClose);
  return html`
    <div class="popover downloads" role="dialog" aria-label="Download data of ${tag}" ...${focus}>
      <div class="popover-head">
        <span>All points of a run</span>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </div>
      <ul>
        ${runs.map(
          (run) => html`
            <li key=${run}>
              <span class="swatch" style=${{ background: colorOf(run) }}></span>
              <span class="downloads-run" title=${run}>${run}</span>
              <a href=${exportHref(run, tag, "csv")} download=${fileName(run, tag, "csv")}>CSV</a>
              <a href=${exportHref(run, tag, "json")} download=${fileName(run, tag, "json")}>JSON</a>
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}

/** @param {string} run @param {string} tag @param {string} extension */
function fileName(run, tag, extension) {
  return `${`${run}-${tag}`.replace(/[^\w.-]+/g, "_")}.${extension}`;
}
