/**
 * Pointers and wheel over the picture in, camera moves out: drag with one pointer pans, two zoom, the wheel zooms where the
 * pointer is.
 *
 * @typedef {object} Moves
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} zoom    x, y: from the picture's upper left corner
 */

/** A press that moves less than this many pixels is a click. */
const SLACK = 4;
const WHEEL_SPEED = 0.0015;
/** Browsers report pinching on a touchpad as small wheel turns with Ctrl. */
const PINCH_SPEED = 0.01;
const LINE = 16;

/**
 * @param {Element} element
 * @param {Moves} moves
 * @returns {() => void} takes the listeners off again
 */
export function listenForGestures(element, { pan, zoom }) {
  /** @type {Map<number, { x: number, y: number }>} */
  const pointers = new Map();
  let travelled = 0;

  const place = (/** @type {MouseEvent} */ event) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, place(event));
    travelled = 0;
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    travelled += Math.hypot(dx, dy);
    if (travelled < SLACK) return;
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, now);
    if (pointers.size === 1) pan(dx, dy);
    else pinch(event.pointerId, before, now);
  }

  /** @param {number} moved @param {{ x: number, y: number }} before @param {{ x: number, y: number }} now */
  function pinch(moved, before, now) {
    const other = [...pointers].find(([id]) => id !== moved)?.[1];
    if (!other) return;
    const [old, current] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(now.x - other.x, now.y - other.y)];
    if (old > 0) zoom(current / old, (now.x + other.x) / 2, (now.y + other.y) / 2);
  }

  /** @param {PointerEvent} event */
  function up(event) {
    pointers.delete(event.pointerId);
  }

  /** A drag ends in a click, which is not meant as one. @param {Event} event */
  function click(event) {
    if (travelled >= SLACK) event.stopPropagation();
    travelled = 0;
  }

  /** @param {WheelEvent} event */
  function wheel(event) {
    event.preventDefault();
    const { x, y } = place(event);
    const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    zoom(Math.exp(-turned * (event.ctrlKey ? PINCH_SPEED : WHEEL_SPEED)), x, y);
  }

  /** @type {[string, any, AddEventListenerOptions][]} */
  const listeners = [
    ["pointerdown", down, {}],
    ["pointermove", move, {}],
    ["pointerup", up, {}],
    ["pointercancel", up, {}],
    ["click", click, { capture: true }],
    ["wheel", wheel, { passive: false }],
  ];
  for (const [type, listener, options] of listeners) element.addEventListener(type, listener, options);
  return () => {
    for (const [type, listener, options] of listeners) element.removeEventListener(type, listener, options);
  };
}
