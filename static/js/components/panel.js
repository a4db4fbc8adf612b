/** A title and content in, a sheet at the right edge out that takes the focus and gives it back. */
import { useEffect, useRef } from "preact/hooks";

import { html } from "../html.js";
import { CloseIcon } from "./icons.js";

/** @param {{ title: string, onClose: () => void, children?: import("preact").ComponentChildren }} props */
export function Panel({ title, onClose, children }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    element.current?.focus();
    return () => before?.focus();
  }, []);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  return html`
    <section class="panel" ref=${element} role="dialog" aria-label=${title} tabindex="-1" onKeyDown=${onKeyDown}>
      <header class="panel-head">
        <h2>${title}</h2>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </header>
      <div class="panel-body">${children}</div>
    </section>
  `;
}
