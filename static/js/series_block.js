/**
 * The bytes of a POST api/series answer in, series out. An answer is a row of parts, each with two little-endian
 * uint32 in front: the length of its JSON header, and of the columns behind that. Both are multiples of 8, so that
 * columns become typed arrays without a copy. The first part is about the answer, each other one about a series.
 *
 * @typedef {Float64Array | Float32Array} Numbers
 *
 * @typedef {object} Series
 * @property {string} run
 * @property {string} tag
 * @property {boolean} found
 * @property {boolean} unchanged    nothing came, because it is as it was at the moment that was asked about
 * @property {number} count         all points of the series
 * @property {number} superseded    points that a resumed run has written anew, among all points
 * @property {number} unplaced      points that have no place on the axis, among those in the view
 * @property {number} inRange       points in the range that was asked for
 * @property {number} shown         points that came: n
 * @property {number} nonfinite     NaN and infinite values among all points
 * @property {[low: number, high: number] | null} robustY    of all points in the range, without the lowest and the
 *     highest twentieth; null when none is finite
 * @property {number} firstWallTime seconds since the epoch
 * @property {{ step: number, wall_time: number, value: number } | null} last
 * @property {Float64Array} steps       [n]
 * @property {Float64Array} wallTimes   [n], seconds since the epoch
 * @property {Numbers} values           [n]
 * @property {Numbers | null} smoothed  [n], or null when no smoothing was asked for
 * @property {Float64Array} xs          [n], on the axis that was asked for
 * @property {{ low: Float64Array, high: Float64Array, n: Float64Array } | null} band    of a group's line: its ends, and how
 *     many runs there are, [n] each
 * @property {number[]} breaks      indices at which x went back, so that a new piece of line starts
 *
 * @typedef {[instance: string, cursor: number]} Moment    of the log; a server can tell what has changed since
 */

const LENGTHS = 8;
const FLOAT64 = 8;

/**
 * @param {ArrayBuffer} buffer
 * @param {{ axis: import("./state/settings.js").XAxis, smoothing: number, band?: boolean }} asked
 * @returns {{ moment: Moment, series: Series[] }}
 * @throws {RangeError} when the buffer is shorter than its headers say
 */
export function decodeSeries(buffer, asked) {
  const [{ header }, ...parts] = partsOf(buffer);
  if (parts.length !== header.series) throw new RangeError(`${parts.length} of ${header.series} series came`);
  return {
    moment: [header.instance, header.cursor],
    series: parts.map((part) => decode(buffer, part, asked)),
  };
}

/** @param {ArrayBuffer} buffer @returns {{ header: any, at: number }[]} headers, and where the columns begin */
function partsOf(buffer) {
  const view = new DataView(buffer);
  const text = new TextDecoder();
  const parts = [];
  let at = 0;
  do {
    const [headerLength, columnsLength] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const header = JSON.parse(text.decode(new Uint8Array(buffer, at + LENGTHS, headerLength)));
    parts.push({ header, at: at + LENGTHS + headerLength });
    at += LENGTHS + headerLength + columnsLength;
  } while (at < buffer.byteLength);
  if (at > buffer.byteLength) throw new RangeError(`${at - buffer.byteLength} bytes are missing`);
  return parts;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {{ header: any, at: number }} part
 * @param {{ axis: import("./state/settings.js").XAxis, smoothing: number, band?: boolean }} asked
 * @returns {Series}
 */
function decode(buffer, { header, at }, { axis, smoothing, band = false }) {
  const shown = header.shown ?? 0;
  const steps = new Float64Array(buffer, at, shown);
  const wallTimes = new Float64Array(buffer, at + FLOAT64 * shown, shown);
  const Values = header.values === "float32" ? Float32Array : Float64Array;
  // A metric along x comes as a column of its own; the other axes are columns that come anyway.
  const along = axis === "metric" ? new Float64Array(buffer, at + 2 * FLOAT64 * shown, shown) : null;
  const valuesAt = at + (along ? 3 : 2) * FLOAT64 * shown;
  const values = new Values(buffer, valuesAt, shown);
  const isSmoothed = smoothing > 0 && header.values !== undefined;
  const bandAt = valuesAt + (isSmoothed ? 2 : 1) * values.byteLength;
  const ofBand = (/** @type {number} */ column) => new Float64Array(buffer, bandAt + column * FLOAT64 * shown, shown);
  const firstWallTime = toNumber(header.first_wall_time);
  return {
    run: header.run,
    tag: header.tag,
    found: header.found,
    unchanged: header.unchanged ?? false,
    count: header.count ?? 0,
    superseded: header.superseded ?? 0,
    unplaced: header.unplaced ?? 0,
    inRange: header.in_range ?? 0,
    shown,
    nonfinite: header.nonfinite ?? 0,
    robustY: header.robust_y_domain ?? null,
    firstWallTime,
    last: header.last && {
      ...header.last,
      wall_time: toNumber(header.last.wall_time),
      value: toNumber(header.last.value),
    },
    steps,
    wallTimes,
    values,
    smoothed: isSmoothed ? new Values(buffer, valuesAt + values.byteLength, shown) : null,
    xs: along ?? (axis === "step" ? steps : axis === "wall" ? wallTimes : wallTimes.map((time) => time - firstWallTime)),
    band: band && header.values !== undefined ? { low: ofBand(0), high: ofBand(1), n: ofBand(2) } : null,
    breaks: header.breaks ?? [],
  };
}

/** JSON has no NaN and no infinities: they come as strings. @param {unknown} value @returns {number} */
export function toNumber(value) {
  return typeof value === "number" ? value : typeof value === "string" ? Number(value) : NaN;
}
