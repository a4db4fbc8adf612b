/**
 * The picture on the screen in, a file that stands for itself out: SVG with all colours in place, or PNG.
 *
 * Style sheets do not travel with a file, so what they say is written beside each element, as attributes.
 *
 * @typedef {import("./camera.js").Box} Box
 */

const MARGIN = 20;
const SHARPNESS = 2;
/** Larger canvases than this are refused by browsers. */
const MOST_PIXELS = 16_000 * 16_000;
const LONGEST_SIDE = 16_000;

/** Properties that style sheets give to shapes and texts. */
const SHAPES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity"];
const TEXTS = ["font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "paint-order"];
/** What only serves the pointer. */
const TOOLS = ".graph-hit, .graph-edge-hit, .graph-toggle";

/** @param {SVGSVGElement} picture @param {Box} box    what of the scene is to be in it @returns {string} */
export function svgText(picture, box) {
  const copy = /** @type {SVGSVGElement} */ (picture.cloneNode(true));
  copyStyles(picture, copy);
  copy.querySelector(".graph-camera")?.removeAttribute("transform");
  for (const tool of copy.querySelectorAll(TOOLS)) tool.remove();
  for (const element of [copy, ...copy.querySelectorAll("*")]) dropPageAttributes(element);
  const [width, height] = [Math.ceil(box.width + 2 * MARGIN), Math.ceil(box.height + 2 * MARGIN)];
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${box.x - MARGIN} ${box.y - MARGIN} ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const placed = { x: box.x - MARGIN, y: box.y - MARGIN, width, height, fill: paperColor(picture) };
  for (const [name, value] of Object.entries(placed)) paper.setAttribute(name, String(value));
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

/** @param {string} svg @param {Box} box @returns {Promise<Blob>} */
export async function pngOf(svg, box) {
  const [width, height] = [box.width + 2 * MARGIN, box.height + 2 * MARGIN];
  const scale = Math.min(SHARPNESS, LONGEST_SIDE / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("This browser cannot draw a picture of that size; SVG has no such limit."))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @param {Element} original @param {Element} copy */
function copyStyles(original, copy) {
  const style = getComputedStyle(original);
  if (style.display === "none") {
    copy.replaceChildren();
    copy.setAttribute("display", "none");
    return;
  }
  if (original instanceof SVGGraphicsElement && !(original instanceof SVGSVGElement)) {
    const isGroup = original instanceof SVGGElement;
    const isText = original instanceof SVGTextElement;
    const names = isGroup ? ["opacity"] : isText ? [...SHAPES, ...TEXTS] : SHAPES;
    for (const name of names) copy.setAttribute(name, style.getPropertyValue(name));
    if (style.transform !== "none" && !original.hasAttribute("transform")) copy.setAttribute("transform", matrixText(style.transform));
  } else if (original instanceof SVGMarkerElement) {
    for (const path of copy.querySelectorAll("path")) path.setAttribute("fill", style.fill);
  }
  for (let index = 0; index < original.children.length; index++) copyStyles(original.children[index], copy.children[index]);
}

/** What means something on the page only. @param {Element} element */
function dropPageAttributes(element) {
  for (const name of element.getAttributeNames()) {
    if (/^(style|class|role|tabindex|data-.*|aria-.*)$/.test(name)) element.removeAttribute(name);
  }
}

/** `matrix(1, 0, 0, 1, 20, 30)` of style sheets is written alike in attributes; units are not. @param {string} transform */
function matrixText(transform) {
  return transform.replace(/px/g, "");
}

/** @param {Element} picture */
function paperColor(picture) {
  for (let at = /** @type {Element | null} */ (picture); at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (color !== "rgba(0, 0, 0, 0)" && color !== "transparent") return color;
  }
  return "white";
}
