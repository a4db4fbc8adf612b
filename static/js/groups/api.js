/**
 * Questions for groups of runs in, groups, their lines and bands out (docs/http_api.md).
 *
 * @typedef {{ name: string, runs: string[] }} Group
 * @typedef {{ problem: { message: string } | null, seeds: boolean, groups: Group[] }} Groups
 *
 * @typedef {"mean" | "median"} Center
 * @typedef {"std" | "sem" | "ci95" | "range" | "iqr"} BandKind
 *
 * @typedef {object} Drawn    how groups are drawn
 * @property {readonly Group[]} groups
 * @property {Center} center
 * @property {BandKind} band
 */
import { decodeMarkedAnswer, getJson, sendJson } from "../api.js";
import { decodeSeries } from "../series_block.js";

/**
 * @param {readonly string[]} by @param {string} filter @param {boolean} hidden    hidden runs, too @param {AbortSignal} [signal]
 * @returns {Promise<Groups>}
 */
export function getGroups(by, filter, hidden, signal) {
  const parameters = new URLSearchParams();
  if (filter !== "") parameters.set("filter", filter);
  if (hidden) parameters.set("hidden", "true");
  for (const key of by) parameters.append("by", key);
  return getJson(`api/runs/groups?${parameters}`, signal);
}

/** @param {import("../api.js").SeriesRequest} request @param {Drawn} drawn @param {AbortSignal} [signal] */
export async function postGroups(request, drawn, signal) {
  const response = await sendJson("api/groups", { ...request, ...fields(request, drawn) }, signal);
  return decodeSeries(await response.arrayBuffer(), { axis: request.x, smoothing: request.smoothing, band: true });
}

/** @param {import("../api.js").MarkedRequest} request @param {Drawn} drawn @param {AbortSignal} [signal] */
export async function postMarkedGroups(request, drawn, signal) {
  const response = await sendJson("api/groups/marked", { ...request, ...fields(request, drawn) }, signal);
  return decodeMarkedAnswer(await response.json());
}

/**
 * Only the groups that are asked about: the names of ten thousand runs are long.
 *
 * @param {{ series: [string, string][] }} request @param {Drawn} drawn
 */
function fields({ series }, { groups, center, band }) {
  const asked = new Set(series.map(([name]) => name));
  const members = groups.filter(({ name }) => asked.has(name)).map(({ name, runs }) => [name, runs]);
  return { groups: Object.fromEntries(members), center, band };
}
