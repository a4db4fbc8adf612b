// The pure parts of the graph page: ranks, routes, labels, camera, emphasis.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { anchored, beginning, centred, covers, fitted, LARGEST, lookingAt, READABLE, revealing, seen, SMALLEST, zoomed } from "../../static/js/graph/camera.js";
import { createComposer } from "../../static/js/graph/compose.js";
import { emphasisOf, visibleAt } from "../../static/js/graph/emphasis.js";
import { kindOf } from "../../static/js/graph/kinds.js";
import { fit, shortCount, sized } from "../../static/js/graph/labels.js";
import { ranksOf } from "../../static/js/graph/rank.js";
import { bandsOf, route, spread } from "../../static/js/graph/route.js";
import { kindOfBundle, labelOf, lineWidth, pathData, sceneOf } from "../../static/js/graph/scene.js";

const LEVELS = JSON.parse(readFileSync(new URL("../data/graphs/hello_tensorflow.levels.json", import.meta.url), "utf8"));
const measure = (text) => [...text].length * 6.5;
const view = { width: 800, height: 600 };

/** "a>b b>c:2": edges with their minlen. */
function edgesOf(text) {
  return text.split(" ").map((part) => {
    const [, source, target, minlen] = /^(\w+)>(\w+)(?::(\d))?$/.exec(part);
    return { source, target, minlen: Number(minlen ?? 1) };
  });
}

test("ranks go down along every edge by at least its length", () => {
  const edges = edgesOf("a>b b>c a>c d>c:3 c>e");
  const ranks = ranksOf([..."abcde"], edges, new Set(), new Set());
  for (const { source, target, minlen } of edges) assert(ranks.get(target) - ranks.get(source) >= minlen);
});

test("a source moves down to what uses it", () => {
  const ranks = ranksOf([..."abcdx"], edgesOf("a>b b>c c>d x>d"), new Set(), new Set());
  assert.equal(ranks.get("x"), 2);
});

test("doors stay on the outer ranks, everything else between them", () => {
  const ranks = ranksOf(["in", ..."abc", "out"], edgesOf("in>c a>b b>c a>out"), new Set(["in"]), new Set(["out"]));
  assert.equal(ranks.get("in"), 0);
  const inner = [..."abc"].map((node) => ranks.get(node));
  assert(Math.min(...inner) > 0);
  assert(ranks.get("out") > Math.max(...inner));
});

test("a line moves to the side between bands only", () => {
  const bands = bandsOf([{ y: 50, height: 20 }, { y: 50, height: 100 }, { y: 200, height: 40 }, { y: 300, height: 20 }]);
  assert.deepEqual(bands, [{ top: 0, bottom: 100 }, { top: 180, bottom: 220 }, { top: 290, bottom: 310 }]);
  assert.deepEqual(route([10, 60], [{ x: 70, y: 200 }, { x: 80, y: 250 }], [30, 290], bands), [[10, 60], [10, 100], [70, 180], [70, 220], [30, 290]]);
  assert.deepEqual(route([30, 290], [{ x: 70, y: 200 }], [10, 60], bands), [[30, 290], [70, 220], [70, 180], [10, 100], [10, 60]]);
});

test("lines that meet a box keep the order in which they come", () => {
  const places = spread([300, 100, 200], 50, 100);
  assert.deepEqual([...places].sort((a, b) => a - b), [places[1], places[2], places[0]]);
  assert(places.every((x) => x > 0 && x < 100));
  assert.deepEqual(spread([7], 50, 100), [50]);
});

test("long names are cut in the middle, letters stay whole", () => {
  assert.equal(fit("short", 100, measure), "short");
  const cut = fit("a_very_long_name_of_a_layer_12", 100, measure);
  assert(measure(cut) <= 100);
  assert.match(cut, /^a_very.*….*_12$/);
  assert.match(fit("🙂".repeat(50), 50, measure), /^(🙂)+…(🙂)+$/u);
});

test("counts are short", () => {
  assert.deepEqual([3, 999, 1000, 1234, 12_345, 1_000_000, 23_456_789].map(shortCount), ["3", "999", "1k", "1.2k", "12k", "1M", "23M"]);
});

