/** Two graphs in; which nodes were added, removed and changed, out: a button with the counts, and the list behind it. */
import { useEffect, useState } from "preact/hooks";

import { counted, formatCount } from "../format.js";
import { html } from "../html.js";
import { getDifference } from "./api.js";
import { ToolbarPanel } from "./toolbar_panel.js";

/** @param {{ model: import("./model.js").Model, label: string }} props    label: of the graph that this one is compared with */
export function DifferencePanel({ model, label }) {
  const [found, setFound] = useState(/** @type {import("./api.js").Difference | null} */ (null));
  const [failure, setFailure] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    getDifference(model.graph, controller.signal).then(setFound, (error) => controller.signal.aborted || setFailure(error.message));
    return () => controller.abort();
  }, [model]);
  if (failure) return html`<p class="graph-difference-failure" role="alert">${failure}</p>`;
  if (!found) return null;
  const { added, removed, changed } = found.counts;
  const total = added + removed + changed;
  const button =
    total === 0
      ? "No difference"
      : html`<span class="graph-added">+${formatCount(added)}</span> <span class="graph-removed">−${formatCount(removed)}</span> <span class="graph-changed">±${formatCount(changed)}</span>`;
  return html`
    <${ToolbarPanel} button=${button} label="Difference" wide>
      <p>Compared with ${label}: ${formatCount(added)} added, ${formatCount(removed)} removed, ${formatCount(changed)} changed. Nodes are told by their names.</p>
      <ul class="graph-links">
        ${found.items.map(({ path, name, op, status }) => html`<li key=${path}><span class="graph-${status}">${status}</span> <button class="graph-link" title=${op} onClick=${() => model.reveal(path)}>${name}</button></li>`)}
      </ul>
      ${total > found.items.length && html`<p class="graph-nothing">and ${counted(total - found.items.length, "more node")}</p>`}
    <//>
  `;
}
