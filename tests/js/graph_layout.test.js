// Placing a level and a whole picture: nothing overlaps, tensors flow one way, the same graph gives the same picture.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { createComposer } from "../../static/js/graph/compose.js";
import { sized } from "../../static/js/graph/labels.js";
import { layoutLevel } from "../../static/js/graph/layout.js";
import { sceneOf } from "../../static/js/graph/scene.js";

const LEVELS = JSON.parse(readFileSync(new URL("../data/graphs/hello_tensorflow.levels.json", import.meta.url), "utf8"));
const measure = (text) => [...text].length * 6.5;

/** The levels of some open scopes, and the top. */
function opened(...scopes) {
  return Object.fromEntries(["", ...scopes].map((scope) => [scope, LEVELS[scope]]));
}

function sizes(levels) {
  return Object.fromEntries(Object.entries(levels).map(([scope, level]) => [scope, sized(level, measure)]));
}

function compose(levels, direction = "down") {
  return createComposer()(sizes(levels), direction);
}

const GRADIENTS = ["gradients", "gradients/loss_grad", "gradients/loss_grad/tuple", "gradients/sub_grad"];

/** All levels of a placed picture. */
function* levelsIn(placed) {
  yield placed;
  for (const node of placed.nodes) if (node.inside) yield* levelsIn(node.inside);
}

function assertNothingOverlaps({ nodes, scope }) {
  for (const [index, a] of nodes.entries()) {
    for (const b of nodes.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      assert(apart, `${a.path} and ${b.path} overlap in "${scope}"`);
    }
  }
}

function assertInsideTheBox({ nodes, edges, width, height, scope }) {
  for (const { path, ...node } of nodes) {
    assert(node.x >= 0 && node.y >= 0, `${path} begins outside of "${scope}"`);
    assert(node.x + node.width <= width + 1e-6 && node.y + node.height <= height + 1e-6, `${path} ends outside of "${scope}"`);
  }
  for (const { id, points } of edges) {
    for (const [x, y] of points) assert(x >= -1e-6 && y >= -1e-6 && x <= width + 1e-6 && y <= height + 1e-6, `${id} leaves "${scope}"`);
  }
}

/** A vertical piece of a line must not run through a box of its level. */
function assertLinesPassBoxes({ nodes, edges }) {
  for (const { id, points, quiet } of edges) {
    if (quiet) continue;
    for (let index = 1; index < points.length; index++) {
      const [[x0, y0], [x1, y1]] = [points[index - 1], points[index]];
      if (x0 !== x1) continue;
      for (const node of nodes) {
        const within = node.x + 1 < x0 && x0 < node.x + node.width - 1;
        const through = Math.min(y0, y1) < node.y - 1 && Math.max(y0, y1) > node.y + node.height + 1;
        assert(!(within && through), `${id} runs through ${node.path}`);
      }
    }
  }
}

for (const direction of ["down", "up"]) {
  for (const [name, scopes] of Object.entries({ "the closed graph": [], "open gradients": GRADIENTS, "everything open": Object.keys(LEVELS) })) {
    test(`${name}, ${direction}: boxes lie apart and inside, lines pass them, tensors flow one way`, () => {
      const placed = compose(opened(...scopes), direction);
      for (const level of levelsIn(placed)) {
        assertNothingOverlaps(level);
        assertInsideTheBox(level);
        assertLinesPassBoxes(level);
        const dots = new Set(level.nodes.filter((node) => node.role === "dot").map((node) => node.path));
        for (const { id, points, quiet } of level.edges) {
          if (quiet || dots.has(id.split(" → ")[0])) continue;
          const rise = points.at(-1)[1] - points[0][1];
          assert(direction === "down" ? rise > 0 : rise < 0, `${id} flows against the others`);
        }
      }
    });
  }
}

test("every edge and every port of a level is drawn once, but for ports towards what stands aside", () => {
  const placed = compose(opened(...Object.keys(LEVELS)));
  const aside = [...levelsIn(placed)].flatMap(({ nodes }) => nodes.filter((node) => node.role === "aside").map((node) => node.path));
  assert.deepEqual(aside.sort(), ["GradientDescent/(GradientDescent)", "init"]);
  for (const { scope, edges } of levelsIn(placed)) {
    const ports = LEVELS[scope].ports.filter((port) => !aside.includes(port.other));
    assert.equal(edges.length, LEVELS[scope].edges.length + ports.length, scope);
    assert.equal(new Set(edges.map((edge) => edge.id)).size, edges.length);
  }
});

test("the same graph gives the same picture", () => {
  assert.deepEqual(compose(opened(...GRADIENTS)), compose(opened(...GRADIENTS)));
});

