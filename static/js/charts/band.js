/**
 * Points of a line in, the area between its lowest and its highest values out: what raw values look like from afar.
 *
 * @typedef {import("../series_block.js").Numbers} Numbers
 * @typedef {{ xs: number[], lows: number[], highs: number[] }} Envelope    one entry a stretch of x
 */

/** Stretches of x are at least so wide, in CSS pixels, and hold so many points on average. */
const STRETCH = 6;
const POINTS = 4;

/** The opacity of the area. */
const AREA = 0.16;

/**
 * The lowest and the highest finite value of each stretch of x between two indices, without a break in between.
 *
 * Of a long series the points that came hold the extremes of every pixel column, and so those of any stretch.
 *
 * @param {ArrayLike<number>} xs    ascending
 * @param {Numbers} ys
 * @param {number} from
 * @param {number} to
 * @param {number} stretch    its width, in the unit of `xs`
 * @returns {Envelope}
 */
export function envelope(xs, ys, from, to, stretch) {
  /** @type {Envelope} */
  const found = { xs: [], lows: [], highs: [] };
  let i = from;
  while (i < to) {
    const first = xs[i];
    let [low, high, last] = [Infinity, -Infinity, first];
    for (; i < to && (xs[i] === first || xs[i] < first + stretch); i++) {
      if (!Number.isFinite(ys[i])) continue;
      if (ys[i] < low) low = ys[i];
      if (ys[i] > high) high = ys[i];
      last = xs[i];
    }
    if (low > high) continue;
    // The ends of the area are those of the line.
    found.xs.push(found.xs.length === 0 ? first : i === to ? last : (first + last) / 2);
    found.lows.push(low);
    found.highs.push(high);
  }
  return found;
}

/**
 * Fills the area of the raw values of a smoothed line, piece by piece.
 *
 * @param {CanvasRenderingContext2D} ctx    its fill style is the colour
 * @param {import("./marks.js").Frame} frame
 * @param {import("../series_block.js").Series} series
 * @param {import("./nearest.js").Projection} projection
 */
export function drawRawBand(ctx, frame, { xs, values, breaks }, { toX, toY }) {
  const pixels = xs.map(toX);
  ctx.globalAlpha = AREA;
  const edges = [0, ...breaks, xs.length];
  for (let piece = 1; piece < edges.length; piece++) {
    const [from, to] = [edges[piece - 1], edges[piece]];
    const perPoint = (pixels[to - 1] - pixels[from]) / Math.max(1, to - from);
    fillArea(ctx, envelope(pixels, values, from, to, Math.max(STRETCH * frame.pixelRatio, POINTS * perPoint)), toY);
  }
  ctx.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Envelope} envelope    `xs` in pixels, the others in axis values
 * @param {(y: number) => number} toY
 */
function fillArea(ctx, { xs, lows, highs }, toY) {
  if (xs.length < 2) return;
  ctx.beginPath();
  for (let i = 0; i < xs.length; i++) ctx.lineTo(xs[i], toY(highs[i]));
  for (let i = xs.length - 1; i >= 0; i--) ctx.lineTo(xs[i], toY(lows[i]));
  ctx.closePath();
  ctx.fill();
}
