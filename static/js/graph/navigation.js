/** A node and an arrow key in, the node next to it in that direction out. */

/** @type {Record<string, [x: number, y: number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {string} key */
export function isArrow(key) {
  return Object.hasOwn(DIRECTIONS, key);
}

/**
 * Distance to the side counts double, so that going down stays in the column where it can. Boxes around the node do not count.
 *
 * @param {import("./scene.js").Scene} scene
 * @param {string} from
 * @param {string} key    "ArrowLeft", ...
 * @returns {import("./scene.js").SceneNode | null}
 */
export function neighbour(scene, from, key) {
  const start = scene.byPath.get(from);
  if (!start || !isArrow(key)) return scene.nodes[0] ?? null;
  const [dx, dy] = DIRECTIONS[key];
  const [x0, y0] = anchor(start);
  let [best, least] = [/** @type {import("./scene.js").SceneNode | null} */ (null), Infinity];
  for (const node of scene.nodes) {
    if (node === start || from.startsWith(`${node.path}/`)) continue;
    const [x, y] = anchor(node);
    const along = (x - x0) * dx + (y - y0) * dy;
    const aside = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx);
    if (along <= 1) continue;
    const distance = along + 2 * aside;
    if (distance < least) [best, least] = [node, distance];
  }
  return best;
}

/** An open box is met at its title. @param {import("./scene.js").SceneNode} node */
function anchor(node) {
  return [node.x + node.width / 2, node.y + (node.open ? 13 : node.height / 2)];
}
