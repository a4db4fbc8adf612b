/**
 * Which scopes are open, as a set and as the text of the address: a list of names.
 */
import { formatNames, parseNames } from "../state/names.js";

/** @param {string} text @returns {Set<string>} */
export function parseOpen(text) {
  return new Set(parseNames(text));
}

/** @param {Iterable<string>} paths */
export function formatOpen(paths) {
  return formatNames([...paths]);
}

/** The scopes around a path, from the outermost inwards. @param {string} path */
export function scopesAround(path) {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Open scopes whose scopes around them are open as well: those that can be seen. @param {ReadonlySet<string>} open */
export function visibleScopes(open) {
  return [...open].filter((path) => path !== "" && scopesAround(path).every((scope) => open.has(scope))).sort();
}

/** Without a scope and all that is open in it. @param {ReadonlySet<string>} open @param {string} closed */
export function without(open, closed) {
  return new Set([...open].filter((path) => path !== closed && !path.startsWith(`${closed}/`)));
}
