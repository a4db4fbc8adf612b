/** A tree of groups of cards in, headings that open and close out, with the cards of those that are open. */
import { useRef, useState } from "preact/hooks";

import { counted, formatCount } from "../format.js";
import { openAtFirst } from "../grouping.js";
import { html } from "../html.js";
import { CARD_SIZES, Card } from "./card.js";
import { ChevronIcon } from "./icons.js";

/** Groups are open at first as long as they hold no more cards than this together. */
const OPEN_CARDS = 24;

/** So many headings of groups are drawn at once. */
const GROUPS = 100;

/**
 * @typedef {import("../dashboards/scalars.js").CardsPage} CardsPage
 * @typedef {import("../dashboards/scalars.js").CardItem} CardItem
 * @typedef {import("../grouping.js").Group<CardItem>} Group
 *
 * @typedef {object} Openness
 * @property {(name: string) => boolean} isOpen
 * @property {(name: string) => void} toggle
 */

/** @param {{ groups: readonly Group[], page: CardsPage, filtered: boolean }} props */
export function Groups({ groups, page, filtered }) {
  const [limit, setLimit] = useState(GROUPS);
  /** What was opened or closed by hand; the rest follows openAtFirst, as it stood when the first groups came. */
  const [byHand, setByHand] = useState(/** @type {ReadonlyMap<string, boolean>} */ (new Map()));
  const atFirst = useRef(/** @type {Set<string> | null} */ (null));
  if (filtered || !atFirst.current?.size) atFirst.current = openAtFirst(groups, OPEN_CARDS);
  const opened = atFirst.current;
  /** @type {Openness} */
  const openness = {
    isOpen: (name) => byHand.get(name) ?? opened.has(name),
    toggle: (name) => setByHand(new Map(byHand).set(name, !openness.isOpen(name))),
  };
  return html`
    ${groups
      .slice(0, limit)
      .map((group) => html`<${CardGroup} key=${group.name} group=${group} page=${page} openness=${openness} level=${2} />`)}
    ${
      groups.length > limit &&
      html`
      <button class="button show-more" onClick=${() => setLimit(limit + GROUPS)}>
        Show more of ${counted(groups.length, "group")}
      </button>
    `
    }
  `;
}

/**
 * @param {{ group: Group, page: CardsPage, openness: Openness, level: number }} props    `level`: of the heading
 */
function CardGroup({ group, page, openness, level }) {
  const open = openness.isOpen(group.name);
  return html`
    <section class="group ${level > 2 ? "group-inside" : ""}" aria-label=${group.name || group.label}>
      <div role="heading" aria-level=${level}>
        <button class="group-head" aria-expanded=${open} onClick=${() => openness.toggle(group.name)}>
          <${ChevronIcon} />
          <span class="group-name" title=${group.name || group.label}>${group.label}</span>
          <span class="group-count">${formatCount(group.count)}</span>
        </button>
      </div>
      ${open && html`<${Cards} items=${group.items} group=${group.name} page=${page} />`}
      ${
        open &&
        group.groups.map(
          (inside) =>
            html`<${CardGroup} key=${inside.name} group=${inside} page=${page} openness=${openness} level=${level + 1} />`,
        )
      }
    </section>
  `;
}

/**
 * A grid of cards, as many at first as the setting says.
 *
 * @param {{ items: readonly CardItem[], group: string, page: CardsPage }} props    `group`: what their names need not repeat
 */
export function Cards({ items, group, page }) {
  const pageSize = page.settings.pageSize.value;
  const [pages, setPages] = useState(1);
  const shown = pages * pageSize;
  const more = items.length - shown;
  if (items.length === 0) return null;
  return html`
    <div class="cards" style=${{ "--card-width": `${CARD_SIZES[page.settings.cardSize.value].width}px` }}>
      ${items.slice(0, shown).map((item) => html`<${CardOf} key=${item.tag} item=${item} group=${group} page=${page} />`)}
    </div>
    ${
      more > 0 &&
      html`
      <button class="button show-more" onClick=${() => setPages(pages + 1)}>
        Show ${Math.min(more, pageSize)} more of ${counted(items.length, "chart")}
      </button>
    `
    }
  `;
}

/**
 * Keeps what is drawn the same object while it is of the same tags and runs, so that a card knows when nothing is new.
 *
 * @param {{ item: CardItem, group: string, page: CardsPage, full?: boolean }} props
 */
export function CardOf({ item, group, page, full = false }) {
  const kept = useRef(/** @type {CardItem[]} */ ([]));
  const parts = [item, ...page.drawnInto(item.tag)];
  if (!sameParts(kept.current ?? [], parts)) kept.current = parts;
  return html`<${Card} parts=${kept.current} group=${group} page=${page} full=${full} />`;
}

/** @param {readonly CardItem[]} a @param {readonly CardItem[]} b */
function sameParts(a, b) {
  return a.length === b.length && a.every((part, index) => samePart(part, b[index]));
}

/** @param {CardItem} a @param {CardItem} b */
function samePart(a, b) {
  const sameWords = a.scalar.display_name === b.scalar.display_name && a.scalar.description === b.scalar.description;
  return a.tag === b.tag && sameWords && sameItems(a.runs, b.runs);
}

/** @param {readonly string[]} a @param {readonly string[]} b */
function sameItems(a, b) {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
