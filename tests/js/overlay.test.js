import assert from "node:assert/strict";
import { test } from "node:test";

import { dashOf } from "../../static/js/charts/dashes.js";
import { formatNameLists, formatNames, parseNameLists, parseNames } from "../../static/js/state/names.js";
import { TagsSeries } from "../../static/js/state/tags_series.js";

test("lists of names of any characters survive the address", () => {
  const lists = [["a,b", "c;d", "e\\f"], ["x"]];
  assert.deepEqual(parseNameLists(formatNameLists(lists)), lists);
  assert.deepEqual(parseNames(formatNames(["a,b", ";", "\\"])), ["a,b", ";", "\\"]);
  assert.deepEqual([parseNames(""), parseNameLists(";;"), parseNames("a,,a")], [[], [], ["a"]]);
});

test("tags of a chart differ by dash, and its own is solid", () => {
  assert.equal(dashOf(0).tex, "solid");
  assert.equal(new Set([0, 1, 2, 3].map((tag) => dashOf(tag).plotly)).size, 4);
});

/** @type {any} */
const conditions = { x: "step", x_tag: null, log_x: false, range: null, width: 600, smoothing: 0, segments: "surviving" };

test("the series of several tags come in the order of the parts, and what is taken out is asked for no more", async () => {
  /** @type {any[]} */
  const asked = [];
  /** @type {any} */
  const loader = {
    load: (/** @type {any[]} */ pairs, /** @type {any} */ _, /** @type {any} */ __, /** @type {AbortSignal} */ signal, /** @type {any} */ deliver) => {
      asked.push({ pairs, signal });
      deliver(pairs.map(([run, tag]) => ({ run, tag, unchanged: false })), ["me", 1]);
      return Promise.resolve();
    },
  };
  const data = new TagsSeries(loader, () => {});
  const [loss, val] = [
    { tag: "loss", runs: ["a", "b"] },
    { tag: "val", runs: ["b"] },
  ];
  data.want([loss, val], conditions);
  const told = data.all([val, loss]).map(({ run, tag }) => `${run} ${tag}`);
  assert.deepEqual(told, ["b val", "a loss", "b loss"]);
  assert.equal(data.held, conditions);
  data.want([loss], conditions);
  data.notice({ all: true, byTag: new Map() });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(asked.filter(({ pairs }) => pairs[0][1] === "val").length, 1);
  assert.deepEqual(data.all([loss, val]).length, 2);
});
