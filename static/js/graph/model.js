/**
 * What the address says in (graph, open scopes, selected node, direction), the picture and the card out. Every action changes
 * the address's settings only; the picture follows from them, whoever changed them: a click, a link, the browser's back button.
 *
 * @typedef {import("./types.js").Level} Level
 * @typedef {import("./scene.js").Scene} Scene
 *
 * What the camera has to do with a new picture:
 * @typedef {{ kind: "begin" } | { kind: "fit" } | { kind: "keep" } | { kind: "anchor", path: string } | { kind: "centre", path: string }} Intent
 *
 * @typedef {{ scene: Scene, direction: import("./types.js").Direction, intent: Intent }} Picture
 *
 * @typedef {object} GraphNotes      what the picture does not show
 * @property {{ count: number, texts: string[] }} problems
 * @property {{ scope: string, links: number }[]} omitted
 *
 * @typedef {object} Settings    the settings of the page that this module reads and writes
 * @property {import("@preact/signals-core").Signal<string>} open
 * @property {import("@preact/signals-core").Signal<string>} node
 * @property {import("@preact/signals-core").Signal<import("./types.js").Direction>} flow
 * @property {import("@preact/signals-core").Signal<string>} paint
 * @property {import("@preact/signals-core").Signal<"links" | "inputs" | "outputs">} trace
 * @property {import("@preact/signals-core").Signal<boolean>} series
 */
import { batch, effect, signal, untracked } from "@preact/signals-core";

import { ApiError } from "../api.js";
import { emphasisOf, emphasisOfReach, NOTHING } from "./emphasis.js";
import { sized } from "./labels.js";
import { Superseded } from "./layout_client.js";
import { formatOpen, parseOpen, scopesAround, visibleScopes, without } from "./open_scopes.js";
import { createPainter } from "./painter.js";
import { sceneOf } from "./scene.js";

/** @type {GraphNotes} */
const NO_NOTES = { problems: { count: 0, texts: [] }, omitted: [] };

/**
 * @param {object} parts
 * @param {import("./api.js").GraphName} parts.graph
 * @param {Settings} parts.settings
 * @param {import("@preact/signals-core").ReadonlySignal<string | null>} parts.profile    tag of the step whose costs are told
 * @param {typeof import("./api.js")} parts.server
 * @param {ReturnType<typeof import("./layout_client.js").createLayoutClient>} parts.layout
 * @param {import("./labels.js").Measure} parts.measure
 */
