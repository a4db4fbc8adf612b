/**
 * Where the pointer is, how large a box and the window are in; where the box goes out: beside the pointer, never under
 * it and never beyond an edge of the window.
 *
 * @param {{ x: number, y: number }} pointer
 * @param {{ width: number, height: number }} box
 * @param {{ width: number, height: number }} windowSize
 * @param {number} [gap]    between pointer and box
 * @param {number} [margin] between box and edge
 * @returns {{ left: number, top: number }}
 */
export function placeBeside(pointer, box, windowSize, gap = 18, margin = 8) {
  const right = pointer.x + gap;
  const left = pointer.x - gap - box.width;
  const fitsRight = right + box.width <= windowSize.width - margin;
  const fitsLeft = left >= margin;
  if (fitsRight || fitsLeft) {
    return {
      left: fitsRight ? right : left,
      top: clamp(pointer.y - 24, margin, windowSize.height - margin - box.height),
    };
  }
  // Narrow windows have room above or below only.
  const below = pointer.y + gap;
  const top = below + box.height <= windowSize.height - margin ? below : pointer.y - gap - box.height;
  return {
    left: clamp(pointer.x - box.width / 2, margin, windowSize.width - margin - box.width),
    top: Math.max(margin, top),
  };
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
