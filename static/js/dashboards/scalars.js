/** The catalog's scalars in, the events page out: run list, toolbar, and a card for each tag in groups. */
import { signal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";

import { postMarked, postSeries } from "../api.js";
import { Card } from "../components/card.js";
import { useAxis } from "../components/card_view.js";
import { FilterField, SettingControl } from "../components/controls.js";
import { ChevronIcon, SidebarIcon } from "../components/icons.js";
import { MarkBar } from "../components/mark_bar.js";
import { RunList } from "../components/run_list.js";
import { Sidebar, sidebarSwitch } from "../components/sidebar.js";
import { Tooltip } from "../components/tooltip.js";
import { EVERYTHING, regexFilter } from "../filter.js";
import { counted, formatCount } from "../format.js";
import { UNGROUPED, groupByFirstPart, openAtFirst } from "../grouping.js";
import { html } from "../html.js";
import { ALL, isSelected } from "../state/selection.js";
import { useRunColors } from "../state/run_colors.js";
import { useRunFilter } from "../state/run_filter.js";
import { createSeriesLoader } from "../state/series.js";

/** Groups are open at first as long as they hold no more cards than this together. */
const OPEN_CARDS = 24;

/** So many headings of groups are drawn at once. */
const GROUPS = 100;

/** So many tags are offered for what has been typed of a metric. */
const OFFERED = 200;

/** Smoothing is asked for at most once in so many milliseconds while its slider moves. */
const SMOOTHING_DELAY = 60;

/**
 * What all cards of the page share.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("../state/series.js").Conditions} Conditions
 * @typedef {import("../api.js").MarkedRow} MarkedRow
 * @typedef {Omit<import("../api.js").MarkedRequest, "series" | "since">} MarkedConditions
 *
 * @typedef {object} CardsPage
 * @property {import("../state/session.js").Settings} settings
 * @property {import("@preact/signals-core").ReadonlySignal<import("../state/catalog.js").Changes>} changes
 * @property {import("@preact/signals-core").ReadonlySignal<number>} smoothing    the setting, at the pace of requests
 * @property {import("../state/card_series.js").Loader<Series, Conditions>} loader
 * @property {import("../state/card_series.js").Loader<MarkedRow, MarkedConditions>} markedLoader
 * @property {import("@preact/signals-core").Signal<import("../components/marked_table.js").Order | null>} markedOrder
 * @property {import("../components/card_view.js").Axis} axis
 * @property {import("@preact/signals-core").Signal<import("../charts/line_chart.js").Crosshair | null>} crosshair    of
 *     all charts
 * @property {import("@preact/signals-core").Signal<import("../components/tooltip.js").Hover | null>} hover
 * @property {(run: string) => string} colorOf
 */

/** @param {import("./index.js").PageProps} props */
export function Page({ catalog, settings, changes }) {
  const shared = useMemo(
    () => ({
      loader: /** @type {CardsPage["loader"]} */ (createSeriesLoader(postSeries, setTimeout)),
      markedLoader: /** @type {CardsPage["markedLoader"]} */ (createSeriesLoader(postMarked, setTimeout)),
      markedOrder: signal(/** @type {import("../components/marked_table.js").Order | null} */ (null)),
      crosshair: signal(/** @type {import("../charts/line_chart.js").Crosshair | null} */ (null)),
      hover: signal(/** @type {import("../components/tooltip.js").Hover | null} */ (null)),
    }),
    [],
  );
  const smoothing = usePaced(settings.smoothing, SMOOTHING_DELAY);
  const runFilter = useRunFilter(settings.runs.value, catalog, changes);
  const tagFilter = useRegexFilter(settings.tags.value, "i");

  const colorOf = useRunColors(catalog);
  const axis = useAxis(settings, catalog);
  const page = useMemo(() => ({ settings, changes, smoothing, colorOf, axis, ...shared }), [colorOf, axis]);

  const selection = settings.selection.value;
  const cards = useMemo(() => {
    const drawn = catalog.runs.map(({ name }) => runFilter.matches(name) && isSelected(selection, name));
    return catalog.scalars
      .filter((scalar) => tagFilter.matches(scalar.tag))
      .map((scalar) => ({
        tag: scalar.tag,
        scalar,
        runs: scalar.runs.filter((run) => drawn[run]).map((run) => catalog.runs[run].name),
      }))
      .filter((card) => card.runs.length > 0);
  }, [catalog, selection, runFilter, tagFilter]);
  const groups = useMemo(() => groupByFirstPart(cards), [cards]);

  return html`
    <div class="events">
      <${Sidebar} settings=${settings}>
        <${RunList} runs=${catalog.runs} filter=${runFilter} settings=${settings} colorOf=${colorOf} />
      <//>
      <div class="events-main">
        <${Toolbar} settings=${settings} tagFilter=${tagFilter} shown=${cards.length} scalars=${catalog.scalars} />
        <${MarkBar} settings=${settings} axis=${axis} />
        <div class="groups" data-scrolls>
          <${Groups} groups=${groups} page=${page} filtered=${settings.tags.value !== ""} />
          ${cards.length === 0 && !runFilter.pending && html`<${NothingLeft} catalog=${catalog} settings=${settings} />`}
        </div>
      </div>
      <${Tooltip} hover=${page.hover} settings=${settings} colorOf=${colorOf} />
    </div>
  `;
}

/**
 * @param {{
 *   settings: import("../state/session.js").Settings, tagFilter: import("../filter.js").Filter,
 *   shown: number, scalars: readonly import("../api.js").ScalarTag[],
 * }} props    `shown`: the number of tags among `scalars` that pass the filter
 */
function Toolbar({ settings, tagFilter, shown, scalars }) {
  const total = scalars.length;
  const sidebarOpen = sidebarSwitch(settings);
  return html`
    <div class="toolbar" role="toolbar" aria-label="Charts">
      <button
        class="icon-button"
        aria-label=${sidebarOpen.value ? "Hide the run list" : "Show the run list"}
        title=${sidebarOpen.value ? "Hide the run list" : "Show the run list"}
        aria-expanded=${sidebarOpen.value}
        onClick=${() => (sidebarOpen.value = !sidebarOpen.value)}
      >
        <${SidebarIcon} />
      </button>
      <${FilterField}
        id="tag-filter"
        label="Filter tags"
        value=${settings.tags}
        error=${tagFilter.error}
        shortcut="/"
      />
      <span class="toolbar-count" role="status">
        ${shown === total ? counted(total, "tag") : `${formatCount(shown)} of ${counted(total, "tag")}`}
      </span>
      <div class="toolbar-settings">
        <${SettingControl} name="axis" settings=${settings} compact />
        ${settings.axis.value === "metric" && html`<${MetricField} value=${settings.xMetric} scalars=${scalars} />`}
        <${SettingControl} name="smoothing" settings=${settings} compact />
        <${SettingControl} name="smoothingMethod" settings=${settings} compact />
        <${SettingControl} name="logY" settings=${settings} compact />
        <${SettingControl} name="ignoreOutliers" settings=${settings} compact />
      </div>
    </div>
  `;
}

/**
 * The metric along x: a tag of the log, found by typing a part of it. What is half typed leaves the axis as it is.
 *
 * @param {{
 *   value: import("@preact/signals-core").Signal<string>, scalars: readonly import("../api.js").ScalarTag[],
 * }} props
 */
function MetricField({ value, scalars }) {
  const id = useId();
  const [typed, setTyped] = useState(value.value);
  const missing = value.value !== "" && !scalars.some(({ tag }) => tag === value.value);
  const offered = scalars.filter(({ tag }) => tag.toLowerCase().includes(typed.toLowerCase())).slice(0, OFFERED);
  /** @param {{ currentTarget: HTMLInputElement }} event */
  const onInput = ({ currentTarget }) => {
    setTyped(currentTarget.value);
    if (scalars.some(({ tag }) => tag === currentTarget.value)) value.value = currentTarget.value;
  };
  return html`
    <div class="metric-field ${missing ? "filter-bad" : ""}">
      <input
        type="search"
        list=${id}
        value=${value.value}
        placeholder="Choose a metric"
        title=${missing ? `This log has no scalar ${value.value}: the axis shows steps` : "The metric along x"}
        aria-label="Metric along x"
        aria-invalid=${missing ? "true" : "false"}
        autocomplete="off"
        spellcheck=${false}
        onInput=${onInput}
      />
      <datalist id=${id}>${offered.map(({ tag }) => html`<option key=${tag} value=${tag}></option>`)}</datalist>
    </div>
  `;
}

/** @param {{ groups: import("../grouping.js").Group<any>[], page: CardsPage, filtered: boolean }} props */
function Groups({ groups, page, filtered }) {
  const [limit, setLimit] = useState(GROUPS);
  /** What was opened or closed by hand; the rest follows openAtFirst, as it stood when the first groups came. */
  const [byHand, setByHand] = useState(/** @type {ReadonlyMap<string, boolean>} */ (new Map()));
  const atFirst = useRef(/** @type {Set<string> | null} */ (null));
  if (filtered || !atFirst.current?.size) atFirst.current = openAtFirst(groups, OPEN_CARDS);
  const opened = atFirst.current;
  return html`
    ${groups.slice(0, limit).map((group) => {
      const open = byHand.get(group.name) ?? opened.has(group.name);
      const toggle = () => setByHand(new Map(byHand).set(group.name, !open));
      return html`<${CardGroup} key=${group.name} group=${group} page=${page} open=${open} onToggle=${toggle} />`;
    })}
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
 * @param {{ group: import("../grouping.js").Group<any>, page: CardsPage, open: boolean, onToggle: () => void }} props
 */
function CardGroup({ group, page, open, onToggle }) {
  const pageSize = page.settings.pageSize.value;
  const [pages, setPages] = useState(1);
  const shown = pages * pageSize;
  const more = group.items.length - shown;
  const title = group.name === UNGROUPED ? "Ungrouped" : group.name;
  return html`
    <section class="group" aria-label=${title}>
      <h2>
        <button class="group-head" aria-expanded=${open} onClick=${onToggle}>
          <${ChevronIcon} />
          <span class="group-name" title=${title}>${title}</span>
          <span class="group-count">${formatCount(group.items.length)}</span>
        </button>
      </h2>
      ${
        open &&
        html`
        <div class="cards" style=${{ "--card-width": `${page.settings.cardWidth.value}px` }}>
          ${group.items.slice(0, shown).map((item) => html`<${CardOf} key=${item.tag} item=${item} page=${page} />`)}
        </div>
        ${
          more > 0 &&
          html`
          <button class="button show-more" onClick=${() => setPages(pages + 1)}>
            Show ${Math.min(more, pageSize)} more of ${counted(group.items.length, "chart")}
          </button>
        `
        }
      `
      }
    </section>
  `;
}

/**
 * Keeps the list of runs the same object while it has the same names, so that a card knows when nothing is new.
 *
 * @param {{ item: any, page: CardsPage }} props
 */
function CardOf({ item, page }) {
  const runs = useRef(/** @type {string[]} */ ([]));
  if (!sameItems(runs.current ?? [], item.runs)) runs.current = item.runs;
  return html`<${Card} scalar=${item.scalar} runs=${runs.current} page=${page} />`;
}

/** @param {{ catalog: import("../api.js").Catalog, settings: import("../state/session.js").Settings }} props */
function NothingLeft({ catalog, settings }) {
  const clear = () => {
    settings.tags.value = "";
    settings.runs.value = "";
    settings.selection.value = ALL;
  };
  if (catalog.scalars.length === 0) return html`<p class="nothing">There are no scalars in this log so far.</p>`;
  return html`
    <div class="nothing">
      <p>No chart is left: the filters and the run list hide all ${counted(catalog.scalars.length, "tag")}.</p>
      <button class="button" onClick=${clear}>Show everything</button>
    </div>
  `;
}

/** @param {string} source @param {string} flags */
function useRegexFilter(source, flags) {
  const last = useRef(EVERYTHING);
  const filter = useMemo(() => regexFilter(source, last.current ?? EVERYTHING, flags), [source, flags]);
  last.current = filter;
  return filter;
}

/**
 * A signal that follows another one, at most once in `delay` milliseconds.
 *
 * @template T
 * @param {import("@preact/signals-core").ReadonlySignal<T>} source
 * @param {number} delay
 */
function usePaced(source, delay) {
  const paced = useMemo(() => signal(source.peek()), []);
  useEffect(() => {
    let timer = 0;
    const follow = () => {
      timer ||= setTimeout(() => {
        timer = 0;
        paced.value = source.peek();
      }, delay);
    };
    const stop = source.subscribe(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return paced;
}

/** @param {readonly string[]} a @param {readonly string[]} b */
function sameItems(a, b) {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
