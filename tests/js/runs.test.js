import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clicked,
  formatSort,
  formatWidths,
  initialColumns,
  metricOf,
  moved,
  nudged,
  parseSort,
  parseWidths,
} from "../../static/js/runs/columns.js";
import { formatNames, parseNames } from "../../static/js/state/names.js";
import { difference } from "../../static/js/runs/differences.js";
import { suggest, taken } from "../../static/js/runs/suggestions.js";
import { PAGE, TablePages } from "../../static/js/runs/table_pages.js";

const column = (id, group, values = [], more = {}) => ({
  id: group === "hparam" ? `hparam.${id}` : id,
  label: id,
  group,
  kind: "number",
  help: "",
  values,
  ...more,
});
const KNOWN = [
  column("name", "run"),
  column("status", "run", ["finished", "running"]),
  column("start", "run"),
  column("steps", "run"),
  column("lr", "hparam", ["0.1", "0.01"]),
  column("batch", "hparam", ["32"]),
  column("opt", "hparam", ["adam", "sgd with momentum"]),
  column("val/acc", "metric"),
  column("val/loss", "metric"),
  column("my metric", "metric"),
];

test("at first the table shows hyperparameters that differ and the best of metrics", () => {
  assert.deepEqual(initialColumns(KNOWN), [
    "status",
    "start",
    "steps",
    "hparam.lr",
    "hparam.opt",
    "val/acc.best",
    "val/loss.best",
    "my metric.best",
  ]);
});

test("columns are moved in front of others, to the end, and by one place", () => {
  assert.deepEqual(moved(["a", "b", "c"], "c", "a"), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", null), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b"], "a", "a"), ["a", "b"]);
  assert.deepEqual(moved(["a", "b"], "a", "gone"), ["a", "b"]);
  assert.deepEqual(nudged(["a", "b", "c"], "b", -1), ["b", "a", "c"]);
  assert.deepEqual(nudged(["a", "b"], "b", 1), ["a", "b"]);
});

test("columns, order and widths survive the address, whatever names hold", () => {
  const names = ["a,b", "c\\d", "val/acc.max", "-x"];
  assert.deepEqual(parseNames(formatNames(names)), names);
  assert.deepEqual(parseNames("a,a,,b"), ["a", "b"]);
  for (const name of names) {
    for (const descending of [true, false]) {
      assert.deepEqual(parseSort(formatSort({ column: name, descending })), { column: name, descending });
    }
  }
  const widths = new Map([
    ["a,b:3", 100],
    ["c", 57],
  ]);
  assert.deepEqual(parseWidths(formatWidths(widths)), widths);
  assert.deepEqual([...parseWidths("9999:a,b,x:c,1:d")], [["a", 900], ["d", 56]]);
});

test("a heading sorts, turns the order round, and gives the order of names back", () => {
  const none = { column: "", descending: false };
  const first = clicked(none, "lr");
  assert.deepEqual(first, { column: "lr", descending: false });
  const second = clicked(first, "lr");
  assert.deepEqual(second, { column: "lr", descending: true });
  assert.deepEqual(clicked(second, "lr"), none);
  assert.deepEqual(clicked(first, "acc", true), { column: "acc", descending: true });
  assert.deepEqual(clicked({ column: "acc", descending: true }, "acc", true), { column: "acc", descending: false });
});

test("the tag of a metric's column may hold dots", () => {
  assert.deepEqual(metricOf("a.min.max"), { tag: "a.min", aggregate: "max" });
  assert.equal(metricOf("hparam.lr"), null);
});

const texts = (text, caret = text.length) => suggest(text, caret, KNOWN).items.map((item) => item.text);

test("columns are suggested for the word at the caret", () => {
  assert.deepEqual(texts("st"), ["status", "start", "steps"]);
  assert.deepEqual(texts("lr < 0.1 and val/"), ["val/acc", "val/loss"]);
  assert.deepEqual(texts("acc"), ["val/acc"]);
  assert.deepEqual(texts("val/acc.m"), ["val/acc.min", "val/acc.max", "val/acc.mean"]);
  assert.deepEqual(texts("metr"), ['"my metric"']);
  assert.deepEqual(texts("sta and lr = 1", 3), ["status", "start"]);
});

