/** The profiles of a run in; what a step took, node by node, and the file of its timeline, out: a button and a panel behind it. */
import { useEffect, useState } from "preact/hooks";

import { counted, formatBytes, formatCount, formatNanoseconds } from "../format.js";
import { html } from "../html.js";
import { getCosts, traceAddress } from "./api.js";
import { ToolbarPanel } from "./toolbar_panel.js";

/**
 * @param {object} props
 * @param {import("./model.js").Model} props.model
 * @param {readonly string[]} props.profiles    tags
 * @param {string} props.profile                the chosen one
 * @param {(profile: string) => void} props.onChoose
 */
export function ProfilePanel({ model, profiles, profile, onChoose }) {
  return html`
    <${ToolbarPanel} button="Profile" label="Profile" wide>
      ${profiles.length > 1 &&
      html`<label class="graph-select">
        <span>Step</span>
        <select aria-label="Step" value=${profile} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>${profiles.map((tag) => html`<option key=${tag} value=${tag}>${tag}</option>`)}</select>
      </label>`}
      <${CostTable} key=${profile} model=${model} profile=${profile} />
      <p><a href=${traceAddress(model.graph, profile)} download>Timeline of the step</a>, to open in Perfetto or Chromium's tracing</p>
    <//>
  `;
}

/** @param {{ model: import("./model.js").Model, profile: string }} props */
function CostTable({ model, profile }) {
  const [by, setBy] = useState(/** @type {"time" | "memory"} */ ("time"));
  const [costs, setCosts] = useState(/** @type {import("./api.js").CostTable | null} */ (null));
  const [failure, setFailure] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    getCosts(model.graph, profile, by, controller.signal).then(setCosts, (error) => controller.signal.aborted || setFailure(error.message));
    return () => controller.abort();
  }, [model, profile, by]);
  if (failure) return html`<p role="alert">${failure}</p>`;
  if (!costs) return null;
  if (!costs.total) return html`<p>Nothing of this graph ran in the step.</p>`;
  const { total, elsewhere, items } = costs;
  const ofSort = (/** @type {"time" | "memory"} */ sort) => ({ "aria-sort": by === sort ? "descending" : "none" });
  return html`
    <p>
      ${profile}: ${formatNanoseconds(total.time)}, ${formatBytes(total.bytes)}, ${counted(total.executions, "kernel")} in all.
      ${elsewhere > 0 && ` ${formatCount(elsewhere)} of them of nodes that the runtime put in.`}
    </p>
    <table class="graph-costs">
      <thead>
        <tr>
          <th>Operation</th>
          <th ...${ofSort("time")}><button class="graph-link" onClick=${() => setBy("time")}>Time</button></th>
          <th ...${ofSort("memory")}><button class="graph-link" onClick=${() => setBy("memory")}>Memory</button></th>
        </tr>
      </thead>
      <tbody>
        ${items.map(
          ({ path, name, op, time, bytes }) => html`
            <tr key=${path}>
              <td><button class="graph-link" title=${op} onClick=${() => model.reveal(path)}>${name}</button></td>
              <td>${formatNanoseconds(time)}</td>
              <td>${formatBytes(bytes)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
