/** What a card shows in, a dialog to keep it as a picture, a figure or data out. */
import { exportHref, keepPoints } from "../api.js";
import { counted } from "../format.js";
import { html } from "../html.js";
import { portableName } from "../save_file.js";
import { useDialogFocus } from "./dialog_focus.js";
import { CloseIcon } from "./icons.js";

/** @type {readonly [kind: import("../export/files.js").Kind, label: string, help: string][]} */
const PICTURES = [
  ["png", "PNG", "A picture of the chart with title, axes and legend, 2280 pixels wide"],
  ["svg", "SVG", "The same in lines, for print and for editing"],
  ["tex", "LaTeX", "The same for pgfplots, in the fonts of the paper"],
  ["plotly", "Plotly", "A Plotly figure as JSON, for plotly.io.from_json"],
];

/**
 * @param {{
 *   tag: string, parts: readonly import("./card.js").Part[], colorOf: (run: string) => string, onClose: () => void,
 *   figure: () => Promise<import("../export/figure.js").Figure>,
 *   conditions: Partial<import("../state/series.js").Conditions>,
 * }} props    `figure`: of what the chart shows; `conditions`: under which its lines were asked for
 */
export function SaveDialog({ tag, parts, colorOf, figure, conditions, onClose }) {
  const focus = useDialogFocus(onClose);
  /** @type {[run: string, tag: string][]} */
  const pairs = parts.flatMap(({ tag: of, runs }) => runs.map((run) => /** @type {[string, string]} */ ([run, of])));
  /** The code that draws for paper is loaded when it is needed. @param {import("../export/files.js").Kind} kind */
  const keepPicture = async (kind) => {
    const { keepFile } = await import("../export/files.js");
    await keepFile(await figure(), kind);
  };
  const keepData = (/** @type {"csv" | "json"} */ format) =>
    keepPoints({ ...conditions, series: pairs, format, name: tag });
  return html`
    <div class="popover save" role="dialog" aria-label="Save ${tag}" ...${focus}>
      <div class="popover-head">
        <span>Save</span>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </div>
      <div class="popover-body">
        <h4>The chart as it is shown</h4>
        <div class="popover-buttons">
          ${PICTURES.map(
            ([kind, label, help]) =>
              html`<button key=${kind} class="button" title=${help} onClick=${() => keepPicture(kind)}>${label}</button>`,
          )}
        </div>
        <h4>All points of ${counted(new Set(pairs.map(([run]) => run)).size, "run")}</h4>
        <div class="popover-buttons">
          <button class="button" onClick=${() => keepData("csv")}>CSV</button>
          <button class="button" onClick=${() => keepData("json")}>JSON</button>
        </div>
        <details>
          <summary>One run alone</summary>
          <ul>
            ${parts[0].runs.map(
              (run) => html`
                <li key=${run}>
                  <span class="swatch" style=${{ background: colorOf(run) }}></span>
                  <span class="save-run" title=${run}>${run}</span>
                  <a href=${exportHref(run, tag, "csv")} download=${fileName(run, tag, "csv")}>CSV</a>
                  <a href=${exportHref(run, tag, "json")} download=${fileName(run, tag, "json")}>JSON</a>
                </li>
              `,
            )}
          </ul>
        </details>
      </div>
    </div>
  `;
}

/** @param {string} run @param {string} tag @param {string} extension */
function fileName(run, tag, extension) {
  return `${portableName(`${run}-${tag}`)}.${extension}`;
}
