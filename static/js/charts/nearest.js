/**
 * Lines and a place of the pointer in, the points next to it out, one for each line.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {{ toX: (x: number) => number, toY: (y: number) => number }} Projection    axis values to pixels
 *
 * @typedef {object} Hit
 * @property {Series} series
 * @property {number} index
 * @property {number} dx         pixels between pointer and point
 * @property {number} dy
 * @property {boolean} beside    the pointer is beyond the first or the last x of the line
 */

/**
 * The point of a line that is nearest in x; of several at the same x (pieces of a run that was started again), the one
 * nearest in y.
 *
 * @param {Series} series
 * @param {{ x: number, y: number }} pointer    in pixels
 * @param {number} xValue                       the pointer's x on the axis
 * @param {Projection} projection
 * @returns {Hit | null} null for a line without points
 */
export function nearestPoint(series, pointer, xValue, projection) {
  const { xs, values, smoothed, breaks } = series;
  if (xs.length === 0) return null;
  const drawn = smoothed ?? values;
  /** @type {Hit | null} */
  let best = null;
  for (let piece = 0; piece <= breaks.length; piece++) {
    const start = piece === 0 ? 0 : breaks[piece - 1];
    const end = piece === breaks.length ? xs.length : breaks[piece];
    if (start >= end) continue;
    const index = nearestIndex(xs, xValue, start, end, projection.toX);
    const dx = Math.abs(projection.toX(xs[index]) - pointer.x);
    const y = projection.toY(drawn[index]);
    const dy = Number.isFinite(y) ? Math.abs(y - pointer.y) : Number.MAX_VALUE;
    const beside = xValue < xs[start] || xValue > xs[end - 1];
    if (best === null || dx < best.dx - 0.5 || (dx < best.dx + 0.5 && dy < best.dy))
      best = { series, index, dx, dy, beside };
  }
  return best;
}

/**
 * The index in [start, end) whose x is nearest; `xs` is in order there.
 *
 * @param {ArrayLike<number>} xs @param {number} x @param {number} start @param {number} end
 * @param {(x: number) => number} [place]    where x lies on screen, which is what nearness is about
 */
export function nearestIndex(xs, x, start, end, place = (value) => value) {
  let [low, high] = [start, end - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low > start && place(x) - place(xs[low - 1]) <= place(xs[low]) - place(x) ? low - 1 : low;
}

/**
 * The line the pointer means: the one it is vertically nearest to, lines it is beside only when there is no other.
 *
 * @param {readonly Hit[]} hits
 * @returns {Hit | null}
 */
export function closestHit(hits) {
  /** @type {Hit | null} */
  let best = null;
  for (const hit of hits) if (best === null || isCloser(hit, best)) best = hit;
  return best;
}

/** @param {Hit} a @param {Hit} b */
function isCloser(a, b) {
  if (a.beside !== b.beside) return b.beside;
  return distance(a) < distance(b);
}

/** @param {Hit} hit */
function distance({ dx, dy }) {
  return Math.hypot(dx, dy);
}

/**
 * The hits in the order of the tooltip's rows. Ties, and rows by name, keep the order they came in, which is the order
 * of the run list.
 *
 * @param {readonly Hit[]} hits
 * @param {import("../state/settings.js").RowOrder} order
 * @returns {Hit[]}
 */
export function orderHits(hits, order) {
  if (order === "alphabetical") return [...hits];
  if (order === "nearest") return [...hits].sort((a, b) => (isCloser(a, b) ? -1 : isCloser(b, a) ? 1 : 0));
  const sign = order === "ascending" ? 1 : -1;
  return [...hits].sort((a, b) => sign * compare(rank(a), rank(b)));
}

/** NaN ranks below everything. @param {Hit} hit */
function rank({ series, index }) {
  const drawn = (series.smoothed ?? series.values)[index];
  return Number.isNaN(drawn) ? -Infinity : drawn;
}

/** @param {number} a @param {number} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
