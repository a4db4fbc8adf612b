/**
 * What the modules of the graph page hand each other, as types. Coordinates are pixels at scale 1, y downwards.
 *
 * From the server (api/graph/scope), one level of the hierarchy:
 *
 * @typedef {object} Bundle      edges drawn as one line
 * @property {number} tensors
 * @property {number} controls
 * @property {number} references
 * @property {string | null} shape     of all its tensors, such as "784×10"
 *
 * @typedef {object} Child
 * @property {string} path
 * @property {string} name             the path without boxes that the board has put in
 * @property {string} label
 * @property {"scope" | "op"} kind
 * @property {string | null} op        op type; of a scope, that of the node of its own name
 * @property {number} operations       how many it holds; 1 for an operation
 * @property {number} repeats          how many children a scope has, if all are built alike and counted; else 0
 *
 * @typedef {{ from: number, to: number } & Bundle} LevelEdge    indices of children
 * @typedef {{ child: number, direction: "in" | "out", other: string } & Bundle} Port
 *
 * @typedef {object} Level
 * @property {string} graph            changes when another graph is logged
 * @property {string} scope            path; "" for the whole graph
 * @property {Child[]} children
 * @property {LevelEdge[]} edges
 * @property {Port[]} ports
 * @property {number} omitted_links
 *
 * For the layout, the same level with sizes instead of texts:
 *
 * @typedef {object} LayoutNode
 * @property {string} path
 * @property {import("./kinds.js").Kind} kind
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} LayoutLevel
 * @property {string} scope
 * @property {LayoutNode[]} nodes
 * @property {LevelEdge[]} edges
 * @property {Port[]} ports
 * @property {number} headerWidth      least width that the title of the scope needs
 *
 * @typedef {"down" | "up"} Direction  where tensors flow to
 *
 * And placed, relative to the upper left corner of the scope's box:
 *
 * @typedef {[x: number, y: number]} Point
 *
 * @typedef {object} PlacedNode
 * @property {string} path
 * @property {number} x                upper left corner
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {"main" | "dot" | "aside"} role    dots are constants beside what uses them; see layout.js
 * @property {PlacedLevel} [inside]    of an open scope
 *
 * @typedef {object} PlacedEdge
 * @property {string} id
 * @property {Bundle} bundle
 * @property {Point[]} points          from where the tensors come to where they go
 * @property {"start" | "end" | null} border     the end of the line that lies on the border of the scope, if one does
 * @property {boolean} arrives         its last point is where the edge ends, not the door of an open box or of the scope
 * @property {boolean} leaves          its first point is where the edge starts, likewise
 * @property {boolean} sideways        leaves and arrives at the sides of boxes, not from above and below
 * @property {boolean} quiet           drawn only when an end of it is selected
 *
 * @typedef {object} PlacedLevel
 * @property {string} scope
 * @property {number} width
 * @property {number} height
 * @property {PlacedNode[]} nodes
 * @property {PlacedEdge[]} edges
 * @property {Record<string, number>} doors    x of each place where edges cross the border, by portKey
 */

/**
 * Where an edge crosses the border of a scope: which way, and to which box outside.
 *
 * @param {"in" | "out"} direction
 * @param {string} other
 */
export function portKey(direction, other) {
  return `${direction}:${other}`;
}

/** @param {string} from @param {string} to */
export function edgeId(from, to) {
  return `${from} → ${to}`;
}

/** @param {string} child @param {"in" | "out"} direction @param {string} other */
export function portEdgeId(child, direction, other) {
  return `${child} ${direction}: ${other}`;
}
