/**
 * Clicks on the picture and on the card over it in, double clicks on nodes out that the card came to lie over: it appears
 * with the first click, maybe under the pointer, and the second one is still meant for the node.
 *
 * @param {(path: string) => void} onDoubleClick    the path of the node that was clicked first
 * @returns {(event: MouseEvent) => void} for the clicks of both, before anything else gets them
 */
export function secondClicks(onDoubleClick) {
  let first = "";
  return (event) => {
    const target = /** @type {Element} */ (event.target);
    // The browser counts clicks in quick succession at a place, at the speed that is set for the computer.
    if (event.detail <= 1) first = target.closest("[data-path]")?.getAttribute("data-path") ?? "";
    else if (first !== "" && target.closest(".graph-card")) {
      event.stopPropagation();
      if (event.detail === 2) onDoubleClick(first);
    }
  };
}
