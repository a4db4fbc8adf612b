/**
 * What somebody has zoomed to, card by card, as a value and as text for the address.
 *
 * @typedef {import("../charts/domain.js").Domain} Domain
 *
 * @typedef {object} View
 * @property {string} axis       what `x` is measured on, see `axisKey`: steps mean nothing on an axis of seconds
 * @property {Domain | null} x   null: all of it
 * @property {Domain | null} y   null: whatever fits
 *
 * @typedef {ReadonlyMap<string, View>} Views    by tag
 */

/** A stretch is told to this part of its length: less than a pixel. */
const RESOLUTION = 1e4;

/** @param {import("./settings.js").XAxis} axis @param {string} metric */
export function axisKey(axis, metric) {
  return axis === "metric" ? `metric:${metric}` : axis;
}

/**
 * The views with that of one tag replaced; one that shows everything is left out.
 *
 * @param {Views} views @param {string} tag @param {View | null} view @returns {Views}
 */
export function withView(views, tag, view) {
  const changed = new Map(views);
  if (view === null || (view.x === null && view.y === null)) changed.delete(tag);
  else changed.set(tag, view);
  return changed;
}

/** "loss~step~10~50~0~1;...": missing numbers stand for what is not chosen. @param {Views} views */
export function formatViews(views) {
  return [...views].map(([tag, view]) => [tag, ...fieldsOf(view)].map(escaped).join("~")).join(";");
}

/** What cannot be read is left out. @param {string} text @returns {Views} */
export function parseViews(text) {
  /** @type {Map<string, View>} */
  const views = new Map();
  for (const entry of split(text, ";")) {
    const [tag, ...fields] = split(entry, "~").map(unescaped);
    const view = viewOf(fields);
    if (view) views.set(tag, view);
  }
  return views;
}

/** Two numbers: "0,1". @param {Domain | null} domain */
export function formatDomain(domain) {
  return domain ? told(domain).join(",") : "";
}

/** @param {string} text @returns {Domain | null} */
export function parseDomain(text) {
  const [low, high, ...more] = text.split(",");
  return more.length > 0 || high === undefined ? null : domainOf(low, high);
}

/** @param {View} view */
function fieldsOf({ axis, x, y }) {
  return [axis, ...(x ? told(x) : ["", ""]), ...(y ? told(y) : ["", ""])];
}

/** @param {string[]} fields @returns {View | null} */
function viewOf([axis, x0, x1, y0, y1]) {
  const view = { axis, x: domainOf(x0, x1), y: domainOf(y0, y1) };
  return axis && (view.x || view.y) ? view : null;
}

/** @param {string | undefined} low @param {string | undefined} high @returns {Domain | null} */
function domainOf(low, high) {
  if (!low?.trim() || !high?.trim()) return null;
  const [a, b] = [Number(low), Number(high)];
  return Number.isFinite(b - a) && a < b ? [a, b] : null;
}

/** In as many digits as can be seen. @param {Domain} domain */
function told([low, high]) {
  const digits = -Math.floor(Math.log10((high - low) / RESOLUTION));
  return [low, high].map((end) => {
    const size = end === 0 ? 0 : Math.floor(Math.log10(Math.abs(end)));
    return String(Number(end.toPrecision(Math.min(17, Math.max(1, size + digits + 1)))));
  });
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\\~;]/g, "\\$&");
}

/** @param {string} text */
function unescaped(text) {
  return text.replace(/\\(.)/gs, "$1");
}

/** At each separator that is not escaped. @param {string} text @param {"~" | ";"} separator */
function split(text, separator) {
  const parts = [""];
  for (const [piece] of text.matchAll(/\\.|[^\\]/gsu)) {
    if (piece === separator) parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
