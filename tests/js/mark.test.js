import assert from "node:assert/strict";
import { test } from "node:test";

import { formatMark, marked, parseMark } from "../../static/js/state/mark.js";

test("a click marks a place, a second one takes it away, one with Shift makes a stretch", () => {
  const place = marked(null, "step", 500, false);
  assert.deepEqual(place, { axis: "step", from: 500, to: null });
  assert.equal(marked(place, "step", 500, false), null);
  assert.deepEqual(marked(place, "step", 100, true), { axis: "step", from: 100, to: 500 });
  assert.deepEqual(marked(marked(place, "step", 700, true), "step", 800, true), { axis: "step", from: 500, to: 800 });
  assert.deepEqual(marked(marked(place, "step", 700, true), "step", 600, false), { axis: "step", from: 600, to: null });
});

test("a mark of another axis is forgotten", () => {
  const place = marked(null, "step", 500, false);
  assert.deepEqual(marked(place, "wall", 1e9, true), { axis: "wall", from: 1e9, to: null });
});

test("marks survive the address, and half of one is none", () => {
  for (const text of ["step~500", "step~-1.5~900", "metric:a\\~5~0.25", "wall~1700000000.5"]) {
    assert.equal(formatMark(parseMark(text)), text);
  }
  for (const text of ["", "step", "step~", "step~x", "step~9~1", "step~1~", "sideways~1", "step~Infinity"]) {
    assert.equal(parseMark(text), null, text);
  }
});