test("op types of TensorFlow, PyTorch and ONNX have kinds", () => {
  const kinds = { Const: "constant", VariableV2: "variable", VarHandleOp: "variable", ScalarSummary: "summary", MergeSummary: "summary", NoOp: "noop", Placeholder: "input", _Arg: "input", "IO Node": "input", "prim::Constant": "constant", MatMul: "op", ConstantOfShape: "op" };
  for (const [op, kind] of Object.entries(kinds)) assert.equal(kindOf(op), kind, op);
  assert.equal(kindOf(null), "op");
});

test("lines tell what they carry", () => {
  const bundle = { tensors: 1, controls: 0, references: 0, shape: "3×4" };
  assert.equal(kindOfBundle(bundle), "tensor");
  assert.equal(kindOfBundle({ ...bundle, references: 1 }), "reference");
  assert.equal(kindOfBundle({ ...bundle, tensors: 0, controls: 2 }), "control");
  assert.equal(labelOf(bundle), "3×4");
  assert.equal(labelOf({ ...bundle, tensors: 5 }), "5 tensors");
  assert(lineWidth({ ...bundle, tensors: 5 }) > lineWidth(bundle));
  assert.equal(lineWidth({ ...bundle, tensors: 1e9 }), lineWidth({ ...bundle, tensors: 1e6 }));
});

test("paths are straight lines and curves that start and end upright, or level when they go sideways", () => {
  assert.equal(pathData([[0, 0], [0, 10], [20, 30]], false), "M0,0L0,10C0,20 20,20 20,30");
  assert.equal(pathData([[0, 0], [100, 10]], true), "M0,0C50,0 50,10 100,10");
});

test("fitting shows all of a box in the middle, and does not blow up small ones", () => {
  const camera = fitted({ x: 100, y: 100, width: 2000, height: 1000 }, view);
  assert.equal(1100 * camera.scale + camera.x, 400);
  assert.equal(600 * camera.scale + camera.y, 300);
  assert(2000 * camera.scale <= 800);
  assert(fitted({ x: 0, y: 0, width: 10, height: 10 }, view).scale < 2);
});

test("zooming keeps what is under the pointer there, within limits", () => {
  const camera = { x: 10, y: 20, scale: 1 };
  const closer = zoomed(camera, 2, 110, 220);
  assert.equal((110 - closer.x) / closer.scale, 100);
  assert.equal((220 - closer.y) / closer.scale, 200);
  assert.equal(zoomed(camera, 1e9, 0, 0).scale, LARGEST);
  assert.equal(zoomed(camera, 1e-9, 0, 0).scale, SMALLEST);
});

test("after an expansion the box is seen where it was", () => {
  const camera = anchored({ x: 5, y: 5, scale: 0.5 }, { x: 100, y: 100, width: 1, height: 1 }, { x: 300, y: 140, width: 1, height: 1 });
  assert.deepEqual(camera, { x: -95, y: -15, scale: 0.5 });
});

test("revealing moves as little as it can, and never so far back that nothing can be read", () => {
  const camera = { x: 0, y: 0, scale: 1 };
  assert.deepEqual(revealing(camera, { x: 100, y: 100, width: 50, height: 50 }, view), camera);
  assert.deepEqual(revealing(camera, { x: 790, y: 100, width: 50, height: 50 }, view), { x: -64, y: 0, scale: 1 });
  const back = revealing(camera, { x: 100, y: 100, width: 1000, height: 50 }, view);
  assert(back.scale < 1 && back.scale >= READABLE);
  assert(1100 * back.scale + back.x <= 800);
  const part = revealing(camera, { x: 3000, y: 100, width: 90_000, height: 50 }, view);
  assert.equal(part.scale, READABLE);
  assert(3000 * part.scale + part.x > 0 && 3000 * part.scale + part.x < 50);
  const far = { x: 0, y: 0, scale: 0.2 };
  assert.deepEqual(revealing(far, { x: 500, y: 500, width: 10, height: 10 }, view), far);
});

