/**
 * Wishes for series from many cards in, few requests out: what is wished for at a time under the same conditions goes
 * into one request, and a request nobody waits for any more is cancelled.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("../series_block.js").Moment} Moment
 * @typedef {Omit<import("../api.js").SeriesRequest, "series" | "since">} Conditions
 */

/**
 * @template S    what is told of a series
 * @typedef {{ moment: Moment, series: S[] }} Answer
 */

/**
 * @template S
 * @typedef {object} Wish
 * @property {[run: string, tag: string][]} pairs
 * @property {Moment | null} since    only what has changed since then is wanted; null: everything
 * @property {AbortSignal} signal
 * @property {(answer: Answer<S>) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

/** Small enough that the first cards are drawn while the rest is still coming, large enough that requests are few. */
const PAIRS_PER_REQUEST = 240;

/** Browsers open six connections to a host; the polls need one of them. */
const REQUESTS_AT_ONCE = 3;

/**
 * @template {object} C    the conditions
 * @template S
 * @param {(request: any, signal: AbortSignal) => Promise<Answer<S>>} post    sends conditions, `series` and `since`; series
 *     come in the order they were asked for
 * @param {(run: () => void) => void} soon    when to send what has been gathered
 */
export function createSeriesLoader(post, soon) {
  /** @type {Map<string, { conditions: C, wishes: Wish<S>[] }>} */
  let gathered = new Map();
  /** @type {{ conditions: C, wishes: Wish<S>[] }[]} */
  const queue = [];
  let running = 0;

  function send() {
    for (const { conditions, wishes } of gathered.values()) {
      for (const part of inParts(wishes)) queue.push({ conditions, wishes: part });
    }
    gathered = new Map();
    work();
  }

  function work() {
    while (running < REQUESTS_AT_ONCE) {
      const next = queue.shift();
      if (!next) return;
      const wishes = next.wishes.filter((wish) => !wish.signal.aborted);
      if (wishes.length === 0) continue;
      running++;
      fulfil(next.conditions, wishes).finally(() => {
        running--;
        work();
      });
    }
  }

  /** @param {C} conditions @param {Wish<S>[]} wishes */
  async function fulfil(conditions, wishes) {
    const controller = new AbortController();
    const abandon = () => {
      if (wishes.every((wish) => wish.signal.aborted)) controller.abort();
    };
    for (const wish of wishes) wish.signal.addEventListener("abort", abandon);
    try {
      const request = { ...conditions, since: earliest(wishes), series: wishes.flatMap((wish) => wish.pairs) };
      const { moment, series } = await post(request, controller.signal);
      let start = 0;
      for (const wish of wishes) {
        wish.resolve({ moment, series: series.slice(start, start + wish.pairs.length) });
        start += wish.pairs.length;
      }
    } catch (error) {
      for (const wish of wishes) wish.reject(error);
    } finally {
      for (const wish of wishes) wish.signal.removeEventListener("abort", abandon);
    }
  }

  return {
    /**
     * @param {[run: string, tag: string][]} pairs
     * @param {C} conditions
     * @param {Moment | null} since
     * @param {AbortSignal} signal
     * @param {(series: S[], moment: Moment) => void} deliver    called once for each part that has come, with the
     *     moment that it shows
     * @returns {Promise<unknown>} settles when all parts have come; rejects with an AbortError when `signal` is aborted
     */
    load(pairs, conditions, since, signal, deliver) {
      // Cursors of one server can be compared: the earliest does for all.
      const key = `${keyOf(conditions)} ${since?.[0]}`;
      const together = gathered.get(key) ?? { conditions, wishes: [] };
      if (gathered.size === 0) soon(send);
      gathered.set(key, together);
      const parts = inSlices(pairs, PAIRS_PER_REQUEST).map((slice) => {
        /** @type {Promise<Answer<S>>} */
        const part = new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("No longer wanted", "AbortError")), {
            once: true,
          });
          together.wishes.push({ pairs: slice, since, signal, resolve, reject });
        });
        return part.then(({ series, moment }) => signal.aborted || deliver(series, moment));
      });
      return Promise.all(parts);
    },
  };
}

/** The same text for the same conditions, in whatever order they were written down. @param {object} conditions */
export function keyOf(conditions) {
  return JSON.stringify(Object.entries(conditions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The earliest moment of wishes that name the same server, or none. @param {Wish<any>[]} wishes @returns {Moment | null} */
function earliest(wishes) {
  const [first] = wishes;
  return first.since && [first.since[0], Math.min(...wishes.map(({ since }) => since?.[1] ?? 0))];
}

/**
 * Neighbouring wishes together, as long as a request does not grow too large.
 *
 * @template S
 * @param {Wish<S>[]} wishes
 * @returns {Wish<S>[][]}
 */
function inParts(wishes) {
  /** @type {Wish<S>[][]} */
  const parts = [];
  let room = 0;
  for (const wish of wishes) {
    if (wish.pairs.length > room) {
      parts.push([]);
      room = PAIRS_PER_REQUEST;
    }
    parts[parts.length - 1].push(wish);
    room -= wish.pairs.length;
  }
  return parts;
}

/** @template T @param {T[]} items @param {number} size @returns {T[][]} */
function inSlices(items, size) {
  const slices = [];
  for (let start = 0; start < items.length; start += size) slices.push(items.slice(start, start + size));
  return slices;
}
