/**
 * A selected node and the nodes that it is linked with in, which boxes and lines to emphasise out.
 *
 * The links are those of the graph itself, between operations; where an operation is hidden in a closed box, that box stands for
 * it. A link is followed through every border between its ends, so that of a bundle's lines inside a box only its own light up.
 *
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").SceneNode} SceneNode
 *
 * @typedef {object} Emphasis
 * @property {ReadonlySet<string>} nodes    paths of neighbours
 * @property {ReadonlySet<string>} edges    ids of lines
 * @property {boolean} only                 all else is to be pale
 */
import { edgeId, portEdgeId } from "./types.js";

/** @type {Emphasis} */
export const NOTHING = { nodes: new Set(), edges: new Set(), only: false };

/**
 * @param {Scene} scene
 * @param {string} selected
 * @param {{ sources: readonly string[], targets: readonly string[] }} links    paths of operations
 * @returns {Emphasis}
 */
export function emphasisOf(scene, selected, { sources, targets }) {
  const nodes = new Set();
  const edges = new Set();
  const self = visibleAt(scene, selected);
  if (!self) return NOTHING;
  for (const path of sources) follow(scene, visibleAt(scene, path), self, edges, nodes);
  for (const path of targets) follow(scene, self, visibleAt(scene, path), edges, nodes);
  nodes.delete(self.path);
  return { nodes, edges, only: false };
}

/** All that a node needs, or is needed by, as the server tells it for each open scope. @param {import("./api.js").Reach} reach @returns {Emphasis} */
export function emphasisOfReach({ levels }) {
  return {
    nodes: new Set(levels.flatMap(({ children }) => children)),
    edges: new Set(levels.flatMap(({ edges, ports }) => [...edges.map((ends) => edgeId(...ends)), ...ports.map((port) => portEdgeId(...port))])),
    only: true,
  };
}

/** The box that shows a path: its own, or the innermost one around it. @param {Scene} scene @param {string} path @returns {SceneNode | null} */
export function visibleAt(scene, path) {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const node = scene.byPath.get(at);
    if (node) return node;
  }
  return null;
}

/** @param {Scene} scene @param {SceneNode | null} source @param {SceneNode | null} target @param {Set<string>} edges @param {Set<string>} nodes */
function follow(scene, source, target, edges, nodes) {
  if (!source || !target) return;
  const up = lineage(scene, source);
  const down = lineage(scene, target);
  let shared = 0;
  while (shared < up.length && shared < down.length && up[shared].path === down[shared].path) shared++;
  if (shared === up.length || shared === down.length) return; // one lies in the other: no line of the picture joins them
  const [from, to] = [up[shared], down[shared]];
  edges.add(edgeId(from.path, to.path));
  for (const node of up.slice(shared + 1)) edges.add(portEdgeId(node.path, "out", to.path));
  for (const node of down.slice(shared + 1)) edges.add(portEdgeId(node.path, "in", from.path));
  nodes.add(source.path);
  nodes.add(target.path);
}

/** The boxes around a node, from the outermost to itself. @param {Scene} scene @param {SceneNode} node */
function lineage(scene, node) {
  const boxes = [node];
  for (let at = scene.byPath.get(node.scope); at; at = scene.byPath.get(at.scope)) boxes.unshift(at);
  return boxes;
}
