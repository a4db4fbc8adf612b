/**
 * Questions for runs in, rows and names out (docs/http_api.md, api/runs/...).
 *
 * @typedef {{ message: string, start: number, end: number }} Problem    what is wrong with a filter, and where in it
 *
 * @typedef {object} Question
 * @property {string} filter
 * @property {import("./columns.js").Sort} sort
 * @property {readonly string[]} goals    "TAG:min" or "TAG:max"
 * @property {boolean} hidden    those that somebody has hidden, too
 *
 * @typedef {number | string | boolean | string[] | null} Value    numbers that are not finite are numbers here
 *
 * @typedef {object} Column
 * @property {string} id
 * @property {string} label
 * @property {"run" | "hparam" | "metric" | "unknown"} group
 * @property {"number" | "text" | "mixed" | "time" | "duration"} kind
 * @property {string} help
 *
 * @typedef {Column & { values: string[], goal?: "min" | "max" }} KnownColumn
 *
 * @typedef {object} Row
 * @property {string} run
 * @property {Value[]} values
 * @property {(number | null)[]} steps    where metrics have their values
 *
 * @typedef {object} Table
 * @property {number} total      of all runs
 * @property {number} matched    of those that meet the filter
 * @property {number} hidden     of those left out because somebody has hidden them
 * @property {Problem | null} problem
 * @property {number} offset
 * @property {Column[]} columns
 * @property {Row[]} rows
 *
 * @typedef {{ value: Value, step: number | null }} Cell
 * @typedef {{ tag: string, goal: "min" | "max", last: Cell[], best: Cell[] }} ComparedMetric
 *
 * @typedef {object} Compared
 * @property {{ run: string, status: string }[]} runs
 * @property {string[]} missing    runs that were asked for and are not there
 * @property {{ name: string, values: (number | string | boolean | null)[], differs: boolean }[]} hparams
 * @property {ComparedMetric[]} metrics
 * @property {number} more         metrics beyond those
 *
 * @typedef {{ total: number, matched: number, problem: Problem | null, names: string[] }} Names
 */
import { getJson } from "../api.js";

/** JSON has no words for these. @type {Record<string, number>} */
const ODD_NUMBERS = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/**
 * @param {Question} question @param {readonly string[]} columns @param {number} offset @param {number} limit
 * @param {AbortSignal} [signal]
 * @returns {Promise<Table>}
 */
export async function getTable(question, columns, offset, limit, signal) {
  const parameters = parametersOf(question, columns);
  parameters.set("offset", String(offset));
  parameters.set("limit", String(limit));
  const table = await getJson(`api/runs/table?${parameters}`, signal);
  const isText = table.columns.map((/** @type {Column} */ column) => column.kind === "text" || column.kind === "mixed");
  for (const row of table.rows) {
    row.values = row.values.map((/** @type {Value} */ value, /** @type {number} */ index) =>
      isText[index] || typeof value !== "string" ? value : (ODD_NUMBERS[value] ?? value),
    );
  }
  return table;
}

/** @param {Question} question @param {AbortSignal} [signal] @returns {Promise<Names>} */
export function getNames(question, signal) {
  return getJson(`api/runs/names?${parametersOf(question, [])}`, signal);
}

/**
 * @param {readonly string[]} runs @param {readonly string[]} goals @param {string} find    a part of the tags that are wanted
 * @param {AbortSignal} [signal]
 * @returns {Promise<Compared>}
 */
export async function getComparison(runs, goals, find, signal) {
  const parameters = new URLSearchParams();
  for (const run of runs) parameters.append("run", run);
  for (const goal of goals) parameters.append("goal", goal);
  if (find !== "") parameters.set("find", find);
  const found = await getJson(`api/runs/compare?${parameters}`, signal);
  for (const { last, best } of found.metrics) {
    for (const cell of [...last, ...best]) cell.value = ODD_NUMBERS[cell.value] ?? cell.value;
  }
  return found;
}

/** @param {AbortSignal} [signal] @returns {Promise<KnownColumn[]>} */
export async function getColumns(signal) {
  return (await getJson("api/runs/columns", signal)).columns;
}

/** Where the whole table is had as CSV. @param {Question} question @param {readonly string[]} columns */
export function csvHref(question, columns) {
  return `api/runs/table?${parametersOf(question, columns)}&format=csv`;
}

/** @param {Question} question @param {readonly string[]} columns */
function parametersOf({ filter, sort, goals, hidden }, columns) {
  const parameters = new URLSearchParams();
  if (filter !== "") parameters.set("filter", filter);
  if (sort.column !== "") parameters.set("sort", sort.column);
  if (sort.descending) parameters.set("order", "descending");
  if (hidden) parameters.set("hidden", "true");
  for (const goal of goals) parameters.append("goal", goal);
  for (const column of columns) parameters.append("column", column);
  return parameters;
}
