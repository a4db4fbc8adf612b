/**
 * A place or a stretch of x that somebody has marked, as a value and as text for the address. All charts show what
 * their lines say there.
 *
 * @typedef {object} Mark
 * @property {string} axis          what the places are measured on, see `axisKey`
 * @property {number} from
 * @property {number | null} to     the other end of a stretch; null: a place
 */

/**
 * The mark after a click: the place clicked at, a stretch up to there, or none when that place was marked already.
 *
 * @param {Mark | null} mark
 * @param {string} axis
 * @param {number} x
 * @param {boolean} extend
 * @returns {Mark | null}
 */
export function marked(mark, axis, x, extend) {
  const before = mark?.axis === axis ? mark : null;
  if (extend && before && before.from !== x) return { axis, from: Math.min(before.from, x), to: Math.max(before.from, x) };
  return before?.to === null && before.from === x ? null : { axis, from: x, to: null };
}

/** "step~500" or "step~100~900". @param {Mark | null} mark */
export function formatMark(mark) {
  return mark === null ? "" : [mark.axis.replace(/[\\~]/g, "\\$&"), mark.from, ...(mark.to === null ? [] : [mark.to])].join("~");
}

/** @param {string} text @returns {Mark | null} */
export function parseMark(text) {
  const match = /^((?:\\.|[^\\~])+)~([^~]+)(?:~([^~]+))?$/s.exec(text);
  const axis = match?.[1].replace(/\\(.)/gs, "$1") ?? "";
  if (match === null || !/^(step$|relative$|wall$|metric:)/.test(axis)) return null;
  const [from, to] = [Number(match[2]), match[3] === undefined ? null : Number(match[3])];
  if (!Number.isFinite(from) || (to !== null && !(to > from && Number.isFinite(to)))) return null;
  return { axis, from, to };
}
