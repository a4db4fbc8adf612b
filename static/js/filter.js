/**
 * What somebody typed in, a test for names out. Regular expressions run here, in the browser of who typed them, and
 * never on the server, so a slow one costs nobody else.
 *
 * @typedef {object} Filter
 * @property {(name: string) => boolean} matches
 * @property {string | null} error    why `source` is no regular expression; `matches` is then that of the last good one
 * @property {string} source
 */

/** @type {Filter} */
export const EVERYTHING = { matches: () => true, error: null, source: "" };

/**
 * @param {string} source
 * @param {Filter} [last]    what stays in force while `source` cannot be used (half-typed groups and brackets)
 * @param {string} [flags]   "i" for case-insensitive
 * @returns {Filter}
 */
export function regexFilter(source, last = EVERYTHING, flags = "") {
  if (source === "") return EVERYTHING;
  try {
    const pattern = new RegExp(source, flags);
    return { matches: (name) => pattern.test(name), error: null, source };
  } catch (error) {
    // Browsers repeat the whole expression in front of what is wrong with it.
    const message = error instanceof Error ? error.message : String(error);
    const reason = message.slice(message.lastIndexOf(": ") + 1).trim();
    return { matches: last.matches, error: reason, source };
  }
}
