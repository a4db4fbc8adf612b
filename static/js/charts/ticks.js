/**
 * A domain and the room there is in, the places and labels of ticks out, for each kind of axis.
 *
 * @typedef {import("./domain.js").Domain} Domain
 * @typedef {{ at: number, label: string }} Tick
 */
import { formatClock, formatDate, formatDuration, formatFixed, formatShort, formatStep } from "../format.js";

const SECOND_STEPS = [1, 2, 5, 10, 15, 30];
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** Time between ticks that people count in, in seconds. */
const TIME_STEPS = [
  ...SECOND_STEPS,
  ...SECOND_STEPS.map((step) => step * MINUTE),
  ...[1, 2, 3, 6, 12].map((step) => step * HOUR),
  ...[1, 2, 7, 14, 28, 56, 91, 182, 364].map((step) => step * DAY),
];

/**
 * 1, 2 or 5 times a power of ten: the least of them that is not below `least`.
 *
 * @param {number} least
 */
export function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5]) if (factor * power >= least * 0.9999) return factor * power;
  return 10 * power;
}

/**
 * @param {Domain} domain
 * @param {number} most    how many ticks there is room for
 * @returns {Tick[]}
 */
export function linearTicks(domain, most) {
  const step = niceStep((domain[1] - domain[0]) / Math.max(1, most));
  const places = multiples(domain, step);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const largest = Math.max(...places.map(Math.abs), step);
  const plain = largest < 1e5 && digits <= 6;
  return places.map((at) => ({ at, label: plain ? formatFixed(at, digits) : shortWith(at, step) }));
}

/**
 * Steps are whole numbers, so there are no ticks between them.
 *
 * @param {Domain} domain
 * @param {number} most
 * @returns {Tick[]}
 */
export function stepTicks(domain, most) {
  const step = Math.max(1, niceStep((domain[1] - domain[0]) / Math.max(1, most)));
  return multiples(domain, step).map((at) => ({
    at,
    label: Math.abs(at) < 1e4 ? formatStep(at) : shortWith(at, step),
  }));
}

/** Time since the start, in seconds. @param {Domain} domain @param {number} most @returns {Tick[]} */
export function durationTicks(domain, most) {
  const least = (domain[1] - domain[0]) / Math.max(1, most);
  const step = least < 1 ? niceStep(least) : (TIME_STEPS.find((size) => size >= least) ?? niceStep(least / DAY) * DAY);
  const [unit, name] = step < MINUTE ? [1, "s"] : step < HOUR ? [MINUTE, "min"] : step < DAY ? [HOUR, "h"] : [DAY, "d"];
  return multiples(domain, step).map((at) => ({
    at,
    label: at === 0 ? "0" : `${formatShort(clean(at / unit))} ${name}`,
  }));
}

/**
 * Date and time, in the time zone of the browser. Days start at its midnight; the date stands at the first tick and
 * where it changes.
 *
 * @param {Domain} domain    seconds since the epoch
 * @param {number} most
 * @returns {Tick[]}
 */
export function wallTicks(domain, most) {
  const least = (domain[1] - domain[0]) / Math.max(1, most);
  if (least < 1) return secondTicks(domain, niceStep(least));
  const step = TIME_STEPS.find((size) => size >= least) ?? niceStep(least / DAY) * DAY;
  const zone = new Date(domain[0] * 1000).getTimezoneOffset() * MINUTE;
  const places = multiples([domain[0] - zone, domain[1] - zone], step).map((at) => at + zone);
  let date = "";
  return places.map((at) => {
    const time = new Date(at * 1000);
    const day = formatDate(time);
    const clock = formatClock(time, step < MINUTE);
    const label = step >= DAY ? day : day === date ? clock : `${clock}\n${day}`;
    date = day;
    return { at, label };
  });
}

/**
 * Fractions of a second: the clock, to as many digits as tell the ticks apart.
 *
 * @param {Domain} domain
 * @param {number} step
 */
