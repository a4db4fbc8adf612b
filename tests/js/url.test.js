import assert from "node:assert/strict";
import { test } from "node:test";

import { formatHash, parseHash, withParameters } from "../../static/js/state/url.js";

test("an address names a dashboard and parameters", () => {
  assert.deepEqual(parseHash("#events&smoothing=0.6&axis=relative"), {
    dashboard: "events",
    parameters: [
      ["smoothing", "0.6"],
      ["axis", "relative"],
    ],
  });
  assert.deepEqual(parseHash(""), { dashboard: "", parameters: [] });
  assert.deepEqual(parseHash("#"), { dashboard: "", parameters: [] });
});

test("what is written reads back the same, whatever characters it has", () => {
  const location = {
    dashboard: "events",
    parameters: /** @type {[string, string][]} */ ([
      ["runs", "^a+&b=c#%$ ü|(x,y)"],
      ["tag s", ""],
    ]),
  };
  assert.deepEqual(parseHash(formatHash(location)), location);
});

test("common characters stay readable", () => {
  assert.equal(formatHash({ dashboard: "events", parameters: [["runs", "^lr/a|b$"]] }), "#events&runs=^lr/a|b$");
});

test("an address is never an error", () => {
  assert.deepEqual(parseHash("#events&a=%E0%A4%A&b&=c").parameters, [
    ["a", "%E0%A4%A"],
    ["b", ""],
    ["", "c"],
  ]);
});

test("parameters are replaced in their place, unknown ones kept, null ones left out", () => {
  const changed = withParameters(
    [
      ["x", "1"],
      ["axis", "step"],
      ["y", "2"],
    ],
    new Map([
      ["axis", "wall"],
      ["x", null],
      ["new", "3"],
    ]),
  );
  assert.deepEqual(changed, [
    ["axis", "wall"],
    ["y", "2"],
    ["new", "3"],
  ]);
});

test("a parameter given twice is written once when it is set", () => {
  assert.deepEqual(
    withParameters(
      [
        ["a", "1"],
        ["a", "2"],
      ],
      new Map([["a", "3"]]),
    ),
    [["a", "3"]],
  );
});
