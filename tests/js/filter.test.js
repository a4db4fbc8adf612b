import assert from "node:assert/strict";
import { test } from "node:test";

import { EVERYTHING, regexFilter } from "../../static/js/filter.js";

test("an empty filter lets everything through", () => {
  assert.equal(regexFilter("").matches("anything"), true);
  assert.equal(regexFilter("").error, null);
});

test("a filter finds its pattern anywhere in a name", () => {
  const filter = regexFilter("lr=0\\.1");
  assert.deepEqual([filter.matches("a,lr=0.1"), filter.matches("a,lr=0x1")], [true, false]);
});

test("flags make upper and lower case alike", () => {
  assert.equal(regexFilter("LOSS", EVERYTHING, "i").matches("train/loss"), true);
  assert.equal(regexFilter("LOSS").matches("train/loss"), false);
});

test("what is no regular expression says so and leaves the last good filter in force", () => {
  const good = regexFilter("^a");
  const bad = regexFilter("^a(", good);
  assert.equal(bad.error, "Unterminated group");
  assert.deepEqual([bad.matches("abc"), bad.matches("bcd")], [true, false]);
  assert.equal(regexFilter("^a()", bad).error, null);
});
