/** The band of a group's line in, its area on a canvas out. */

/** The opacity of the area. */
const AREA = 0.18;

/**
 * The ends of a band where the line is drawn smoothed: as far from it as they are from the line as it is.
 *
 * @param {import("../series_block.js").Series} series @param {number} index
 * @returns {[low: number, high: number]}
 */
export function bandAt({ values, smoothed, band }, index) {
  if (!band) return [NaN, NaN];
  const shift = smoothed ? smoothed[index] - values[index] : 0;
  return [band.low[index] + shift, band.high[index] + shift];
}

/**
 * Fills it.
 *
 * @param {CanvasRenderingContext2D} ctx    its fill style is the colour
 * @param {import("../series_block.js").Series} series
 * @param {import("../charts/nearest.js").Projection} projection
 */
export function drawBand(ctx, series, { toX, toY }) {
  const { xs, shown } = series;
  if (!series.band || shown < 2) return;
  ctx.globalAlpha = AREA;
  ctx.beginPath();
  for (let i = 0; i < shown; i++) ctx.lineTo(toX(xs[i]), toY(bandAt(series, i)[1]));
  for (let i = shown - 1; i >= 0; i--) ctx.lineTo(toX(xs[i]), toY(bandAt(series, i)[0]));
  ctx.closePath();
  ctx.fill();
  ctx.globalAlpha = 1;
}
