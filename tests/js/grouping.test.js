import assert from "node:assert/strict";
import { test } from "node:test";

import { UNGROUPED, groupByFirstPart, groupName, nameInGroup, openAtFirst } from "../../static/js/grouping.js";

/** @param {string[]} tags */
const items = (...tags) => tags.map((tag) => ({ tag }));

/** @param {{ name: string, items: { tag: string }[] }[]} groups */
const shape = (groups) => groups.map(({ name, items: members }) => [name, ...members.map(({ tag }) => tag)]);

test("tags are grouped by their first part, in the order they come", () => {
  assert.deepEqual(shape(groupByFirstPart(items("loss/train", "acc/train", "loss/test"))), [
    ["loss", "loss/train", "loss/test"],
    ["acc", "acc/train"],
  ]);
});

test("a tag stands with the tags below it", () => {
  assert.deepEqual(shape(groupByFirstPart(items("loss", "loss/train"))), [["loss", "loss", "loss/train"]]);
});

test("tags without a group stand together, first", () => {
  assert.deepEqual(shape(groupByFirstPart(items("a/x", "b", "c", "a/y"))), [
    [UNGROUPED, "b", "c"],
    ["a", "a/x", "a/y"],
  ]);
});

test("one tag without a group keeps its own heading", () => {
  assert.deepEqual(shape(groupByFirstPart(items("a/x", "b"))), [
    ["a", "a/x"],
    ["b", "b"],
  ]);
});

test("a tag that begins with a slash is its own first part", () => {
  assert.equal(groupName("/odd"), "/odd");
  assert.equal(nameInGroup("/odd"), "/odd");
  assert.equal(nameInGroup("loss/train/x"), "train/x");
  assert.equal(nameInGroup("loss/"), "loss/");
});

test("first groups are open while they hold few cards; the first one always is", () => {
  const groups = groupByFirstPart(items("a/1", "a/2", "b/1", "c/1", "c/2", "c/3"));
  assert.deepEqual([...openAtFirst(groups, 3)], ["a", "b"]);
  assert.deepEqual([...openAtFirst(groups, 1)], ["a"]);
  assert.deepEqual([...openAtFirst([], 3)], []);
});
