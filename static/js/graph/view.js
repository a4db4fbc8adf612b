/** A model in, its picture on the screen out: SVG, a camera, and what clicks and keys on it mean. */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { html } from "../html.js";
import { anchored, beginning, centred, fitted, panned, READABLE, revealing, zoomed } from "./camera.js";
import { listenForGestures } from "./gestures.js";
import { Minimap } from "./minimap.js";
import { isArrow, neighbour } from "./navigation.js";
import { lookOf, UNPAINTED } from "./paint.js";
import { Arrows, ClosedNode, Edge, OpenBox, OpenTitle } from "./shapes.js";

/** Labels of lines, which are small, are drawn from this scale on: below it they cannot be read. */
const LABELS_READABLE = 0.7;
const ANIMATION = 260;
const AFTER_DOUBLE_CLICK = 350;
export const BUTTON_ZOOM = 1.4;
const CARD_GAP = 24;

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./camera.js").Camera} Camera
 *
 * @typedef {object} ViewControls
 * @property {() => void} fit
 * @property {(factor: number) => void} zoom
 * @property {() => SVGSVGElement | null} element    the picture
 */

/**
 * @param {object} props
 * @param {Model} props.model
 * @param {string} props.selected
 * @param {{ current: HTMLElement | null }} props.cover    the card, which lies over a part of the picture
 * @param {{ current: ViewControls | null }} props.controls    filled in here, for the buttons of the toolbar
 */
