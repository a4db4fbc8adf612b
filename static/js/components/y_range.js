/** A card's view in, a small dialog to set its y range by numbers out, for it alone or for all charts. */
import { useId } from "preact/hooks";

import { html } from "../html.js";
import { RangeFields } from "./controls.js";
import { useDialogFocus } from "./dialog_focus.js";
import { CloseIcon } from "./icons.js";

/**
 * @param {{
 *   tag: string, view: ReturnType<typeof import("./card_view.js").useCardView>,
 *   settings: import("../state/session.js").Settings, onClose: () => void,
 * }} props
 */
export function YRange({ tag, view, settings, onClose }) {
  const focus = useDialogFocus(onClose);
  const label = useId();
  const { yRange } = settings;
  const forAll = () => {
    yRange.value = view.ownY;
    view.show(view.x, null);
  };
  const automatic = () => {
    yRange.value = null;
    view.show(view.x, null);
  };
  return html`
    <div class="popover y-range" role="dialog" aria-label="Y range of ${tag}" ...${focus}>
      <div class="popover-head">
        <span id=${label}>Y range</span>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </div>
      <div class="popover-body">
        <${RangeFields}
          labelledBy=${label}
          value=${view.y}
          onChange=${(/** @type {[number, number] | null} */ y) => view.show(view.x, y)}
        />
        <div class="popover-buttons">
          <button class="button" disabled=${view.ownY === null} onClick=${forAll}>Use in all charts</button>
          <button class="button" disabled=${view.y === null} onClick=${automatic}>Automatic</button>
        </div>
        ${yRange.value && html`<p class="setting-help">A range is set for all charts; “Automatic” takes it away again.</p>`}
      </div>
    </div>
  `;
}
