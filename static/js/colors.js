/**
 * Run names in, a colour for each out: the same name keeps its colour on every page, in every session, and when later
 * runs come. Hues and lightness both differ, so neighbours stay apart for colour-blind eyes too
 * (tests/js/colors.test.js measures that), and each colour has a shade for light and one for dark surfaces.
 *
 * @typedef {{ light: string, dark: string }} Shades
 */

/** So many colours at the head of the palette are taken before the others: the ones that are furthest apart. */
const STRONG = 8;

/** By the names that people choose them by. The order matters: see STRONG. @type {Readonly<Record<string, Shades>>} */
export const COLORS = {
  blue: { light: "#0b75cd", dark: "#71b1f0" },
  orange: { light: "#f26a40", dark: "#d28a3d" },
  green: { light: "#0d8e7b", dark: "#1ecc9b" },
  magenta: { light: "#cb34ab", dark: "#ff72d7" },
  sky: { light: "#3aa3d4", dark: "#85e2fd" },
  gold: { light: "#a16b12", dark: "#e9bd50" },
  violet: { light: "#6a3fc0", dark: "#9f82f9" },
  brown: { light: "#842d08", dark: "#b1542c" },
  lime: { light: "#77991e", dark: "#b8f18e" },
  red: { light: "#c00645", dark: "#e9607e" },
  slate: { light: "#5e6175", dark: "#fad5cc" }, // pale on dark
  navy: { light: "#1c3f78", dark: "#4c7acc" },
};

/** @type {readonly Shades[]} */
export const PALETTE = Object.values(COLORS);

/**
 * Each run asks for the strong colour its name hashes to; when that one is already used more often than others, it
 * takes the next of the least used. Older runs choose first, so a new run never takes a colour away from one that has
 * it.
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
    const strong = uses.indexOf(least) < STRONG;
    const [first, size] = strong ? [0, STRONG] : [STRONG, PALETTE.length - STRONG];
    let slot = hash(name) % size;
    while (uses[first + slot] > least) slot = (slot + 1) % size;
    uses[first + slot]++;
    colors.set(name, PALETTE[first + slot]);
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
