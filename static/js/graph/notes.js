/** What a picture does not show, and what is wrong with its graph, in; a quiet button with the list behind it out. */
import { InfoIcon, WarningIcon } from "../components/icons.js";
import { counted } from "../format.js";
import { html } from "../html.js";
import { ToolbarPanel } from "./toolbar_panel.js";

/** @param {{ notes: import("./model.js").GraphNotes }} props */
export function Notes({ notes }) {
  const lines = linesOf(notes);
  if (lines.length === 0) return null;
  const { count } = notes.problems;
  const button = html`${count > 0 ? html`<${WarningIcon} />` : html`<${InfoIcon} />`} ${count > 0 ? counted(count, "problem") : counted(lines.length, "note")}`;
  return html`
    <${ToolbarPanel} button=${button} look="graph-notes-button ${count > 0 ? "graph-notes-warning" : ""}">
      <ul aria-label="Notes about this graph">${lines.map((line) => html`<li key=${line}>${line}</li>`)}</ul>
    <//>
  `;
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
