/**
 * A level in, the part that each of its boxes plays in the picture out: in the layers of the main part, as a dot beside the box
 * that uses it, or aside.
 *
 * @typedef {import("./types.js").LayoutLevel} LayoutLevel
 * @typedef {import("./types.js").PlacedLevel} PlacedLevel
 * @typedef {"main" | "dot" | "aside"} Role
 */

const MOST_DOTS = 5;

/**
 * The no-ops of a level that only wait for others. Inside the boxes they wait for, no line leads to them either.
 *
 * @param {LayoutLevel} level
 */
export function waitingNoOps({ nodes, edges, ports }) {
  const followed = new Set([...edges.map((edge) => edge.from), ...ports.map((port) => port.child)]);
  return nodes.filter(({ kind }, index) => kind === "noop" && !followed.has(index)).map(({ path }) => path);
}

/**
 * @param {LayoutLevel} level
 * @param {ReadonlyMap<string, PlacedLevel>} inside    what lies in those boxes that are open
 * @returns {Role[]}
 */
export function rolesOf(level, inside) {
  const { nodes, edges, ports } = level;
  const waiting = new Set(waitingNoOps(level));
  const ported = new Set(ports.map((port) => port.child));
  const incoming = nodes.map(() => /** @type {import("./types.js").LevelEdge[]} */ ([]));
  const outgoing = nodes.map(() => /** @type {import("./types.js").LevelEdge[]} */ ([]));
  for (const edge of edges) {
    outgoing[edge.from].push(edge);
    incoming[edge.to].push(edge);
  }
  /** @type {Map<number, number>} */
  const dots = new Map();
  return nodes.map(({ path, kind }, index) => {
    if (ported.has(index) || inside.has(path)) return "main";
    if (incoming[index].length + outgoing[index].length === 0) return "aside";
    if (waiting.has(path)) return "aside";
    if (kind === "constant" && incoming[index].length === 0 && outgoing[index].length === 1) {
      const user = outgoing[index][0].to;
      const taken = dots.get(user) ?? 0;
      if (inside.has(nodes[user].path) || taken === MOST_DOTS) return "main";
      dots.set(user, taken + 1);
      return "dot";
    }
    return "main";
  });
}

/** The dots of each box, by its index. @param {LayoutLevel} level @param {readonly Role[]} roles */
export function dotsOf({ edges }, roles) {
  /** @type {Map<number, number[]>} */
  const dots = new Map();
  for (const { from, to } of edges) {
    if (roles[from] === "dot") dots.set(to, [...(dots.get(to) ?? []), from]);
  }
  return dots;
}
