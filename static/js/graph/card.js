/** What the server tells of the selected node in, a panel of text and links out. */
import { SettingControl } from "../components/controls.js";
import { CloseIcon } from "../components/icons.js";
import { counted, formatBytes, formatCount, formatNanoseconds, formatShort } from "../format.js";
import { html } from "../html.js";

/**
 * @typedef {import("./api.js").Link} Link
 * @typedef {import("./model.js").Model} Model
 */

/** @param {{ model: Model, settings: import("../state/session.js").Settings, element: { current: HTMLElement | null }, isOpen: boolean, onClose: () => void }} props */
export function InfoCard({ model, settings, element, isOpen, onClose }) {
  const card = model.card.value;
  if (!card) return null;
  const { operation, contents } = card;
  return html`
    <aside ref=${element} class="graph-card" aria-label="Selected node">
      <header class="graph-card-head">
        <div>
          ${card.scope && html`<${Trail} path=${card.scope} model=${model} />`}
          <h2>${card.label}</h2>
          <p class="graph-card-kind">${kindText(card)}</p>
        </div>
        <button class="icon-button" aria-label="Close the card" title="Close (Esc)" onClick=${onClose}><${CloseIcon} /></button>
      </header>
      <div class="graph-card-body">
        <div class="graph-card-actions">
          ${contents && html`<button class="button" onClick=${() => model.toggle(card.path)}>${isOpen ? "Close this scope" : "Open this scope"}</button>`}
          <${SettingControl} name="trace" settings=${settings} compact />
        </div>
        ${card.difference?.status && html`<${DifferencePart} difference=${card.difference} />`}
        <${WorkPart} work=${card.work} />
        ${card.cost && html`<${CostPart} cost=${card.cost} />`}
        ${operation && html`<${OperationPart} operation=${operation} inScope=${contents !== null} model=${model} />`}
        ${contents && html`<${ContentsPart} contents=${contents} model=${model} />`}
      </div>
    </aside>
  `;
}

/** @param {import("./api.js").NodeCard} card */
function kindText({ operation, contents, name, repeats }) {
  if (!contents) return operation ? `Operation ${operation.op}` : "";
  if (repeats > 0) return `${formatCount(repeats)} parts that are built alike, ${counted(contents.operations, "operation")} in all`;
  if (name === null) return `A part of a scope too large for one picture: ${counted(contents.operations, "operation")}, in the order of the flow`;
  const size = `Scope of ${counted(contents.operations, "operation")}`;
  return contents.scopes > 0 ? `${size} and ${counted(contents.scopes, "scope")}` : size;
}

/** @param {{ difference: NonNullable<import("./api.js").NodeCard["difference"]> }} props */
function DifferencePart({ difference: { status, changes } }) {
  return html`
    <${Section} title="Difference">
      <p class="graph-${status}">${status}</p>
      <dl class="graph-attributes">
        ${changes.map(({ what, old, new: now }) => html`<div key=${what}><dt>${what}</dt><dd><del>${old || "nothing"}</del> → <ins>${now || "nothing"}</ins></dd></div>`)}
      </dl>
    <//>
  `;
}

/** Parameters and arithmetic, as far as shapes are known. @param {{ work: import("./api.js").Work }} props */
function WorkPart({ work: { parameters, flops, uncounted, shapeless } }) {
  if (parameters === 0 && flops === 0) return null;
  const rows = [
    ...(parameters > 0 ? [["parameters", formatCount(parameters), shapeless > 0 ? `and ${counted(shapeless, "variable")} of unknown size` : ""]] : []),
    ...(flops > 0 ? [["FLOPs", formatShort(flops), uncounted > 0 ? `and ${counted(uncounted, "operation")} of unknown work` : ""]] : []),
  ];
  return html`
    <${Section} title="Size">
      <dl class="graph-attributes" title="A multiplication and an addition are two FLOPs; a size that is not known, as of the batch, counts as 1.">
        ${rows.map(([name, value, rest]) => html`<div key=${name}><dt>${name}</dt><dd>${value}${rest && html` <span class="graph-nothing">${rest}</span>`}</dd></div>`)}
      </dl>
    <//>
  `;
}

/** @param {{ cost: NonNullable<import("./api.js").NodeCard["cost"]> }} props */
function CostPart({ cost: { time, bytes, executions, outputs } }) {
  const rows = [
    ["time", formatNanoseconds(time)],
    ["memory", formatBytes(bytes)],
    ["kernels run", formatCount(executions)],
    ...(outputs.length > 0 ? [["shapes put out", outputs.join(", ")]] : []),
  ];
  return html`
    <${Section} title="In the traced step">
      <dl class="graph-attributes">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <//>
  `;
}

