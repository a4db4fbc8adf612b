/**
 * A list of names in, text for the address out, and back: "a,b"; commas and backslashes in names are escaped. Lists of them
 * are parted by semicolons.
 */

/** @param {readonly string[]} names */
export function formatNames(names) {
  return names.map((name) => name.replace(/[\\,;]/g, "\\$&")).join(",");
}

/** @param {string} text @returns {readonly string[]} */
export function parseNames(text) {
  const names = text.match(/(?:\\.|[^,\\])+/gs) ?? [];
  return [...new Set(names.map((name) => name.replace(/\\(.)/gs, "$1")))];
}

/** @param {readonly (readonly string[])[]} lists */
export function formatNameLists(lists) {
  return lists.map(formatNames).join(";");
}

/** @param {string} text @returns {readonly (readonly string[])[]} */
export function parseNameLists(text) {
  const lists = text.match(/(?:\\.|[^;\\])+/gs) ?? [];
  return lists.map(parseNames).filter((names) => names.length > 0);
}
