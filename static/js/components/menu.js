/** Actions in, a button that opens them as a menu out; for the keyboard as the ARIA practices have it. */
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { html } from "../html.js";
import { MoreIcon } from "./icons.js";

/** @typedef {{ label: string, act: () => void }} Action */

/** @param {{ label: string, actions: readonly Action[], title?: string, icon?: () => import("preact").VNode }} props */
export function Menu({ label, actions, title = "More", icon: Icon = MoreIcon }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    itemsOf(list.current)[0]?.focus();
    /** @param {Event} event */
    const outside = (event) => {
      const target = /** @type {Node} */ (event.target);
      if (!list.current?.contains(target) && !button.current?.contains(target)) setOpen(false);
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, [open]);

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const items = itemsOf(list.current);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const target = {
      ArrowDown: items[(at + 1) % items.length],
      ArrowUp: items[(at - 1 + items.length) % items.length],
      Home: items[0],
      End: items[items.length - 1],
    }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    } else if (target) {
      event.preventDefault();
      target.focus();
    }
  };
  return html`
    <div class="menu-place">
      <button
        ref=${button}
        class="icon-button"
        aria-label=${label}
        title=${title}
        aria-haspopup="menu"
        aria-expanded=${open}
        aria-controls=${open ? id : null}
        onClick=${() => setOpen(!open)}
      >
        <${Icon} />
      </button>
      ${
        open &&
        html`
        <ul class="menu" id=${id} role="menu" aria-label=${label} ref=${list} onKeyDown=${onKeyDown}>
          ${actions.map(
            (action) => html`
              <li key=${action.label} role="none">
                <button
                  class="menu-item"
                  role="menuitem"
                  tabindex="-1"
                  onClick=${() => {
                    close();
                    action.act();
                  }}
                >
                  ${action.label}
                </button>
              </li>
            `,
          )}
        </ul>
      `
      }
    </div>
  `;
}

/** @param {HTMLElement | null} list @returns {HTMLElement[]} */
function itemsOf(list) {
  return [...(list?.querySelectorAll("button") ?? [])];
}
