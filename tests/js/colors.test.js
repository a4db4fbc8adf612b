import assert from "node:assert/strict";
import { test } from "node:test";

import { PALETTE, assignColors } from "../../static/js/colors.js";

const SURFACES = { light: "#ffffff", dark: "#191d23" };

/** Linear sRGB. @param {string} hex */
function linear(hex) {
  return [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

/** Contrast as WCAG 2 defines it. @param {string} a @param {string} b */
function contrast(a, b) {
  const [dark, bright] = [a, b]
    .map((hex) => linear(hex).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0))
    .sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

/** OKLab (B. Ottosson, 2020), where distances are about as large as they look. @param {number[]} rgb    linear */
function oklab([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * Full deuteranopia and protanopia (Machado, Oliveira, Fernandes 2009, severity 1), and normal sight.
 *
 * @type {Record<string, number[][]>}
 */
const SIGHT = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};

/** @param {string} a @param {string} b @param {number[][]} sight */
function distance(a, b, sight) {
  const [x, y] = [a, b].map((hex) =>
    oklab(
      sight.map((row) =>
        Math.max(
          0,
          row.reduce((sum, part, i) => sum + part * linear(hex)[i], 0),
        ),
      ),
    ),
  );
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

for (const theme of /** @type {const} */ (["light", "dark"])) {
  test(`every colour stands out from the ${theme} surface`, () => {
    for (const shades of PALETTE)
      assert.ok(
        contrast(shades[theme], SURFACES[theme]) >= 2.8,
        `${shades[theme]} has contrast ${contrast(shades[theme], SURFACES[theme])}`,
      );
  });

  for (const [sight, matrix] of Object.entries(SIGHT)) {
    test(`colours on ${theme} can be told apart with ${sight} sight`, () => {
      const least = sight === "normal" ? 0.12 : 0.05;
      const close = [];
      for (const [i, a] of PALETTE.entries()) {
        for (const b of PALETTE.slice(i + 1)) {
          const far = distance(a[theme], b[theme], matrix);
          if (far < least) close.push(`${a[theme]} ${b[theme]} ${far.toFixed(3)}`);
        }
      }
      assert.deepEqual(close, []);
    });
  }
}

/** @param {string[]} names */
const runs = (...names) => names.map((name, i) => ({ name, first_wall_time: 1000 + i }));

test("few runs have different colours", () => {
  const colors = assignColors(runs(...Array.from({ length: PALETTE.length }, (_, i) => `run${i}`)));
  assert.equal(new Set(colors.values()).size, PALETTE.length);
});

test("a run keeps its colour when later runs come, in whatever order they are listed", () => {
  const names = Array.from({ length: 40 }, (_, i) => `seed${i}/train`);
  const before = assignColors(runs(...names.slice(0, 20)));
  const after = assignColors(runs(...names).reverse());
  for (const [name, shades] of before) assert.equal(after.get(name), shades);
});

test("many runs use all colours about equally often", () => {
  const colors = assignColors(runs(...Array.from({ length: 10 * PALETTE.length }, (_, i) => `r${i}`)));
  for (const shades of PALETTE) assert.equal([...colors.values()].filter((one) => one === shades).length, 10);
});

test("runs without a usable time get colours too", () => {
  assert.equal(
    assignColors([
      { name: "a", first_wall_time: NaN },
      { name: "b", first_wall_time: 5 },
    ]).size,
    2,
  );
});