test("values are suggested behind a comparison with a column that has few", () => {
  assert.deepEqual(texts("status = "), ["finished", "running"]);
  assert.deepEqual(texts("status=r"), ["running"]);
  assert.deepEqual(texts("opt != "), ["adam", '"sgd with momentum"']);
  assert.deepEqual(texts("lr = 0."), ["0.1", "0.01"]);
});

test("nothing is suggested for nothing, for what is complete, and between quotes", () => {
  assert.deepEqual(texts(""), []);
  assert.deepEqual(texts("lr "), []);
  assert.deepEqual(texts("status = running"), []);
  assert.deepEqual(texts('"sta'), []);
});

test("a suggestion takes the place of the word", () => {
  const suggestions = suggest("sta and x", 3, KNOWN);
  assert.deepEqual(taken("sta and x", suggestions, suggestions.items[0]), { text: "status and x", caret: 6 });
});

/** A server of so many rows, whose answers come when they are let go. */
function server(matched) {
  const requests = [];
  const fetch = (question, columns, offset, limit, signal) =>
    new Promise((resolve, reject) => {
      const rows = Array.from({ length: Math.min(limit, matched - offset) }, (_, index) => ({
        run: `${question.filter}${offset + index}`,
        values: [],
        steps: [],
      }));
      const answer = () =>
        resolve({ total: matched, matched, problem: null, offset, columns: columns.map((id) => ({ id })), rows });
      requests.push({ offset, question, answer, signal, reject });
    });
  return { fetch, requests };
}

const question = (filter) => ({ filter, sort: { column: "", descending: false }, goals: [] });
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("rows come in pages, when they are looked at", async () => {
  const { fetch, requests } = server(1000);
  const pages = new TablePages(fetch, () => {});
  pages.look(0, 30);
  pages.ask(question("a"), ["name"]);
  assert.deepEqual(requests.map(({ offset }) => offset), [0]);
  requests[0].answer();
  await settled();
  assert.equal(pages.row(5)?.run, "a5");
  pages.look(90, 30);
  assert.deepEqual(requests.map(({ offset }) => offset), [0, PAGE]);
  requests[1].answer();
  await settled();
  assert.equal(pages.row(115)?.run, "a115");
  pages.look(0, 30);
  assert.equal(requests.length, 2);
});

test("rows stay in sight until those of the next question have come, and late answers are dropped", async () => {
  const { fetch, requests } = server(50);
  const pages = new TablePages(fetch, () => {});
  pages.look(0, 30);
  pages.ask(question("a"), ["name"]);
  requests[0].answer();
  await settled();
  pages.ask(question("b"), ["name"]);
  pages.ask(question("c"), ["name"]);
  assert.equal(pages.row(0)?.run, "a0");
  assert.equal(requests[1].signal.aborted, true);
  requests[1].answer();
  await settled();
  assert.equal(pages.row(0)?.run, "a0");
  requests[2].answer();
  await settled();
  assert.equal(pages.row(0)?.run, "c0");
});

test("rows beyond the end of a shorter answer are gone", async () => {
  const { fetch, requests } = server(250);
  const pages = new TablePages(fetch, () => {});
  pages.look(0, 250);
  pages.ask(question("a"), []);
  for (const request of requests.splice(0)) request.answer();
  await settled();
  assert.equal(pages.row(240)?.run, "a240");
  const shorter = server(20);
  pages.fetch = shorter.fetch;
  pages.look(0, 20);
  pages.ask(question("b"), []);
  for (const request of shorter.requests) request.answer();
  await settled();
  assert.equal(pages.row(240), undefined);
  assert.equal(pages.last?.matched, 20);
});

test("a difference from the baseline is better or worse by what is best", () => {
  assert.deepEqual(difference(0.9, 0.6, "max")?.verdict, "better");
  assert.deepEqual(difference(0.9, 0.6, "min")?.verdict, "worse");
  assert.deepEqual(difference(3, 2, "max"), { change: 1, percent: 50, verdict: "better" });
  assert.deepEqual(difference(-1, -2, "min"), { change: 1, percent: 50, verdict: "worse" });
  assert.deepEqual(difference(1, 0, "max"), { change: 1, percent: null, verdict: "better" });
  assert.equal(difference(2, 2, "min")?.verdict, "same");
  assert.equal(difference(NaN, 2, "min"), null);
  assert.equal(difference(null, 2, "min"), null);
});
