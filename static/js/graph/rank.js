/**
 * A graph in, the layer of each of its nodes out: every edge goes down by at least its minlen, nodes of the first and the last
 * layer stay there, and edges are short.
 *
 * dagre's own rankers cannot hold nodes on the outer layers, and its network simplex is what takes the time in large graphs.
 * This one starts from the longest path and then moves single nodes to where the sum of edge lengths is least, until none moves:
 * not always the optimum, but near it, in time linear in the edges.
 *
 * @typedef {object} RankEdge
 * @property {string} source
 * @property {string} target
 * @property {number} minlen
 */

/** More sweeps than this change little in graphs of any size. */
const MOST_SWEEPS = 24;

/**
 * @param {readonly string[]} nodes
 * @param {readonly RankEdge[]} edges    without cycles
 * @param {ReadonlySet<string>} first    nodes without incoming edges
 * @param {ReadonlySet<string>} last     nodes without outgoing edges
 * @returns {Map<string, number>} ranks from 0
 */
export function ranksOf(nodes, edges, first, last) {
  /** @type {Map<string, RankEdge[]>} */
  const incoming = new Map(nodes.map((node) => [node, []]));
  /** @type {Map<string, RankEdge[]>} */
  const outgoing = new Map(nodes.map((node) => [node, []]));
  for (const edge of edges) {
    outgoing.get(edge.source)?.push(edge);
    incoming.get(edge.target)?.push(edge);
  }
  const order = topologicalOrder(nodes, incoming, outgoing);
  const floor = first.size > 0 ? unitOf(edges) : 0;
  /** @type {Map<string, number>} */
  const ranks = new Map();
  const rank = (/** @type {string} */ node) => ranks.get(node) ?? 0;

  const highest = (/** @type {string} */ node) =>
    maximum(incoming.get(node) ?? [], (edge) => rank(edge.source) + edge.minlen, first.has(node) ? 0 : floor);
  for (const node of order) ranks.set(node, highest(node));

  const lowest = (/** @type {string} */ node) =>
    -maximum(outgoing.get(node) ?? [], (edge) => -(rank(edge.target) - edge.minlen), -Infinity);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let moved = false;
    for (const node of sweep % 2 ? order : [...order].reverse()) {
      if (first.has(node) || last.has(node)) continue;
      const [above, below] = [incoming.get(node)?.length ?? 0, outgoing.get(node)?.length ?? 0];
      if (above === below) continue;
      const best = above > below ? highest(node) : lowest(node);
      if (best !== rank(node)) {
        ranks.set(node, best);
        moved = true;
      }
    }
    if (!moved) break;
  }
  if (last.size > 0) {
    const bottom = maximum([...ranks].filter(([node]) => !last.has(node)), ([, value]) => value, 0);
    const end = maximum([...last], highest, bottom + unitOf(edges));
    for (const node of last) ranks.set(node, end);
  }
  return ranks;
}

/** How far apart neighbouring layers are: dagre doubles minlen to make room for labels. @param {readonly RankEdge[]} edges */
function unitOf(edges) {
  return -maximum(edges, (edge) => -edge.minlen, -Infinity) || 1;
}

/**
 * @param {readonly string[]} nodes
 * @param {Map<string, RankEdge[]>} incoming
 * @param {Map<string, RankEdge[]>} outgoing
 */
function topologicalOrder(nodes, incoming, outgoing) {
  const waiting = new Map(nodes.map((node) => [node, incoming.get(node)?.length ?? 0]));
  const order = nodes.filter((node) => waiting.get(node) === 0);
  for (let at = 0; at < order.length; at++) {
    for (const { target } of outgoing.get(order[at]) ?? []) {
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      if (left === 0) order.push(target);
    }
  }
  return order;
}

/** @template T @param {readonly T[]} items @param {(item: T) => number} of @param {number} least */
function maximum(items, of, least) {
  let result = least;
  for (const item of items) result = Math.max(result, of(item));
  return result;
}
