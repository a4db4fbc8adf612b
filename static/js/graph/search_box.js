/** What is typed in, nodes whose path holds it out, as a list to choose from; a choice is revealed in the picture. */
import { useEffect, useRef, useState } from "preact/hooks";

import { counted } from "../format.js";
import { html } from "../html.js";
import { search } from "./api.js";

const DELAY = 120;

/** @param {{ model: import("./model.js").Model }} props */
export function SearchBox({ model }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState(/** @type {import("./api.js").Found | null} */ (null));
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(false);
  const list = useRef(/** @type {HTMLElement | null} */ (null));

  useEffect(() => {
    if (text.trim() === "") {
      setFound(null);
      return undefined;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        setFound(await search(model.graph, text.trim(), controller.signal));
        setActive(0);
      } catch {
        // Superseded by the next letter, or the server is away, which the banner tells.
      }
    }, DELAY);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, model]);

  useEffect(() => list.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" }), [active]);

  const items = found?.items ?? [];
  const expanded = open && found !== null;

  /** @param {number} index */
  function choose(index) {
    const item = items[index];
    if (!item) return;
    setOpen(false);
    model.reveal(item.path);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length > 0) {
      event.preventDefault();
      setOpen(true);
      setActive((active + step + items.length) % items.length);
    } else if (event.key === "Enter") choose(active);
    else if (event.key === "Escape") setOpen(false);
  }

  return html`
    <div class="graph-search" onFocusOut=${(/** @type {FocusEvent & { currentTarget: Element }} */ event) => event.currentTarget.contains(/** @type {Node | null} */ (event.relatedTarget)) || setOpen(false)}>
      <input
        type="search"
        placeholder="Search nodes"
        aria-label="Search nodes"
        aria-keyshortcuts="/"
        role="combobox"
        aria-expanded=${expanded}
        aria-controls="graph-found"
        aria-activedescendant=${expanded && items.length > 0 ? `graph-found-${active}` : null}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck=${false}
        value=${text}
        onInput=${(/** @type {any} */ event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus=${() => setOpen(true)}
        onKeyDown=${onKeyDown}
      />
      ${expanded &&
      html`<div class="graph-found">
        <ul id="graph-found" role="listbox" aria-label="Nodes found" ref=${list}>
          ${items.map(
            ({ path, name, op, operations }, index) => html`
              <li
                key=${path}
                id="graph-found-${index}"
                role="option"
                aria-selected=${index === active}
                title=${name}
                onMouseDown=${(/** @type {MouseEvent} */ event) => event.preventDefault()}
                onClick=${() => choose(index)}
              >
                <${Marked} text=${name} part=${text.trim()} />
                <span class="graph-found-kind">${op ?? counted(operations, "operation")}</span>
              </li>
            `,
          )}
        </ul>
        <p class="graph-found-count" role="status">${countText(found.count, items.length)}</p>
      </div>`}
    </div>
  `;
}

/** @param {number} count @param {number} shown */
function countText(count, shown) {
  if (count === 0) return "No node has that in its name.";
  return count > shown ? `${shown} of ${counted(count, "node")}; type more to narrow it down.` : counted(count, "node");
}

/** @param {{ text: string, part: string }} props */
function Marked({ text, part }) {
  const at = text.toLowerCase().lastIndexOf(part.toLowerCase());
  if (at < 0) return html`<span class="graph-found-path">${text}</span>`;
  return html`<span class="graph-found-path">${text.slice(0, at)}<mark>${text.slice(at, at + part.length)}</mark>${text.slice(at + part.length)}</span>`;
}
