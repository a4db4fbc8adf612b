// Colours of nodes: one, several along the edge of a scope, the heat of an amount, or none.
import assert from "node:assert/strict";
import { test } from "node:test";

import "./graph_import_map.js";

const { amountText, colorOf, DIFFERENCE, keyText, lookOf, QUALITIES, UNPAINTED } = await import("../../static/js/graph/paint.js");

const painted = (paints) => lookOf({ ...UNPAINTED, paints: new Map([["a", paints]]) }, "a");
const heated = (amount, most) => lookOf({ ...UNPAINTED, scale: { by: "time", most }, amounts: new Map([["a", amount]]) }, "a");

test("further keys than there are colours begin again with the first", () => {
  assert.equal(colorOf(QUALITIES, QUALITIES.length + 1), QUALITIES[1]);
  assert.equal(new Set(QUALITIES).size, QUALITIES.length);
});

test("a node of one colour is filled with it, one of several has stripes", () => {
  assert.deepEqual(painted([[2, 1]]), { name: "graph-painted", style: { "--paint": QUALITIES[2] }, stripes: [] });
  const mixed = painted([
    [0, 0.5],
    [1, 0.25],
  ]);
  assert.equal(mixed.name, "");
  assert.deepEqual(mixed.stripes, [
    { color: QUALITIES[0], from: 0, to: 0.5 },
    { color: QUALITIES[1], from: 0.5, to: 0.75 },
  ]);
  assert.equal(painted([[0, 0.5]]).name, "", "half of it has no colour");
});

test("what was added, removed and changed has colours of its own", () => {
  const look = lookOf({ ...UNPAINTED, colors: DIFFERENCE, paints: new Map([["a", [[1, 1]]]]) }, "a");
  assert.deepEqual(look.style, { "--paint": "var(--graph-removed)" });
});

test("a node without paint looks as it does without colours", () => {
  for (const none of [undefined, []]) assert.deepEqual(painted(none), lookOf(UNPAINTED, "a"));
});

test("the more a node took, the hotter it is; what did not run is pale", () => {
  assert.deepEqual(heated(50, 200).style, { "--heat": "25%" });
  assert.deepEqual(heated(400, 200).style, { "--heat": "100%" });
  assert.deepEqual(heated(0, 0).style, { "--heat": "0%" });
  assert.equal(heated(null, 200).name, "graph-unused");
  assert.equal(heated(undefined, 200).name, "", "a node whose cost is not known yet");
});

test("the legend tells what a colour means", () => {
  assert.equal(keyText({ key: 0, label: "/gpu:0", count: 1200 }), "/gpu:0: 1,200 operations");
  assert.equal(keyText({ key: 0, label: "a/block_0", count: 24, operations: 70 }), "24 scopes built like a/block_0, of 70 operations each");
  assert.deepEqual([amountText("time", 107439), amountText("memory", 131072)], ["107 µs", "131 kB"]);
});
