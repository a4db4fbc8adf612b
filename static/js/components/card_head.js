/** What a card is about in, its heading out: name, what the log says about it, and what can be done with the card. */
import { nameInGroup } from "../grouping.js";
import { html } from "../html.js";
import { DownloadIcon, InfoIcon, NarrowIcon, PinIcon, ResetIcon, WidenIcon } from "./icons.js";
import { Menu } from "./menu.js";
import { tagHandle } from "./tag_drag.js";

/** @typedef {"save" | "y range" | "overlay"} Opened    what is open above the chart */

/**
 * @param {{
 *   scalar: import("../api.js").ScalarTag, group: string, isZoomed: boolean, onReset: () => void,
 *   opened: Opened | null, setOpened: (opened: Opened | null) => void,
 *   wide: boolean, setWide: (wide: boolean) => void, full: boolean,
 *   settings: import("../state/session.js").Settings,
 * }} props    `group`: the heading that the card stands under; `full`: the card covers the page
 */
export function CardHead({ scalar, group, isZoomed, onReset, opened, setOpened, wide, setWide, full, settings }) {
  const { tag } = scalar;
  const renamed = scalar.display_name !== "" && scalar.display_name !== tag;
  const { pins } = settings;
  const pinned = pins.value.includes(tag);
  const pin = () => (pins.value = pinned ? pins.value.filter((other) => other !== tag) : [...pins.value, tag]);
  const toggle = (/** @type {Opened} */ what) => () => setOpened(opened === what ? null : what);
  /** The button goes with the zoom: its neighbour takes the focus. @param {MouseEvent} event */
  const resetFromButton = (event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    /** @type {HTMLElement | null} */ (button.nextElementSibling)?.focus();
    onReset();
  };
  return html`
    <header class="card-head">
      <h3 class="card-title" title=${tag} ...${tagHandle(tag)}>${renamed ? scalar.display_name : nameInGroup(tag, group)}</h3>
      ${
        scalar.description &&
        html`
        <span class="card-info" tabindex="0" role="note" aria-label=${scalar.description} title=${scalar.description}>
          <${InfoIcon} />
        </span>
      `
      }
      <div class="card-actions">
        ${
          isZoomed &&
          html`
          <button
            class="icon-button"
            aria-label="Reset zoom of ${tag}"
            title="Reset zoom (double-click)"
            onClick=${resetFromButton}
          >
            <${ResetIcon} />
          </button>
        `
        }
        <button
          class="icon-button"
          aria-label=${pinned ? `Unpin ${tag}` : `Pin ${tag} to the top`}
          title=${pinned ? "Unpin" : "Pin to the top"}
          aria-pressed=${pinned}
          onClick=${pin}
        >
          <${PinIcon} />
        </button>
        <button
          class="icon-button"
          aria-label="Save ${tag}"
          title="Save as picture, figure or data"
          aria-expanded=${opened === "save"}
          onClick=${toggle("save")}
        >
          <${DownloadIcon} />
        </button>
        ${
          full
            ? html`
              <button
                class="icon-button"
                aria-label="Leave the full screen"
                title="Back to all charts (Esc)"
                onClick=${() => (settings.full.value = "")}
              >
                <${NarrowIcon} />
              </button>
            `
            : html`
              <button
                class="icon-button"
                aria-label=${wide ? `Make the card of ${tag} small` : `Enlarge the card of ${tag}`}
                title=${wide ? "Smaller" : "Larger"}
                aria-pressed=${wide}
                onClick=${() => setWide(!wide)}
              >
                <${wide ? NarrowIcon : WidenIcon} />
              </button>
            `
        }
        <${Menu}
          label="More for ${tag}"
          actions=${[
            ...(full ? [] : [{ label: "Full screen", act: () => (settings.full.value = tag) }]),
            { label: "Draw more tags into it…", act: toggle("overlay") },
            { label: "Set the y range…", act: toggle("y range") },
          ]}
        />
      </div>
    </header>
  `;
}
