/**
 * The server's answers about colours in, how each node is coloured out.
 *
 * Nodes are coloured by qualities, of which a node may have several in parts (devices), or by an amount (time), on one scale for
 * the whole graph. A paint is the key of a quality and the share of the node that has it; keys mean the same in every scope, and
 * further ones than there are colours begin again with the first.
 *
 * @typedef {readonly (readonly [key: number, share: number])[]} Paints
 *
 * @typedef {object} PaintKey    a line of the legend
 * @property {number | null} key     null: what has no colour
 * @property {string} label
 * @property {number} count
 * @property {number} [operations]   of each of the scopes that are built alike
 *
 * @typedef {object} Painting    the colours of a picture
 * @property {readonly PaintKey[]} legend
 * @property {ReadonlyMap<string, Paints>} paints     by path
 * @property {readonly string[]} colors               by key
 * @property {Scale | null} scale                     of the amounts, if nodes are coloured by one
 * @property {ReadonlyMap<string, number | null>} amounts    by path; null for what did not run
 *
 * @typedef {{ by: "time" | "memory", most: number }} Scale    nanoseconds, or bytes
 *
 * @typedef {object} Look    what it means for the element of a node
 * @property {string} name                      class
 * @property {Record<string, string>} style     variables of the class
 * @property {Stripe[]} stripes
 *
 * @typedef {{ color: string, from: number, to: number }} Stripe    `from` and `to`: parts of the width, from 0 to 1
 */
import { PALETTE } from "../colors.js";
import { counted, formatBytes, formatCount, formatNanoseconds } from "../format.js";

/** Colours for style sheets, which suit light and dark surfaces. @type {readonly string[]} */
export const QUALITIES = PALETTE.map(({ light, dark }) => `light-dark(${light}, ${dark})`);
/** Of what was added, removed and changed. @type {readonly string[]} */
export const DIFFERENCE = ["var(--graph-added)", "var(--graph-removed)", "var(--graph-changed)"];

/** @type {Painting} */
export const UNPAINTED = { legend: [], paints: new Map(), colors: QUALITIES, scale: null, amounts: new Map() };

/** @type {Look} */
const PLAIN = { name: "", style: {}, stripes: [] };

/** @param {Painting} painting @param {string} path @returns {Look} */
export function lookOf({ paints, colors, scale, amounts }, path) {
  if (scale) return heatOf(scale, amounts.get(path));
  const own = paints.get(path);
  if (!own || own.length === 0) return PLAIN;
  if (own.length === 1 && own[0][1] === 1) return { name: "graph-painted", style: { "--paint": colorOf(colors, own[0][0]) }, stripes: [] };
  let from = 0;
  return { ...PLAIN, stripes: own.map(([key, share]) => ({ color: colorOf(colors, key), from, to: (from += share) })) };
}

/** @param {Scale} scale @param {number | null | undefined} amount @returns {Look} */
function heatOf({ most }, amount) {
  if (amount === undefined) return PLAIN;
  if (amount === null) return { ...PLAIN, name: "graph-unused" };
  const heat = most > 0 ? Math.min(1, amount / most) : 0;
  return { name: "graph-heated", style: { "--heat": `${Math.round(heat * 1000) / 10}%` }, stripes: [] };
}

/** @param {readonly string[]} colors @param {number} key */
export function colorOf(colors, key) {
  return colors[key % colors.length];
}

/** @param {PaintKey} key */
export function keyText({ label, count, operations }) {
  if (operations === undefined) return `${label}: ${counted(count, "operation")}`;
  return `${formatCount(count)} scopes built like ${label}, of ${counted(operations, "operation")} each`;
}

/** @param {Scale["by"]} by @param {number} amount */
export function amountText(by, amount) {
  return by === "time" ? formatNanoseconds(amount) : formatBytes(amount);
}
