import assert from "node:assert/strict";
import { test } from "node:test";

import { envelope } from "../../static/js/charts/band.js";
import { isTooNarrow, moved, xDomain, yDomain, zoomed } from "../../static/js/charts/domain.js";
import { drawSeries, projection } from "../../static/js/charts/marks.js";
import { closestHit, nearestIndex, nearestPoint, orderHits } from "../../static/js/charts/nearest.js";
import { across, along, beginning, foundAgain, largeStep, readOut, readOutView } from "../../static/js/charts/reading.js";
import { LINEAR, LOG, backward, forward, logScaleFor } from "../../static/js/charts/scale.js";
import { placeBeside } from "../../static/js/charts/placement.js";
import { durationTicks, linearTicks, logTicks, niceStep, stepTicks, symlogTicks, wallTicks } from "../../static/js/charts/ticks.js";

/**
 * @param {number[]} xs
 * @param {number[]} values
 * @param {Partial<import("../../static/js/series_block.js").Series>} [rest]
 */
function line(xs, values, rest = {}) {
  const all = {
    run: "r",
    tag: "t",
    found: true,
    count: xs.length,
    inRange: xs.length,
    shown: xs.length,
    firstWallTime: 0,
    last: null,
  };
  const columns = {
    steps: Float64Array.from(xs),
    wallTimes: Float64Array.from(xs),
    values: Float64Array.from(values),
    xs: Float64Array.from(xs),
  };
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  const nonfinite = values.length - finite.length;
  const [low, high] = [Math.ceil(0.05 * (finite.length - 1)), Math.floor(0.95 * (finite.length - 1))];
  const robustY = finite.length > 0 ? /** @type {[number, number]} */ ([finite[low], finite[high]]) : null;
  return { ...all, ...columns, nonfinite, robustY, smoothed: null, breaks: [], ...rest };
}

/** @param {import("../../static/js/charts/ticks.js").Tick[]} ticks */
const labels = (ticks) => ticks.map((tick) => tick.label);

const free = { scale: LINEAR, ignoreOutliers: false, within: /** @type {[number, number]} */ ([-Infinity, Infinity]) };

// --- domains ---

test("x reaches a little beyond all lines", () => {
  const [low, high] = xDomain([line([0, 100], [1, 1]), line([50, 200], [1, 1])]);
  assert.ok(low < 0 && low > -10 && high > 200 && high < 210);
});

test("one point has room on both sides, no point the unit", () => {
  assert.deepEqual(xDomain([line([7], [1])]), [6, 8]);
  assert.deepEqual(xDomain([]), [0, 1]);
  assert.deepEqual(yDomain([line([7], [NaN])], free), [0, 1]);
  const [low, high] = yDomain([line([7], [3])], free);
  assert.ok(low < 3 && high > 3);
});

test("y takes raw and smoothed values, finite and in view only", () => {
  const one = line([0, 1, 2, 3], [1, 5, NaN, 100], { smoothed: Float64Array.from([1, -2, NaN, 50]) });
  const [low, high] = yDomain([one], { ...free, within: [0, 2] });
  assert.ok(low < -2 && low > -3 && high > 5 && high < 6);
});

test("small constant values and their rounding noise stay a flat line in the middle", () => {
  const [low, high] = yDomain([line([0, 1], [1e-9, 1e-9 * (1 + 1e-15)])], free);
  assert.ok(low < 0.9e-9 && high > 1.1e-9);
});

test("ignoring outliers leaves a spike out, but not the steep start of a loss", () => {
  const steady = Array.from({ length: 200 }, (_, i) => Math.sin(i));
  const spike = line(
    steady.map((_, i) => i),
    [...steady.slice(0, 100), 1e6, ...steady.slice(101)],
  );
  assert.ok(yDomain([spike], { ...free, ignoreOutliers: true })[1] < 2);
  assert.ok(yDomain([spike], free)[1] > 1e6);
  const loss = Array.from({ length: 200 }, (_, i) => 10 * Math.exp(-i / 60));
  assert.ok(
    yDomain(
      [
        line(
          loss.map((_, i) => i),
          loss,
        ),
      ],
      { ...free, ignoreOutliers: true },
    )[1] > 10,
  );
});

