/** What a picture does not show, and what is wrong with its graph, in; a quiet button with the list behind it out. */
import { useRef, useState } from "preact/hooks";

import { InfoIcon, WarningIcon } from "../components/icons.js";
import { useWithinPage } from "../components/within_page.js";
import { counted } from "../format.js";
import { html } from "../html.js";

/** @param {{ notes: import("./model.js").GraphNotes }} props */
export function Notes({ notes }) {
  const [open, setOpen] = useState(false);
  const lines = linesOf(notes);
  if (lines.length === 0) return null;
  const { count } = notes.problems;
  return html`
    <div class="graph-notes">
      <button class="button graph-notes-button ${count > 0 ? "graph-notes-warning" : ""}" aria-expanded=${open} onClick=${() => setOpen(!open)}>
        ${count > 0 ? html`<${WarningIcon} />` : html`<${InfoIcon} />`} ${count > 0 ? counted(count, "problem") : counted(lines.length, "note")}
      </button>
      ${open && html`<${List} lines=${lines} />`}
    </div>
  `;
}

/** @param {{ lines: string[] }} props */
function List({ lines }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useWithinPage(panel);
  return html`<ul ref=${panel} class="graph-notes-list" aria-label="Notes about this graph">${lines.map((line) => html`<li key=${line}>${line}</li>`)}</ul>`;
}

/** @param {import("./model.js").GraphNotes} notes */
export function linesOf({ problems, omitted }) {
  const lines = [...new Set(problems.texts)];
  if (problems.count > problems.texts.length) lines.push(`… and ${counted(problems.count - problems.texts.length, "more problem")}.`);
  for (const { scope, links } of omitted) {
    lines.push(`${scope === "" ? "At the top" : `In ${scope}`}: ${counted(links, "line")} left out of the picture.`);
  }
  return lines;
}
