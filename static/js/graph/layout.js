/**
 * One level of a graph, with the sizes of its boxes, in; where everything goes, out. Pure: the same level gives the same picture.
 *
 * - What is connected is laid out in layers by dagre, tensors flowing down; for the other direction the picture is flipped.
 * - Edges that leave the scope pass through doors on its border: those that come in on the side tensors come from, the others
 *   on the opposite one. Doors are nodes of the first and the last layer, so lines to them cross no box either.
 * - A constant that one box alone uses is a dot beside that box.
 * - What would spoil the layers stands aside, in columns to the right: boxes without any edge, and no-ops that only wait for
 *   others (`init` waits for every variable). Lines to these are quiet, that is, drawn when one of their ends is selected.
 *
 * @typedef {import("./types.js").LayoutLevel} LayoutLevel
 * @typedef {import("./types.js").LayoutNode} LayoutNode
 * @typedef {import("./types.js").PlacedLevel} PlacedLevel
 * @typedef {import("./types.js").PlacedNode} PlacedNode
 * @typedef {import("./types.js").PlacedEdge} PlacedEdge
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./roles.js").Role} Role
 */
import { Graph, layout as layOut } from "./dagre.mjs";
import { DOT_LABEL, HEADER } from "./labels.js";
import { drawLines } from "./lines.js";
import { ranksOf } from "./rank.js";
import { dotsOf, rolesOf } from "./roles.js";
import { bandsOf } from "./route.js";
import { edgeId, portEdgeId, portKey } from "./types.js";

export const PADDING = 16;
const LAYER_GAP = 44;
const NODE_GAP = 18;
const LINE_GAP = 10;
const ASIDE_GAP = 36;
const ASIDE_ROW_GAP = 10;
export const DOT_RADIUS = 4;
const DOT_GAP = 14;
const DOT_ROW = 14;
const DOOR_WIDTH = 8;

/**
 * @param {LayoutLevel} level
 * @param {ReadonlyMap<string, PlacedLevel>} inside     what was placed in those children that are open
 * @param {import("./types.js").Direction} direction
 * @returns {PlacedLevel}
 */
export function layoutLevel(level, inside, direction) {
  const roles = rolesOf(level, inside);
  const dots = dotsOf(level, roles);
  const graph = graphOf(level, roles, dots);
  layOut(graph);
  const core = placeCore(level, roles, dots, graph, inside);
  if (direction === "up") flip(core);
  const isRoot = level.scope === "";
  placeAside(level, roles, core);
  return framed(level, core, isRoot);
}

/**
 * @typedef {object} Core    what is being placed; the origin is the corner of the content
 * @property {PlacedNode[]} nodes
 * @property {PlacedEdge[]} edges
 * @property {Record<string, number>} doors
 * @property {number} width
 * @property {number} height
 */

/** @param {LayoutLevel} level @param {Role[]} roles @param {Map<number, number[]>} dots */
function graphOf({ nodes, edges, ports }, roles, dots) {
  const graph = new Graph().setGraph({ rankdir: "TB", nodesep: NODE_GAP, edgesep: LINE_GAP, ranksep: LAYER_GAP });
  const [first, last] = [new Set(), new Set()];
  for (const { direction, other } of ports) {
    const door = portKey(direction, other);
    (direction === "in" ? first : last).add(door);
    graph.setNode(door, { width: DOOR_WIDTH, height: 0 });
  }
  nodes.forEach(({ width, height }, index) => {
    if (roles[index] !== "main") return;
    const beside = dots.get(index)?.length ?? 0;
    graph.setNode(String(index), {
      width: width + (beside ? DOT_GAP + 2 * DOT_RADIUS + DOT_LABEL : 0),
      height: Math.max(height, beside * DOT_ROW),
    });
  });
  for (const { from, to, tensors } of edges) {
    if (roles[from] === "main" && roles[to] === "main") graph.setEdge(String(from), String(to), { weight: tensors ? 2 : 1 });
  }
  for (const { child, direction, other } of ports) {
    const door = portKey(direction, other);
    if (direction === "in") graph.setEdge(door, String(child), { weight: 1 });
    else graph.setEdge(String(child), door, { weight: 1 });
  }
  graph.graph().ranker = (acyclic) => {
    const root = acyclic.graph().nestingRoot;
    const ranked = acyclic.nodes().filter((node) => node !== root);
    const links = acyclic
      .edges()
      .filter(({ v }) => v !== root)
      .map((edge) => ({ source: edge.v, target: edge.w, minlen: acyclic.edge(edge).minlen ?? 1 }));
    for (const [node, rank] of ranksOf(ranked, links, first, last)) acyclic.node(node).rank = rank;
    if (root !== undefined) acyclic.node(root).rank = -1;
  };
  return graph;
}

