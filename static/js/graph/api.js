/**
 * Questions about a logged graph in, the server's answers out.
 *
 * @typedef {{ run: string, tag: string | null, series: boolean }} GraphName    series: neighbours that are alike lie in a box
 *
 * @typedef {object} Link
 * @property {string} name
 * @property {string | null} path    null when the graph has no such node
 * @property {number} output
 * @property {string | null} op
 * @property {string | null} shape
 *
 * @typedef {object} OperationCard
 * @property {string} path
 * @property {string} name
 * @property {string} op
 * @property {string} device
 * @property {{ name: string, value: string }[]} attributes
 * @property {number} attribute_count
 * @property {Link[]} inputs
 * @property {number} input_count
 * @property {Link[]} control_inputs
 * @property {number} control_input_count
 * @property {Link[]} outputs
 * @property {number} output_count
 * @property {Link[]} control_outputs
 * @property {number} control_output_count
 *
 * @typedef {object} ContentsCard
 * @property {number} operations
 * @property {number} scopes
 * @property {{ op: string, count: number }[]} ops
 * @property {number} op_count
 * @property {{ device: string, count: number }[]} devices
 * @property {Link[]} inputs
 * @property {number} input_count
 * @property {Link[]} outputs
 * @property {number} output_count
 *
 * @typedef {object} PaintedLevel
 * @property {import("./paint.js").PaintKey[]} legend
 * @property {import("./paint.js").Paints[]} paints    of each child of the level, in its order
 *
 * @typedef {object} NodeCard
 * @property {string} graph
 * @property {string} path
 * @property {string | null} name    null for a box that the board has put in
 * @property {string} label
 * @property {number} repeats
 * @property {string} scope
 * @property {OperationCard | null} operation
 * @property {ContentsCard | null} contents
 *
 * @typedef {object} Found
 * @property {number} count
 * @property {{ path: string, name: string, op: string | null, operations: number }[]} items
 *
 * @typedef {object} TopLevel    what the answer for the scope "" tells besides
 * @property {{ count: number, texts: string[] }} problems
 * @property {{ name: string, nodes: number }[]} functions
 * @property {number} function_count
 */
import { getJson } from "../api.js";

/** @param {GraphName} graph @param {string} scope @param {AbortSignal} signal @returns {Promise<import("./types.js").Level & Partial<TopLevel>>} */
export function getLevel(graph, scope, signal) {
  return ask("scope", graph, [["scope", scope]], signal);
}

/** @param {GraphName} graph @param {string} scope @param {string} by @param {AbortSignal} signal @returns {Promise<PaintedLevel>} */
export function getPaint(graph, scope, by, signal) {
  return ask("paint", graph, [["scope", scope], ["by", by]], signal);
}

/** @param {GraphName} graph @param {string} name @param {AbortSignal} signal @returns {Promise<NodeCard>} */
export function getCard(graph, name, signal) {
  return ask("node", graph, [["name", name]], signal);
}

/** @param {GraphName} graph @param {string} text @param {AbortSignal} signal @returns {Promise<Found>} */
export function search(graph, text, signal) {
  return ask("search", graph, [["q", text]], signal);
}

/** @param {string} what @param {GraphName} graph @param {[string, string][]} parameters @param {AbortSignal} signal */
function ask(what, { run, tag, series }, parameters, signal) {
  const query = new URLSearchParams([["run", run], ...(tag === null ? [] : [["tag", tag]]), ...(series ? [] : [["series", "0"]]), ...parameters]);
  return getJson(`api/graph/${what}?${query}`, signal);
}
