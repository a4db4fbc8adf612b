/** Numbers in, the text people read out: values, steps, times, sizes. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

const integers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * A value with `digits` significant digits (whole numbers below a million with all of theirs), without trailing zeros and
 * with thousands separators; very large and very small ones with an exponent.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function formatValue(value, digits = 5) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 10 ** Math.max(digits, 6) || size < 1e-4)
    return withMinus(trimExponential(value.toExponential(digits - 1)));
  return grouped(size >= 10 ** digits ? value.toFixed(0) : trimZeros(value.toPrecision(digits)));
}

/**
 * All digits that are needed to tell `value` from its float64 neighbours, for copying and titles.
 *
 * @param {number} value
 */
export function formatExactly(value) {
  return Number.isFinite(value) ? String(value) : formatValue(value);
}

/** A step: an integer with thousands separators. @param {number} step */
export function formatStep(step) {
  return Number.isInteger(step) ? withMinus(integers.format(step)) : formatValue(step);
}

/** A value with `digits` decimals and thousands separators: 1,000.50. @param {number} value @param {number} digits */
export function formatFixed(value, digits) {
  return grouped(value.toFixed(digits));
}

/** How many there are: 9,750 · 1.2 M. @param {number} count */
export function formatCount(count) {
  return count < 1e6 ? integers.format(count) : formatShort(count);
}

/** A number in few characters: 12.5k, 3M, 0.25. @param {number} value */
export function formatShort(value) {
  const size = Math.abs(value);
  if (size < 1000 || !Number.isFinite(value)) return formatValue(value, 4);
  for (const [unit, name] of /** @type {const} */ ([
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ])) {
    if (size >= unit) return size / unit >= 1e4 ? formatValue(value, 3) : formatValue(value / unit, 4) + name;
  }
  return formatValue(value);
}

/** A time span: 0 s · 850 ms · 12.4 s · 3 min 20 s · 5 h 12 min · 2 d 3 h. @param {number} seconds */
export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return formatValue(seconds);
  const sign = seconds < 0 ? "−" : "";
  const size = Math.abs(seconds);
  if (size < 0.001) return "0 s";
  if (size < 0.9995) return `${sign}${Math.round(size * 1000)} ms`;
  if (size < MINUTE - 0.05) return `${sign}${trimZeros(size.toFixed(1))} s`;
  const whole = Math.round(size);
  if (whole < HOUR) return sign + twoUnits(whole, MINUTE, "min", 1, "s");
  if (whole < DAY) return sign + twoUnits(Math.round(whole / MINUTE) * MINUTE, HOUR, "h", MINUTE, "min");
  return sign + twoUnits(Math.round(whole / HOUR) * HOUR, DAY, "d", HOUR, "h");
}

/** What a kernel took: 0 ns · 640 ns · 12.4 µs · 3.2 ms · 1.5 s. @param {number} nanoseconds */
export function formatNanoseconds(nanoseconds) {
  return inUnits(nanoseconds, ["ns", "µs", "ms", "s"]);
}

/** A wall time (seconds since the epoch) as local date and time: 2026-03-05 14:07:31. @param {number} seconds */
export function formatWallTime(seconds) {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? formatValue(seconds) : `${formatDate(date)} ${formatClock(date, true)}`;
}

/** @param {Date} date */
export function formatDate(date) {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** @param {Date} date @param {boolean} withSeconds */
export function formatClock(date, withSeconds) {
  const clock = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
  return withSeconds ? `${clock}:${twoDigits(date.getSeconds())}` : clock;
}

/** 0 B · 14.2 kB · 3.1 GB (powers of 1000). @param {number} bytes */
export function formatBytes(bytes) {
  return inUnits(bytes, ["B", "kB", "MB", "GB", "TB"]);
}

/** With three digits, in the unit that suits; each is a thousand times the one before. @param {number} amount @param {readonly string[]} units */
function inUnits(amount, units) {
  let size = amount;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size >= 1000 ? formatCount(size) : trimZeros(size.toPrecision(3))} ${units[unit]}`;
}

/** "1 run", "2 runs". @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {number} total @param {number} big @param {string} bigName @param {number} small @param {string} smallName */
function twoUnits(total, big, bigName, small, smallName) {
  const rest = Math.round((total % big) / small);
  return rest === 0
    ? `${Math.floor(total / big)} ${bigName}`
    : `${Math.floor(total / big)} ${bigName} ${rest} ${smallName}`;
}

/** @param {number} value */
function twoDigits(value) {
  return String(value).padStart(2, "0");
}

/** @param {string} text */
function trimZeros(text) {
  return text.includes("e") ? trimExponential(text) : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Thousands separators between the digits before the point. @param {string} text    without an exponent */
function grouped(text) {
  const [whole, ...decimals] = text.split(".");
  return withMinus([whole.replace(/\B(?=(\d{3})+$)/g, ","), ...decimals].join("."));
}

/** @param {string} text */
function trimExponential(text) {
  const [mantissa, exponent] = text.split("e");
  return `${mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa}e${exponent.replace("+", "")}`;
}

/** A true minus sign lines up with digits, a hyphen does not. @param {string} text */
function withMinus(text) {
  return text.replace(/^-/, "−").replace("e-", "e−");
}