/**
 * @param {LayoutLevel} level @param {Role[]} roles @param {Map<number, number[]>} dots @param {Graph} graph
 * @param {ReadonlyMap<string, PlacedLevel>} inside
 * @returns {Core}
 */
function placeCore({ nodes, edges, ports }, roles, dots, graph, inside) {
  const names = graph.nodes();
  /** @type {Core} */
  const core = { nodes: [], edges: [], doors: {}, width: 0, height: 0 };
  if (names.length === 0) return core;
  core.width = finite(graph.graph().width);
  core.height = finite(graph.graph().height);
  /** @type {Map<number, PlacedNode>} */
  const placed = new Map();
  nodes.forEach(({ path, width, height }, index) => {
    if (roles[index] !== "main") return;
    const at = graph.node(String(index));
    // The box stands at the right of the room it was given; its dots stand left of it.
    const node = { path, x: finite(at.x) + at.width / 2 - width, y: finite(at.y) - height / 2, width, height, role: roles[index] };
    placed.set(index, { ...node, ...(inside.has(path) ? { inside: inside.get(path) } : {}) });
    const beside = dots.get(index) ?? [];
    beside.forEach((dot, row) => {
      const y = finite(at.y) + (row - (beside.length - 1) / 2) * DOT_ROW;
      placed.set(dot, {
        path: nodes[dot].path,
        x: node.x - DOT_GAP - 2 * DOT_RADIUS,
        y: y - DOT_RADIUS,
        width: 2 * DOT_RADIUS,
        height: 2 * DOT_RADIUS,
        role: "dot",
      });
    });
  });
  core.nodes = nodes.flatMap((_, index) => placed.get(index) ?? []);

  for (const { direction, other } of ports) {
    const door = portKey(direction, other);
    core.doors[door] = finite(graph.node(door).x);
  }
  const bands = bandsOf(names.map((name) => ({ y: finite(graph.node(name).y), height: graph.node(name).height })));
  /** @type {Line[]} */
  const lines = [];
  for (const { from, to, ...bundle } of edges) {
    const [source, target] = [placed.get(from), placed.get(to)];
    if (!source || !target) continue;
    if (roles[from] === "dot") core.edges.push(dotEdge(edgeId(source.path, target.path), bundle, source, target));
    else lines.push({ id: edgeId(source.path, target.path), bundle, from: source.path, to: target.path, source, target, bends: bendsOf(graph, String(from), String(to)) });
  }
  for (const { child, direction, other, ...bundle } of ports) {
    const node = placed.get(child);
    if (!node) continue;
    const door = portKey(direction, other);
    const at = { x: core.doors[door], y: finite(graph.node(door).y) };
    const id = portEdgeId(node.path, direction, other);
    if (direction === "in") lines.push({ id, bundle, from: other, to: node.path, door: at, target: node, bends: bendsOf(graph, door, String(child)) });
    else lines.push({ id, bundle, from: node.path, to: other, source: node, door: at, bends: bendsOf(graph, String(child), door) });
  }
  core.edges.push(...drawLines(lines, bands));
  return widened(core);
}

