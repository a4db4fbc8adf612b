/** The catalog's graphs in, the graphs page out: which graph, its picture, and the card of the selected node. */
import { useSignal } from "@preact/signals";
import { batch } from "@preact/signals-core";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { SettingControl } from "../components/controls.js";
import { CloseIcon } from "../components/icons.js";
import * as server from "../graph/api.js";
import { InfoCard } from "../graph/card.js";
import { choicesOf, chosen, comparedWith, profilesOf } from "../graph/choices.js";
import { DifferencePanel } from "../graph/difference_panel.js";
import { DownloadMenu } from "../graph/download_menu.js";
import { canvasMeasure } from "../graph/labels.js";
import { createLayoutClient } from "../graph/layout_client.js";
import { Legend } from "../graph/legend.js";
import { createModel } from "../graph/model.js";
import { linesOf, Notes } from "../graph/notes.js";
import { formatOpen, parseOpen, scopesAround } from "../graph/open_scopes.js";
import { ProfilePanel } from "../graph/profile_panel.js";
import { SearchBox } from "../graph/search_box.js";
import { secondClicks } from "../graph/second_click.js";
import { BUTTON_ZOOM, GraphView } from "../graph/view.js";
import { html } from "../html.js";
import { SETTINGS } from "../state/settings.js";
import { scriptUrl } from "../trusted_types.js";

/** @typedef {import("../graph/choices.js").Choice} Choice */

/** Colours that tell of a profile. */
const COSTS = ["time", "memory"];

/** @param {import("./index.js").PageProps} props */
export function Page({ catalog, settings }) {
  const choices = useMemo(() => choicesOf(catalog), [catalog]);
  if (choices.length === 0) return html`<${NoGraph} />`;
  const { choice, missing } = chosen(choices, settings.run.value, settings.tag.value);
  const against = comparedWith(choices, choice, settings.against.value, settings.againstTag.value);
  const key = JSON.stringify([choice.run, choice.tag, settings.series.value, against?.run, against?.tag]);
  return html`<${GraphPage} key=${key} choice=${choice} against=${against} missing=${missing} choices=${choices} catalog=${catalog} settings=${settings} />`;
}

/** @param {{ choice: Choice, against: Choice | null, missing: string | null, choices: Choice[], catalog: import("../api.js").Catalog, settings: import("../state/session.js").Settings }} props */
function GraphPage({ choice, against, missing, choices, catalog, settings }) {
  const profiles = useMemo(() => profilesOf(catalog, choice.run), [catalog]);
  const profile = profiles.includes(settings.profile.value) ? settings.profile.value : (profiles[0] ?? null);
  const profileSignal = useSignal(profile);
  useEffect(() => void (profileSignal.value = profile), [profile]);
  const model = useMemo(
    () => createModel({ graph: { run: choice.run, tag: choice.tag, series: settings.series.peek(), against }, settings, profile: profileSignal, server, layout: createLayoutClient(startWorker), measure: pageMeasure() }),
    [],
  );
  useEffect(() => model.close, [model]);
  const firstCatalog = useRef(catalog);
  useEffect(() => {
    if (catalog !== firstCatalog.current) model.refresh();
    firstCatalog.current = catalog;
  }, [catalog]);

  const controls = useRef(/** @type {import("../graph/view.js").ViewControls | null} */ (null));
  const cover = useRef(/** @type {HTMLElement | null} */ (null));
  const node = settings.node.value;
  const hasCard = node !== "" && model.card.value !== null;
  const deselect = () => model.select("");
  const onClick = useMemo(() => secondClicks((path) => model.isScope(path) && model.toggle(path)), [model]);
  return html`
    <div class="graph-page" onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && deselect()}>
      <div class="graph-toolbar" role="toolbar" aria-label="Graph tools">
        ${choices.length > 1 && html`<${GraphSelect} choice=${choice} choices=${choices} settings=${settings} />`}
        ${choices.length > 1 && html`<${CompareSelect} choice=${choice} against=${against} choices=${choices} settings=${settings} />`}
        ${against && html`<${DifferencePanel} model=${model} label=${against.label} />`}
        <${SearchBox} model=${model} />
        ${!against && html`<${SettingControl} name="paint" settings=${settings} compact without=${profile === null ? COSTS : []} />`}
        ${profile !== null && html`<${ProfilePanel} model=${model} profiles=${profiles} profile=${profile} onChoose=${(/** @type {string} */ tag) => (settings.profile.value = tag)} />`}
        <${SettingControl} name="flow" settings=${settings} compact />
        <${GatherControl} model=${model} settings=${settings} />
        <div class="graph-zoom" role="group" aria-label="Zoom">
          <button class="button" aria-label="Zoom out" title="Zoom out (-)" onClick=${() => controls.current?.zoom(1 / BUTTON_ZOOM)}>−</button>
          <button class="button" title="Show the whole graph (0)" onClick=${() => controls.current?.fit()}>Fit</button>
          <button class="button" aria-label="Zoom in" title="Zoom in (+)" onClick=${() => controls.current?.zoom(BUTTON_ZOOM)}>+</button>
        </div>
        ${settings.open.value !== "" && html`<button class="button" onClick=${model.closeAll}>Close all</button>`}
        <${DownloadMenu} model=${model} selected=${node} controls=${controls} />
        <${Notes} notes=${model.notes.value} />
      </div>
      ${missing && html`<${Missing} text=${missing} onClose=${() => show(settings, choice)} />`}
      ${settings.profile.value && settings.profile.value !== profile && html`<${Missing} text="There is no profile “${settings.profile.value}” of this run." onClose=${() => (settings.profile.value = "")} />`}
      ${COSTS.includes(settings.paint.value) && profile === null && html`<${Missing} text="No step of this run was traced, so no colour can tell of ${settings.paint.value}." onClose=${() => (settings.paint.value = SETTINGS.paint.initial)} />`}
      ${settings.against.value && !against && html`<${Missing} text="There is no other graph of run “${settings.against.value}” to compare with." onClose=${() => compare(settings, null)} />`}
      ${model.missing.value && html`<${Missing} text="The graph has no node “${model.missing.value}”." onClose=${deselect} />`}
      <div class="graph-stage" onClickCapture=${onClick}>
        <${GraphView} model=${model} selected=${node} cover=${cover} controls=${controls} />
        ${model.busy.value && html`<p class="graph-busy" role="status">Laying out …</p>`}
        ${model.picture.value?.scene.nodes.length === 0 && html`<${NoNode} problems=${linesOf(model.notes.value)} />`}
        ${model.failure.value && html`<p class="graph-failure" role="alert">${model.failure.value}</p>`}
        <${Legend} painting=${model.painting.value} />
        ${hasCard && html`<${InfoCard} model=${model} settings=${settings} element=${cover} isOpen=${parseOpen(settings.open.value).has(model.card.value?.path ?? "")} onClose=${deselect} />`}
      </div>
    </div>
  `;
}

