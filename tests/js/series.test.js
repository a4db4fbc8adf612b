import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeSeries } from "../../static/js/series_block.js";
import { CardSeries } from "../../static/js/state/card_series.js";
import { createSeriesLoader } from "../../static/js/state/series.js";

/** The bytes of an answer, as the server lays them out. @param {object[]} entries @param {number[][]} columns */
function answer(entries, columns) {
  let text = JSON.stringify({ cursor: 5, series: entries });
  while ((4 + text.length) % 8 !== 0) text += " ";
  const blocks = columns.flat();
  const buffer = new ArrayBuffer(4 + text.length + 8 * blocks.length);
  new DataView(buffer).setUint32(0, text.length, true);
  new Uint8Array(buffer, 4).set(new TextEncoder().encode(text));
  new Float64Array(buffer, 4 + text.length).set(blocks);
  return buffer;
}

const entry = {
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
  offset: 0,
};

test("a block becomes columns, without and with smoothing", () => {
  const last = { step: 9, wall_time: 109, value: "NaN" };
  const buffer = answer(
    [
      { ...entry, last },
      { ...entry, run: "b", last, offset: 64 },
    ],
    [
      [1, 2],
      [100, 101],
      [0.5, NaN],
      [0.5, 0.4],
      [3, 4],
      [110, 111],
      [6, 7],
      [8, 9],
    ],
  );
  const { cursor, series } = decodeSeries(buffer, { axis: "relative", smoothing: 0.6 });
  assert.equal(cursor, 5);
  assert.deepEqual([...series[0].values], [0.5, NaN]);
  assert.deepEqual([...(series[0].smoothed ?? [])], [0.5, 0.4]);
  assert.deepEqual([...series[0].xs], [0, 1]);
  assert.deepEqual([...series[1].steps], [3, 4]);
  assert.equal(Number.isNaN(series[0].last?.value), true);
  assert.deepEqual(series[0].breaks, [1]);
  assert.deepEqual(series[0].robustY, [0.4, 0.5]);
  const plain = decodeSeries(
    answer(
      [entry],
      [
        [1, 2],
        [100, 101],
        [5, 6],
      ],
    ),
    { axis: "wall", smoothing: 0 },
  ).series[0];
  assert.equal(plain.smoothed, null);
  assert.deepEqual([...plain.xs], [100, 101]);
});

test("an answer that was cut off is an error, not a shorter line", () => {
  const whole = answer(
    [entry],
    [
      [1, 2],
      [100, 101],
      [5, 6],
    ],
  );
  assert.throws(() => decodeSeries(whole.slice(0, whole.byteLength - 8), { axis: "step", smoothing: 0 }), RangeError);
});

const conditions = {
  x: /** @type {const} */ ("step"),
  range: null,
  width: 600,
  smoothing: 0,
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
      asked.push({ request, signal, answer: () => resolve({ series }), fail: reject });
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
    signal,
    (series) => got.push(series),
  );
  loader.load([["a", "y"]], { ...conditions }, signal, (series) => got.push(series));
  loader.load([["a", "z"]], { ...conditions, range: [1, 2] }, signal, (series) => got.push(series));
  loader.load([["a", "w"]], { ...conditions, segments: "all" }, signal, (series) => got.push(series));
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

test("a request is cancelled when nobody waits for any part of it", async () => {
  const { asked, post } = fakeServer();
  const [first, second] = [new AbortController(), new AbortController()];
  /** @type {string[]} */
  const ends = [];
  let flush = () => {};
  const loader = createSeriesLoader(post, (run) => (flush = run));
  loader.load([["a", "x"]], conditions, first.signal, () => {}).catch((error) => ends.push(error.name));
  loader.load([["a", "y"]], conditions, second.signal, () => {}).catch((error) => ends.push(error.name));
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
  const done = loader.load(pairs, conditions, new AbortController().signal, (series) => (delivered += series.length));
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
   *   runs: string[], conditions: any, answer: () => void, fail: (error: Error) => void, signal: AbortSignal,
   * }[]}
   */
  const asked = [];
  return {
    asked,
    /**
     * @param {any} pairs
     * @param {any} how
     * @param {AbortSignal} signal
     * @param {(series: any) => void} deliver
     * @returns {Promise<any>}
     */
    load(pairs, how, signal, deliver) {
      const runs = pairs.map((/** @type {string[]} */ pair) => pair[0]);
      return new Promise((resolve, reject) => {
        const number = asked.length;
        const answer = () => {
          deliver(runs.map((/** @type {string} */ run) => ({ run, number })));
          resolve(undefined);
        };
        asked.push({ runs, conditions: how, answer, fail: reject, signal });
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
