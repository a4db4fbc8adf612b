/**
 * The bytes of a POST api/series answer in, series out: little-endian header length, JSON header, and float64 columns
 * on 8-byte boundaries behind it, which become typed arrays without a copy.
 *
 * @typedef {object} Series
 * @property {string} run
 * @property {string} tag
 * @property {boolean} found
 * @property {number} count         all points of the series
 * @property {number} superseded    points that a resumed run has written anew, among all points
 * @property {number} inRange       points in the range that was asked for
 * @property {number} shown         points that came: n
 * @property {number} nonfinite     NaN and infinite values among all points
 * @property {[low: number, high: number] | null} robustY    of all points in the range, without the lowest and the
 *     highest twentieth; null when none is finite
 * @property {number} firstWallTime seconds since the epoch
 * @property {{ step: number, wall_time: number, value: number } | null} last
 * @property {Float64Array} steps       [n]
 * @property {Float64Array} wallTimes   [n], seconds since the epoch
 * @property {Float64Array} values      [n]
 * @property {Float64Array | null} smoothed   [n], or null when no smoothing was asked for
 * @property {Float64Array} xs          [n], on the axis that was asked for
 * @property {number[]} breaks      indices at which x went back, so that a new piece of line starts
 */

/**
 * @param {ArrayBuffer} buffer
 * @param {{ axis: import("./state/settings.js").XAxis, smoothing: number }} asked
 * @returns {{ cursor: number, series: Series[] }}
 * @throws {RangeError} when the buffer is shorter than its header says
 */
export function decodeSeries(buffer, { axis, smoothing }) {
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const blocks = 4 + headerLength;

  /** @param {any} entry @returns {Series} */
  const decode = (entry) => {
    const shown = entry.shown ?? 0;
    /** @param {number} index */
    const column = (index) => new Float64Array(buffer, blocks + (entry.offset ?? 0) + 8 * shown * index, shown);
    const [steps, wallTimes, values] = [column(0), column(1), column(2)];
    const firstWallTime = toNumber(entry.first_wall_time);
    return {
      run: entry.run,
      tag: entry.tag,
      found: entry.found,
      count: entry.count ?? 0,
      superseded: entry.superseded ?? 0,
      inRange: entry.in_range ?? 0,
      shown,
      nonfinite: entry.nonfinite ?? 0,
      robustY: entry.robust_y_domain ?? null,
      firstWallTime,
      last: entry.last && {
        ...entry.last,
        wall_time: toNumber(entry.last.wall_time),
        value: toNumber(entry.last.value),
      },
      steps,
      wallTimes,
      values,
      smoothed: smoothing > 0 ? column(3) : null,
      xs: axis === "step" ? steps : axis === "wall" ? wallTimes : wallTimes.map((time) => time - firstWallTime),
      breaks: entry.breaks ?? [],
    };
  };
  return { cursor: header.cursor, series: header.series.map(decode) };
}

/** JSON has no NaN and no infinities: they come as strings. @param {unknown} value @returns {number} */
export function toNumber(value) {
  return typeof value === "number" ? value : typeof value === "string" ? Number(value) : NaN;
}
