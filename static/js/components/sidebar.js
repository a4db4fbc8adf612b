/**
 * What stands beside the charts in, a column out whose width is kept, that can be closed, and that covers narrow
 * screens.
 */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { html } from "../html.js";
import { SETTINGS } from "../state/settings.js";
import { CloseIcon } from "./icons.js";

/** Pixels a press of an arrow key moves the edge by. */
const KEY_STEP = 16;

const narrowScreen = matchMedia("(max-width: 640px)");

/** Where it covers the charts it is closed at first, and opening it is not remembered. */
const openOnNarrowScreen = signal(false);
const isNarrow = signal(narrowScreen.matches);
narrowScreen.addEventListener("change", () => (isNarrow.value = narrowScreen.matches));

/**
 * The signal that says whether the run list is open, on this screen.
 *
 * @param {import("../state/session.js").Settings} settings
 * @returns {import("@preact/signals-core").Signal<boolean>}
 */
export function sidebarSwitch(settings) {
  return isNarrow.value ? openOnNarrowScreen : settings.sidebarOpen;
}

/**
 * @param {{ settings: import("../state/session.js").Settings, children?: import("preact").ComponentChildren }} props
 */
export function Sidebar({ settings, children }) {
  const { sidebarWidth } = settings;
  const isOpen = sidebarSwitch(settings);
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  if (!isOpen.value) return null;
  const { min, max } = /** @type {{ min: number, max: number }} */ (SETTINGS.sidebarWidth.control);
  /** @param {number} width */
  const setWidth = (width) => (sidebarWidth.value = Math.round(Math.min(max, Math.max(min, width))));

  /** @param {PointerEvent & { currentTarget: HTMLElement }} event */
  const drag = (event) => {
    const left = element.current?.getBoundingClientRect().left ?? 0;
    const edge = event.currentTarget;
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = (move) => setWidth(move.clientX - left);
    edge.onpointerup = () => (edge.onpointermove = null);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const steps = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (steps === 0) return;
    event.preventDefault();
    setWidth(sidebarWidth.value + steps * KEY_STEP);
  };
  return html`
    <aside class="sidebar" ref=${element} style=${{ "--sidebar-width": `${sidebarWidth.value}px` }}>
      <button class="icon-button sidebar-close" aria-label="Hide the run list" onClick=${() => (isOpen.value = false)}>
        <${CloseIcon} />
      </button>
      <div class="sidebar-content">${children}</div>
      <div
        class="sidebar-edge"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the run list"
        aria-valuenow=${sidebarWidth.value}
        aria-valuemin=${min}
        aria-valuemax=${max}
        tabindex="0"
        onPointerDown=${drag}
        onKeyDown=${onKeyDown}
        onDblClick=${() => setWidth(SETTINGS.sidebarWidth.initial)}
      ></div>
    </aside>
  `;
}
