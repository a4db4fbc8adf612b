/**
 * How the picture lies on the screen, as a value: a point p of the picture is seen at p * scale + (x, y).
 *
 * @typedef {object} Camera
 * @property {number} x
 * @property {number} y
 * @property {number} scale
 *
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {{ width: number, height: number }} Size
 */

export const SMALLEST = 0.05;
export const LARGEST = 4;
/** A small graph is not blown up further than this to fill the screen. */
const LARGEST_FIT = 1.25;
const MARGIN = 24;
/** Names of nodes can be read from this scale on. */
export const READABLE = 0.6;

/** @param {number} scale */
function limited(scale) {
  return Math.min(LARGEST, Math.max(SMALLEST, scale));
}

/** All of a box, in the middle of the view. @param {Box} box @param {Size} view @returns {Camera} */
export function fitted(box, view) {
  const across = (view.width - 2 * MARGIN) / Math.max(1, box.width);
  const down = (view.height - 2 * MARGIN) / Math.max(1, box.height);
  const scale = limited(Math.min(across, down, LARGEST_FIT));
  return {
    x: view.width / 2 - (box.x + box.width / 2) * scale,
    y: view.height / 2 - (box.y + box.height / 2) * scale,
    scale,
  };
}

/** @param {Camera} camera @param {number} dx @param {number} dy @returns {Camera} */
export function panned(camera, dx, dy) {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** Closer by a factor; what is seen at (x, y) stays there. @param {Camera} camera @param {number} factor @param {number} x @param {number} y @returns {Camera} */
export function zoomed(camera, factor, x, y) {
  const scale = limited(camera.scale * factor);
  const ratio = scale / camera.scale;
  return { x: x - (x - camera.x) * ratio, y: y - (y - camera.y) * ratio, scale };
}

/**
 * After the picture has changed: the camera that shows the box `after` where `before` was seen, by their upper left corners.
 *
 * @param {Camera} camera @param {Box} before @param {Box} after @returns {Camera}
 */
export function anchored(camera, before, after) {
  return panned(camera, (before.x - after.x) * camera.scale, (before.y - after.y) * camera.scale);
}

/**
 * The nearest camera that shows all of a box: moves if that is enough, else moves back. Of a box that could not be read if it were
 * shown as a whole, it shows the upper left part.
 *
 * @param {Camera} camera @param {Box} box @param {Size} view @returns {Camera}
 */
export function revealing(camera, box, view) {
  const scale = Math.min(camera.scale, Math.max(fitted(box, view).scale, Math.min(camera.scale, READABLE)));
  const corner = [box.x * camera.scale + camera.x, box.y * camera.scale + camera.y];
  const slide = (/** @type {number} */ low, /** @type {number} */ size, /** @type {number} */ room) => {
    if (low < MARGIN || size > room - 2 * MARGIN) return MARGIN - low;
    return Math.min(0, room - MARGIN - size - low);
  };
  return {
    x: corner[0] - box.x * scale + slide(corner[0], box.width * scale, view.width),
    y: corner[1] - box.y * scale + slide(corner[1], box.height * scale, view.height),
    scale,
  };
}

/**
 * All of a picture if it can be read then, else where tensors come from, at a scale where names can be read. A picture
 * wider than the view fills its width: no room is left beside an end of it.
 *
 * @param {Box} box    of the whole picture
 * @param {Box | undefined} first    what the picture begins with
 * @param {Size} view @param {import("./types.js").Direction} direction @returns {Camera}
 */
export function beginning(box, first, view, direction) {
  const whole = fitted(box, view);
  if (whole.scale >= READABLE || !first) return whole;
  const middle = view.width / 2 - (first.x + first.width / 2) * READABLE;
  const atLeft = MARGIN - box.x * READABLE;
  const atRight = view.width - MARGIN - (box.x + box.width) * READABLE;
  const x = atRight < atLeft ? Math.min(Math.max(middle, atRight), atLeft) : middle;
  return { x, y: direction === "down" ? MARGIN - box.y * READABLE : view.height - MARGIN - (box.y + box.height) * READABLE, scale: READABLE };
}

/** The box in the middle, at a scale where its name can be read. @param {Camera} camera @param {Box} box @param {Size} view @returns {Camera} */
export function centred(camera, box, view) {
  const scale = Math.min(fitted(box, view).scale, Math.max(0.8, camera.scale));
  return { x: view.width / 2 - (box.x + box.width / 2) * scale, y: view.height / 2 - (box.y + box.height / 2) * scale, scale };
}

/** What of the picture is seen. @param {Camera} camera @param {Size} view @returns {Box} */
export function seen({ x, y, scale }, view) {
  return { x: -x / scale, y: -y / scale, width: view.width / scale, height: view.height / scale };
}

/** Whether all of a picture lies in a box. @param {Box} box @param {Size} picture */
export function covers(box, picture) {
  return box.x <= 0 && box.y <= 0 && box.x + box.width >= picture.width && box.y + box.height >= picture.height;
}

/** A point of the picture in the middle of the view. @param {Camera} camera @param {number} x @param {number} y @param {Size} view @returns {Camera} */
export function lookingAt({ scale }, x, y, view) {
  return { x: view.width / 2 - x * scale, y: view.height / 2 - y * scale, scale };
}
