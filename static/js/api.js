/**
 * Requests to the server in, its answers out. All addresses are relative to the page, so it works behind any prefix.
 *
 * @typedef {object} DashboardInfo
 * @property {string} id
 * @property {string} title
 * @property {string[]} [aliases]
 * @property {boolean} active        there are data for it
 *
 * @typedef {{ name: string, first_wall_time: number, last_wall_time: number }} Run
 *
 * @typedef {object} ScalarTag
 * @property {string} tag
 * @property {string} display_name
 * @property {string} description
 * @property {number[]} runs         indices into the catalog's runs
 *
 * @typedef {object} Catalog
 * @property {string} instance       changes when the server was started anew
 * @property {number} cursor
 * @property {DashboardInfo[]} dashboards
 * @property {Run[]} runs
 * @property {ScalarTag[]} scalars
 * @property {{ run: number, tag: string | null, kind: string, profile: boolean }[]} graphs    profile: its tag tells of a step's time and memory
 * @property {{ plugin: string, series: number }[]} other
 *
 * @typedef {{ file: string, offset: number, length: number, reason: string, pending: boolean }} Damage
 *
 * @typedef {object} Status
 * @property {string} version
 * @property {string} logdir
 * @property {boolean} logdir_exists
 * @property {boolean} loading
 * @property {number} runs
 * @property {number} series
 * @property {number} points
 * @property {number} files
 * @property {number} bytes_read
 * @property {number} bytes_known
 * @property {number} last_scan
 * @property {{ count: number, entries: Damage[] }} damage
 * @property {{ path: string, reason: string }[]} unreadable
 *
 * @typedef {object} ChangesAnswer
 * @property {string} instance
 * @property {number} cursor
 * @property {boolean} catalog_changed
 * @property {[run: string, tag: string][]} series
 * @property {boolean} [all_series]
 * @property {boolean} loading
 * @property {number} damage
 * @property {number} annotations    version of what people say of runs
 *
 * @typedef {object} SeriesRequest
 * @property {[run: string, tag: string][]} series    at most SERIES_PER_REQUEST, none of them twice
 * @property {import("./state/settings.js").XAxis} x
 * @property {string | null} x_tag    the metric that runs along x, if one does
 * @property {boolean} log_x
 * @property {[number, number] | null} range
 * @property {number} width        of the plot, in pixels
 * @property {number} smoothing
 * @property {import("./state/settings.js").SmoothingMethod} smoothing_method
 * @property {"surviving" | "all"} segments    all: with the points that a resumed run has written anew
 * @property {import("./series_block.js").Moment | null} since    what has not changed since then does not come again
 *
 * @typedef {Omit<SeriesRequest, "range" | "width"> & { at: number | null, over: [number, number] | null }} MarkedRequest
 *     either a place or a stretch
 *
 * @typedef {{ step: number, wall_time: number, x: number, value: number, smoothed: number | null }} MarkedPoint
 *
 * @typedef {object} Stretch    what the points between two places say
 * @property {number} count
 * @property {number} nonfinite
 * @property {MarkedPoint | null} start
 * @property {MarkedPoint | null} end
 * @property {MarkedPoint | null} least
 * @property {MarkedPoint | null} greatest
 * @property {number | null} mean
 * @property {number | null} change
 * @property {number | null} percent
 *
 * @typedef {object} MarkedRow
 * @property {string} run
 * @property {string} tag
 * @property {boolean} unchanged    nothing came, because it is as it was at the moment that was asked about
 * @property {MarkedPoint | null} point
 * @property {Stretch | null} stretch
 */
import { decodeSeries, toNumber } from "./series_block.js";

/** What the server takes in one POST api/series. */
export const SERIES_PER_REQUEST = 2000;

/**
 * The server answered, and said no; `message` is what it said. A TypeError, by contrast, means that it did not answer.
 */
export class ApiError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** @param {AbortSignal} [signal] @returns {Promise<Catalog>} */
export function getCatalog(signal) {
  return getJson("api/catalog", signal);
}

/** @param {AbortSignal} [signal] @returns {Promise<Status>} */
export function getStatus(signal) {
  return getJson("api/status", signal);
}

/** @param {number} cursor @param {AbortSignal} [signal] @returns {Promise<ChangesAnswer>} */
export function getChanges(cursor, signal) {
  return getJson(`api/changes?since=${cursor}`, signal);
}

/** @param {SeriesRequest} request @param {AbortSignal} [signal] */
export async function postSeries(request, signal) {
  // Nothing is lost to the eye or the tooltip, and half the bytes of most values are saved.
  const response = await sendJson("api/series", { ...request, values: "shortest" }, signal);
  return decodeSeries(await response.arrayBuffer(), { axis: request.x, smoothing: request.smoothing });
}

/**
 * What series say at a place of the x axis, or over a stretch of it.
 *
 * @param {MarkedRequest} request @param {AbortSignal} [signal]
 * @returns {Promise<{ moment: import("./series_block.js").Moment, series: MarkedRow[] }>}
 */
export async function postMarked(request, signal) {
  return decodeMarkedAnswer(await (await sendJson("api/marked", request, signal)).json());
}

/**
 * @param {any} answer    of POST api/marked
 * @returns {{ moment: import("./series_block.js").Moment, series: MarkedRow[] }}
 */
export function decodeMarkedAnswer({ instance, cursor, series }) {
  return { moment: [instance, cursor], series: series.map(decodeMarked) };
}

/** @param {any} row @returns {MarkedRow} */
function decodeMarked({ run, tag, unchanged, point, stretch }) {
  const ends = stretch && { start: decodePoint(stretch.start), end: decodePoint(stretch.end) };
  const extremes = stretch && { least: decodePoint(stretch.least), greatest: decodePoint(stretch.greatest) };
  return {
    run,
    tag,
    unchanged: unchanged ?? false,
    point: decodePoint(point),
    stretch: stretch ? { ...stretch, ...ends, ...extremes } : null,
  };
}

/** @param {any} point @returns {MarkedPoint | null} */
function decodePoint(point) {
  if (!point) return null;
  const { value, smoothed } = point;
  return { ...point, value: toNumber(value), smoothed: smoothed === null ? null : toNumber(smoothed) };
}

/** Where one series can be downloaded. @param {string} run @param {string} tag @param {"csv" | "json"} format */
export function exportHref(run, tag, format) {
  return `data/plugin/scalars/scalars?${new URLSearchParams({ run, tag, format })}`;
}

/**
 * Has the browser keep all points of series as a file. The answer to a form goes to disk as it comes, however long it is.
 *
 * @param {Partial<SeriesRequest> & { series: [string, string][], format: "csv" | "json", name: string }} question
 */
export function keepPoints(question) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: "api/export", hidden: true });
  const field = Object.assign(document.createElement("input"), { name: "question", value: JSON.stringify(question) });
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}

/** @param {string} path @param {AbortSignal} [signal] */
export async function getJson(path, signal) {
  return (await send(path, { signal })).json();
}

/** @param {string} path @param {object} body @param {AbortSignal} [signal] */
export function sendJson(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return send(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** @param {string} path @param {RequestInit} init */
async function send(path, init) {
  const response = await fetch(path, { cache: "no-store", ...init });
  if (!response.ok) throw new ApiError(response.status, await errorText(response));
  return response;
}

/** @param {Response} response */
async function errorText(response) {
  const text = await response.text();
  try {
    return String(JSON.parse(text).error);
  } catch {
    return text.slice(0, 200) || `${response.status} ${response.statusText}`;
  }
}
