/**
 * Which runs are drawn, as a value: everything but some names, or nothing but some names. So a link stays short
 * whichever way round somebody chose, and it is clear what happens to runs that come later: "all but" shows them,
 * "only" does not.
 *
 * @typedef {object} Selection
 * @property {"all-but" | "only"} mode
 * @property {ReadonlySet<string>} names
 */

/** @type {Selection} */
export const ALL = { mode: "all-but", names: new Set() };

/** @type {Selection} */
export const NONE = { mode: "only", names: new Set() };

/** @param {Selection} selection @param {string} name */
export function isSelected({ mode, names }, name) {
  return names.has(name) === (mode === "only");
}

/** @param {Selection} selection @param {string} name @returns {Selection} */
export function toggled({ mode, names }, name) {
  const changed = new Set(names);
  if (!changed.delete(name)) changed.add(name);
  return { mode, names: changed };
}

/** @param {string} name @returns {Selection} */
export function only(name) {
  return { mode: "only", names: new Set([name]) };
}

/** @param {Selection} selection @param {string} name */
export function isIsolated({ mode, names }, name) {
  return mode === "only" && names.size === 1 && names.has(name);
}

/**
 * The selection with all of `names` switched on, or off.
 *
 * @param {Selection} selection
 * @param {Iterable<string>} names
 * @param {boolean} on
 * @returns {Selection}
 */
export function withAll({ mode, names: old }, names, on) {
  const changed = new Set(old);
  const add = on === (mode === "only");
  for (const name of names) {
    if (add) changed.add(name);
    else changed.delete(name);
  }
  return { mode, names: changed };
}

/** For the address: "!a,b" is everything but a and b, "a,b" nothing else. @param {Selection} selection */
export function formatSelection({ mode, names }) {
  const list = [...names].map((name) => name.replace(/[\\,!]/g, "\\$&")).join(",");
  return (mode === "all-but" ? "!" : "") + list;
}

/** @param {string} text @returns {Selection} */
export function parseSelection(text) {
  const mode = text.startsWith("!") ? "all-but" : "only";
  const list = mode === "all-but" ? text.slice(1) : text;
  const names = list === "" ? [] : (list.match(/(?:\\.|[^,\\])+/g) ?? []).map((name) => name.replace(/\\(.)/g, "$1"));
  return { mode, names: new Set(names) };
}