/** The scopes around a node, each a link. @param {{ path: string, model: Model }} props */
function Trail({ path, model }) {
  const parts = path.split("/");
  return html`
    <nav class="graph-trail" aria-label="Scopes around">
      ${parts.map((part, index) => {
        const scope = parts.slice(0, index + 1).join("/");
        return html`<button key=${scope} class="graph-link" title=${scope} onClick=${() => model.reveal(scope)}>${part}</button><span aria-hidden="true">/</span>`;
      })}
    </nav>
  `;
}

/** @param {{ operation: import("./api.js").OperationCard, inScope: boolean, model: Model }} props */
function OperationPart({ operation, inScope, model }) {
  return html`
    ${inScope && html`<p class="graph-card-own">The node <button class="graph-link" onClick=${() => model.reveal(operation.path)}>${operation.name}</button> of the scope's own name is a ${operation.op}.</p>`}
    ${operation.device && html`<${Section} title="Device"><p class="graph-value">${operation.device}</p><//>`}
    ${operation.attribute_count > 0 &&
    html`<${Section} title="Attributes" count=${operation.attribute_count}>
      <dl class="graph-attributes">
        ${operation.attributes.map(({ name, value }) => html`<div key=${name}><dt>${name}</dt><dd>${value === "" ? html`<span class="graph-nothing">empty</span>` : value}</dd></div>`)}
      </dl>
      <${More} shown=${operation.attributes.length} count=${operation.attribute_count} noun="attribute" />
    <//>`}
    ${operation.calls.length > 0 &&
    html`<${Section} title="Calls" count=${operation.calls.length}>
      <ul class="graph-links">${operation.calls.map(({ name, path }) => html`<li key=${name}><button class="graph-link" onClick=${() => model.reveal(path)}>${name}</button></li>`)}</ul>
    <//>`}
    <${Links} title="Inputs" links=${operation.inputs} count=${operation.input_count} model=${model} showOutput />
    <${Links} title="Control inputs" links=${operation.control_inputs} count=${operation.control_input_count} model=${model} />
    <${Links} title="Outputs" links=${operation.outputs} count=${operation.output_count} model=${model} />
    <${Links} title="Control outputs" links=${operation.control_outputs} count=${operation.control_output_count} model=${model} />
  `;
}

/** @param {{ contents: import("./api.js").ContentsCard, model: Model }} props */
function ContentsPart({ contents, model }) {
  const most = Math.max(1, ...contents.ops.map((each) => each.count));
  return html`
    <${Section} title="Operations" count=${contents.operations}>
      <ul class="graph-histogram">
        ${contents.ops.map(
          ({ op, count }) => html`
            <li key=${op}>
              <span class="graph-histogram-op" title=${op}>${op}</span>
              <meter min="0" max=${most} value=${count} aria-hidden="true"></meter>
              <span class="graph-histogram-count">${formatCount(count)}</span>
            </li>
          `,
        )}
      </ul>
      <${More} shown=${contents.ops.length} count=${contents.op_count} noun="op type" />
    <//>
    <${Links} title="From outside" links=${contents.inputs} count=${contents.input_count} model=${model} showOutput />
    <${Links} title="To outside" links=${contents.outputs} count=${contents.output_count} model=${model} />
    ${contents.devices.length > 0 &&
    html`<${Section} title="Devices" count=${contents.devices.length}>
      <ul class="graph-links">${contents.devices.map(({ device, count }) => html`<li key=${device}>${device} <span class="graph-shape">${formatCount(count)}</span></li>`)}</ul>
    <//>`}
  `;
}

/** @param {{ title: string, links: Link[], count: number, model: Model, showOutput?: boolean }} props */
function Links({ title, links, count, model, showOutput = false }) {
  if (count === 0) return null;
  return html`
    <${Section} title=${title} count=${count}>
      <ul class="graph-links">
        ${links.map((link, index) => html`<li key=${index}><${LinkTo} link=${link} model=${model} showOutput=${showOutput} /></li>`)}
      </ul>
      <${More} shown=${links.length} count=${count} noun="node" />
    <//>
  `;
}

/** @param {{ link: Link, model: Model, showOutput: boolean }} props */
function LinkTo({ link, model, showOutput }) {
  const { name, path, op, output, shape } = link;
  const text = showOutput && output > 0 ? `${name}:${output}` : name;
  if (path === null) return html`<span class="graph-missing">${text}</span> <span class="graph-shape">not in the graph</span>`;
  return html`
    <button class="graph-link" title=${`${path}\n${op}`} onClick=${() => model.reveal(path)}>${text}</button>
    ${shape && html`<span class="graph-shape">${shape}</span>`}
  `;
}

/** @param {{ title: string, count?: number, children: unknown }} props */
function Section({ title, count, children }) {
  return html`
    <section class="graph-card-section">
      <h3>${title}${count !== undefined && html` <span class="graph-card-count">${formatCount(count)}</span>`}</h3>
      ${children}
    </section>
  `;
}

/** @param {{ shown: number, count: number, noun: string }} props */
function More({ shown, count, noun }) {
  return shown < count ? html`<p class="graph-nothing">and ${counted(count - shown, `more ${noun}`)}</p>` : null;
}
