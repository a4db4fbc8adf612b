/** A title and content in, a sheet at the right edge out that takes the focus and gives it back. */
import { html } from "../html.js";
import { useDialogFocus } from "./dialog_focus.js";
import { CloseIcon } from "./icons.js";

/** @param {{ title: string, onClose: () => void, children?: import("preact").ComponentChildren }} props */
export function Panel({ title, onClose, children }) {
  const focus = useDialogFocus(onClose);
  return html`
    <section class="panel" role="dialog" aria-label=${title} ...${focus}>
      <header class="panel-head">
        <h2>${title}</h2>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </header>
      <div class="panel-body">${children}</div>
    </section>
  `;
}