export function createModel({ graph, settings, profile, server, layout, measure }) {
  const picture = signal(/** @type {Picture | null} */ (null));
  const card = signal(/** @type {import("./api.js").NodeCard | null} */ (null));
  const emphasis = signal(NOTHING);
  const notes = signal(NO_NOTES);
  const busy = signal(false);
  const failure = signal(/** @type {string | null} */ (null));
  /** The selected node, if the graph has none of that name. */
  const missing = signal(/** @type {string | null} */ (null));

  /** @type {Map<string, Level & Partial<import("./api.js").TopLevel>>} */
  const levels = new Map();
  const painter = createPainter({ graph, by: settings.paint, profile, picture, levels, server });
  /** @type {Intent} */
  let intent = settings.node.peek() === "" ? { kind: "begin" } : { kind: "centre", path: settings.node.peek() };
  let abort = new AbortController();
  let abortCard = new AbortController();
  let abortReach = new AbortController();
  let closed = false;

  /** Everything that is needed to draw `open`; scopes that the graph does not have are left out. @param {AbortSignal} signal */
  async function fetchLevels(signal) {
    const open = parseOpen(settings.open.peek());
    const scopes = ["", ...visibleScopes(open)];
    await Promise.all(
      scopes.map(async (scope) => {
        if (levels.has(scope)) return;
        try {
          levels.set(scope, await server.getLevel(graph, scope, signal));
        } catch (error) {
          // A link may name scopes of a graph that has changed since; the top, however, has to be there.
          if (scope === "" || !(error instanceof ApiError && error.status === 404)) throw error;
        }
      }),
    );
    return scopes.filter((scope) => levels.has(scope));
  }

  /** Whether the address still means this way of looking at the graph: another model is about to take over if not. */
  function isCurrent() {
    return settings.series.peek() === graph.series;
  }

  async function draw() {
    if (!isCurrent()) return;
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    busy.value = true;
    try {
      const scopes = await fetchLevels(signal);
      if (signal.aborted || closed) return;
      const shown = Object.fromEntries(scopes.map((scope) => [scope, /** @type {Level} */ (levels.get(scope))]));
      const sizes = Object.fromEntries(Object.entries(shown).map(([scope, level]) => [scope, sized(level, measure)]));
      const direction = settings.flow.peek();
      const placed = await layout.layOut(sizes, direction);
      if (signal.aborted || closed) return;
      batch(() => {
        picture.value = { scene: sceneOf(placed, shown), direction, intent };
        notes.value = notesOf(shown);
        failure.value = null;
        busy.value = false;
        emphasise();
      });
      intent = { kind: "keep" };
    } catch (error) {
      if (signal.aborted || closed || error instanceof Superseded) return;
      failure.value = error instanceof Error ? error.message : String(error);
      busy.value = false;
    }
  }

  async function fetchCard() {
    if (!isCurrent()) return;
    abortCard.abort();
    abortCard = new AbortController();
    const { signal } = abortCard;
    const path = settings.node.peek();
    if (card.peek()?.path !== path) card.value = null;
    missing.value = null;
    emphasise();
    if (path === "") return;
    try {
      const answer = await server.getCard(graph, path, profile.peek(), signal);
      if (signal.aborted || closed) return;
      card.value = answer;
      emphasise();
    } catch (error) {
      if (signal.aborted || !(error instanceof ApiError && error.status === 404)) return;
      // The address stays as it is: the next graph that is logged may have the node.
      card.value = null;
      missing.value = path;
      emphasise();
    }
  }

  function emphasise() {
    abortReach.abort();
    abortReach = new AbortController();
    const scene = picture.peek()?.scene;
    const known = card.peek();
    emphasis.value = scene && known ? emphasisOf(scene, known.path, linksOf(known)) : NOTHING;
    if (scene && known && settings.trace.peek() !== "links") trace(known.path, scene, abortReach.signal);
  }

  /** @param {string} path @param {Scene} scene @param {AbortSignal} signal */
  async function trace(path, scene, signal) {
    const scopes = ["", ...scene.nodes.filter((node) => node.open).map((node) => node.path)];
    try {
      const reach = await server.getReach(graph, path, settings.trace.peek(), scopes, signal);
      if (!signal.aborted && !closed) emphasis.value = emphasisOfReach(reach);
    } catch {
      // The links of the node stay emphasised; the next change asks again.
    }
  }

  let flow = settings.flow.peek();
  const stopDrawing = effect(() => {
    settings.open.value;
    if (settings.flow.value !== flow) {
      flow = settings.flow.value;
      intent = { kind: "begin" };
    }
    draw();
  });
  const stopTracing = effect(() => {
    settings.trace.value;
    untracked(emphasise);
  });
  const stopCard = effect(() => {
    settings.node.value;
    profile.value;
    fetchCard();
  });

  return {
    graph,
    measure,
    picture,
    card,
    emphasis,
    painting: painter.painting,
    notes,
    busy,
    failure,
    missing,

    /** Whether a node of the picture can be opened. @param {string} path */
    isScope(path) {
      return picture.peek()?.scene.byPath.get(path)?.child.kind === "scope";
    },

    /** Opens or closes a scope; it stays where it is on the screen. @param {string} path */
    toggle(path) {
      const open = parseOpen(settings.open.peek());
      intent = { kind: "anchor", path };
      settings.open.value = formatOpen(open.has(path) ? without(open, path) : open.add(path));
    },

    closeAll() {
      intent = { kind: "fit" };
      settings.open.value = "";
    },

    /** @param {string} path    "" for none */
    select(path) {
      settings.node.value = path;
    },

    /** Selects a node wherever it is: opens the scopes around it and moves the camera there. @param {string} path */
    reveal(path) {
      const open = parseOpen(settings.open.peek());
      for (const scope of scopesAround(path)) open.add(scope);
      intent = { kind: "centre", path };
      const before = settings.open.peek();
      batch(() => {
        settings.node.value = path;
        settings.open.value = formatOpen(open);
      });
      if (settings.open.peek() === before) draw();
    },

    /** Looks whether another graph has been logged in place of this one. */
    async refresh() {
      try {
        const top = await server.getLevel(graph, "", abort.signal);
        if (closed || top.graph === levels.get("")?.graph) return;
        levels.clear();
        levels.set("", top);
        draw();
        fetchCard();
      } catch {
        // The poll that asked for this tells when the server is away.
      }
    },

    close() {
      closed = true;
      stopDrawing();
      painter.close();
      stopTracing();
      stopCard();
      abort.abort();
      abortReach.abort();
      abortCard.abort();
      layout.close();
    },
  };
}

/** @typedef {ReturnType<typeof createModel>} Model */

/** The operations that a node is linked with. @param {import("./api.js").NodeCard} card */
function linksOf({ operation, contents }) {
  const paths = (/** @type {import("./api.js").Link[][]} */ ...lists) => lists.flat().flatMap(({ path }) => path ?? []);
  if (contents) return { sources: paths(contents.inputs), targets: paths(contents.outputs) };
  if (!operation) return { sources: [], targets: [] };
  return {
    sources: paths(operation.inputs, operation.control_inputs),
    targets: paths(operation.outputs, operation.control_outputs),
  };
}

/** @param {Record<string, Level & Partial<import("./api.js").TopLevel>>} levels @returns {GraphNotes} */
function notesOf(levels) {
  const top = levels[""];
  return {
    problems: top.problems ?? NO_NOTES.problems,
    omitted: Object.values(levels)
      .filter((level) => level.omitted_links > 0)
      .map((level) => ({ scope: level.scope, links: level.omitted_links })),
  };
}
