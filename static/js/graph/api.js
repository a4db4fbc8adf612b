/**
 * Questions about a logged graph in, the server's answers out.
 *
 * @typedef {object} GraphName
 * @property {string} run
 * @property {string | null} tag
 * @property {boolean} series     neighbours that are alike lie in a box
 * @property {{ run: string, tag: string | null } | null} [against]    the graph that it is compared with
 *
 * @typedef {object} Difference
 * @property {{ added: number, removed: number, changed: number }} counts
 * @property {{ path: string, name: string, op: string, status: "added" | "removed" | "changed" }[]} items
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
 * @property {{ name: string, path: string }[]} calls    functions of the graph's library
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
 * @typedef {object} PaintedLevel    either by qualities or by an amount
 * @property {import("./paint.js").PaintKey[]} [legend]
 * @property {import("./paint.js").Paints[]} [paints]    of each child of the level, in its order
 * @property {(number | null)[]} [amounts]               likewise
 * @property {number} [most]
 *
 * @typedef {{ time: number, bytes: number, executions: number }} Cost    nanoseconds
 *
 * @typedef {object} CostTable
 * @property {Cost | null} total
 * @property {number} elsewhere
 * @property {({ path: string, name: string, op: string } & Cost)[]} items
 *
 * @typedef {object} Reach
 * @property {number} operations
 * @property {{ children: string[], edges: [string, string][], ports: [string, "in" | "out", string][] }[]} levels
 *
 * @typedef {{ parameters: number, flops: number, uncounted: number, shapeless: number }} Work    the last two: operations and variables of unknown size
 *
 * @typedef {object} NodeCard
 * @property {string} graph
 * @property {string} path
 * @property {string | null} name    null for a box that the board has put in
 * @property {string} label
 * @property {number} repeats
 * @property {string} scope
 * @property {OperationCard | null} operation
 * @property {Work} work
 * @property {{ status: "added" | "removed" | "changed" | null, changes: { what: string, old: string, new: string }[] } | null} [difference]
 * @property {(Cost & { outputs: string[] }) | null} [cost]    of the profile that was asked for; null: it did not run
 * @property {ContentsCard | null} contents
 *
 * @typedef {object} Found
 * @property {number} count
 * @property {{ path: string, name: string, op: string | null, operations: number }[]} items
 *
 * @typedef {object} TopLevel    what the answer for the scope "" tells besides
 * @property {{ count: number, texts: string[] }} problems
 */
import { getJson } from "../api.js";

/** @param {GraphName} graph @param {string} scope @param {AbortSignal} signal @returns {Promise<import("./types.js").Level & Partial<TopLevel>>} */
export function getLevel(graph, scope, signal) {
  return ask("scope", graph, [["scope", scope]], signal);
}

/** @param {GraphName} graph @param {string} scope @param {string} by @param {string | null} profile @param {AbortSignal} signal @returns {Promise<PaintedLevel>} */
export function getPaint(graph, scope, by, profile, signal) {
  return ask("paint", graph, [["scope", scope], ["by", by], ...about(profile)], signal);
}

/** @param {GraphName} graph @param {AbortSignal} signal @returns {Promise<Difference>} */
export function getDifference(graph, signal) {
  return ask("difference", graph, [], signal);
}

/** @param {GraphName} graph @param {string} profile @param {"time" | "memory"} by @param {AbortSignal} signal @returns {Promise<CostTable>} */
export function getCosts(graph, profile, by, signal) {
  return ask("costs", graph, [["profile", profile], ["by", by]], signal);
}

/** @param {GraphName} graph @param {string} profile */
export function traceAddress(graph, profile) {
  return addressOf("trace", graph, about(profile));
}

/** @param {GraphName} graph @param {string} name @param {string | null} profile @param {AbortSignal} signal @returns {Promise<NodeCard>} */
export function getCard(graph, name, profile, signal) {
  return ask("node", graph, [["name", name], ...about(profile)], signal);
}

/** @param {GraphName} graph @param {string} text @param {AbortSignal} signal @returns {Promise<Found>} */
export function search(graph, text, signal) {
  return ask("search", graph, [["q", text]], signal);
}

/** @param {GraphName} graph @param {string} name @param {string} towards @param {readonly string[]} scopes @param {AbortSignal} signal @returns {Promise<Reach>} */
export function getReach(graph, name, towards, scopes, signal) {
  return ask("reach", graph, [["name", name], ["towards", towards], ...scopes.map((scope) => /** @type {[string, string]} */ (["scope", scope]))], signal);
}

/** The address of a scope's part of the GraphDef as text. @param {GraphName} graph @param {string} scope */
export function textAddress(graph, scope) {
  return addressOf("text", graph, [["scope", scope]]);
}

/** @param {string | null} profile @returns {[string, string][]} */
function about(profile) {
  return profile === null ? [] : [["profile", profile]];
}

/** @param {string} what @param {GraphName} graph @param {[string, string][]} parameters @param {AbortSignal} signal */
function ask(what, graph, parameters, signal) {
  return getJson(addressOf(what, graph, parameters), signal);
}

/** @param {string} what @param {GraphName} graph @param {[string, string][]} parameters */
function addressOf(what, { run, tag, series, against }, parameters) {
  const query = new URLSearchParams([["run", run], ...(tag === null ? [] : [["tag", tag]]), ...(series ? [] : [["series", "0"]]), ...parameters]);
  if (against) {
    query.set("against", against.run);
    if (against.tag !== null) query.set("against_tag", against.tag);
  }
  return `api/graph/${what}?${query}`;
}
