import assert from "node:assert/strict";
import { test } from "node:test";

import { LINEAR, LOG } from "../../static/js/charts/scale.js";
import { layout } from "../../static/js/export/draw.js";
import { fileName, figureOf, pointsInView } from "../../static/js/export/figure.js";
import { svgOf } from "../../static/js/export/files.js";
import { escaped, latexOf } from "../../static/js/export/latex.js";
import { plotlyOf } from "../../static/js/export/plotly.js";

/** @param {string} run @param {number[]} xs @param {number[]} values @param {object} [more] @returns {any} */
const line = (run, xs, values, more = {}) => ({
  run,
  tag: "loss",
  shown: xs.length,
  nonfinite: values.filter((value) => !Number.isFinite(value)).length,
  xs: Float64Array.from(xs),
  values: Float64Array.from(values),
  smoothed: null,
  breaks: [],
  ...more,
});

const colors = { text: "#eee", grid: "#222", axis: "#444", surface: "#000", accent: "#00f" };

/** @param {any[]} series @param {object} [change] */
function figure(series, change = {}) {
  /** @type {any} */
  const state = {
    lines: series.map((one) => ({ series: one, color: "#ffffff" })),
    ...{ axis: "step", xScale: LINEAR, yScale: LINEAR, xTitle: "", raw: "line", x: [0, 10], y: [0, 5], mark: null, colors },
    ...change,
  };
  return figureOf(state, { title: "loss/<train> & 50 %_$", colorOf: (run) => (run === "a" ? "#0b75cd" : "#f26a40") });
}

test("an SVG has title, axes with their names, ticks, lines and a legend, and names are text", () => {
  const svg = svgOf(figure([line("a", [0, 5, 10], [1, 2, 3]), line("b <i>", [0, 10], [5, 0]), line("empty", [], [])]));
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="760" height="\d+" viewBox/);
  assert.ok(svg.includes(">loss/&lt;train&gt; &amp; 50 %_$</text>"));
  assert.ok(svg.includes(">Step</text>"));
  assert.ok(svg.includes(">b &lt;i&gt;</text>"));
  assert.ok(!svg.includes(">empty</text>"));
  for (const label of ["0", "2", "10"]) assert.ok(svg.includes(`>${label}</text>`), label);
  assert.ok(svg.includes('stroke="#0b75cd"') && svg.includes('stroke="#f26a40"'));
  assert.equal(svg.split("<g ").length, svg.split("</g>").length);
  assert.ok(!svg.includes("NaN") && !svg.includes("Infinity"));
});

test("a legend of many lines takes more rows, and names no more than can be read", () => {
  const runs = Array.from({ length: 60 }, (_, i) => line(`run_${i}`, [0], [i]));
  assert.ok(layout(figure(runs)).height > layout(figure(runs.slice(0, 3))).height);
  assert.ok(svgOf(figure(runs)).includes(">and 20 more</text>"));
});

test("the points of a figure are those in view and their neighbours, with gaps between pieces", () => {
  const one = line("a", [0, 1, 2, 3, 4, 5, 1], [0, 1, 2, 3, 4, 5, 6], { breaks: [6] });
  const xs = (/** @type {any} */ points) => points.map((/** @type {any} */ point) => point?.x ?? null);
  assert.deepEqual(xs(pointsInView(one, [1.5, 2.5], false)), [1, 2, 3]);
  assert.deepEqual(xs(pointsInView(one, [0, 9], false)), [0, 1, 2, 3, 4, 5, null, 1]);
  assert.deepEqual(xs(pointsInView(one, [0, 9], true)), [0, 1, 2, 3, 4, 5, 1]);
});

test("LaTeX has its special characters escaped, logarithmic axes, and gaps for what is no number", () => {
  const tex = latexOf(figure([line("a_1", [1, 2, 3], [1, NaN, 100])], { xScale: LOG, yScale: LOG, x: [1, 3], y: [1, 100] }));
  assert.ok(tex.includes("title={loss/<train> \\& 50 \\%\\_\\$}"));
  assert.ok(tex.includes("xmode=log") && tex.includes("ymode=log"));
  assert.ok(tex.includes("(1,1)\n(2,nan)\n(3,100)"));
  assert.ok(tex.includes("\\definecolor{line0}{HTML}{F26A40}"));
  assert.ok(tex.includes("\\addlegendentry{a\\_1}"));
  assert.equal(escaped("a\\b{c}~^#"), "a\\textbackslash{}b\\{c\\}\\textasciitilde{}\\textasciicircum{}\\#");
});

test("a Plotly figure holds the lines as JSON, times as dates, and what is no number as a gap", () => {
  const steps = JSON.parse(plotlyOf(figure([line("a", [1, 2], [NaN, 3]), line("b", [1], [2])], { yScale: LOG, y: [1, 10] })));
  assert.deepEqual(steps.data[0], {
    ...{ type: "scatter", mode: "lines", name: "a", line: { color: "#0b75cd", dash: "solid" }, marker: { color: "#0b75cd" } },
    ...{ x: [1, 2], y: [null, 3] },
  });
  assert.equal(steps.data[1].mode, "markers");
  assert.deepEqual([steps.layout.yaxis.type, steps.layout.yaxis.range], ["log", [0, 1]]);
  const wall = JSON.parse(plotlyOf(figure([line("a", [1.7e9], [1])], { axis: "wall", x: [1.7e9, 1.7e9 + 1] })));
  assert.deepEqual([wall.data[0].x, wall.layout.xaxis.type], [["2023-11-14T22:13:20.000Z"], "date"]);
});

test("names of files hold what every system takes", () => {
  assert.equal(fileName("loss/train: <best>"), "loss_train_best_");
  assert.equal(fileName(""), "chart");
});