test("opening and closing a box comes back to the same picture, and what lies beside it is not laid out again", () => {
  const composer = createComposer();
  const closed = composer(sizes(opened("weight")), "down");
  const open = composer(sizes(opened("weight", ...GRADIENTS)), "down");
  assert.equal(composer(sizes(opened("weight")), "down"), closed);
  const weight = (placed) => placed.nodes.find((node) => node.path === "weight").inside;
  assert.equal(weight(open), weight(closed));
});

test("a line into an open box goes on inside from where it arrives", () => {
  const placed = compose(opened("gradients", "weight"));
  const find = (path) => placed.nodes.find((node) => node.path === path);
  const [gradients, weight] = [find("gradients"), find("weight")];
  const { points, leaves, arrives } = placed.edges.find((edge) => edge.id === "weight → gradients");
  assert.deepEqual(points.at(-1), [gradients.x + gradients.inside.doors["in:weight"], gradients.y]);
  assert.deepEqual(points[0], [weight.x + weight.inside.doors["out:gradients"], weight.y + weight.height]);
  assert(!leaves && !arrives);
  const inside = gradients.inside.edges.find((edge) => edge.id === "gradients/output_grad in: weight");
  assert.deepEqual(inside.points[0], [gradients.inside.doors["in:weight"], 0]);
  assert(inside.arrives && !inside.leaves);
});

test("a constant that one box uses is a dot beside it; one that several use is a box", () => {
  const roles = Object.fromEntries(compose(opened("weight")).nodes.flatMap((n) => (n.inside?.nodes ?? [n]).map((m) => [m.path, m.role])));
  assert.equal(roles["weight/initial_value"], "dot");
  assert.equal(roles.input, "main");
});

test("no-ops that wait for others and boxes without edges stand aside, and their lines are quiet", () => {
  const { nodes, edges } = compose(opened());
  assert.deepEqual(nodes.filter((node) => node.role === "aside").map((node) => node.path), ["init"]);
  assert.deepEqual(edges.filter((edge) => edge.quiet).map((edge) => edge.id), ["weight → init"]);
});

/** A level of ops n0, n1, ... with edges between pairs of them. */
function levelOf(count, pairs) {
  const bundle = { tensors: 1, controls: 0, references: 0, shape: null };
  return {
    scope: "",
    nodes: Array.from({ length: count }, (_, index) => ({ path: `n${index}`, kind: "op", width: 40 + ((index * 37) % 90), height: 24 + ((index * 7) % 40) })),
    edges: pairs.map(([from, to]) => ({ from, to, ...bundle })),
    ports: [],
    headerWidth: 0,
  };
}

/** Numbers that look random and are the same every time. */
function* dice(seed) {
  for (let state = seed; ; ) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state / 2147483648;
  }
}

test("random graphs, with cycles too, come out without overlaps", () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = dice(seed);
    const count = 2 + Math.floor(random.next().value * 30);
    const pairs = new Map();
    for (let edge = 0; edge < count * 2; edge++) {
      const [from, to] = [Math.floor(random.next().value * count), Math.floor(random.next().value * count)];
      if (from !== to) pairs.set(`${from},${to}`, [from, to]);
    }
    const placed = layoutLevel(levelOf(count, [...pairs.values()]), new Map(), seed % 2 ? "down" : "up");
    assert.equal(placed.nodes.length, count);
    assert.equal(placed.edges.length, pairs.size);
    assertNothingOverlaps(placed);
    assertInsideTheBox(placed);
    assertLinesPassBoxes(placed);
  }
});

test("a graph without edges becomes columns, an empty one nothing", () => {
  const columns = layoutLevel(levelOf(50, []), new Map(), "down");
  assertNothingOverlaps(columns);
  assert(columns.width < 4 * columns.height && columns.height < 4 * columns.width);
  assert.deepEqual(layoutLevel(levelOf(0, []), new Map(), "down"), { scope: "", width: 0, height: 0, nodes: [], edges: [], doors: {} });
});

test("the scene holds every box of every level in coordinates of the whole", () => {
  const levels = opened(...Object.keys(LEVELS));
  const scene = sceneOf(compose(levels), levels);
  assert.equal(scene.nodes.length, Object.values(LEVELS).reduce((sum, level) => sum + level.children.length, 0));
  for (const node of scene.nodes) {
    const box = scene.byPath.get(node.scope);
    if (!box) continue;
    assert(box.open);
    assert(node.x >= box.x && node.y >= box.y && node.x + node.width <= box.x + box.width && node.y + node.height <= box.y + box.height);
  }
});