/** @param {{ choice: Choice, choices: Choice[], settings: import("../state/session.js").Settings }} props */
function GraphSelect({ choice, choices, settings }) {
  /** @param {{ currentTarget: HTMLSelectElement }} event */
  function onChange({ currentTarget }) {
    batch(() => {
      settings.open.value = "";
      settings.node.value = "";
      show(settings, choices[Number(currentTarget.value)]);
    });
  }
  return html`
    <label class="graph-select">
      <span>Graph</span>
      <select aria-label="Graph" value=${choices.indexOf(choice)} onChange=${onChange}>${choices.map(({ label }, index) => html`<option key=${index} value=${index}>${label}</option>`)}</select>
    </label>
  `;
}

/**
 * The paths of nodes differ with and without boxes around them: without them, a node is where its name says.
 *
 * @param {{ model: import("../graph/model.js").Model, settings: import("../state/session.js").Settings }} props
 */
function GatherControl({ model, settings }) {
  /** @param {{ currentTarget: HTMLInputElement }} event */
  function onChange({ currentTarget }) {
    const gathered = currentTarget.checked;
    const name = gathered ? "" : (model.card.peek()?.name ?? "");
    batch(() => {
      settings.node.value = name;
      settings.open.value = formatOpen(scopesAround(name));
      settings.series.value = gathered;
    });
  }
  const { label, help } = SETTINGS.series;
  return html`
    <div class="setting setting-flag setting-compact" title=${help}>
      <label class="check"><input type="checkbox" checked=${settings.series.value} onChange=${onChange} /><span>${label}</span></label>
    </div>
  `;
}

/** @param {{ choice: Choice, against: Choice | null, choices: Choice[], settings: import("../state/session.js").Settings }} props */
function CompareSelect({ choice, against, choices, settings }) {
  /** @param {{ currentTarget: HTMLSelectElement }} event */
  function onChange({ currentTarget }) {
    compare(settings, currentTarget.value === "" ? null : choices[Number(currentTarget.value)]);
  }
  return html`
    <label class="graph-select">
      <span>Compare with</span>
      <select aria-label="Compare with" value=${against ? choices.indexOf(against) : ""} onChange=${onChange}>
        <option value="">–</option>
        ${choices.map((other, index) => other !== choice && html`<option key=${index} value=${index}>${other.label}</option>`)}
      </select>
    </label>
  `;
}

/** @param {import("../state/session.js").Settings} settings @param {Choice | null} other */
function compare(settings, other) {
  batch(() => {
    settings.open.value = "";
    settings.node.value = "";
    settings.against.value = other?.run ?? "";
    settings.againstTag.value = other?.tag ?? "";
  });
}

/** What an address asks for in vain. @param {{ text: string, onClose: () => void }} props */
function Missing({ text, onClose }) {
  return html`
    <div class="graph-missing-name" role="alert">
      <span>${text}</span>
      <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
    </div>
  `;
}

/** @param {import("../state/session.js").Settings} settings @param {Choice} choice */
function show(settings, { run, tag }) {
  batch(() => {
    settings.run.value = run;
    settings.tag.value = tag ?? "";
  });
}

/** Instead of an empty picture. @param {{ problems: string[] }} props */
function NoNode({ problems }) {
  return html`
    <div class="graph-no-node" role="status">
      <h2>This graph has no node</h2>
      ${problems.map((line) => html`<p key=${line}>${line}</p>`)}
    </div>
  `;
}

function NoGraph() {
  return html`
    <div class="nothing">
      <h2>No graph in this log yet</h2>
      <p>Write one from your program, and it appears here by itself:</p>
      <pre class="snippet">writer.add_graph(graph)</pre>
    </div>
  `;
}

function startWorker() {
  return new Worker(scriptUrl(new URL("../graph/layout_worker.js", import.meta.url)), { type: "module" });
}

function pageMeasure() {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  return canvasMeasure(context, getComputedStyle(document.documentElement).getPropertyValue("--font"));
}
