/** A list of names in, text for the address out, and back: "a,b"; commas and backslashes in names are escaped. */

/** @param {readonly string[]} names */
export function formatNames(names) {
  return names.map((name) => name.replace(/[\\,]/g, "\\$&")).join(",");
}

/** @param {string} text @returns {readonly string[]} */
export function parseNames(text) {
  const names = text.match(/(?:\\.|[^,\\])+/gs) ?? [];
  return [...new Set(names.map((name) => name.replace(/\\(.)/gs, "$1")))];
}
