/**
 * The tags that are drawn into a chart besides its own in: their names with their dashes, and a dialog that adds more, out.
 */
import { useId, useState } from "preact/hooks";

import { dashOf } from "../charts/dashes.js";
import { regexFilter } from "../filter.js";
import { html } from "../html.js";
import { useDialogFocus } from "./dialog_focus.js";
import { CloseIcon } from "./icons.js";

/** So many tags are offered, and so many at most are added by one expression. */
const OFFERED = 200;
const ADDED = 8;

/** @typedef {import("@preact/signals-core").Signal<readonly (readonly string[])[]>} Overlays */

/** The tags drawn into the chart of a tag. @param {readonly (readonly string[])[]} overlays @param {string} tag */
export function overlayOf(overlays, tag) {
  return overlays.find(([own]) => own === tag)?.slice(1) ?? [];
}

/** @param {Overlays} overlays @param {string} tag @param {readonly string[]} others */
export function setOverlay(overlays, tag, others) {
  const rest = overlays.peek().filter(([own]) => own !== tag);
  const wanted = [...new Set(others)].filter((other) => other !== tag);
  overlays.value = wanted.length > 0 ? [...rest, [tag, ...wanted]] : rest;
}

/** @param {{ tag: string, others: readonly string[], overlays: Overlays }} props */
export function OverlayLegend({ tag, others, overlays }) {
  return html`
    <ul class="overlay-legend" aria-label="Tags in this chart">
      ${[tag, ...others].map(
        (name, index) => html`
          <li key=${name}>
            <svg class="overlay-dash" viewBox="0 0 24 4" aria-hidden="true">
              <path d="M0 2h24" stroke-dasharray=${dashOf(index).pattern.join(" ") || null} />
            </svg>
            <span class="overlay-name" title=${name}>${name}</span>
            ${
              index > 0 &&
              html`
              <button
                class="icon-button overlay-remove"
                aria-label="Take ${name} out of the chart of ${tag}"
                title="Take out"
                onClick=${() => setOverlay(overlays, tag, others.filter((other) => other !== name))}
              >
                <${CloseIcon} />
              </button>
            `
            }
          </li>
        `,
      )}
    </ul>
  `;
}

/**
 * @param {{ tag: string, others: readonly string[], tags: readonly string[], overlays: Overlays, onClose: () => void }} props
 *     `tags`: all there are
 */
export function OverlayDialog({ tag, others, tags, overlays, onClose }) {
  const focus = useDialogFocus(onClose);
  const id = useId();
  const [typed, setTyped] = useState("");
  const free = tags.filter((other) => other !== tag && !others.includes(other));
  const filter = regexFilter(typed, undefined, "i");
  const found = free.includes(typed) ? [typed] : typed === "" ? [] : free.filter(filter.matches).slice(0, ADDED);
  const offered = free.filter((other) => other.toLowerCase().includes(typed.toLowerCase())).slice(0, OFFERED);
  /** @param {Event} event */
  const add = (event) => {
    event.preventDefault();
    if (found.length === 0) return;
    setOverlay(overlays, tag, [...others, ...found]);
    onClose();
  };
  const told = filter.error ?? (typed === "" ? "" : found.length === 0 ? "No tag matches" : found.join(", "));
  return html`
    <form class="popover" role="dialog" aria-label="Draw more tags into the chart of ${tag}" onSubmit=${add} ...${focus}>
      <div class="popover-head">
        <label for=${id}>Draw another tag into this chart</label>
        <button type="button" class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </div>
      <div class="popover-body">
        <input
          type="search"
          id=${id}
          list="${id}-tags"
          value=${typed}
          placeholder="Tag, or regular expression"
          autocomplete="off"
          spellcheck=${false}
          onInput=${(/** @type {any} */ event) => setTyped(event.currentTarget.value)}
        />
        <datalist id="${id}-tags">${offered.map((other) => html`<option key=${other} value=${other}></option>`)}</datalist>
        <p class="setting-help" role="status">${told}</p>
        <div class="popover-buttons">
          <button class="button" disabled=${found.length === 0}>Add</button>
        </div>
        <p class="setting-help">Or drag the name of another chart onto this one.</p>
      </div>
    </form>
  `;
}
