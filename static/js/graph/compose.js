/**
 * The levels of all open scopes in, the picture of the whole out: scopes from the innermost outwards, each laid out with the
 * sizes of what is open in it. A level whose content has not changed is not laid out again.
 *
 * @typedef {import("./types.js").LayoutLevel} LayoutLevel
 * @typedef {import("./types.js").PlacedLevel} PlacedLevel
 */
import { layoutLevel } from "./layout.js";
import { waitingNoOps } from "./roles.js";

const CACHED_LEVELS = 200;

export function createComposer() {
  /** Least recently used first. @type {Map<string, { placed: PlacedLevel, serial: number }>} */
  const cache = new Map();
  let serial = 0;

  /**
   * @param {Record<string, LayoutLevel>} levels    by path; those of open scopes, and "" for the whole graph
   * @param {import("./types.js").Direction} direction
   * @returns {PlacedLevel}
   */
  function compose(levels, direction) {
    return place("", levels, direction, new Set()).placed;
  }

  /** @param {string} scope @param {Record<string, LayoutLevel>} levels @param {import("./types.js").Direction} direction @param {ReadonlySet<string>} aside    boxes outside that no line leads to @returns {{ placed: PlacedLevel, serial: number }} */
  function place(scope, levels, direction, aside) {
    const level = { ...levels[scope], ports: levels[scope].ports.filter((port) => !aside.has(port.other)) };
    const asideHere = new Set([...aside, ...waitingNoOps(levels[scope])]);
    /** @type {Map<string, PlacedLevel>} */
    const inside = new Map();
    /** @type {number[]} */
    const serials = [];
    for (const { path } of level.nodes) {
      if (path === scope || !Object.hasOwn(levels, path)) continue;
      const child = place(path, levels, direction, asideHere);
      inside.set(path, child.placed);
      serials.push(child.serial);
    }
    const key = JSON.stringify([direction, level, serials]);
    let known = cache.get(key);
    if (known === undefined) {
      const nodes = level.nodes.map((node) => ({ ...node, ...sizeOf(inside.get(node.path)) }));
      known = { placed: layoutLevel({ ...level, nodes }, inside, direction), serial: ++serial };
    }
    cache.delete(key);
    cache.set(key, known);
    if (cache.size > CACHED_LEVELS) cache.delete(/** @type {string} */ (cache.keys().next().value));
    return known;
  }

  return compose;
}

/** @param {PlacedLevel | undefined} placed */
function sizeOf(placed) {
  return placed ? { width: placed.width, height: placed.height } : {};
}