test("a picture too large to be read as a whole begins where tensors come from", () => {
  const [tall, first] = [{ x: 0, y: 0, width: 200, height: 9000 }, { x: 50, y: 0, width: 100, height: 20 }];
  assert.deepEqual(beginning({ x: 0, y: 0, width: 300, height: 300 }, first, view, "down"), fitted({ x: 0, y: 0, width: 300, height: 300 }, view));
  const down = beginning(tall, first, view, "down");
  assert.equal(down.scale, READABLE);
  assert(down.y > 0 && down.y < 50);
  assert.equal(100 * down.scale + down.x, 400);
  const up = beginning(tall, first, view, "up");
  assert(9000 * up.scale + up.y < 600 && 9000 * up.scale + up.y > 550);
});

test("a picture wider than the view fills its width from the start", () => {
  const [wide, last, first] = [{ x: 0, y: 0, width: 5000, height: 100 }, { x: 4950, y: 0, width: 50, height: 20 }, { x: 0, y: 0, width: 50, height: 20 }];
  const atRight = beginning(wide, last, view, "down");
  assert(5000 * atRight.scale + atRight.x > 740 && 5000 * atRight.scale + atRight.x < 800);
  const atLeft = beginning(wide, first, view, "down");
  assert(atLeft.x > 0 && atLeft.x < 60);
});

test("centring finds a scale where a name can be read", () => {
  const far = centred({ x: 0, y: 0, scale: 0.1 }, { x: 5000, y: 5000, width: 50, height: 20 }, view);
  assert.deepEqual([5025 * far.scale + far.x, 5010 * far.scale + far.y], [400, 300]);
  assert(far.scale >= 0.8);
});

function scene(...scopes) {
  const levels = Object.fromEntries(["", ...scopes].map((scope) => [scope, LEVELS[scope]]));
  return sceneOf(createComposer()(Object.fromEntries(Object.entries(levels).map(([key, level]) => [key, sized(level, measure)])), "down"), levels);
}

test("what hides in a closed box is seen as that box", () => {
  const closed = scene();
  assert.equal(visibleAt(closed, "gradients/loss_grad/mul").path, "gradients");
  assert.equal(visibleAt(scene("gradients"), "gradients/loss_grad/mul").path, "gradients/loss_grad");
  assert.equal(visibleAt(closed, "not/there"), null);
});

test("links are followed through the borders of open boxes, and of drawn lines only", () => {
  const open = scene("gradients", "gradients/output_grad", "weight");
  const links = { sources: ["weight/(weight)"], targets: ["gradients/output_grad/mul_1", "output"] };
  const { nodes, edges } = emphasisOf(open, "weight/read", links);
  assert.deepEqual([...nodes].sort(), ["gradients/output_grad/mul_1", "output", "weight/(weight)"]);
  assert.deepEqual([...edges].sort(), [
    "gradients/output_grad in: weight",
    "gradients/output_grad/mul_1 in: weight",
    "weight → gradients",
    "weight → output",
    "weight/(weight) → weight/read",
    "weight/read out: gradients",
    "weight/read out: output",
  ]);
  const drawn = new Set(open.edges.map((edge) => edge.id));
  for (const id of edges) assert(drawn.has(id), id);
});

test("what is seen of a picture, and whether it is all", () => {
  const view = { width: 400, height: 200 };
  const picture = { width: 300, height: 150 };
  assert.deepEqual(seen({ x: -50, y: 20, scale: 2 }, view), { x: 25, y: -10, width: 200, height: 100 });
  assert.equal(covers(seen({ x: 0, y: 0, scale: 2 }, view), picture), false);
  assert.equal(covers(seen(fitted({ x: 0, y: 0, ...picture }, view), view), picture), true);
});

test("looking at a point puts it in the middle, at the scale there was", () => {
  const view = { width: 400, height: 200 };
  const camera = lookingAt({ x: 7, y: 7, scale: 0.5 }, 1000, 600, view);
  const box = seen(camera, view);
  assert.deepEqual([box.x + box.width / 2, box.y + box.height / 2, camera.scale], [1000, 600, 0.5]);
});
