import assert from "node:assert/strict";
import { test } from "node:test";

import { UNGROUPED, groupName, groupTags, nameInGroup, openAtFirst } from "../../static/js/grouping.js";

/** @param {string[]} tags */
const items = (...tags) => tags.map((tag) => ({ tag }));

/** @param {import("../../static/js/grouping.js").Group<{ tag: string }>[]} groups @returns {any[]} */
const shape = (groups) =>
  groups.map(({ name, items: members, groups: inside }) => [name, ...members.map(({ tag }) => tag), ...shape(inside)]);

test("tags are grouped by their first part, in the order they come", () => {
  assert.deepEqual(shape(groupTags(items("loss/train", "acc/train", "loss/test", "acc/test"))), [
    ["loss", "loss/train", "loss/test"],
    ["acc", "acc/train", "acc/test"],
  ]);
});

test("a tag stands with the tags below it", () => {
  assert.deepEqual(shape(groupTags(items("loss", "loss/train"))), [["loss", "loss", "loss/train"]]);
});

test("cards that would be alone in their groups stand together, first", () => {
  assert.deepEqual(shape(groupTags(items("a/x", "b", "c/z", "a/y"))), [
    [UNGROUPED, "b", "c/z"],
    ["a", "a/x", "a/y"],
  ]);
});

test("a single one of them keeps its own heading", () => {
  assert.deepEqual(shape(groupTags(items("a/x", "a/y", "b"))), [
    ["a", "a/x", "a/y"],
    ["b", "b"],
  ]);
});

test("large groups are divided by the next parts of the names, as far as that leaves no card alone", () => {
  const many = Array.from({ length: 12 }, (_, i) => `net/enc/${i}`);
  const groups = groupTags(items("net/lr", "net/dec/a", "net/dec/b", "net/odd/x", ...many));
  assert.deepEqual(shape(groups), [
    ["net", "net/lr", "net/odd/x", ["net/dec", "net/dec/a", "net/dec/b"], ["net/enc", ...many]],
  ]);
  assert.equal(groups[0].count, 16);
  assert.deepEqual(
    groups[0].groups.map(({ label, count }) => [label, count]),
    [
      ["dec", 2],
      ["enc", 12],
    ],
  );
});

test("a part that all tags of a large group share makes no heading of its own", () => {
  const many = Array.from({ length: 20 }, (_, i) => `model/net/layer${i % 2}/${i}`);
  const [group] = groupTags(items(...many));
  assert.deepEqual([group.name, group.label, group.items.length], ["model/net", "model/net", 0]);
  assert.deepEqual(group.groups.map(({ name, label }) => [name, label]), [
    ["model/net/layer0", "layer0"],
    ["model/net/layer1", "layer1"],
  ]);
});

test("what is left of a tag below its heading", () => {
  assert.equal(groupName("/odd"), "/odd");
  assert.equal(nameInGroup("/odd", "/odd"), "/odd");
  assert.equal(nameInGroup("loss/train/x", "loss"), "train/x");
  assert.equal(nameInGroup("loss/train/x", "loss/train"), "x");
  assert.equal(nameInGroup("loss/", "loss"), "loss/");
  assert.equal(nameInGroup("loss/train", UNGROUPED), "loss/train");
});

test("first groups are open while they show few cards; the first one always is", () => {
  const groups = groupTags(items("a/1", "a/2", "b/1", "b/2", "c/1", "c/2", "c/3"));
  assert.deepEqual([...openAtFirst(groups, 4)], ["a", "b"]);
  assert.deepEqual([...openAtFirst(groups, 1)], ["a"]);
  assert.deepEqual([...openAtFirst([], 3)], []);
  const nested = groupTags(items(...Array.from({ length: 30 }, (_, i) => `x/${i % 3}/${i}`)));
  assert.deepEqual([...openAtFirst(nested, 24)], ["x", "x/0", "x/1"]);
});
