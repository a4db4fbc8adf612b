/**
 * Which columns the table of runs has, in which order, how wide, and by which it is sorted: texts of the address in,
 * values out, and back.
 *
 * @typedef {{ column: string, descending: boolean }} Sort    column "": the order of the names
 * @typedef {import("./api.js").KnownColumn} KnownColumn
 */

import { formatNames, parseNames } from "../state/names.js";

/** The name is always there, and always first. */
export const NAME = "name";

/** Aggregates of a metric that can be columns. */
export const AGGREGATES = /** @type {const} */ (["last", "best", "min", "max", "mean"]);

export const NARROWEST = 56;
export const WIDEST = 900;

const INITIAL = ["status", "start", "duration", "steps"];
const INITIAL_HPARAMS = 6;
const INITIAL_METRICS = 3;

/**
 * What is shown before anybody has chosen: how runs stand, hyperparameters that differ, a few metrics.
 *
 * @param {readonly KnownColumn[]} known
 * @returns {string[]}
 */
export function initialColumns(known) {
  const there = new Set(known.map((column) => column.id));
  const hparams = known.filter((column) => column.group === "hparam" && column.values.length !== 1);
  const metrics = known.filter((column) => column.group === "metric").sort((a, b) => weight(a.id) - weight(b.id));
  return [
    ...INITIAL.filter((id) => there.has(id)),
    ...hparams.slice(0, INITIAL_HPARAMS).map((column) => column.id),
    ...metrics.slice(0, INITIAL_METRICS).map((column) => `${column.id}.best`),
  ];
}

/** What runs are compared by stands in front: losses and scores, of held-out data first. @param {string} tag */
function weight(tag) {
  const heldOut = /(^|[/_.])(val|valid|validation|eval|test)/i.test(tag);
  const judged = /loss|acc|score|f1|auc|error|reward/i.test(tag);
  return (heldOut ? 0 : 2) + (judged ? 0 : 1);
}

/** @param {readonly string[]} columns @param {string} id    moves to where `before` is; null: to the end @param {string | null} before */
export function moved(columns, id, before) {
  if (id === before) return [...columns];
  const rest = columns.filter((column) => column !== id);
  const place = before === null ? rest.length : rest.indexOf(before);
  return place < 0 ? [...columns] : [...rest.slice(0, place), id, ...rest.slice(place)];
}

/** One place to the left (-1) or to the right (1). @param {readonly string[]} columns @param {string} id @param {-1 | 1} by */
export function nudged(columns, id, by) {
  const from = columns.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= columns.length) return [...columns];
  const result = [...columns];
  [result[from], result[to]] = [result[to], result[from]];
  return result;
}

/** @param {Sort} sort    "-" in front of a column that is sorted downwards */
export function formatSort({ column, descending }) {
  if (descending) return `-${column}`;
  return /^[-+]/.test(column) ? `+${column}` : column;
}

/** @param {string} text @returns {Sort} */
export function parseSort(text) {
  return { column: text.replace(/^[-+]/, ""), descending: text.startsWith("-") };
}

/**
 * What a click on a heading does: the first one shows what one looks for at the top, the next turns it round, the third
 * gives the order of the names back.
 *
 * @param {Sort} sort @param {string} column @param {boolean} [greatestFirst]
 * @returns {Sort}
 */
export function clicked(sort, column, greatestFirst = false) {
  if (sort.column !== column) return { column, descending: greatestFirst };
  if (sort.descending === greatestFirst) return { column, descending: !greatestFirst };
  return { column: "", descending: false };
}

/** @param {ReadonlyMap<string, number>} widths */
export function formatWidths(widths) {
  return formatNames([...widths].map(([id, width]) => `${width}:${id}`));
}

/** @param {string} text @returns {Map<string, number>} */
export function parseWidths(text) {
  /** @type {Map<string, number>} */
  const widths = new Map();
  for (const item of parseNames(text)) {
    const [, width, id] = /^(\d+):(.*)$/s.exec(item) ?? [];
    if (id !== undefined) widths.set(id, Math.min(WIDEST, Math.max(NARROWEST, Number(width))));
  }
  return widths;
}

/** The tag of a metric's column and its aggregate; null for other columns. @param {string} id */
export function metricOf(id) {
  const [, tag, aggregate] = /^(.*)\.(last|best|min|max|mean)$/s.exec(id) ?? [];
  return tag === undefined ? null : { tag, aggregate };
}
