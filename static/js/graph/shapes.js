/** Boxes, dots and lines of a scene in, SVG elements out. What they look like is said in css/graphs.css. */
import { counted } from "../format.js";
import { html } from "../html.js";
import { kindOf } from "./kinds.js";
import { DOT_LABEL, fit, HEADER, hasSign, kindOfChild, labelOf, SIGN_WIDTH, sizeText } from "./labels.js";

/**
 * @typedef {import("./scene.js").SceneNode} SceneNode
 * @typedef {import("./scene.js").SceneEdge} SceneEdge
 *
 * @typedef {object} NodeProps
 * @property {SceneNode} node
 * @property {import("./labels.js").Measure} measure
 * @property {string} state              class names: "selected", "neighbour"
 * @property {boolean} focusable         the one node that the Tab key leads to
 * @property {import("./paint.js").Look} look
 */

const BUTTON = 7;
/** How far the second plate of a scope stands out from under the first, within its box. */
const PLATE = 3;
const EDGE_OF_TEXT = 10;
const SMALL_TEXT = 0.85;
const STRIPE = 4;
const STRIPE_INSET = 8;

/** @type {Partial<Record<import("./kinds.js").Kind, string>>} */
const SIGNS = {
  constant: "M5 1.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z",
  variable: "M1 2.6c0-1.8 8-1.8 8 0v4.8c0 1.8-8 1.8-8 0zM1 2.6c0 1.8 8 1.8 8 0",
  summary: "M1 9V5.5h2V9zM4 9V1.5h2V9zM7 9V4h2v5z",
  input: "M1 1.5 8.5 5 1 8.5z",
};

/** The sign of an op type, 10 × 10. @param {{ kind: import("./kinds.js").Kind, x: number, y: number }} props */
export function Sign({ kind, x, y }) {
  return html`<path class="graph-sign graph-sign-${kind}" d=${SIGNS[kind]} transform="translate(${x - 5},${y - 5})" />`;
}

/** What a screen reader says of a node. @param {SceneNode} node */
export function spoken({ path, open, child }) {
  if (child.kind === "op") return `${path}, operation ${child.op}`;
  const size = child.repeats ? `${child.repeats} like parts of ${counted(child.operations / child.repeats, "operation")}` : counted(child.operations, "operation");
  return `${path}, scope of ${size}, ${open ? "open" : "closed"}`;
}

/** @param {import("./types.js").Child} child    a scope */
function titleOf({ path, operations, op, repeats }) {
  const size = repeats ? `${repeats} built alike, of ${counted(operations / repeats, "operation")} each` : counted(operations, "operation");
  return `${path}\n${size}${op ? `, one of them ${op}` : ""}`;
}

/** What every element of a node has, so that one listener on the picture serves all. @param {NodeProps} props @param {string} name */
function attributes({ node, state, focusable, look }, name) {
  return {
    class: `graph-node ${name} ${look.name} ${state}`,
    "data-path": node.path,
    role: "button",
    tabindex: focusable ? 0 : -1,
    "aria-label": spoken(node),
    "aria-pressed": state.includes("selected"),
    ...(node.child.kind === "scope" ? { "aria-expanded": node.open } : {}),
    style: { transform: `translate(${node.x}px, ${node.y}px)`, ...look.style },
  };
}

/** The shares of a scope that is not of one colour, along its lower edge. @param {{ stripes: import("./paint.js").Stripe[], width: number, y: number }} props */
function Stripes({ stripes, width, y }) {
  const room = width - 2 * STRIPE_INSET;
  return stripes.map(
    ({ color, from, to }) => html`<rect class="graph-stripe" x=${STRIPE_INSET + from * room} y=${y} width=${(to - from) * room} height=${STRIPE} style=${{ fill: color }} />`,
  );
}

/** @param {NodeProps} props */
export function ClosedNode(props) {
  const { node } = props;
  if (node.role === "dot") return html`<${Dot} ...${props} />`;
  return node.child.kind === "scope" ? html`<${ClosedScope} ...${props} />` : html`<${Operation} ...${props} />`;
}

/** @param {NodeProps} props */
function Operation(props) {
  const { node, measure } = props;
  const { width, height, child } = node;
  const kind = kindOfChild(child);
  const sign = hasSign(kind);
  return html`
    <g ...${attributes(props, `graph-op graph-kind-${kind}`)}>
      <title>${`${node.path}\n${child.op}`}</title>
      <rect width=${width} height=${height} rx=${kind === "variable" || kind === "constant" ? 5 : height / 2} />
      ${sign && html`<${Sign} kind=${kind} x=${EDGE_OF_TEXT + 5} y=${height / 2} />`}
      <text x=${width / 2 + (sign ? SIGN_WIDTH / 2 : 0)} y=${height / 2} text-anchor="middle">${labelOf(child, measure)}</text>
    </g>
  `;
}

