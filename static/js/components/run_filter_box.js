/** The setting "Filter runs" and what is wrong with it in, the box to type it into out, with suggestions as one types. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { html } from "../html.js";
import { getColumns } from "../runs/api.js";
import { NO_SUGGESTIONS, suggest, taken } from "../runs/suggestions.js";

/** @typedef {import("../runs/suggestions.js").Suggestion} Suggestion */

/** Columns are asked for again after so many milliseconds: runs that log others may have come. */
const COLUMNS_LAST = 10_000;

/** So many characters of a filter are shown around what is wrong with it. */
const AROUND = 28;

/**
 * @param {{
 *   value: import("@preact/signals-core").Signal<string>, problem: import("../runs/api.js").Problem | null,
 *   shortcut?: string,
 * }} props
 */
export function RunFilterBox({ value, problem, shortcut }) {
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const columns = useKnownColumns();
  const [suggestions, setSuggestions] = useState(NO_SUGGESTIONS);
  const [marked, setMarked] = useState(-1);
  const close = () => {
    setSuggestions(NO_SUGGESTIONS);
    setMarked(-1);
  };
  const look = async () => {
    const known = await columns();
    const input = field.current;
    if (!input || document.activeElement !== input) return;
    setSuggestions(suggest(input.value, input.selectionStart ?? input.value.length, known));
    setMarked(-1);
  };
  /** The caret follows once the field shows the new text. */
  const caret = useRef(/** @type {number | null} */ (null));
  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  /** @param {Suggestion} item */
  const take = (item) => {
    const result = taken(value.value, suggestions, item);
    caret.current = result.caret;
    value.value = result.text;
    close();
    field.current?.focus();
  };
  const { items } = suggestions;
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (items.length === 0) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setMarked((marked + 1 + step + items.length + 1) % (items.length + 1) - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && marked >= 0) take(items[marked]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = items.length > 0;
  return html`
    <div class="filter run-filter ${problem ? "filter-bad" : ""}">
      <input
        ref=${field}
        type="search"
        id=${id}
        role="combobox"
        placeholder="Filter runs, like: resnet lr < 0.01"
        aria-label="Filter runs"
        aria-invalid=${problem ? "true" : "false"}
        aria-describedby=${problem ? `${id}-problem` : null}
        aria-autocomplete="list"
        aria-expanded=${open}
        aria-controls="${id}-list"
        aria-activedescendant=${marked >= 0 ? `${id}-${marked}` : null}
        aria-keyshortcuts=${shortcut}
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        value=${value.value}
        onInput=${(/** @type {any} */ event) => {
          value.value = event.currentTarget.value;
          look();
        }}
        onKeyDown=${onKeyDown}
        onBlur=${close}
      />
      ${shortcut && html`<kbd aria-hidden="true">${shortcut}</kbd>`}
      <ul class="suggestions" id="${id}-list" role="listbox" aria-label="Suggestions" hidden=${!open}>
        ${items.map(
          (item, index) => html`
            <li
              key=${item.text}
              id="${id}-${index}"
              role="option"
              aria-selected=${index === marked}
              onPointerDown=${(/** @type {PointerEvent} */ event) => {
                event.preventDefault();
                take(item);
              }}
            >
              <span class="suggestion-text">${item.text}</span>
              <span class="suggestion-hint">${item.hint}</span>
            </li>
          `,
        )}
      </ul>
      ${problem && !open && html`<${ProblemNote} id="${id}-problem" source=${value.value} problem=${problem} />`}
    </div>
  `;
}

/**
 * The part of the filter that is at fault, underlined, and why.
 *
 * @param {{ id: string, source: string, problem: import("../runs/api.js").Problem }} props
 */
function ProblemNote({ id, source, problem: { message, start, end } }) {
  const from = Math.max(0, start - AROUND);
  const to = Math.min(source.length, Math.max(end, start + 1) + AROUND);
  // At the end something is missing, where no letter is that could be underlined.
  const wrong = source.slice(start, Math.max(end, start + 1)) || "\u00a0";
  return html`
    <div class="filter-error" id=${id} role="status">
      <code class="filter-place" aria-hidden="true"
        >${from > 0 ? "…" : ""}${source.slice(from, start)}<mark>${wrong}</mark>${source.slice(Math.max(end, start + 1), to)}${
          to < source.length ? "…" : ""
        }</code
      >
      <p>${capital(message)}. The last good filter stays in force.</p>
    </div>
  `;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @returns {() => Promise<import("../runs/api.js").KnownColumn[]>} the columns, asked for when they are first needed */
function useKnownColumns() {
  const known = useRef(/** @type {{ at: number, columns: Promise<import("../runs/api.js").KnownColumn[]> } | null} */ (null));
  const controller = useRef(new AbortController());
  useEffect(() => () => controller.current?.abort(), []);
  return () => {
    const now = Date.now();
    if (!known.current || now - known.current.at > COLUMNS_LAST) {
      known.current = { at: now, columns: getColumns(controller.current?.signal).catch(() => []) };
    }
    return known.current.columns;
  };
}
