/** A way to close a dialog in, what makes it usable without a pointer out. */
import { useEffect, useRef } from "preact/hooks";

/**
 * The dialog takes the focus when it opens, gives it back when it closes, and closes with Escape.
 *
 * @param {() => void} onClose
 * @returns {{ ref: { current: HTMLElement | null }, onKeyDown: (event: KeyboardEvent) => void, tabindex: string }}
 *     attributes of its outermost element
 */
export function useDialogFocus(onClose) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    ref.current?.focus();
    return () => before?.focus();
  }, []);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  return { ref, onKeyDown, tabindex: "-1" };
}
