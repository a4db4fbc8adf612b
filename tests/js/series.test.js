import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeSeries } from "../../static/js/series_block.js";
import { CardSeries } from "../../static/js/state/card_series.js";
import { createSeriesLoader } from "../../static/js/state/series.js";

/**
 * The bytes of an answer, as the server lays them out.
 *
 * @param {{ header: any, columns?: (Float64Array | Float32Array)[] }[]} parts
 */
function answer(parts) {
  const begin = { instance: "me", cursor: 5, series: parts.length };
  const bytes = [{ header: begin, columns: [] }, ...parts].flatMap(({ header, columns = [] }) => {
    let text = JSON.stringify(header);
    while (text.length % 8 !== 0) text += " ";
    const size = columns.reduce((sum, column) => sum + column.byteLength, 0);
    const padding = (8 - (size % 8)) % 8;
    return [
      ...new Uint8Array(new Uint32Array([text.length, size + padding]).buffer),
      ...new TextEncoder().encode(text),
      ...columns.flatMap((column) => [...new Uint8Array(column.buffer)]),
      ...new Uint8Array(padding),
    ];
  });
  return new Uint8Array(bytes).buffer;
}

const header = {
  run: "a",
  tag: "loss",
  found: true,
  count: 9,
  in_range: 3,
  shown: 2,
  nonfinite: 1,
  robust_y_domain: [0.4, 0.5],
  first_wall_time: 100,
  breaks: [1],
  values: "float64",
};

/** @param {number[][]} columns */
const doubles = (columns) => columns.map((column) => new Float64Array(column));

test("parts become columns, with smoothing", () => {
  const last = { step: 9, wall_time: 109, value: "NaN" };
  const buffer = answer([
    { header: { ...header, last }, columns: doubles([[1, 2], [100, 101], [0.5, NaN], [0.5, 0.4]]) },
    { header: { run: "c", tag: "loss", found: false } },
    { header: { ...header, run: "b", last }, columns: doubles([[3, 4], [110, 111], [6, 7], [8, 9]]) },
  ]);
  const { moment, series } = decodeSeries(buffer, { axis: "relative", smoothing: 0.6 });
  assert.deepEqual(moment, ["me", 5]);
  assert.deepEqual([...series[0].values], [0.5, NaN]);
  assert.deepEqual([...(series[0].smoothed ?? [])], [0.5, 0.4]);
  assert.deepEqual([...series[0].xs], [0, 1]);
  assert.deepEqual([series[1].found, series[1].shown], [false, 0]);
  assert.deepEqual([...series[2].steps], [3, 4]);
  assert.equal(Number.isNaN(series[0].last?.value), true);
  assert.deepEqual(series[0].breaks, [1]);
  assert.deepEqual(series[0].robustY, [0.4, 0.5]);
});

test("values that came in half the bytes are the same values", () => {
  const odd = { ...header, shown: 3, values: "float32" };
  const columns = [
    ...doubles([[1, 2, 3], [100, 101, 102]]),
    new Float32Array([0.5, NaN, 7]),
    new Float32Array([0.5, 0.25, 3]),
  ];
  const buffer = answer([
    { header: odd, columns },
    { header: { ...odd, run: "b" }, columns },
  ]);
  for (const one of decodeSeries(buffer, { axis: "step", smoothing: 0.6 }).series) {
    assert.deepEqual([...one.steps], [1, 2, 3]);
    assert.deepEqual([...one.values], [0.5, NaN, 7]);
    assert.deepEqual([...(one.smoothed ?? [])], [0.5, 0.25, 3]);
  }
});

test("without smoothing there are no smoothed values, and what is unchanged has none at all", () => {
  const buffer = answer([
    { header, columns: doubles([[1, 2], [100, 101], [5, 6]]) },
    { header: { run: "b", tag: "loss", found: true, unchanged: true } },
  ]);
  const [plain, same] = decodeSeries(buffer, { axis: "wall", smoothing: 0 }).series;
  assert.equal(plain.smoothed, null);
  assert.deepEqual([...plain.xs], [100, 101]);
  assert.deepEqual([plain.unchanged, same.unchanged], [false, true]);
  assert.equal(decodeSeries(buffer, { axis: "wall", smoothing: 0.6 }).series[1].smoothed, null);
});

test("an answer that was cut off is an error, not a shorter line", () => {
  const whole = answer([
    { header, columns: doubles([[1, 2], [100, 101], [5, 6]]) },
    { header, columns: doubles([[1, 2], [100, 101], [5, 6]]) },
  ]);
  for (let length = 0; length < whole.byteLength; length += 8) {
    assert.throws(() => decodeSeries(whole.slice(0, length), { axis: "step", smoothing: 0 }));
  }
});

