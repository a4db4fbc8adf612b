/** The tag of a card in, what lets it be dragged onto other cards, and others onto it, out. */
import { useState } from "preact/hooks";

const TYPE = "text/x-graphboard-tag";

/** What makes an element the handle that a tag is dragged by. @param {string} tag */
export function tagHandle(tag) {
  return {
    draggable: true,
    onDragStart: (/** @type {DragEvent} */ event) => {
      event.dataTransfer?.setData(TYPE, tag);
      event.dataTransfer?.setData("text/plain", tag);
    },
  };
}

/**
 * @param {(tag: string) => void} onDrop
 * @returns {[boolean, object]} whether a tag is held over the element, and what makes it a place to drop tags on
 */
export function useTagTarget(onDrop) {
  const [over, setOver] = useState(false);
  /** @param {DragEvent} event */
  const onDragOver = (event) => {
    if (!event.dataTransfer?.types.includes(TYPE)) return;
    event.preventDefault();
    setOver(true);
  };
  /** Moving on to a child is no leaving. @param {DragEvent} event */
  const onDragLeave = (event) => {
    const element = /** @type {Element} */ (event.currentTarget);
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) setOver(false);
  };
  /** @param {DragEvent} event */
  const drop = (event) => {
    setOver(false);
    const tag = event.dataTransfer?.getData(TYPE);
    if (!tag) return;
    event.preventDefault();
    onDrop(tag);
  };
  return [over, { onDragOver, onDragLeave, onDrop: drop }];
}
