// What happens between the address and the picture, with answers out of a file and the layout on this thread; and the small
// pure parts around it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "./graph_import_map.js";

const { signal } = await import("@preact/signals-core");
const { ApiError } = await import("../../static/js/api.js");
const { createComposer } = await import("../../static/js/graph/compose.js");
const { createLayoutClient, Superseded } = await import("../../static/js/graph/layout_client.js");
const { createModel } = await import("../../static/js/graph/model.js");
const { neighbour } = await import("../../static/js/graph/navigation.js");
const { linesOf } = await import("../../static/js/graph/notes.js");
const { formatOpen, parseOpen, scopesAround, visibleScopes, without } = await import("../../static/js/graph/open_scopes.js");

const LEVELS = JSON.parse(readFileSync(new URL("../data/graphs/hello_tensorflow.levels.json", import.meta.url), "utf8"));
const measure = (text) => [...text].length * 6.5;
const NONE = { problems: { count: 0, texts: [] }, omitted: [] };

const link = (path) => ({ name: path, path, output: 0, op: "X", shape: null });
const CARDS = {
  "weight/read": { operation: { inputs: [link("weight/(weight)")], control_inputs: [], outputs: [link("output")], control_outputs: [], calls: [] }, contents: null },
  init: { operation: { inputs: [], control_inputs: [link("weight/Assign")], outputs: [], control_outputs: [] }, contents: null },
};

/** A model over the article's graph, with the address's settings and a list of what it asked the server. */
function start({ open = "", node = "", flow = "down", levels = LEVELS, fails = false, profile = null } = {}) {
  const asked = [];
  const painted = [];
  const traced = [];
  const state = { graph: "first" };
  const server = {
    async getLevel(_graph, scope) {
      asked.push(scope);
      if (!levels[scope]) throw new ApiError(404, `no scope ${scope}`);
      return { graph: state.graph, problems: { count: 0, texts: [] }, ...levels[scope] };
    },
    async getPaint(_graph, scope, by, profile) {
      if (fails) throw new ApiError(500, "no colours");
      painted.push(`${by} ${scope}`);
      if (by === "time") return { amounts: levels[scope].children.map((_, index) => (index ? index : null)), most: profile.length };
      return { legend: [{ key: 0, label: `by ${by}`, count: 2 }], paints: levels[scope].children.map((_, index) => [[index % 2, 1]]) };
    },
    async getReach(_graph, path, towards, scopes) {
      traced.push(`${towards} of ${path} in ${scopes.join("|")}`);
      return { operations: 3, levels: [{ children: ["weight", "init"], edges: [["weight", "init"]], ports: [["weight/read", "out", "output"]] }] };
    },
    async getCard(_graph, path) {
      if (!CARDS[path]) throw new ApiError(404, `no node ${path}`);
      return { graph: state.graph, path, label: path, scope: "", ...CARDS[path] };
    },
  };
  const compose = createComposer();
  const layout = { layOut: async (sizes, direction) => compose(sizes, direction), close() {} };
  const settings = { open: signal(open), node: signal(node), flow: signal(flow), paint: signal("structure"), series: signal(true), trace: signal("links") };
  const model = createModel({ graph: { run: "r", tag: null, series: true }, settings, profile: signal(profile), server, layout, measure });
  return { model, settings, asked, painted, traced, state };
}

