import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ALL,
  NONE,
  formatSelection,
  isIsolated,
  isSelected,
  only,
  parseSelection,
  toggled,
  withAll,
} from "../../static/js/state/selection.js";
import {
  SETTINGS,
  formatSetting,
  readSettings,
  settingNames,
  settingsForUrl,
  settingsOfPanel,
} from "../../static/js/state/settings.js";

const nothingStored = () => null;

test("every setting reads back what it writes, and explains itself", () => {
  for (const name of settingNames()) {
    const setting = /** @type {import("../../static/js/state/settings.js").Setting<any>} */ (SETTINGS[name]);
    assert.deepEqual(setting.parse(setting.format(setting.initial)), setting.initial, name);
    assert.ok(setting.label && setting.help.endsWith("."), name);
  }
});

test("the address wins over what is stored, which wins over the initial value", () => {
  const stored = (/** @type {string} */ name) => ({ smoothing: "0.9", axis: "wall" })[name] ?? null;
  const values = readSettings(new Map([["smoothing", "0.25"]]), stored);
  assert.equal(values.smoothing, 0.25);
  assert.equal(values.axis, "wall");
  assert.equal(values.logY, false);
});

test("settings of this browser are not taken from an address, nor those of an address from the browser", () => {
  const values = readSettings(new Map([["theme", "dark"]]), (name) => (name === "runs" ? "^a" : null));
  assert.equal(values.theme, "system");
  assert.equal(values.runs, "");
});

test("texts that mean nothing count as absent, numbers out of range as the nearest in range", () => {
  const values = readSettings(
    new Map([
      ["axis", "sideways"],
      ["smoothing", "7"],
      ["logY", "perhaps"],
    ]),
    nothingStored,
  );
  assert.equal(values.axis, "step");
  assert.equal(values.smoothing, 0.999);
  assert.equal(values.logY, false);
  assert.equal(readSettings(new Map([["smoothing", ""]]), nothingStored).smoothing, SETTINGS.smoothing.initial);
});

test("the address leaves out what is at its initial value", () => {
  const values = {
    ...readSettings(new Map(), nothingStored),
    axis: /** @type {const} */ ("wall"),
    theme: /** @type {const} */ ("dark"),
  };
  const parameters = settingsForUrl(values);
  assert.equal(parameters.get("axis"), "wall");
  assert.equal(parameters.get("smoothing"), null);
  assert.equal(parameters.has("theme"), false);
});

test("what is pointed at makes entries in the history, what is typed or dragged does not", () => {
  const pushed = settingNames().filter((name) => SETTINGS[name].keep !== "local" && !SETTINGS[name].gradual);
  for (const name of /** @type {const} */ (["run", "tag", "node", "open", "axis", "selection"])) assert.ok(pushed.includes(name), name);
  for (const name of /** @type {const} */ (["runs", "tags", "smoothing"])) assert.ok(!pushed.includes(name), name);
});

test("each panel lists its settings in the order of the table", () => {
  assert.deepEqual(settingsOfPanel("Tooltip"), ["tooltipOrder", "tooltipRows"]);
});

test("runs are switched one by one, whichever way round they were chosen", () => {
  const withoutA = toggled(ALL, "a");
  assert.deepEqual([isSelected(withoutA, "a"), isSelected(withoutA, "b")], [false, true]);
  const onlyA = toggled(NONE, "a");
  assert.deepEqual([isSelected(onlyA, "a"), isSelected(onlyA, "b")], [true, false]);
  assert.equal(isIsolated(onlyA, "a"), true);
  assert.equal(isIsolated(toggled(toggled(ALL, "a"), "a"), "a"), false);
});

test("switching many runs at once leaves the others as they are", () => {
  const off = withAll(ALL, ["a", "b"], false);
  assert.deepEqual(
    ["a", "b", "c"].map((name) => isSelected(off, name)),
    [false, false, true],
  );
  const on = withAll(only("c"), ["a"], true);
  assert.deepEqual(
    ["a", "b", "c"].map((name) => isSelected(on, name)),
    [true, false, true],
  );
});

test("selections of names with any characters survive the address", () => {
  for (const selection of [
    ALL,
    NONE,
    only("a,b"),
    only("!x"),
    only("back\\slash,!"),
    toggled(toggled(ALL, "ü/1"), "!,\\"),
  ]) {
    const read = parseSelection(formatSelection(selection));
    assert.deepEqual(read, { mode: selection.mode, names: new Set(selection.names) });
  }
});

test("settings are told apart by their text, so that equal ones start no updates", () => {
  assert.equal(formatSetting("selection", ALL), formatSetting("selection", { mode: "all-but", names: new Set() }));
});