/** @param {NodeProps} props */
function ClosedScope(props) {
  const { node, measure, look } = props;
  const { width, height, child } = node;
  const kind = kindOf(child.op);
  const sign = hasSign(kind);
  const middle = (height - PLATE) / 2;
  return html`
    <g ...${attributes(props, "graph-scope")}>
      <title>${titleOf(child)}</title>
      <rect class="graph-scope-behind" x=${PLATE} y=${PLATE} width=${width - PLATE} height=${height - PLATE} rx="8" />
      <rect width=${width - PLATE} height=${height - PLATE} rx="8" />
      ${sign && html`<${Sign} kind=${kind} x=${EDGE_OF_TEXT + 5} y=${middle} />`}
      <text class="graph-scope-label" x=${EDGE_OF_TEXT + (sign ? SIGN_WIDTH : 0)} y=${middle}>${labelOf(child, measure)}</text>
      <text class="graph-count" x=${width - PLATE - 24} y=${middle} text-anchor="end">${sizeText(child)}</text>
      <${Stripes} stripes=${look.stripes} width=${width - PLATE} y=${height - PLATE - STRIPE - 2} />
      <${Toggle} x=${width - PLATE - 13} y=${middle} open=${false} label="Open ${node.path}" />
    </g>
  `;
}

/** @param {NodeProps} props */
function Dot(props) {
  const { node, measure } = props;
  const radius = node.width / 2;
  const label = fit(node.child.label, (DOT_LABEL - 4) / SMALL_TEXT, (text) => measure(text, false));
  return html`
    <g ...${attributes(props, "graph-dot")}>
      <title>${`${node.path}\n${node.child.op}`}</title>
      <rect class="graph-hit" x=${-DOT_LABEL} y="-3" width=${DOT_LABEL + node.width + 4} height=${node.height + 6} />
      <circle cx=${radius} cy=${radius} r=${radius} />
      <text x="-4" y=${radius} text-anchor="end">${label}</text>
    </g>
  `;
}

/** The box of an open scope, behind everything that lies in it. @param {{ node: SceneNode, state: string, look: import("./paint.js").Look }} props */
export function OpenBox({ node, state, look }) {
  return html`
    <g
      class="graph-open graph-depth-${node.depth % 4} ${look.name} ${state}"
      data-path=${node.path}
      style=${{ transform: `translate(${node.x}px, ${node.y}px)`, ...look.style }}
    >
      <rect width=${node.width} height=${node.height} rx="10" />
    </g>
  `;
}

/** Its title, before the lines that pass there. @param {NodeProps} props */
export function OpenTitle(props) {
  const { node, measure } = props;
  const { width, child } = node;
  const label = fit(child.label, width - 64, (text) => measure(text, true));
  const text = measure(label, true);
  return html`
    <g ...${attributes(props, `graph-title graph-depth-${node.depth % 4}`)}>
      <title>${titleOf(child)}</title>
      <rect x="6" y="4" width=${text + 14 + measure(sizeText(child), false)} height=${HEADER - 6} rx="4" />
      <text class="graph-scope-label" x=${EDGE_OF_TEXT} y=${HEADER / 2 + 1}>${label}</text>
      <text class="graph-count" x=${EDGE_OF_TEXT + text + 6} y=${HEADER / 2 + 1}>${sizeText(child)}</text>
      <${Toggle} x=${width - 15} y=${HEADER / 2 + 2} open label="Close ${node.path}" />
    </g>
  `;
}

/** @param {{ x: number, y: number, open: boolean, label: string }} props */
function Toggle({ x, y, open, label }) {
  return html`
    <g class="graph-toggle" data-toggle="" transform="translate(${x},${y})" aria-hidden="true">
      <title>${label}</title>
      <circle r=${BUTTON + 4} class="graph-hit" />
      <circle r=${BUTTON} />
      <path d=${open ? "M-3.5 0h7" : "M-3.5 0h7M0-3.5v7"} />
    </g>
  `;
}

/** @param {{ edge: SceneEdge, emphasised: boolean }} props */
export function Edge({ edge, emphasised }) {
  const { kind } = edge;
  const marker = edge.arrow ? `url(#graph-arrow-${kind}${emphasised ? "-strong" : ""})` : null;
  return html`
    <g class="graph-edge graph-edge-${kind} ${emphasised ? "emphasised" : ""}">
      <title>${edge.id + (edge.label ? `\n${edge.label}` : "")}</title>
      <path class="graph-edge-hit" d=${edge.path} />
      <path
        class="graph-line"
        d=${edge.path}
        stroke-width=${edge.width + (emphasised ? 0.8 : 0)}
        marker-end=${kind === "reference" ? null : marker}
        marker-start=${kind === "reference" ? marker : null}
      />
      ${edge.labelAt && html`<text x=${edge.labelAt[0]} y=${edge.labelAt[1]}>${edge.label}</text>`}
    </g>
  `;
}

/** Heads of arrows; markers cannot take the colour of their line. */
export function Arrows() {
  const kinds = ["tensor", "control", "reference"].flatMap((kind) => [kind, `${kind}-strong`]);
  return html`
    <defs>
      ${kinds.map(
        (kind) => html`
          <marker id="graph-arrow-${kind}" class="graph-arrow-${kind}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">
            <path d="M0 0.8 8 4 0 7.2 1.6 4z" />
          </marker>
        `,
      )}
    </defs>
  `;
}