const conditions = {
  x: /** @type {const} */ ("step"),
  x_tag: null,
  log_x: false,
  range: null,
  width: 600,
  smoothing: 0,
  smoothing_method: /** @type {const} */ ("exponential"),
  segments: /** @type {const} */ ("surviving"),
};

/** A server that notes what it is asked, and answers when told to. */
function fakeServer() {
  /** @type {{ request: any, signal: AbortSignal, answer: () => void, fail: (error: Error) => void }[]} */
  const asked = [];
  /** @param {any} request @param {AbortSignal} signal @returns {Promise<any>} */
  const post = (request, signal) =>
    new Promise((resolve, reject) => {
      const series = request.series.map((/** @type {[string, string]} */ [run, tag]) => ({
        run,
        tag,
        asked: asked.length,
      }));
      asked.push({ request, signal, answer: () => resolve({ series, moment: ["me", asked.length] }), fail: reject });
      signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  return { asked, post };
}

/** All promises that can settle have settled. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("wishes of one frame under the same conditions are one request", async () => {
  const { asked, post } = fakeServer();
  /** @type {(() => void)[]} */
  const frames = [];
  const loader = createSeriesLoader(post, (run) => frames.push(run));
  /** @type {any[]} */
  const got = [];
  const { signal } = new AbortController();
  loader.load(
    [
      ["a", "x"],
      ["b", "x"],
    ],
    conditions,
    null,
    signal,
    (series) => got.push(series),
  );
  loader.load([["a", "y"]], { ...conditions }, null, signal, (series) => got.push(series));
  loader.load([["a", "z"]], { ...conditions, range: [1, 2] }, null, signal, (series) => got.push(series));
  loader.load([["a", "w"]], { ...conditions, segments: "all" }, null, signal, (series) => got.push(series));
  assert.equal(frames.length, 1);
  frames[0]();
  assert.deepEqual(
    asked.map(({ request }) => request.series),
    [
      [
        ["a", "x"],
        ["b", "x"],
        ["a", "y"],
      ],
      [["a", "z"]],
      [["a", "w"]],
    ],
  );
  asked[0].answer();
  await settled();
  assert.deepEqual(
    got.map((series) => series.map((/** @type {any} */ one) => one.run + one.tag)),
    [["ax", "bx"], ["ay"]],
  );
});

test("wishes for what is new are one request, which asks for what is new since the earliest", async () => {
  const { asked, post } = fakeServer();
  let flush = () => {};
  const loader = createSeriesLoader(post, (run) => (flush = run));
  const { signal } = new AbortController();
  /** @type {any[]} */
  const moments = [];
  for (const [run, since] of /** @type {const} */ ([
    ["a", ["me", 7]],
    ["b", null],
    ["c", ["me", 4]],
    ["d", ["another", 1]],
  ])) {
    loader.load([[run, "x"]], conditions, since && [...since], signal, (_, moment) => moments.push(moment));
  }
  flush();
  assert.deepEqual(
    asked.map(({ request }) => [request.series.map((/** @type {string[]} */ pair) => pair[0]).join(), request.since]),
    [
      ["a,c", ["me", 4]],
      ["b", null],
      ["d", ["another", 1]],
    ],
  );
  asked[0].answer();
  await settled();
  assert.equal(moments.length, 2);
});

test("a request is cancelled when nobody waits for any part of it", async () => {
  const { asked, post } = fakeServer();
  const [first, second] = [new AbortController(), new AbortController()];
  /** @type {string[]} */
  const ends = [];
  let flush = () => {};
  const loader = createSeriesLoader(post, (run) => (flush = run));
  loader.load([["a", "x"]], conditions, null, first.signal, () => {}).catch((error) => ends.push(error.name));
  loader.load([["a", "y"]], conditions, null, second.signal, () => {}).catch((error) => ends.push(error.name));
  flush();
  first.abort();
  assert.equal(asked[0].signal.aborted, false);
  second.abort();
  assert.equal(asked[0].signal.aborted, true);
  await settled();
  assert.deepEqual(ends, ["AbortError", "AbortError"]);
});

test("many series are asked for in parts, of which few are under way at a time", async () => {
  const { asked, post } = fakeServer();
  let flush = () => {};
  const loader = createSeriesLoader(post, (run) => (flush = run));
  /** @type {[string, string][]} */
  const pairs = Array.from({ length: 1500 }, (_, i) => [`run${i}`, "x"]);
  let delivered = 0;
  const done = loader.load(pairs, conditions, null, new AbortController().signal, (series) => (delivered += series.length));
  flush();
  assert.ok(asked.length <= 3);
  for (let i = 0; i < asked.length; i++) {
    asked[i].answer();
    await settled();
  }
  await done;
  assert.equal(delivered, 1500);
  assert.ok(asked.every(({ request }) => request.series.length <= 2000));
});

