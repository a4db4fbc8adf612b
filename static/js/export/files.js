/**
 * A figure and a kind of file in, the file out.
 *
 * @typedef {import("./figure.js").Figure} Figure
 * @typedef {"png" | "svg" | "tex" | "plotly"} Kind
 */
import { saveFile } from "../save_file.js";
import { drawFigure, layout } from "./draw.js";
import { fileName } from "./figure.js";
import { latexOf } from "./latex.js";
import { plotlyOf } from "./plotly.js";
import { SvgContext } from "./svg_context.js";

/** Pixels of a PNG to a pixel of the layout: sharp on paper, too. */
const PIXEL_RATIO = 3;

/** @param {Figure} figure @param {Kind} kind @returns {Promise<{ name: string, blob: Blob }>} */
async function fileOf(figure, kind) {
  const name = fileName(figure.title);
  if (kind === "png") return { name: `${name}.png`, blob: await pngOf(figure) };
  if (kind === "svg") return { name: `${name}.svg`, blob: new Blob([svgOf(figure)], { type: "image/svg+xml" }) };
  if (kind === "tex") return { name: `${name}.tex`, blob: new Blob([latexOf(figure)], { type: "application/x-tex" }) };
  return { name: `${name}.plotly.json`, blob: new Blob([plotlyOf(figure)], { type: "application/json" }) };
}

/** @param {Figure} figure @returns {string} */
export function svgOf(figure) {
  const { width, height } = layout(figure);
  const context = new SvgContext(width, height);
  drawFigure(/** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)), figure, 1);
  return context.toString();
}

/** @param {Figure} figure @returns {Promise<Blob>} */
async function pngOf(figure) {
  const { width, height } = layout(figure);
  const canvas = new OffscreenCanvas(width * PIXEL_RATIO, Math.round(height * PIXEL_RATIO));
  const ctx = /** @type {unknown} */ (canvas.getContext("2d"));
  drawFigure(/** @type {CanvasRenderingContext2D} */ (ctx), figure, PIXEL_RATIO);
  return canvas.convertToBlob({ type: "image/png" });
}

/** Makes a file and hands it to the browser to keep. @param {Figure} figure @param {Kind} kind */
export async function keepFile(figure, kind) {
  const { name, blob } = await fileOf(figure, kind);
  saveFile(name, blob);
}