export function GraphView({ model, selected, cover, controls }) {
  const svg = useRef(/** @type {SVGSVGElement | null} */ (null));
  const camera = useSignal(/** @type {Camera | null} */ (null));
  const [animated, setAnimated] = useState(false);
  const [focused, setFocused] = useState("");
  const shown = useRef(/** @type {import("./scene.js").Scene | null} */ (null));
  const wantsFocus = useRef(false);
  const animation = useRef(/** @type {number | null} */ (null));
  const picture = model.picture.value;
  const emphasis = model.emphasis.value;

  const room = () => roomBeside(svg.current, cover.current);
  const whole = (/** @type {import("./scene.js").Scene} */ scene) => fitted({ x: 0, y: 0, width: scene.width, height: scene.height }, room());

  /** @param {Camera} to */
  function moveTo(to) {
    camera.value = to;
    setAnimated(true);
    clearTimeout(animation.current ?? 0);
    animation.current = setTimeout(() => setAnimated(false), ANIMATION);
  }

  useLayoutEffect(() => {
    if (!picture) return;
    const before = shown.current;
    shown.current = picture.scene;
    const to = cameraFor(picture, before, camera.peek(), room(), whole);
    if (before === null) camera.value = to;
    else moveTo(to);
  }, [picture]);
  useEffect(() => () => clearTimeout(animation.current ?? 0), []);

  useEffect(() => {
    const element = /** @type {SVGSVGElement} */ (svg.current);
    return listenForGestures(element, {
      pan: (dx, dy) => camera.value && (camera.value = panned(camera.value, dx, dy)),
      zoom: (factor, x, y) => camera.value && (camera.value = zoomed(camera.value, factor, x, y)),
    });
  }, []);

  const hasCover = model.card.value !== null;
  useEffect(() => {
    if (!hasCover) return undefined;
    // Later than a double click takes: what is under the pointer must not move between its two clicks.
    const timer = setTimeout(() => {
      const node = shown.current?.byPath.get(selected);
      if (node && camera.value) moveTo(revealing(camera.value, node, room()));
    }, AFTER_DOUBLE_CLICK);
    return () => clearTimeout(timer);
  }, [hasCover]);

  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    /** @type {SVGElement | null | undefined} */ (svg.current?.querySelector(`[data-path="${CSS.escape(focused)}"][tabindex]`))?.focus({ preventScroll: true });
  }, [focused]);

  controls.current = {
    fit: () => picture && moveTo(whole(picture.scene)),
    zoom: (factor) => camera.value && moveTo(zoomed(camera.value, factor, room().width / 2, room().height / 2)),
    element: () => svg.current,
  };

  /** @param {Event} event */
  function onClick(event) {
    const path = pathOf(event);
    if (path && isToggle(event)) model.toggle(path);
    else model.select(path ?? "");
    if (path) setFocused(path);
  }

  /** @param {Event} event */
  function onDoubleClick(event) {
    const path = pathOf(event);
    if (path && !isToggle(event) && model.isScope(path)) model.toggle(path);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !picture) return;
    const path = pathOf(event);
    if (path && isArrow(event.key)) {
      const next = neighbour(picture.scene, path, event.key);
      if (next) {
        wantsFocus.current = true;
        setFocused(next.path);
        if (camera.value) camera.value = revealing(camera.value, next, room());
      }
    } else if (path && event.key === "Enter") model.select(path);
    else if (path && event.key === " " && model.isScope(path)) model.toggle(path);
    else if (event.key === "Escape") model.select("");
    else if (event.key === "+" || event.key === "=") controls.current?.zoom(BUTTON_ZOOM);
    else if (event.key === "-") controls.current?.zoom(1 / BUTTON_ZOOM);
    else if (event.key === "0") controls.current?.fit();
    else return;
    event.preventDefault();
  }

  const scene = picture?.scene;
  const first = scene && (scene.byPath.has(focused) ? focused : scene.byPath.has(selected) ? selected : scene.nodes[0]?.path);
  return html`
    <svg
      ref=${svg}
      class="graph-picture ${animated ? "graph-animated" : ""} ${emphasis.edges.size > 0 ? "graph-has-emphasis" : ""} ${model.painting.value !== UNPAINTED ? "graph-with-paint" : ""}"
      role="group"
      aria-label="Graph"
      onClick=${onClick}
      onDblClick=${onDoubleClick}
      onKeyDown=${onKeyDown}
    >
      <${Arrows} />
      ${scene && html`<${CameraGroup} camera=${camera}><${Layers} scene=${scene} emphasis=${emphasis} painting=${model.painting.value} selected=${selected} focus=${first} measure=${model.measure} /><//>`}
    </svg>
    ${scene && html`<${Minimap} scene=${scene} camera=${camera} room=${room} />`}
  `;
}

/** Moves what it holds without drawing it again. @param {{ camera: import("@preact/signals-core").ReadonlySignal<Camera | null>, children: unknown }} props */
function CameraGroup({ camera, children }) {
  const at = camera.value ?? { x: 0, y: 0, scale: 1 };
  return html`<g class="graph-camera ${at.scale < LABELS_READABLE ? "graph-far" : ""}" style=${{ transform: `translate(${at.x}px, ${at.y}px) scale(${at.scale})` }}>${children}</g>`;
}

/**
 * Boxes of open scopes, then lines, then nodes, then the titles of open scopes: so lines pass over boxes and under titles.
 *
 * @param {{ scene: import("./scene.js").Scene, emphasis: import("./emphasis.js").Emphasis, painting: import("./paint.js").Painting, selected: string, focus: string, measure: import("./labels.js").Measure }} props
 */
function Layers({ scene, emphasis, painting, selected, focus, measure }) {
  const stateOf = (/** @type {string} */ path) => (path === selected ? "selected" : emphasis.only ? (emphasis.nodes.has(path) ? "" : "graph-beside") : emphasis.nodes.has(path) ? "neighbour" : "");
  const open = scene.nodes.filter((node) => node.open);
  const closed = scene.nodes.filter((node) => !node.open);
  const edges = scene.edges.filter((edge) => !edge.quiet || emphasis.edges.has(edge.id));
  const [plain, strong] = [edges.filter((edge) => !emphasis.edges.has(edge.id)), edges.filter((edge) => emphasis.edges.has(edge.id))];
  const rest = (/** @type {import("./scene.js").SceneNode} */ node) => ({ node, measure, state: stateOf(node.path), look: lookOf(painting, node.path), focusable: node.path === focus });
  return html`
    <g>${open.map((node) => html`<${OpenBox} key=${node.path} node=${node} state=${stateOf(node.path)} look=${lookOf(painting, node.path)} />`)}</g>
    <g class="graph-edges">${[...plain, ...strong].map((edge) => html`<${Edge} key=${edge.id + edge.path} edge=${edge} emphasised=${emphasis.edges.has(edge.id)} />`)}</g>
    <g>${closed.map((node) => html`<${ClosedNode} key=${node.path} ...${rest(node)} />`)}</g>
    <g>${open.map((node) => html`<${OpenTitle} key=${node.path} ...${rest(node)} />`)}</g>
  `;
}

/**
 * @param {import("./model.js").Picture} picture
 * @param {import("./scene.js").Scene | null} before
 * @param {Camera | null} camera
 * @param {import("./camera.js").Size} room
 * @param {(scene: import("./scene.js").Scene) => Camera} whole
 * @returns {Camera}
 */
function cameraFor({ scene, direction, intent }, before, camera, room, whole) {
  if (intent.kind === "fit") return whole(scene);
  const box = "path" in intent ? scene.byPath.get(intent.path) : undefined;
  if (camera === null || intent.kind === "begin") {
    const start = beginning({ x: 0, y: 0, width: scene.width, height: scene.height }, firstOf(scene, direction), room, direction);
    return box && start.scale === READABLE ? centred(start, box, room) : start;
  }
  if (intent.kind === "keep" || !box) return camera;
  if (intent.kind === "centre") return centred(camera, box, room);
  const old = before?.byPath.get(box.path);
  return old ? revealing(anchored(camera, old, box), box, room) : camera;
}

/** The node that the flow begins with: of the main part, the one furthest up the stream. @param {import("./scene.js").Scene} scene @param {import("./types.js").Direction} direction */
function firstOf(scene, direction) {
  const main = scene.nodes.filter((node) => node.scope === "" && node.role === "main");
  const along = (/** @type {import("./scene.js").SceneNode} */ node) => (direction === "down" ? node.y : -node.y - node.height);
  return main.reduce((first, node) => (along(node) < along(first) ? node : first), main[0] ?? scene.nodes[0]);
}

/** What of the picture the card leaves free: it lies at the right, or at the bottom where the page is narrow. @param {SVGSVGElement | null} picture @param {HTMLElement | null} card */
function roomBeside(picture, card) {
  const { clientWidth = 0, clientHeight = 0 } = picture ?? {};
  if (!card) return { width: clientWidth, height: clientHeight };
  if (card.offsetWidth > 0.8 * clientWidth) return { width: clientWidth, height: clientHeight - card.offsetHeight };
  return { width: clientWidth - card.offsetWidth - CARD_GAP, height: clientHeight };
}

/** @param {Event} event @returns {string | null} */
function pathOf(event) {
  return /** @type {Element} */ (event.target).closest("[data-path]")?.getAttribute("data-path") ?? null;
}

/** @param {Event} event */
function isToggle(event) {
  return /** @type {Element} */ (event.target).closest("[data-toggle]") !== null;
}
