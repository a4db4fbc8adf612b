/** A panel below its button in, the panel moved sideways until it lies within the page out. */
import { useLayoutEffect } from "preact/hooks";

/** Pixels between a panel and the border of the page. */
const GAP = 8;

/**
 * Buttons of a toolbar that wraps may come to stand at either side of the page, so no style sheet knows where there is room.
 *
 * @param {{ current: HTMLElement | null }} panel    the ref of its outermost element
 */
export function useWithinPage(panel) {
  useLayoutEffect(() => {
    const place = () => panel.current && moveWithin(panel.current, document.documentElement.clientWidth);
    place();
    addEventListener("resize", place);
    return () => removeEventListener("resize", place);
  }, []);
}

/** @param {HTMLElement} panel @param {number} width    of the page */
function moveWithin(panel, width) {
  panel.style.translate = "none";
  const { left, right } = panel.getBoundingClientRect();
  const shift = left < GAP ? GAP - left : Math.max(GAP - left, Math.min(0, width - GAP - right));
  panel.style.translate = `${shift}px`;
}
