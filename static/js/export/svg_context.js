/**
 * Strokes and fills in, as on a canvas, the text of an SVG picture out. It knows what charts/marks.js and draw.js do:
 * lines, circles, rectangles, text, one clip at a time.
 */
export class SvgContext {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.size = { width, height };
    this.fillStyle = "#000000";
    this.strokeStyle = "#000000";
    this.lineWidth = 1;
    this.globalAlpha = 1;
    this.font = "12px sans-serif";
    /** @type {CanvasTextAlign} */
    this.textAlign = "left";
    this.textBaseline = "middle";
    this.lineJoin = "round";
    this.lineCap = "round";
    /** @type {readonly number[]} */
    this.dash = [];
    /** @type {string[]} */
    this.path = [];
    /** @type {string[]} */
    this.elements = [];
    this.clips = 0;
    /** How many groups each `save` has to close. @type {number[]} */
    this.saved = [];
  }

  beginPath() {
    this.path = [];
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.path.push(`M${short(x)} ${short(y)}`);
  }

  /** As on a canvas, the first of a path is a move. @param {number} x @param {number} y */
  lineTo(x, y) {
    this.path.push(`${this.path.length === 0 ? "M" : "L"}${short(x)} ${short(y)}`);
  }

  /** Whole circles only. @param {number} x @param {number} y @param {number} radius */
  arc(x, y, radius) {
    const [left, right, r] = [short(x - radius), short(x + radius), short(radius)];
    this.path.push(`M${right} ${short(y)}A${r} ${r} 0 1 1 ${left} ${short(y)}A${r} ${r} 0 1 1 ${right} ${short(y)}Z`);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) {
    this.path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  closePath() {
    this.path.push("Z");
  }

  /** @param {readonly number[]} pattern */
  setLineDash(pattern) {
    this.dash = pattern;
  }

  stroke() {
    if (this.path.length === 0) return;
    const look = `fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${short(this.lineWidth)}"`;
    const ends = `stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"`;
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.map(short).join(" ")}"` : "";
    this.elements.push(`<path d="${this.path.join("")}" ${look} ${ends}${dash}${this.opacity()}/>`);
  }

  fill() {
    if (this.path.length === 0) return;
    this.elements.push(`<path d="${this.path.join("")}" fill="${escaped(this.fillStyle)}"${this.opacity()}/>`);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    const place = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    this.elements.push(`<rect ${place} fill="${escaped(this.fillStyle)}"${this.opacity()}/>`);
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    const [, weight = "400", size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const anchor = { left: "start", center: "middle", right: "end" }[/** @type {"left"} */ (this.textAlign)];
    const type = `font-family="${escaped(family)}" font-size="${size}" font-weight="${weight}"`;
    const place = `x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" dominant-baseline="central"`;
    this.elements.push(`<text ${place} ${type} fill="${escaped(this.fillStyle)}">${escaped(text)}</text>`);
  }

  save() {
    this.saved.push(0);
  }

  restore() {
    for (let open = this.saved.pop() ?? 0; open > 0; open--) this.elements.push("</g>");
  }

  clip() {
    const id = `clip${this.clips++}`;
    this.elements.push(`<clipPath id="${id}"><path d="${this.path.join("")}"/></clipPath><g clip-path="url(#${id})">`);
    if (this.saved.length > 0) this.saved[this.saved.length - 1]++;
  }

  opacity() {
    return this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : "";
  }

  toString() {
    const { width, height } = this.size;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${this.elements.join("\n")}\n</svg>\n`;
  }
}

/** Hundredths of a pixel, and nothing that is far outside of any picture. @param {number} value */
function short(value) {
  return String(Math.round(Math.max(-1e5, Math.min(1e5, value)) * 100) / 100);
}

/** What XML has marks for, and without the characters it has no place for. @param {string} text */
function escaped(text) {
  const marks = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text
    .replace(/[&<>"]/g, (mark) => marks[/** @type {"&"} */ (mark)])
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
