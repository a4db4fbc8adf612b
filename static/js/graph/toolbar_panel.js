/** What a button says and what stands behind it in; the button, and below it the panel that it opens and closes, out. */
import { useRef, useState } from "preact/hooks";

import { useWithinPage } from "../components/within_page.js";
import { html } from "../html.js";

/**
 * @param {object} props
 * @param {unknown} props.button       what stands on the button
 * @param {string} [props.look]        classes of the button besides its own
 * @param {string} [props.label]       of the panel, for those who do not see it; none if what is in it has one
 * @param {boolean} [props.wide]
 * @param {unknown} props.children     in the panel
 */
export function ToolbarPanel({ button: text, look = "", label, wide = false, children }) {
  const [open, setOpen] = useState(false);
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  /** Escape closes the panel alone, and not the card as well. @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  }
  return html`
    <div class="graph-notes" onKeyDown=${onKeyDown}>
      <button ref=${button} class="button ${look}" aria-expanded=${open} onClick=${() => setOpen(!open)}>${text}</button>
      ${open && html`<${Panel} label=${label} wide=${wide}>${children}<//>`}
    </div>
  `;
}

/** @param {{ label?: string, wide: boolean, children: unknown }} props */
function Panel({ label, wide, children }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useWithinPage(panel);
  return html`<section ref=${panel} class="graph-notes-list ${wide ? "graph-profile" : ""}" aria-label=${label}>${children}</section>`;
}
