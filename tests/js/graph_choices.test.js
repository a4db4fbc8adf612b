import assert from "node:assert/strict";
import { test } from "node:test";

import { choicesOf, chosen } from "../../static/js/graph/choices.js";

const runs = ["a", "b"].map((name) => ({ name }));
const graphs = [
  { run: 0, tag: null, kind: "graph" },
  { run: 1, tag: "step", kind: "function" },
  { run: 1, tag: "trace", kind: "profile", profile: true },
];
const choices = choicesOf(/** @type {any} */ ({ runs, graphs }));

/** @param {string} run @param {string} tag */
const found = (run, tag) => {
  const { choice, missing } = chosen(choices, run, tag);
  return [choice.label, missing];
};

test("what can be drawn is offered, by run and tag", () => {
  assert.deepEqual(choices.map(({ label }) => label), ["a", "b · step"]);
});

test("an address that names a graph gets it, and one that names none the first", () => {
  assert.deepEqual(found("b", "step"), ["b · step", null]);
  assert.deepEqual(found("", "step"), ["b · step", null]);
  assert.deepEqual(found("", ""), ["a", null]);
  assert.deepEqual(found("b", ""), ["b · step", null]);
});

test("what there is no graph of is told, with what is shown instead", () => {
  assert.deepEqual(found("c", ""), ["a", "There is no graph of run “c” so far. Shown is that of “a”."]);
  assert.deepEqual(found("b", "x"), ["b · step", "There is no graph of run “b”, tag “x” so far. Shown is that of “b · step”."]);
  assert.deepEqual(found("", "x"), ["a", "There is no graph of tag “x” so far. Shown is that of “a”."]);
});
