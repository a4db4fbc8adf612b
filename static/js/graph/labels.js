/**
 * Levels as the server sends them in; texts as they are drawn, and the sizes of the boxes around them, out.
 *
 * @typedef {(text: string, bold: boolean) => number} Measure    width in pixels, of text in the size of node names
 */
import { kindOf } from "./kinds.js";

export const FONT_SIZE = 12;
const LONGEST_LABEL = 180;
const ELLIPSIS = "…";

/** The title of an open scope. */
export const HEADER = 26;
/** Room for the name of a dot, left of it. */
export const DOT_LABEL = 56;
const SCOPE_HEIGHT = 34;
const OP_HEIGHT = 24;
/** Room beside the text: the +/- button and the count of a scope, the sign of an operation. */
const SCOPE_MARGIN = 44;
const OP_MARGIN = 24;
export const SIGN_WIDTH = 14;

/** @param {import("./types.js").Child} child @returns {import("./kinds.js").Kind} */
export function kindOfChild(child) {
  return child.kind === "scope" ? "scope" : kindOf(child.op);
}

/** Kinds that carry a sign in front of their name. @param {import("./kinds.js").Kind} kind */
export function hasSign(kind) {
  return kind === "constant" || kind === "variable" || kind === "summary" || kind === "input";
}

/**
 * The text, cut in its middle to fit: the end of a name is what tells it from its neighbours (`conv_1`, `conv_2`).
 *
 * @param {string} text @param {number} width @param {(text: string) => number} measure
 */
export function fit(text, width, measure) {
  if (measure(text) <= width) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(cut(letters, middle)) <= width) low = middle;
    else high = middle - 1;
  }
  return cut(letters, low);
}

/** @param {string[]} letters @param {number} kept */
function cut(letters, kept) {
  const tail = Math.floor(kept / 2);
  return letters.slice(0, kept - tail).join("") + ELLIPSIS + (tail ? letters.slice(-tail).join("") : "");
}

/** Large counts in few letters: 950, 1.2k, 34k, 1.2M. @param {number} count */
export function shortCount(count) {
  if (count < 1000) return String(count);
  for (const [unit, factor] of /** @type {const} */ ([["M", 1e6], ["k", 1e3]])) {
    if (count >= factor) return (count / factor).toFixed(count < 10 * factor ? 1 : 0).replace(/\.0$/, "") + unit;
  }
  return String(count);
}

/** What stands beside the name of a scope: how much it holds. @param {import("./types.js").Child} child */
export function sizeText({ operations, repeats }) {
  return repeats ? `${repeats} × ${shortCount(operations / repeats)}` : shortCount(operations);
}

/** @param {import("./types.js").Child} child @param {Measure} measure */
export function labelOf(child, measure) {
  const bold = child.kind === "scope";
  return fit(child.label, LONGEST_LABEL, (text) => measure(text, bold));
}

/**
 * @param {import("./types.js").Level} level
 * @param {Measure} measure
 * @returns {import("./types.js").LayoutLevel}
 */
export function sized(level, measure) {
  const nodes = level.children.map((child) => {
    const kind = kindOfChild(child);
    const isScope = kind === "scope";
    const text = measure(labelOf(child, measure), isScope);
    const count = isScope ? measure(sizeText(child), false) : 0;
    const margin = (isScope ? SCOPE_MARGIN : OP_MARGIN) + count + (hasSign(kindOf(child.op)) ? SIGN_WIDTH : 0);
    return { path: child.path, kind, width: Math.ceil(Math.max(isScope ? 72 : 44, text + margin)), height: isScope ? SCOPE_HEIGHT : OP_HEIGHT };
  });
  const title = level.scope.slice(level.scope.lastIndexOf("/") + 1);
  const headerWidth = Math.ceil(Math.min(LONGEST_LABEL, measure(title, true))) + 72;
  return { scope: level.scope, nodes, edges: level.edges, ports: level.ports, headerWidth };
}

/** Measures text with a canvas of the page; the fonts are those of theme.css. @param {CanvasRenderingContext2D} context @param {string} family @returns {Measure} */
export function canvasMeasure(context, family) {
  /** @type {Map<string, number>} */
  const known = new Map();
  return (text, bold) => {
    const font = `${bold ? 600 : 400} ${FONT_SIZE}px ${family}`;
    const key = font + text;
    let width = known.get(key);
    if (width === undefined) {
      context.font = font;
      width = context.measureText(text).width;
      known.set(key, width);
    }
    return width;
  };
}
