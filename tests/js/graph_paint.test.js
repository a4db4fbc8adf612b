// Colours of nodes: one, several along the edge of a scope, or none.
import assert from "node:assert/strict";
import { test } from "node:test";

import "./graph_import_map.js";

const { PALETTE } = await import("../../static/js/colors.js");
const { keyText, paintColor, stripesOf, wholeColor } = await import("../../static/js/graph/paint.js");

test("further keys than there are colours begin again with the first", () => {
  assert.equal(paintColor(PALETTE.length + 1), paintColor(1));
  assert.notEqual(paintColor(0), paintColor(1));
});

test("a node of one colour is filled with it, one of several has stripes", () => {
  assert.equal(wholeColor([[2, 1]]), paintColor(2));
  assert.deepEqual(stripesOf([[2, 1]]), []);
  const mixed = [
    [0, 0.5],
    [1, 0.25],
  ];
  assert.equal(wholeColor(mixed), null);
  assert.deepEqual(stripesOf(mixed), [
    { color: paintColor(0), from: 0, to: 0.5 },
    { color: paintColor(1), from: 0.5, to: 0.75 },
  ]);
  assert.equal(wholeColor([[0, 0.5]]), null, "half of it has no colour");
});

test("a node without paint has none", () => {
  for (const none of [undefined, []]) assert.deepEqual([wholeColor(none), stripesOf(none)], [null, []]);
});

test("the legend tells what a colour means", () => {
  assert.equal(keyText({ key: 0, label: "/gpu:0", count: 1200 }), "/gpu:0: 1,200 operations");
  assert.equal(keyText({ key: 0, label: "a/block_0", count: 24, operations: 70 }), "24 scopes built like a/block_0, of 70 operations each");
});
