/** A long list of rows of one height in, those of them that are in sight out: only these are drawn. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows that are drawn above and below what is in sight. */
const BEYOND = 8;

/** What is taken for the height of an area before it is measured, in pixels. */
const UNMEASURED = 600;

/**
 * @template {HTMLElement} E
 * @param {number} row    the height of a row, in pixels, as the style sheet has it
 * @returns {{ scroller: { current: E | null }, first: number, count: number }} `scroller`: for the element that scrolls;
 *     the first row to draw, and how many
 */
export function useSight(row) {
  const scroller = useRef(/** @type {E | null} */ (null));
  const [{ top, height }, setSight] = useState({ top: 0, height: UNMEASURED });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight });
    element.addEventListener("scroll", look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    look();
    return () => {
      element.removeEventListener("scroll", look);
      sizes.disconnect();
    };
  }, []);
  return { scroller, first: Math.max(0, Math.floor(top / row) - BEYOND), count: Math.ceil(height / row) + 2 * BEYOND };
}
