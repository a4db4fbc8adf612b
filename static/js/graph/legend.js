/** The colours of a picture in, the key to its colours, shapes and lines out. */
import { html } from "../html.js";
import { amountText, colorOf, keyText } from "./paint.js";
import { Sign } from "./shapes.js";

const ROWS = [
  ["Scope; open it with + or a double click", html`<g class="graph-node graph-scope"><rect class="graph-scope-behind" x="5" y="5" width="34" height="14" rx="5" /><rect x="3" y="2" width="34" height="14" rx="5" /></g>`],
  ["Operation", html`<g class="graph-node graph-op"><rect x="4" y="2" width="34" height="15" rx="7.5" /></g>`],
  ["Constant; a dot beside what alone uses it", sign("constant")],
  ["Variable", sign("variable")],
  ["Summary", sign("summary")],
  ["Input or output of the graph", sign("input")],
  ["No-op: waits for others", html`<g class="graph-node graph-op graph-kind-noop"><rect x="4" y="2" width="34" height="15" rx="7.5" /></g>`],
  ["Tensors; thicker for more", line("tensor")],
  ["Control dependency: order only", line("control")],
  ["Reference: what changes a variable", line("reference")],
];

/** @param {"constant" | "variable" | "summary" | "input"} kind */
function sign(kind) {
  return html`<g class="graph-node graph-op graph-kind-${kind}"><${Sign} kind=${kind} x=${21} y=${10} /></g>`;
}

/** @param {string} kind */
function line(kind) {
  return html`<g class="graph-edge graph-edge-${kind}"><path class="graph-line" d="M3 10h36" stroke-width="1.6" /></g>`;
}

/** @param {{ painting: import("./paint.js").Painting }} props */
export function Legend({ painting: { legend: keys, colors, scale } }) {
  return html`
    <details class="graph-legend">
      <summary>Legend</summary>
      ${scale &&
      html`<p class="graph-scale">
        <span>${scale.by === "time" ? "Time" : "Memory"}: 0</span><span class="graph-scale-bar" aria-hidden="true"></span><span>${amountText(scale.by, scale.most)}; pale: did not run</span>
      </p>`}
      <ul>
        ${keys.map(
          (key) => html`
            <li key=${key.key}>
              <svg class="graph-legend-picture" width="44" height="21" aria-hidden="true">
                <g class="graph-node graph-scope ${key.key === null ? "" : "graph-painted"}" style=${{ "--paint": key.key === null ? null : colorOf(colors, key.key) }}>
                  <rect x="4" y="3" width="34" height="14" rx="5" />
                </g>
              </svg>
              <span class="graph-legend-text" title=${keyText(key)}>${keyText(key)}</span>
            </li>
          `,
        )}
      </ul>
      <ul>
        ${ROWS.map(([text, picture]) => html`<li><svg class="graph-legend-picture" width="44" height="21" aria-hidden="true">${picture}</svg>${text}</li>`)}
      </ul>
    </details>
  `;
}