test("what is an outlier is told by all points, and not by those that were sent", () => {
  const extremes = line([0, 1, 2, 3], [0, 900, 0, 1000], { robustY: [0, 1] });
  assert.ok(yDomain([extremes], { ...free, ignoreOutliers: true })[1] < 2);
  const other = line([0, 1], [0, 2000], { robustY: [0, 2000] });
  assert.ok(yDomain([extremes, other], { ...free, ignoreOutliers: true })[1] > 2000);
});

test("where all in view are outliers, they are shown", () => {
  const spikes = line([0, 1], [900, 1000], { robustY: [0, 1] });
  assert.ok(yDomain([spikes], { ...free, ignoreOutliers: true })[1] > 1000);
});

test("on a logarithmic axis outliers are decades away, and 0 sets no fence", () => {
  const one = line([0, 1, 2, 3], [1, 10, 100, 1e9], { robustY: [1, 100] });
  const [low, high] = yDomain([one], { ...free, scale: LOG, ignoreOutliers: true });
  assert.ok(low > 0.1 && high > 100 && high < 1000);
  const crossing = line([0, 1, 2], [-5, 0.01, 10], { robustY: [-5, 10] });
  const wide = yDomain([crossing], { ...free, scale: LOG, ignoreOutliers: true });
  assert.ok(wide[0] < 0.01 && wide[1] > 10);
});

test("a logarithmic y leaves out 0 and below", () => {
  const [low, high] = yDomain([line([0, 1, 2, 3], [-5, 0, 0.01, 10])], { ...free, scale: LOG });
  assert.ok(low > 0.005 && low < 0.01 && high > 10 && high < 20);
  assert.deepEqual(yDomain([line([0], [-1])], { ...free, scale: LOG }), [0.1, 1]);
});

test("zooming keeps the place under the pointer, moving keeps the length", () => {
  assert.deepEqual(zoomed([0, 10], 2, 0.5), [1, 6]);
  const [low, high] = zoomed([1, 100], 10, 0.5, LOG);
  assert.ok(Math.abs(low - Math.sqrt(10)) < 1e-9 && Math.abs(high - 10 * Math.sqrt(10)) < 1e-9);
  assert.deepEqual(moved([0, 10], 0.5), [5, 15]);
  assert.equal(isTooNarrow([1e9, 1e9 + 1e-7]), true);
  assert.equal(isTooNarrow([0, 1e-20]), false);
});

// --- ticks ---

test("steps between ticks are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([0.3, 1, 1.1, 3, 70].map(niceStep), [0.5, 1, 2, 5, 100]);
});

