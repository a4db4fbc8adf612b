/**
 * The points that dagre gives an edge in, a line that crosses no node out.
 *
 * Layers are bands: within a band the line runs straight, through the gap that dagre left for it; from side to side it moves
 * only between bands, where there are no nodes. That holds however much the heights of nodes in a layer differ.
 *
 * @typedef {import("./types.js").Point} Point
 * @typedef {{ top: number, bottom: number }} Band
 */

/**
 * The bands of the layers, from the top down.
 *
 * @param {readonly { y: number, height: number }[]} nodes    y of the centre
 * @returns {Band[]}
 */
export function bandsOf(nodes) {
  /** @type {Map<number, Band>} */
  const bands = new Map();
  for (const { y, height } of nodes) {
    const key = Math.round(y * 2);
    const band = bands.get(key);
    const [top, bottom] = [y - height / 2, y + height / 2];
    bands.set(key, band ? { top: Math.min(band.top, top), bottom: Math.max(band.bottom, bottom) } : { top, bottom });
  }
  return [...bands.values()].sort((a, b) => a.top - b.top);
}

/**
 * @param {Point} start    on the border of the source
 * @param {readonly { x: number, y: number }[]} bends    between source and target; those between bands are left out
 * @param {Point} end      on the border of the target
 * @param {readonly Band[]} bands
 * @returns {Point[]}
 */
export function route(start, bends, end, bands) {
  const down = end[1] >= start[1];
  /** @type {Point[]} */
  const points = [start];
  const through = (/** @type {number} */ x, /** @type {Band} */ { top, bottom }) => {
    points.push(...(down ? /** @type {Point[]} */ ([[x, top], [x, bottom]]) : /** @type {Point[]} */ ([[x, bottom], [x, top]])));
  };
  const [first, last] = [bandAt(bands, start[1]), bandAt(bands, end[1])];
  if (first) points.push([start[0], down ? first.bottom : first.top]);
  for (const { x, y } of bends) {
    const band = bandAt(bands, y);
    if (band) through(x, band);
  }
  if (last) points.push([end[0], down ? last.top : last.bottom]);
  points.push(end);
  return points.filter(([x, y], index) => index === 0 || x !== points[index - 1][0] || y !== points[index - 1][1]);
}

/** @param {readonly Band[]} bands @param {number} y */
function bandAt(bands, y) {
  const slack = 0.5;
  return bands.find((band) => band.top - slack <= y && y <= band.bottom + slack);
}

/**
 * Places on the side of a box for lines that meet it, in the order of where they come from, so that they do not cross there.
 *
 * @param {readonly number[]} xs    where each line comes from
 * @param {number} centre
 * @param {number} width    of the box
 * @returns {number[]}
 */
export function spread(xs, centre, width) {
  const step = Math.min(10, (width * 0.6) / Math.max(1, xs.length - 1));
  const order = xs.map((_, index) => index).sort((a, b) => xs[a] - xs[b] || a - b);
  const places = new Array(xs.length).fill(centre);
  order.forEach((line, place) => (places[line] = centre + (place - (xs.length - 1) / 2) * step));
  return places;
}
