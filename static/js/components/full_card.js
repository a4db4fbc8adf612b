/** The card that covers the page in, a dialog around it out, which Escape and Back close. */
import { html } from "../html.js";
import { CardOf } from "./card_groups.js";
import { useDialogFocus } from "./dialog_focus.js";

/**
 * @param {{
 *   item: import("../dashboards/scalars.js").CardItem, page: import("../dashboards/scalars.js").CardsPage,
 * }} props
 */
export function FullCard({ item, page }) {
  const focus = useDialogFocus(() => (page.settings.full.value = ""));
  return html`
    <div class="full-card" role="dialog" aria-modal="true" aria-label="${item.tag}, full screen" data-scrolls ...${focus}>
      <${CardOf} item=${item} group="" page=${page} full />
    </div>
  `;
}