/** dagre's width counts boxes only; lines may pass outside of them. @param {Core} core @returns {Core} */
function widened(core) {
  let [left, right] = [0, core.width];
  for (const { points } of core.edges) {
    for (const [x] of points) [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  if (left < 0) {
    for (const node of core.nodes) node.x -= left;
    for (const edge of core.edges) edge.points = edge.points.map(([x, y]) => [x - left, y]);
    for (const door of Object.keys(core.doors)) core.doors[door] -= left;
  }
  core.width = right - left;
  return core;
}

/** The points between both ends. @param {Graph} graph @param {string} from @param {string} to */
function bendsOf(graph, from, to) {
  return (graph.edge(from, to).points ?? []).slice(1, -1);
}

/** @param {string} id @param {import("./types.js").Bundle} bundle @param {PlacedNode} dot @param {PlacedNode} user @returns {PlacedEdge} */
function dotEdge(id, bundle, dot, user) {
  const y = dot.y + dot.height / 2;
  const inBox = Math.min(user.y + user.height - 4, Math.max(user.y + 4, y));
  return { id, bundle, points: [[dot.x + dot.width, y], [user.x, inBox]], border: null, leaves: true, arrives: true, sideways: true, quiet: false };
}

/** Turns a picture that flows down into one that flows up. @param {Core} core */
function flip(core) {
  for (const node of core.nodes) node.y = core.height - node.y - node.height;
  for (const edge of core.edges) edge.points = edge.points.map(([x, y]) => [x, core.height - y]);
}

/** @param {LayoutLevel} level @param {Role[]} roles @param {Core} core */
function placeAside({ nodes, edges }, roles, core) {
  const aside = nodes.filter((_, index) => roles[index] === "aside");
  if (aside.length === 0) return;
  const area = aside.reduce((sum, { width, height }) => sum + (width + NODE_GAP) * (height + ASIDE_ROW_GAP), 0);
  const tallest = Math.max(core.height, Math.sqrt(area), ...aside.map((node) => node.height));
  let x = core.nodes.length > 0 ? core.width + ASIDE_GAP : 0;
  let [y, columnWidth, height] = [0, 0, core.height];
  for (const { path, width, height: own } of aside) {
    if (y > 0 && y + own > tallest) {
      x += columnWidth + NODE_GAP;
      [y, columnWidth] = [0, 0];
    }
    core.nodes.push({ path, x, y, width, height: own, role: "aside" });
    columnWidth = Math.max(columnWidth, width);
    y += own + ASIDE_ROW_GAP;
    height = Math.max(height, y - ASIDE_ROW_GAP);
  }
  core.width = x + columnWidth;
  core.height = height;
  const placed = new Map(core.nodes.map((node) => [node.path, node]));
  for (const { from, to, ...bundle } of edges) {
    if (roles[from] !== "aside" && roles[to] !== "aside") continue;
    const [source, target] = [placed.get(nodes[from].path), placed.get(nodes[to].path)];
    if (!source || !target) continue;
    const toTheRight = target.x >= source.x;
    core.edges.push({
      id: edgeId(source.path, target.path),
      bundle,
      points: [
        [source.x + (toTheRight ? source.width : 0), source.y + source.height / 2],
        [target.x + (toTheRight ? 0 : target.width), target.y + target.height / 2],
      ],
      border: null,
      leaves: true,
      arrives: true,
      sideways: true,
      quiet: true,
    });
  }
}

/** The level in its box: padding and a title around it, doors prolonged to the border. @param {LayoutLevel} level @param {Core} core @param {boolean} isRoot @returns {PlacedLevel} */
function framed(level, core, isRoot) {
  const [left, top] = isRoot ? [0, 0] : [PADDING, HEADER + PADDING / 2];
  const extra = isRoot ? 0 : Math.max(0, level.headerWidth - core.width - 2 * PADDING) / 2;
  const width = core.width + 2 * (left + extra);
  const height = core.height + top + (isRoot ? 0 : PADDING);
  const dx = left + extra;
  for (const node of core.nodes) {
    node.x += dx;
    node.y += top;
  }
  for (const edge of core.edges) edge.points = edge.points.map(([x, y]) => [x + dx, y + top]);
  for (const edge of core.edges) {
    if (edge.border === "end") edge.points.push(onBorder(/** @type {import("./types.js").Point} */ (edge.points.at(-1)), height));
    else if (edge.border === "start") edge.points.unshift(onBorder(edge.points[0], height));
  }
  const doors = Object.fromEntries(Object.entries(core.doors).map(([key, x]) => [key, x + dx]));
  return { scope: level.scope, width, height, nodes: core.nodes, edges: core.edges, doors };
}

/** @param {import("./types.js").Point} point @param {number} height @returns {import("./types.js").Point} */
function onBorder([x, y], height) {
  return [x, y < height / 2 ? 0 : height];
}

/** dagre leaves numbers out, or makes them infinite, for graphs of one node without edges. @param {number | undefined} value */
function finite(value) {
  return Number.isFinite(value) ? /** @type {number} */ (value) : 0;
}