test("linear ticks share their number of decimals", () => {
  assert.deepEqual(labels(linearTicks([-0.05, 1.05], 6)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.deepEqual(labels(linearTicks([-1, 1], 4)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
});

test("thousands are separated as those of steps are", () => {
  assert.deepEqual(labels(linearTicks([-2000, 1000], 4)), ["−2,000", "−1,000", "0", "1,000"]);
  assert.deepEqual(labels(linearTicks([1000, 1001], 2)), ["1,000.0", "1,000.5", "1,001.0"]);
  assert.deepEqual(labels(logTicks([100, 1e5], 3)), ["100", "1,000", "10,000", "1e5"]);
});

test("ticks far from 0 keep the digits that tell them apart", () => {
  assert.deepEqual(labels(linearTicks([3e7, 5e7], 4)), ["30M", "35M", "40M", "45M", "50M"]);
  assert.equal(new Set(labels(linearTicks([1e9, 1e9 + 40], 4))).size, linearTicks([1e9, 1e9 + 40], 4).length);
  assert.deepEqual(labels(linearTicks([0, 1e-9], 2)), ["0", "5e−10", "1e−9"]);
});

test("there are no ticks between steps", () => {
  assert.deepEqual(labels(stepTicks([6, 8], 10)), ["6", "7", "8"]);
  assert.deepEqual(labels(stepTicks([0, 20000], 4)), ["0", "5,000", "10k", "15k", "20k"]);
});

test("durations count in seconds, minutes, hours and days", () => {
  assert.deepEqual(labels(durationTicks([0, 100], 5)), ["0", "30 s", "60 s", "90 s"]);
  assert.deepEqual(labels(durationTicks([0, 7200], 4)), ["0", "30 min", "60 min", "90 min", "120 min"]);
  assert.deepEqual(labels(durationTicks([0, 86400 * 3], 4)), ["0", "1 d", "2 d", "3 d"]);
});

test("wall ticks stand at round local times and say the date once a day", () => {
  const start = new Date(2026, 4, 5, 9, 50).getTime() / 1000;
  assert.deepEqual(labels(wallTicks([start, start + 7200], 5)), ["10:00\n2026-05-05", "10:30", "11:00", "11:30"]);
  assert.deepEqual(labels(wallTicks([start, start + 86400 * 2], 3)), ["2026-05-06", "2026-05-07"]);
});

test("wall ticks within a second are told apart", () => {
  const start = new Date(2026, 4, 5, 9, 50).getTime() / 1000;
  const ticks = labels(wallTicks([start, start + 0.004], 4));
  assert.ok(ticks.length >= 3);
  assert.equal(new Set(ticks).size, ticks.length);
});

test("logarithmic ticks are powers of ten, with 2 and 5 between where there is room", () => {
  assert.deepEqual(labels(logTicks([0.001, 1000], 7)), ["0.001", "0.01", "0.1", "1", "10", "100", "1,000"]);
  assert.deepEqual(labels(logTicks([1, 100], 10)), ["1", "2", "5", "10", "20", "50", "100"]);
  assert.ok(logTicks([1e-30, 1e30], 6).length <= 7);
  assert.deepEqual(labels(logTicks([2, 4], 4)), ["2.0", "2.5", "3.0", "3.5", "4.0"]);
});

// --- nearest ---

test("the nearest index, by bisection, agrees with looking at all", () => {
  const xs = [0, 1, 1, 4, 9, 16];
  for (let x = -2; x <= 20; x += 0.5) {
    const index = nearestIndex(xs, x, 0, xs.length);
    assert.equal(Math.abs(xs[index] - x), Math.min(...xs.map((other) => Math.abs(other - x))), `at ${x}`);
  }
});

const plain = { toX: (/** @type {number} */ x) => x, toY: (/** @type {number} */ y) => y };

test("where a run was started again, the piece the pointer is at counts", () => {
  const restarted = line([0, 10, 20, 10, 20], [0, 0, 0, 100, 100], { breaks: [3] });
  assert.equal(nearestPoint(restarted, { x: 10, y: 95 }, 10, plain)?.index, 3);
  assert.equal(nearestPoint(restarted, { x: 10, y: 5 }, 10, plain)?.index, 1);
  assert.equal(nearestPoint(line([], []), { x: 0, y: 0 }, 0, plain), null);
});

test("the closest line is the one in range of x, then nearest in pixels", () => {
  const short = line([0, 1], [50, 50], { run: "short" });
  const long = line([0, 50, 100], [0, 0, 0], { run: "long" });
  const hits = [short, long].map((one) => nearestPoint(one, { x: 50, y: 50 }, 50, plain)).filter((hit) => hit !== null);
  assert.equal(closestHit(hits)?.series.run, "long");
  assert.equal(hits[0].beside, true);
});

test("rows are ordered by value or distance, NaN lowest, ties as they come", () => {
  const hits = [3, NaN, 1, 3].map((value, i) => ({
    series: line([0], [value], { run: String(i) }),
    index: 0,
    dx: 0,
    dy: 10 - i,
    beside: false,
  }));
  /** @param {import("../../static/js/state/settings.js").RowOrder} order */
  const runs = (order) =>
    orderHits(hits, order)
      .map((hit) => hit.series.run)
      .join("");
  assert.equal(runs("descending"), "0321");
  assert.equal(runs("ascending"), "1203");
  assert.equal(runs("nearest"), "3210");
  assert.equal(runs("alphabetical"), "0123");
});

// --- placement ---

test("a tooltip stays inside the window, beside the pointer", () => {
  const screen = { width: 1000, height: 600 };
  const box = { width: 300, height: 200 };
  for (let x = 0; x <= 1000; x += 50) {
    for (let y = 0; y <= 600; y += 50) {
      const { left, top } = placeBeside({ x, y }, box, screen);
      assert.ok(left >= 0 && left + 300 <= 1000 && top >= 0 && top + 200 <= 600, `at ${x},${y}`);
      assert.ok(left > x || left + 300 < x, `covers ${x},${y}`);
    }
  }
});

test("where there is no room beside the pointer, it goes above or below", () => {
  const below = placeBeside({ x: 190, y: 100 }, { width: 360, height: 150 }, { width: 380, height: 700 });
  assert.ok(below.left >= 8 && below.top > 100);
  const above = placeBeside({ x: 190, y: 650 }, { width: 360, height: 150 }, { width: 380, height: 700 });
  assert.ok(above.top + 150 < 650);
});

// --- marks ---

/** A canvas that notes what is drawn on it. */
function notingCanvas() {
  /** @type {string[]} */
  const notes = [];
  const note =
    (/** @type {string} */ name) =>
    (/** @type {number[]} */ ...args) =>
      notes.push([name, ...args.slice(0, 2).map(Math.round)].join(" "));
  const ctx = {
    beginPath() {},
    closePath() {},
    stroke: () => notes.push("stroke"),
    fill: () => notes.push("fill"),
    moveTo: note("move"),
    lineTo: note("line"),
    arc: note("dot"),
  };
  return { notes, ctx: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (ctx)) };
}

const frame = {
  left: 0,
  top: 0,
  width: 100,
  height: 100,
  x: /** @type {[number, number]} */ ([0, 10]),
  y: /** @type {[number, number]} */ ([0, 10]),
  xScale: LINEAR,
  yScale: LINEAR,
  pixelRatio: 1,
};
const style = { color: "#000", width: 1, raw: /** @type {const} */ ("line") };

/** @param {import("../../static/js/series_block.js").Series} series @param {object} [change] */
function drawn(series, change = {}) {
  const { notes, ctx } = notingCanvas();
  drawSeries(ctx, { ...frame, ...change }, series, style);
  return notes.join(", ");
}

test("pieces of a line are not joined, and a point between gaps is a dot", () => {
  const text = drawn(line([0, 1, 5, 6], [1, 2, 3, 4], { breaks: [2] }));
  assert.match(text, /move 0 90, line 10 80, move 50 70, line 60 60, stroke/);
  assert.match(drawn(line([5], [5])), /dot 50 50/);
});

test("NaN is marked at the height of the last value, infinities on the edges", () => {
  const text = drawn(line([0, 2, 4, 6], [5, NaN, Infinity, -Infinity]));
  assert.match(text, /move 20 4[56]/);
  assert.match(text, /move 40 0/);
  assert.match(text, /move 60 100/);
});

test("on a logarithmic axis 0 and below lie on the bottom edge", () => {
  const { toY } = projection({ ...frame, y: [0.1, 1000], yScale: LOG });
  assert.deepEqual([toY(1000), toY(0.1), toY(0), toY(-3), toY(10)].map(Math.round), [0, 100, 100, 100, 50]);
});

test("an axis is logarithmic, or symlog where values change sign", () => {
  assert.deepEqual(logScaleFor([line([0, 1], [0, 5])]), LOG);
  assert.deepEqual(logScaleFor([line([0, 1], [1, -2000])]), { kind: "symlog", near: 1 });
  assert.deepEqual(logScaleFor([line([0, 1], [1e-9, -2000])]), { kind: "symlog", near: 1 });
  assert.deepEqual(logScaleFor([line([0], [1], { smoothed: Float64Array.from([-1]) })]), { kind: "symlog", near: 1 });
});

test("each scale has its inverse, and symlog the same room on both sides of 0", () => {
  for (const scale of [LINEAR, LOG, /** @type {const} */ ({ kind: "symlog", near: 0.1 })]) {
    for (const value of [1e-3, 0.5, 1, 1234.5]) {
      assert.ok(Math.abs(backward(scale)(forward(scale)(value)) / value - 1) < 1e-12);
    }
  }
  const symlog = forward({ kind: "symlog", near: 0.1 });
  assert.equal(symlog(-50), -symlog(50));
  assert.equal(symlog(0), 0);
  assert.equal(forward(LOG)(0), -Infinity);
});

test("the view of a symlog axis holds all values, and its ticks are powers of ten on both sides of 0", () => {
  const one = line([0, 1, 2], [-800, 0.5, 40]);
  const [low, high] = yDomain([one], { ...free, scale: logScaleFor([one]) });
  assert.ok(low < -800 && low > -2000 && high > 40 && high < 100);
  const labels = symlogTicks([-1000, 100], 9, 1).map((tick) => tick.label);
  assert.deepEqual(labels, ["−1,000", "−100", "−10", "−1", "0", "1", "10", "100"]);
  assert.deepEqual(symlogTicks([-1000, 100], 4, 1).map((tick) => tick.at), [-1000, -10, 0, 10]);
  assert.deepEqual(symlogTicks([-2, 2], 4, 1).map((tick) => tick.at), [-2, -1, 0, 1, 2]);
});

test("on a logarithmic x axis 0 has no place, and nearness is that on screen", () => {
  assert.deepEqual(xDomain([line([0, 1, 1000], [1, 1, 1])], LOG).map((end) => Number(end.toPrecision(2))), [0.9, 1100]);
  assert.deepEqual(xDomain([line([0], [1])], LOG), [1, 10]);
  const { toX } = projection({ ...frame, xScale: LOG, x: [1, 100] });
  assert.equal(nearestIndex([1, 10], 4, 0, 2), 0);
  assert.equal(nearestIndex([1, 10], 4, 0, 2, toX), 1);
});

test("where x is a metric that goes back, the line goes on", () => {
  const there = line([0, 5, 2], [1, 2, 3], { breaks: [2] });
  const { notes, ctx } = notingCanvas();
  drawSeries(ctx, frame, there, { ...style, joined: true });
  assert.match(notes.join(", "), /move 0 90, line 50 80, line 20 70, stroke/);
});

test("raw values lie behind smoothed ones", () => {
  const text = drawn(line([0, 10], [0, 10], { smoothed: Float64Array.from([5, 5]) }));
  assert.ok(text.indexOf("move 0 100, line 100 0") < text.indexOf("move 0 50, line 100 50"));
});

test("raw values as a band are an area from the lowest to the highest, and none are nothing", () => {
  const smoothed = line([0, 10], [0, 10], { smoothed: Float64Array.from([5, 5]) });
  const { notes, ctx } = notingCanvas();
  drawSeries(ctx, frame, smoothed, { ...style, raw: "none" });
  assert.equal(notes.includes("line 100 0"), false);
  drawSeries(ctx, frame, smoothed, { ...style, raw: "band" });
  assert.ok(notes.includes("fill"));
});

test("an envelope holds the extremes of every stretch and reaches from the first point to the last", () => {
  const xs = [0, 1, 2, 3, 10, 11, 20];
  const ys = Float64Array.from([5, NaN, 9, 1, 4, Infinity, 7]);
  assert.deepEqual(envelope(xs, ys, 0, 7, 5), { xs: [0, 10, 20], lows: [1, 4, 7], highs: [9, 4, 7] });
  assert.deepEqual(envelope(xs, ys, 2, 4, 0), { xs: [2, 3], lows: [9, 1], highs: [9, 1] });
  assert.deepEqual(envelope([1, 2], Float64Array.from([NaN, NaN]), 0, 2, 5), { xs: [], lows: [], highs: [] });
});

test("values that are not drawn need not fit", () => {
  const smoothed = line([0, 10], [-90, 90], { smoothed: Float64Array.from([5, 6]) });
  const options = { scale: LINEAR, ignoreOutliers: false, within: /** @type {[number, number]} */ ([0, 10]) };
  assert.ok(yDomain([smoothed], options)[0] < -90);
  assert.ok(yDomain([smoothed], { ...options, withRaw: false })[0] > 4);
  assert.ok(yDomain([line([0], [-90])], { ...options, withRaw: false })[0] < -90);
});

// --- reading with the keyboard ---

const pixels = { toX: (/** @type {number} */ x) => x, toY: (/** @type {number} */ y) => -y };

test("reading begins at the first or last point in view, and stops at the ends of the line", () => {
  const [empty, one] = [line([], []), line([0, 10, 20, 30], [1, 2, 3, 4])];
  assert.deepEqual(beginning([empty, one], [5, 25], false), { series: one, index: 1 });
  assert.deepEqual(beginning([empty, one], [5, 25], true), { series: one, index: 2 });
  assert.equal(beginning([empty, one], [40, 50], true), null);
  assert.equal(along({ series: one, index: 1 }, 1).index, 2);
  assert.equal(along({ series: one, index: 1 }, -5).index, 0);
  assert.equal(along({ series: one, index: 1 }, 50).index, 3);
});

test("a large step passes a tenth of what is in view, and at least one point", () => {
  const one = line(
    Array.from({ length: 1000 }, (_, index) => index),
    Array(1000).fill(0),
  );
  assert.equal(largeStep(one, [0, 999]), 100);
  assert.equal(largeStep(one, [10, 12]), 1);
});

test("up and down lead through the lines in the order in which they lie there, and past none", () => {
  const lines = [
    line([0, 10], [5, 5], { run: "middle" }),
    line([0, 10], [9, 1], { run: "falling" }),
    line([0, 10], [5, 5], { run: "the same" }),
    line([0, 10], [NaN, NaN], { run: "no number" }),
    line([90], [7], { run: "elsewhere" }),
  ];
  const path = (/** @type {number} */ index, /** @type {-1 | 1} */ direction) => {
    let place = beginning(lines, [0, 10], index === 1) ?? assert.fail();
    const passed = [];
    for (let i = 0; i < 5; i++) {
      place = across(place, lines, direction, pixels);
      passed.push(place.series.run);
    }
    return passed;
  };
  assert.deepEqual(path(0, 1), ["the same", "no number", "no number", "no number", "no number"]);
  assert.deepEqual(path(0, -1), ["falling", "falling", "falling", "falling", "falling"]);
  assert.deepEqual(path(1, 1), ["the same", "falling", "no number", "no number", "no number"]);
});

test("the point that is read is found again among points that came anew", () => {
  const old = { series: line([0, 10, 20], [1, 2, 3]), index: 1 };
  const more = line([0, 5, 10, 15, 20], [1, 1, 2, 2, 3]);
  assert.deepEqual(foundAgain(old, [line([], [], { run: "other" }), more]), { series: more, index: 2 });
  const fewer = line([0, 13], [1, 2]);
  assert.deepEqual(foundAgain(old, [fewer]), { series: fewer, index: 1 });
  assert.equal(foundAgain(old, [line([0], [1], { run: "other" })]), null);
  assert.equal(foundAgain(old, [line([], [])]), null);
});

test("a point is read out with what the axis is about", () => {
  const one = line([0, 1700], [1, 0.25], { run: "lr=0.1", smoothed: Float64Array.from([1, 0.5]) });
  assert.equal(readOut({ series: one, index: 1 }, "step"), "lr=0.1: smoothed 0.5, value 0.25, at step 1,700");
  assert.equal(readOut({ series: line([3], [NaN]), index: 0 }, "relative"), "r: NaN at step 3, after 3 s");
  assert.match(readOut({ series: line([3], [1]), index: 0 }, "wall"), /^r: 1 at step 3, \d{4}-\d\d-\d\d /);
  assert.equal(readOutView([-0.5, 1999.5], "step"), "Steps 0 to 1,999");
  assert.equal(readOutView([0, 90], "relative"), "From 0 s to 1 min 30 s");
});
