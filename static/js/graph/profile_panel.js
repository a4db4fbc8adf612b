/** The profiles of a run in; what a step took, node by node, and the file of its timeline, out: a button and a panel behind it. */
import { useEffect, useRef, useState } from "preact/hooks";

import { useWithinPage } from "../components/within_page.js";
import { counted, formatBytes, formatCount, formatNanoseconds } from "../format.js";
import { html } from "../html.js";
import { getCosts, traceAddress } from "./api.js";

/**
 * @param {object} props
 * @param {import("./model.js").Model} props.model
 * @param {readonly string[]} props.profiles    tags
 * @param {string} props.profile                the chosen one
 * @param {(profile: string) => void} props.onChoose
 */
export function ProfilePanel({ model, profiles, profile, onChoose }) {
  const [open, setOpen] = useState(false);
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  /** Escape closes the panel alone, and not the card as well. @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  }
  return html`
    <div class="graph-notes" onKeyDown=${onKeyDown}>
      <button ref=${button} class="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>Profile</button>
      ${open && html`<${Costs} model=${model} profiles=${profiles} profile=${profile} onChoose=${onChoose} />`}
    </div>
  `;
}

/** @param {{ model: import("./model.js").Model, profiles: readonly string[], profile: string, onChoose: (profile: string) => void }} props */
function Costs({ model, profiles, profile, onChoose }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useWithinPage(panel);
  return html`
    <section ref=${panel} class="graph-notes-list graph-profile" aria-label="Profile">
      ${profiles.length > 1 &&
      html`<label class="graph-select">
        <span>Step</span>
        <select value=${profile} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>${profiles.map((tag) => html`<option key=${tag} value=${tag}>${tag}</option>`)}</select>
      </label>`}
      <${CostTable} key=${profile} model=${model} profile=${profile} />
      <p><a href=${traceAddress(model.graph, profile)} download>Timeline of the step</a>, to open in Perfetto or Chromium's tracing</p>
    </section>
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
