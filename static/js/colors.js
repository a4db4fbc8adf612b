/**
 * Run names in, a colour for each out: the same name keeps its colour on every page, in every session, and when later runs
 * come. Hues and lightness both differ, so neighbours stay apart for colour-blind eyes too (tests/js/colors.test.js
 * measures that), and each colour has a shade for light and one for dark surfaces.
 *
 * @typedef {{ light: string, dark: string }} Shades
 */

/** @type {readonly Shades[]} */
export const PALETTE = [
  { light: "#1f66c1", dark: "#6ea8ff" }, // blue
  { light: "#d9600a", dark: "#ff9a4d" }, // orange
  { light: "#0e8a6a", dark: "#3fd0a4" }, // green
  { light: "#b02a8f", dark: "#ff7fd6" }, // magenta
  { light: "#3aa3d4", dark: "#a6e1ff" }, // sky
  { light: "#a87b00", dark: "#ecc94b" }, // gold
  { light: "#6a3fc0", dark: "#a98bff" }, // violet
  { light: "#8c3b22", dark: "#d98a6e" }, // brown
  { light: "#6f9a16", dark: "#bde36a" }, // lime
  { light: "#c22945", dark: "#ff7288" }, // red
  { light: "#56616f", dark: "#b3becb" }, // slate
  { light: "#1c3f78", dark: "#7f93c9" }, // navy
];

/**
 * Each run asks for the colour its name hashes to; when that one is already used more often than others, it takes the next
 * of the least used. Older runs choose first, so a new run never takes a colour away from one that has it.
 *
 * @param {readonly { name: string, first_wall_time: number }[]} runs
 * @returns {Map<string, Shades>}
 */
export function assignColors(runs) {
  const byAge = [...runs].sort((a, b) => age(a) - age(b) || (a.name < b.name ? -1 : 1));
  const uses = new Array(PALETTE.length).fill(0);
  /** @type {Map<string, Shades>} */
  const colors = new Map();
  for (const { name } of byAge) {
    const least = Math.min(...uses);
    let slot = hash(name) % PALETTE.length;
    while (uses[slot] > least) slot = (slot + 1) % PALETTE.length;
    uses[slot]++;
    colors.set(name, PALETTE[slot]);
  }
  return colors;
}

/** Runs without a usable time come last. @param {{ first_wall_time: number }} run */
function age(run) {
  return Number.isFinite(run.first_wall_time) ? run.first_wall_time : Number.MAX_VALUE;
}

/** FNV-1a over UTF-16 code units (http://www.isthe.com/chongo/tech/comp/fnv/). @param {string} text */
function hash(text) {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state ^= text.charCodeAt(i);
    state = Math.imul(state, 0x01000193);
  }
  return state >>> 0;
}
