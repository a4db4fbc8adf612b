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
 * @property {"tensor" | "control" | "reference"} kind
 * @property {number} width     of the line, in pixels
 * @property {string | null} label
 * @property {Point | null} labelAt     left end of the label, on the height of its middle; null where there is no room for it
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
/** Labels of lines, in letters that are small and much alike in width: an estimate is enough to keep them apart. */
const LABEL_LETTER = 6;
const LABEL_HEIGHT = 12;
const LABEL_GAP = 5;
const TITLE_HEIGHT = 26;

/**
 * @param {import("./types.js").PlacedLevel} placed
 * @param {Record<string, import("./types.js").Level>} levels
 * @returns {Scene}
 */
export function sceneOf(placed, levels) {
  /** @type {Scene} */
  const scene = { width: placed.width, height: placed.height, nodes: [], edges: [], byPath: new Map() };
  /** @type {Labelled[]} */
  const labelled = [];
  add(scene, labelled, placed, levels, 0, 0, 0);
  placeLabels(scene, labelled);
  return scene;
}

/** @typedef {{ edge: SceneEdge, points: Point[] }} Labelled */

/** @param {Scene} scene @param {Labelled[]} labelled @param {import("./types.js").PlacedLevel} placed @param {Record<string, import("./types.js").Level>} levels @param {number} dx @param {number} dy @param {number} depth */
function add(scene, labelled, placed, levels, dx, dy, depth) {
  const children = new Map(levels[placed.scope].children.map((child) => [child.path, child]));
  for (const { path, x, y, width, height, role, inside } of placed.nodes) {
    const child = children.get(path);
    if (!child) continue;
    const node = { path, scope: placed.scope, depth, x: x + dx, y: y + dy, width, height, open: inside !== undefined, role, child };
    scene.nodes.push(node);
    scene.byPath.set(path, node);
    if (inside) add(scene, labelled, inside, levels, node.x, node.y, depth + 1);
  }
  for (const { id, bundle, points, leaves, arrives, sideways, quiet } of placed.edges) {
    const moved = points.map(([x, y]) => /** @type {Point} */ ([x + dx, y + dy]));
    const kind = kindOfBundle(bundle);
    /** @type {SceneEdge} */
    const edge = {
      id,
      path: pathData(moved, sideways),
      kind,
      width: lineWidth(bundle),
      label: labelOf(bundle),
      labelAt: null,
      arrow: kind === "reference" ? leaves : arrives,
      quiet,
    };
    scene.edges.push(edge);
    if (edge.label !== null && !sideways) labelled.push({ edge, points: moved });
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
 * Straight where it can be, and with an S between points beside each other: one that starts and ends upright, or level if the
 * line goes sideways.
 *
 * @param {readonly Point[]} points
 * @param {boolean} sideways
 */
export function pathData(points, sideways) {
  let data = `M${at(points[0])}`;
  for (let index = 1; index < points.length; index++) {
    const [[x0, y0], [x1, y1]] = [points[index - 1], points[index]];
    const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
    if (x0 === x1 || y0 === y1) data += `L${at([x1, y1])}`;
    else if (sideways) data += `C${at([x, y0])} ${at([x, y1])} ${at([x1, y1])}`;
    else data += `C${at([x0, y])} ${at([x1, y])} ${at([x1, y1])}`;
  }
  return data;
}

/** @param {Point} point */
function at([x, y]) {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

/**
 * Gives each label the middle of the longest piece of its line that is free of boxes and of labels placed before it.
 *
 * @param {Scene} scene @param {Labelled[]} labelled
 */
function placeLabels(scene, labelled) {
  /** @type {import("./camera.js").Box[]} */
  const taken = scene.nodes.map((node) => (node.open ? { x: node.x, y: node.y, width: node.width, height: TITLE_HEIGHT } : node));
  for (const { edge, points } of labelled) {
    const width = /** @type {string} */ (edge.label).length * LABEL_LETTER;
    const pieces = points.slice(1).map(([x1, y1], index) => {
      const [x0, y0] = points[index];
      return { x: (x0 + x1) / 2 + LABEL_GAP, y: (y0 + y1) / 2, length: Math.hypot(x1 - x0, y1 - y0) };
    });
    for (const { x, y } of pieces.sort((a, b) => b.length - a.length)) {
      const box = { x, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT };
      if (taken.some((other) => overlap(other, box))) continue;
      taken.push(box);
      edge.labelAt = [x, y];
      break;
    }
  }
}

/** @param {import("./camera.js").Box} a @param {import("./camera.js").Box} b */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