/** All that is under way has ended. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const pathsOf = (model) => [...model.picture.value.scene.byPath.keys()];

test("an address alone is enough for the whole picture", async () => {
  const { model } = start({ open: "gradients,weight", node: "weight/read" });
  await settled();
  const { scene, intent } = model.picture.value;
  assert.deepEqual(intent, { kind: "centre", path: "weight/read" });
  assert(scene.byPath.has("gradients/loss_grad") && scene.byPath.has("weight/read"));
  assert.equal(model.card.value.path, "weight/read");
  assert(model.emphasis.value.edges.has("weight → output"));
  assert.equal(model.busy.value, false);
});

test("a node that the graph does not have is told, and stays in the address", async () => {
  const { model, settings } = start({ node: "gone" });
  await settled();
  assert.deepEqual([model.missing.value, model.card.value, settings.node.value], ["gone", null, "gone"]);
  model.select("init");
  await settled();
  assert.deepEqual([model.missing.value, model.card.value.path], [null, "init"]);
});

test("opening asks for one level, and closing forgets what was open inside", async () => {
  const { model, settings, asked } = start();
  await settled();
  model.toggle("gradients");
  await settled();
  model.toggle("gradients/loss_grad");
  await settled();
  assert.deepEqual(asked, ["", "gradients", "gradients/loss_grad"]);
  assert.deepEqual(model.picture.value.intent, { kind: "anchor", path: "gradients/loss_grad" });
  model.toggle("gradients");
  await settled();
  assert.equal(settings.open.value, "");
  assert(!pathsOf(model).includes("gradients/loss_grad"));
  assert.equal(asked.length, 3);
});

test("a revealed node is selected, the scopes around it open, and the camera goes there", async () => {
  const { model, settings } = start();
  await settled();
  model.reveal("gradients/loss_grad/tuple/group_deps");
  await settled();
  assert.deepEqual([...parseOpen(settings.open.value)], ["gradients", "gradients/loss_grad", "gradients/loss_grad/tuple"]);
  assert(pathsOf(model).includes("gradients/loss_grad/tuple/group_deps"));
  assert.deepEqual(model.picture.value.intent, { kind: "centre", path: "gradients/loss_grad/tuple/group_deps" });
  model.reveal("output");
  await settled();
  assert.deepEqual(model.picture.value.intent, { kind: "centre", path: "output" });
});

test("a quiet line appears when its node is selected", async () => {
  const { model } = start({ node: "init" });
  await settled();
  assert(model.emphasis.value.edges.has("weight → init"));
});

test("links to scopes and nodes that the graph does not have do no harm", async () => {
  const { model } = start({ open: "nowhere,weight", node: "nowhere/at/all" });
  await settled();
  assert(pathsOf(model).includes("weight/read"));
  assert.equal(model.missing.value, "nowhere/at/all");
  assert.equal(model.failure.value, null);
});

test("without a graph there is a reason, not a picture", async () => {
  const { model } = start({ levels: {} });
  await settled();
  assert.equal(model.picture.value, null);
  assert.match(model.failure.value, /no scope/);
});

test("every level that is drawn is painted, and painted anew by another quality", async () => {
  const { model, settings, painted } = start({ open: "weight" });
  await settled();
  assert.deepEqual(painted, ["structure ", "structure weight"]);
  assert.deepEqual(model.painting.value.paints.get(LEVELS.weight.children[1].path), [[1, 1]]);
  assert.equal(model.painting.value.legend[0].label, "by structure");
  settings.paint.value = "device";
  await settled();
  assert.equal(model.painting.value.legend[0].label, "by device");
  settings.paint.value = "none";
  await settled();
  assert.equal(model.painting.value.paints.size, 0);
  assert.equal(painted.length, 4);
});

test("colours that are known are not asked for again, until another graph is logged", async () => {
  const { model, painted, state } = start();
  await settled();
  model.toggle("weight");
  await settled();
  model.toggle("weight");
  await settled();
  assert.deepEqual(painted, ["structure ", "structure weight"]);
  state.graph = "second";
  await model.refresh();
  await settled();
  assert.deepEqual(painted.slice(2), ["structure "]);
});

test("costs colour what ran, if there is a profile", async () => {
  const without = start();
  without.settings.paint.value = "time";
  await settled();
  assert.equal(without.model.painting.value.scale, null);
  const { model, settings } = start({ profile: "step_7" });
  settings.paint.value = "time";
  await settled();
  const { scale, amounts } = model.painting.value;
  assert.deepEqual(scale, { by: "time", most: 6 });
  assert.deepEqual([amounts.get(LEVELS[""].children[0].path), amounts.get(LEVELS[""].children[1].path)], [null, 1]);
});

test("all that a node needs is emphasised, in every open scope, and the rest is pale", async () => {
  const { model, settings, traced } = start({ open: "weight", node: "init" });
  await settled();
  assert.equal(model.emphasis.value.only, false);
  settings.trace.value = "inputs";
  await settled();
  assert.deepEqual(traced, ["inputs of init in |weight"]);
  const { nodes, edges, only } = model.emphasis.value;
  assert.deepEqual([[...nodes], [...edges], only], [["weight", "init"], ["weight → init", "weight/read out: output"], true]);
  model.select("weight/read");
  await settled();
  assert.equal(traced.at(-1), "inputs of weight/read in |weight");
  model.select("");
  await settled();
  assert.equal(model.emphasis.value.nodes.size, 0);
});

test("colours that do not come leave the picture as it is", async () => {
  const { model } = start({ fails: true });
  await settled();
  assert.equal(model.picture.value.scene.byPath.has("weight"), true);
  assert.equal(model.failure.value, null);
});

test("another graph in place of this one is fetched anew, the same one is not", async () => {
  const { model, asked, state } = start({ open: "weight" });
  await settled();
  await model.refresh();
  await settled();
  assert.deepEqual(asked, ["", "weight", ""]);
  state.graph = "second";
  await model.refresh();
  await settled();
  assert.deepEqual(asked.slice(3), ["", "weight"]);
});

test("turning the flow shows the whole again", async () => {
  const { model, settings } = start();
  await settled();
  const top = model.picture.value.scene.byPath.get("weight").y;
  settings.flow.value = "up";
  await settled();
  assert.equal(model.picture.value.intent.kind, "begin");
  assert(model.picture.value.scene.byPath.get("weight").y > top);
});

test("a closed model does nothing any more", async () => {
  const { model, settings, asked } = start();
  model.close();
  await settled();
  settings.open.value = "weight";
  await settled();
  assert.equal(model.picture.value, null);
  assert.deepEqual(asked, [""]);
});

/** A worker that answers when it is told to. */
function fakeWorkers() {
  const workers = [];
  const startWorker = () => {
    const worker = { jobs: [], ended: false, postMessage: (job) => worker.jobs.push(job), terminate: () => (worker.ended = true) };
    worker.answer = (placed) => worker.onmessage({ data: { id: worker.jobs.at(-1).id, placed } });
    workers.push(worker);
    return worker;
  };
  return { workers, startWorker };
}

