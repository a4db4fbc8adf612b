/**
 * A placed picture, whose levels lie in each other, in; flat lists of what is drawn, in coordinates of the whole, out.
 *
 * @typedef {import("./types.js").Child} Child
 * @typedef {import("./types.js").Point} Point
 *
 * @typedef {object} SceneNode
 * @property {string} path
 * @property {string} scope     the scope that it lies in
 * @property {number} depth     how many open boxes it lies in
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {boolean} open     a scope whose inside is drawn
 * @property {"main" | "dot" | "aside"} role
 * @property {Child} child
 *
 * @typedef {object} SceneEdge
 * @property {string} id
 * @property {string} path      SVG path data
 * @property {Point} middle     where a label may stand
 * @property {"tensor" | "control" | "reference"} kind
 * @property {number} width     of the line, in pixels
 * @property {string | null} label
 * @property {boolean} arrow    a head at its end; at its start for a reference, which is written through
 * @property {boolean} quiet
 *
 * @typedef {object} Scene
 * @property {number} width
 * @property {number} height
 * @property {SceneNode[]} nodes    outer boxes before what lies in them
 * @property {SceneEdge[]} edges
 * @property {Map<string, SceneNode>} byPath
 */

const THINNEST = 1.2;
const THICKEST = 6;

/**
 * @param {import("./types.js").PlacedLevel} placed
 * @param {Record<string, import("./types.js").Level>} levels
 * @returns {Scene}
 */
export function sceneOf(placed, levels) {
  /** @type {Scene} */
  const scene = { width: placed.width, height: placed.height, nodes: [], edges: [], byPath: new Map() };
  add(scene, placed, levels, 0, 0, 0);
  return scene;
}

/** @param {Scene} scene @param {import("./types.js").PlacedLevel} placed @param {Record<string, import("./types.js").Level>} levels @param {number} dx @param {number} dy @param {number} depth */
function add(scene, placed, levels, dx, dy, depth) {
  const children = new Map(levels[placed.scope].children.map((child) => [child.path, child]));
  for (const { path, x, y, width, height, role, inside } of placed.nodes) {
    const child = children.get(path);
    if (!child) continue;
    const node = { path, scope: placed.scope, depth, x: x + dx, y: y + dy, width, height, open: inside !== undefined, role, child };
    scene.nodes.push(node);
    scene.byPath.set(path, node);
    if (inside) add(scene, inside, levels, node.x, node.y, depth + 1);
  }
  for (const { id, bundle, points, leaves, arrives, quiet } of placed.edges) {
    const moved = points.map(([x, y]) => /** @type {Point} */ ([x + dx, y + dy]));
    const kind = kindOfBundle(bundle);
    scene.edges.push({
      id,
      path: pathData(moved),
      middle: middleOf(moved),
      kind,
      width: lineWidth(bundle),
      label: labelOf(bundle),
      arrow: kind === "reference" ? leaves : arrives,
      quiet,
    });
  }
}

/** @param {import("./types.js").Bundle} bundle @returns {SceneEdge["kind"]} */
export function kindOfBundle({ tensors, references }) {
  if (tensors === 0) return "control";
  return references > 0 ? "reference" : "tensor";
}

/** Grows with the logarithm of the number of tensors. @param {import("./types.js").Bundle} bundle */
export function lineWidth({ tensors }) {
  return Math.min(THICKEST, THINNEST + Math.log2(Math.max(1, tensors)) * 0.8);
}

/** @param {import("./types.js").Bundle} bundle */
export function labelOf({ tensors, shape }) {
  return tensors > 1 ? `${tensors} tensors` : shape;
}

/**
 * Straight up and down, and with an S between points beside each other, which starts and ends upright. A line between points
 * of nearly one height bends the other way.
 *
 * @param {readonly Point[]} points
 */
export function pathData(points) {
  let data = `M${at(points[0])}`;
  for (let index = 1; index < points.length; index++) {
    const [[x0, y0], [x1, y1]] = [points[index - 1], points[index]];
    if (x0 === x1 || y0 === y1) data += `L${at([x1, y1])}`;
    else if (points.length === 2 && Math.abs(y1 - y0) < Math.abs(x1 - x0)) {
      data += `C${at([(x0 + x1) / 2, y0])} ${at([(x0 + x1) / 2, y1])} ${at([x1, y1])}`;
    } else data += `C${at([x0, (y0 + y1) / 2])} ${at([x1, (y0 + y1) / 2])} ${at([x1, y1])}`;
  }
  return data;
}

/** @param {Point} point */
function at([x, y]) {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

/** The middle of the longest piece. @param {readonly Point[]} points @returns {Point} */
function middleOf(points) {
  let [longest, middle] = [-1, points[0]];
  for (let index = 1; index < points.length; index++) {
    const [[x0, y0], [x1, y1]] = [points[index - 1], points[index]];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length > longest) [longest, middle] = [length, [(x0 + x1) / 2, (y0 + y1) / 2]];
  }
  return middle;
}