/** A loader that notes what it is asked for, and answers when told to. */
function fakeLoader() {
  /**
   * @type {{
   *   runs: string[], conditions: any, since: any, answer: (unchanged?: string[]) => void, fail: (error: Error) => void, signal: AbortSignal,
   * }[]}
   */
  const asked = [];
  return {
    asked,
    /**
     * @param {any} pairs
     * @param {any} how
     * @param {any} since
     * @param {AbortSignal} signal
     * @param {(series: any, moment: any) => void} deliver
     * @returns {Promise<any>}
     */
    load(pairs, how, since, signal, deliver) {
      const runs = pairs.map((/** @type {string[]} */ pair) => pair[0]);
      return new Promise((resolve, reject) => {
        const number = asked.length;
        const answer = (/** @type {string[]} */ unchanged = []) => {
          const series = runs.map((/** @type {string} */ run) => ({ run, number, unchanged: unchanged.includes(run) }));
          deliver(series, ["me", number]);
          resolve(undefined);
        };
        asked.push({ runs, conditions: how, since, answer, fail: reject, signal });
      });
    },
  };
}

test("a card asks for what it has not, and again for what has changed", async () => {
  const loader = fakeLoader();
  const card = new CardSeries(loader, "loss", () => {});
  card.want(["a", "b"], conditions);
  loader.asked[0].answer();
  await settled();
  card.want(["a", "b", "c"], conditions);
  assert.deepEqual(loader.asked[1].runs, ["c"]);
  loader.asked[1].answer();
  await settled();
  card.notice({
    all: false,
    byTag: new Map([
      ["loss", new Set(["b"])],
      ["other", new Set(["a"])],
    ]),
  });
  assert.deepEqual(loader.asked[2].runs, ["b"]);
});

test("points that come while an answer is under way are asked for after it", async () => {
  const loader = fakeLoader();
  const card = new CardSeries(loader, "loss", () => {});
  card.want(["a"], conditions);
  card.notice({ all: true, byTag: new Map() });
  card.notice({ all: false, byTag: new Map([["loss", new Set(["a"])]]) });
  assert.equal(loader.asked.length, 1);
  loader.asked[0].answer();
  await settled();
  assert.deepEqual(loader.asked[1].runs, ["a"]);
});

test("other conditions cancel what is under way and keep the old lines until new ones come", async () => {
  const loader = fakeLoader();
  const card = new CardSeries(loader, "loss", () => {});
  card.want(["a"], conditions);
  loader.asked[0].answer();
  await settled();
  card.want(["a"], { ...conditions, smoothing: 0.5 });
  card.want(["a"], { ...conditions, smoothing: 0.6 });
  assert.equal(loader.asked[1].signal.aborted, true);
  assert.equal(card.series.size, 1);
  loader.asked[2].answer();
  await settled();
  assert.equal(card.held?.smoothing, 0.6);
});

test("a card nobody looks at asks for nothing", async () => {
  const loader = fakeLoader();
  const card = new CardSeries(loader, "loss", () => {});
  card.want(["a"], conditions);
  card.pause();
  assert.equal(loader.asked[0].signal.aborted, true);
  card.notice({ all: true, byTag: new Map() });
  assert.equal(loader.asked.length, 1);
  card.want(["a"], conditions);
  assert.equal(loader.asked.length, 2);
});

test("a card tells why its points could not be had, and tries again with the next change", async () => {
  const loader = fakeLoader();
  let news = 0;
  const card = new CardSeries(loader, "loss", () => news++);
  card.want(["a"], conditions);
  loader.asked[0].fail(new Error("disk on fire"));
  await settled();
  assert.deepEqual([card.error, news], ["disk on fire", 1]);
  card.notice({ all: true, byTag: new Map() });
  loader.asked[1].answer();
  await settled();
  assert.equal(card.error, null);
});

test("a card that comes back into view asks for what has changed, and keeps the rest", async () => {
  const loader = fakeLoader();
  let news = 0;
  const card = new CardSeries(loader, "loss", () => news++);
  card.want(["a", "b"], conditions);
  loader.asked[0].answer();
  await settled();
  card.pause();
  card.want(["a", "b", "c"], conditions);
  assert.deepEqual(
    loader.asked.slice(1).map(({ runs, since }) => [runs, since]),
    [
      [["a", "b"], ["me", 0]],
      [["c"], null],
    ],
  );
  loader.asked[1].answer(["a"]);
  loader.asked[2].answer();
  await settled();
  const numbers = ["a", "b", "c"].map((run) => /** @type {any} */ (card.series.get(run)).number);
  assert.deepEqual(numbers, [0, 1, 2]);
  card.pause();
  const before = news;
  card.want(["a", "b", "c"], conditions);
  for (const { answer } of loader.asked.slice(3)) answer(["a", "b", "c"]);
  await settled();
  assert.equal(news, before);
  card.want(["a", "b", "c"], { ...conditions, width: 700 });
  assert.deepEqual(loader.asked.at(-1)?.since, null);
});