test("of several requests only the newest is answered", async () => {
  const { workers, startWorker } = fakeWorkers();
  const client = createLayoutClient(startWorker);
  const [first, second, third] = [client.layOut({}, "down"), client.layOut({}, "up"), client.layOut({}, "down")];
  await assert.rejects(first, Superseded);
  await assert.rejects(second, Superseded);
  workers[0].answer("too late");
  workers[0].answer("picture");
  assert.equal(await third, "picture");
  assert.equal(workers.length, 1);
  assert.equal(workers[0].jobs.length, 2);
});

test("a worker that keeps the newest request waiting is ended", async () => {
  const { workers, startWorker } = fakeWorkers();
  const client = createLayoutClient(startWorker);
  const first = client.layOut({}, "down");
  const second = client.layOut({}, "up");
  await assert.rejects(first, Superseded);
  await new Promise((resolve) => {
    const timer = setInterval(() => workers.length > 1 && (clearInterval(timer), resolve()), 10);
  });
  assert(workers[0].ended);
  workers[1].answer("picture");
  assert.equal(await second, "picture");
});

test("what goes wrong in a worker is told", async () => {
  const { workers, startWorker } = fakeWorkers();
  const client = createLayoutClient(startWorker);
  const first = client.layOut({}, "down");
  workers[0].onmessage({ data: { id: workers[0].jobs[0].id, error: "RangeError" } });
  await assert.rejects(first, /could not be laid out: RangeError/);
  const second = client.layOut({}, "down");
  workers[0].onerror({ message: "script not found" });
  await assert.rejects(second, /script not found/);
});

test("open scopes survive the address, whatever they are called", () => {
  const paths = ["a", "a/b,c", "back\\slash", "<b>", "a/b\nc"];
  assert.deepEqual([...parseOpen(formatOpen(paths))], paths);
  assert.deepEqual([...parseOpen("")], []);
  assert.deepEqual(scopesAround("a/b/c"), ["a", "a/b"]);
  assert.deepEqual(visibleScopes(new Set(["a/b", "a", "c/d"])), ["a", "a/b"]);
  assert.deepEqual([...without(new Set(["a", "a/b", "ab"]), "a")], ["ab"]);
});

test("arrow keys go to the next node in their direction", async () => {
  const { model } = start({ open: "gradients" });
  await settled();
  const { scene } = model.picture.value;
  for (const [from, key, sign] of [["sub", "ArrowDown", 1], ["sub", "ArrowUp", -1]]) {
    const next = neighbour(scene, from, key);
    assert.equal(Math.sign(next.y - scene.byPath.get(from).y), sign);
  }
  assert(neighbour(scene, "weight", "ArrowLeft").x < scene.byPath.get("weight").x);
  assert.equal(neighbour(scene, "init", "ArrowRight"), null);
});

test("notes tell what is wrong and what is not drawn", () => {
  assert.deepEqual(linesOf(NONE), []);
  const notes = { problems: { count: 3, texts: ["a is wrong", "a is wrong"] }, omitted: [{ scope: "", links: 1 }] };
  assert.deepEqual(linesOf(notes), [
    "a is wrong",
    "… and 1 more problem.",
    "At the top: 1 line left out of the picture.",
  ]);
});
