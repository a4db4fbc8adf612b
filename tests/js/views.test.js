import assert from "node:assert/strict";
import { test } from "node:test";

import { axisKey, formatDomain, formatViews, parseDomain, parseViews, withView } from "../../static/js/state/views.js";

test("views of tags with any characters survive the address", () => {
  const views = new Map([
    ["loss/train", { axis: "step", x: [10, 50], y: null }],
    ["a~b;c\\d", { axis: "metric:tokens~x", x: null, y: [-0.5, 2] }],
    ["", { axis: "wall", x: [1700000000, 1700003600], y: null }],
  ]);
  assert.deepEqual(parseViews(formatViews(/** @type {any} */ (views))), views);
});

test("a stretch is told in as many digits as can be seen", () => {
  assert.equal(formatDomain([10.123456789, 50.123456789]), "10.123,50.123");
  assert.equal(formatDomain([1700000000.123, 1700000001.123]), "1700000000.123,1700000001.123");
  assert.equal(formatDomain([0, 1e-9]), "0,1e-9");
  assert.equal(formatDomain(null), "");
});

test("what cannot be read is left out, and the rest is read", () => {
  assert.deepEqual(parseViews("loss~step~1~2~~;x;~;y~step~9~3~~;z~step~a~b;;w~wall~~~0~1\\"), new Map([
    ["loss", { axis: "step", x: [1, 2], y: null }],
    ["w", { axis: "wall", x: null, y: [0, 1] }],
  ]));
  for (const text of ["", "1", "1,", "2,1", "1,2,3", "a,b", "1,Infinity"]) assert.equal(parseDomain(text), null, text);
  assert.deepEqual(parseDomain("-1,0.5"), [-1, 0.5]);
});

test("a view that shows everything is no view", () => {
  const one = withView(new Map(), "loss", { axis: "step", x: [1, 2], y: null });
  assert.equal(one.size, 1);
  assert.equal(withView(one, "loss", { axis: "step", x: null, y: null }).size, 0);
  assert.equal(withView(one, "loss", null).size, 0);
  assert.equal(axisKey("metric", "tokens"), "metric:tokens");
});