function secondTicks(domain, step) {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return multiples(domain, step).map((at) => {
    const fraction = (at - Math.floor(at)).toFixed(digits).slice(1);
    return { at, label: formatClock(new Date(Math.floor(at) * 1000), true) + fraction };
  });
}

/**
 * Powers of ten; with 2 and 5 times them where there is room, and like a linear axis when the domain is within a
 * decade.
 *
 * @param {Domain} domain    both ends above 0
 * @param {number} most
 * @returns {Tick[]}
 */
export function logTicks(domain, most) {
  const [low, high] = domain.map(Math.log10);
  if (high - low < 1) return linearTicks(domain, most).filter((tick) => tick.at > 0);
  const every = Math.max(1, Math.ceil((high - low) / Math.max(1, most)));
  const factors = every === 1 && (high - low) * 3 <= most ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low / every) * every; power <= high; power += every) {
    for (const factor of factors) {
      const at = factor * 10 ** power;
      if (at >= domain[0] && at <= domain[1]) ticks.push({ at, label: formatPower(at) });
    }
  }
  return ticks;
}

/**
 * Where values change sign: 0, and powers of ten on either side, from where the axis is no longer about linear.
 *
 * @param {Domain} domain
 * @param {number} most
 * @param {number} near    see charts/scale.js
 * @returns {Tick[]}
 */
export function symlogTicks(domain, most, near) {
  const [low, high] = domain;
  if (Math.max(Math.abs(low), Math.abs(high)) <= 2 * near || low > near || high < -near) return linearTicks(domain, most);
  const decades = (/** @type {number} */ end) => Math.max(0, Math.log10(Math.max(1, end / near)));
  const every = Math.max(1, Math.ceil((decades(high) + decades(-low) + 1) / Math.max(1, most)));
  /** @type {Tick[]} */
  const ticks = low <= 0 && high >= 0 ? [{ at: 0, label: "0" }] : [];
  const first = Math.round(Math.log10(near));
  for (let power = first + every - 1; 10 ** power <= Math.max(high, -low); power += every) {
    const size = clean(10 ** power);
    if (size <= high) ticks.push({ at: size, label: formatPower(size) });
    if (size <= -low) ticks.unshift({ at: -size, label: minus(`-${formatPower(size)}`) });
  }
  return ticks;
}

/** Time since the start on a logarithmic axis. @param {Domain} domain @param {number} most @returns {Tick[]} */
export function logDurationTicks(domain, most) {
  return logTicks(domain, most).map(({ at }) => ({ at, label: formatDuration(at) }));
}

/** @param {number} value */
function formatPower(value) {
  if (value >= 1 && value < 1e5) return formatFixed(value, 0);
  return value >= 1e-3 && value < 1 ? String(clean(value)) : minus(value.toExponential(0).replace("+", ""));
}

/** @param {Domain} domain @param {number} step @returns {number[]} */
function multiples([low, high], step) {
  const places = [];
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  for (let i = first; i <= last; i++) places.push(clean(i * step));
  return places;
}

/** Without the last digits that multiplication adds: 0.3 and not 0.30000000000000004. @param {number} value */
function clean(value) {
  return value === 0 ? 0 : Number(value.toPrecision(14));
}

/** As few digits as tell ticks that are `step` apart from each other. @param {number} value @param {number} step */
function shortWith(value, step) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const digits = Math.max(1, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step)) + 1);
  for (const [unit, name] of /** @type {const} */ ([
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ])) {
    if (size >= unit && size < unit * 1e4)
      return minus(String(clean(Number((value / unit).toPrecision(digits))))) + name;
  }
  return minus(String(Number(value.toPrecision(digits)).toExponential()).replace("+", ""));
}

/** @param {string} text */
function minus(text) {
  return text.replace(/^-/, "−").replace("e-", "e−");
}
