/**
 * A filter being typed and the columns that there are in, what may be meant at the caret out.
 *
 * @typedef {import("./api.js").KnownColumn} KnownColumn
 *
 * @typedef {object} Suggestion
 * @property {string} text    what is put in place of the word
 * @property {string} hint    what it is
 *
 * @typedef {{ start: number, end: number, items: Suggestion[] }} Suggestions    of the word from `start` to `end`
 */
import { AGGREGATES } from "./columns.js";

const MOST = 8;
const WORD = /[^\s()<>=!~"']*$/;
const COMPARISON = /(?:"([^"]*)"|([^\s()<>=!~"']+))\s*(?:!=|!~|==?|~)\s*$/;

/** @type {Record<string, string>} */
const GROUPS = { run: "of the run", hparam: "hyperparameter", metric: "metric" };

/** @type {Suggestions} */
export const NO_SUGGESTIONS = { start: 0, end: 0, items: [] };

/**
 * Nothing for an empty word: who has typed nothing yet has asked for nothing.
 *
 * @param {string} text @param {number} caret @param {readonly KnownColumn[]} columns
 * @returns {Suggestions}
 */
export function suggest(text, caret, columns) {
  const before = text.slice(0, caret);
  if (isQuoted(before)) return NO_SUGGESTIONS;
  const word = WORD.exec(before)?.[0] ?? "";
  const start = caret - word.length;
  const compared = COMPARISON.exec(before.slice(0, start));
  const column = compared && columnOf(compared[1] ?? compared[2], columns);
  const found = column ? valuesOf(column, word) : word === "" ? [] : namesOf(columns, word);
  const items = found.filter((item) => item.text !== word).slice(0, MOST);
  return items.length === 0 ? NO_SUGGESTIONS : { start, end: caret, items };
}

/**
 * The filter with a suggestion taken, and where the caret stands then.
 *
 * @param {string} text @param {Suggestions} suggestions @param {Suggestion} item
 */
export function taken(text, { start, end }, item) {
  return { text: text.slice(0, start) + item.text + text.slice(end), caret: start + item.text.length };
}

/** @param {readonly KnownColumn[]} columns @param {string} word @returns {Suggestion[]} */
function namesOf(columns, word) {
  const wanted = word.toLowerCase();
  /** @type {[rank: number, item: Suggestion][]} */
  const found = [];
  for (const column of columns) {
    const name = column.group === "hparam" ? column.label : column.id;
    if (column.group === "metric" && wanted.startsWith(`${name.toLowerCase()}.`)) {
      for (const aggregate of AGGREGATES) {
        const full = `${name}.${aggregate}`;
        if (full.toLowerCase().startsWith(wanted)) found.push([0, { text: quoted(full), hint: "metric" }]);
      }
      continue;
    }
    const place = name.toLowerCase().indexOf(wanted);
    if (place >= 0) found.push([place === 0 ? 0 : 1, { text: quoted(name), hint: GROUPS[column.group] }]);
  }
  return found.sort(([one], [other]) => one - other).map(([, item]) => item);
}

/** @param {KnownColumn} column @param {string} word @returns {Suggestion[]} */
function valuesOf(column, word) {
  return column.values
    .filter((value) => value.toLowerCase().startsWith(word.toLowerCase()))
    .map((value) => ({ text: quoted(value), hint: column.label }));
}

/** @param {string} name @param {readonly KnownColumn[]} columns */
function columnOf(name, columns) {
  const found = columns.find(({ id, label, group }) => id === name || (group === "hparam" && label === name));
  return found && found.group !== "metric" ? found : null;
}

/** Quotes where the language needs them. @param {string} text */
function quoted(text) {
  return /[\s()<>=!~"'/[\]\\]/.test(text.replaceAll("/", "")) || text.startsWith("/")
    ? `"${text.replace(/["\\]/g, "\\$&")}"`
    : text;
}

/** Whether the caret stands between quotes. @param {string} before */
function isQuoted(before) {
  let mark = "";
  for (let at = 0; at < before.length; at++) {
    if (before[at] === "\\") at++;
    else if (mark !== "") mark = before[at] === mark ? "" : mark;
    else if (before[at] === '"' || before[at] === "'") mark = before[at];
  }
  return mark !== "";
}
