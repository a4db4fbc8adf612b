/** The catalog's scalars in, the events page out: run list, toolbar, and a card for each tag in groups. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { postMarked, postSeries } from "../api.js";
import { Cards, Groups } from "../components/card_groups.js";
import { useAxis } from "../components/card_view.js";
import { Toolbar } from "../components/charts_toolbar.js";
import { FullCard } from "../components/full_card.js";
import { PinIcon } from "../components/icons.js";
import { MarkBar } from "../components/mark_bar.js";
import { overlayOf } from "../components/overlay.js";
import { RunList } from "../components/run_list.js";
import { Sidebar } from "../components/sidebar.js";
import { Tooltip } from "../components/tooltip.js";
import { EVERYTHING, regexFilter } from "../filter.js";
import { counted, formatCount } from "../format.js";
import { UNGROUPED, groupTags } from "../grouping.js";
import { html } from "../html.js";
import { ALL, isSelected } from "../state/selection.js";
import { useGroupColors, useRunColors } from "../state/run_colors.js";
import { useRunFilter } from "../state/run_filter.js";
import { groupsWith, membersOf, sameRuns, useGroupLoaders, useRunGroups } from "../state/run_groups.js";
import { createSeriesLoader } from "../state/series.js";

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
 * @typedef {{ tag: string, scalar: import("../api.js").ScalarTag, runs: string[] }} CardItem    runs that have the tag
 *     and are drawn, in the order of the run list
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
 * @property {(run: string) => string} colorOf    of a run, or of a group where these are drawn in place of runs
 * @property {(run: string) => string} runColorOf
 * @property {(lines: readonly string[], scalar: import("../api.js").ScalarTag) => readonly string[]} membersOf    the runs that
 *     have a tag, of runs or groups
 * @property {Map<string, import("../components/save_all.js").Shown>} shown    the charts on screen, by card
 * @property {readonly string[]} tags    all there are
 * @property {(tag: string) => CardItem[]} drawnInto    what is drawn into the chart of a tag besides it
 * @property {(run: string) => string} paperColorOf    on white ground, whatever the page looks like
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
      shown: new Map(),
    }),
    [],
  );
  const smoothing = usePaced(settings.smoothing, SMOOTHING_DELAY);
  const runFilter = useRunFilter(settings.runs.value, catalog, changes, settings.showHidden.value);
  const tagFilter = useRegexFilter(settings.tags.value, "i");

  const runColorOf = useRunColors(catalog);
  const runGroups = useRunGroups(settings, catalog, runFilter);
  const groupColorOf = useGroupColors(runGroups.groups);
  const [paperRunColorOf, paperGroupColorOf] = [useRunColors(catalog, false), useGroupColors(runGroups.groups, false)];
  const ofGroups = useGroupLoaders(runGroups, settings, changes);
  const axis = useAxis(settings, catalog);
  const drawing = useMemo(() => {
    const colors = { runColorOf, colorOf: runColorOf, paperColorOf: paperRunColorOf };
    const all = { settings, changes, smoothing, axis, ...colors, membersOf: sameRuns, ...shared };
    if (!runGroups.on) return all;
    const colorsOfGroups = { colorOf: groupColorOf, paperColorOf: paperGroupColorOf };
    return { ...all, ...ofGroups, ...colorsOfGroups, membersOf: membersOf(runGroups.groups, catalog) };
  }, [runColorOf, groupColorOf, paperRunColorOf, paperGroupColorOf, axis, runGroups]);

  const selection = settings.selection.value;
  const drawable = useMemo(() => {
    const drawn = catalog.runs.map(({ name }) => runFilter.matches(name) && isSelected(selection, name));
    return catalog.scalars
      .map((scalar) => ({
        tag: scalar.tag,
        scalar,
        runs: runGroups.on
          ? groupsWith(runGroups.groups, selection, scalar, catalog)
          : scalar.runs.filter((run) => drawn[run]).map((run) => catalog.runs[run].name),
      }))
      .filter((card) => card.runs.length > 0);
  }, [catalog, selection, runFilter, runGroups]);
  const overlays = settings.overlays.value;
  const page = useMemo(() => {
    const byTag = new Map(drawable.map((item) => [item.tag, item]));
    /** @type {CardsPage["drawnInto"]} */
    const drawnInto = (tag) =>
      overlayOf(overlays, tag)
        .map((other) => byTag.get(other))
        .filter((item) => item !== undefined);
    return { ...drawing, tags: catalog.scalars.map(({ tag }) => tag), drawnInto };
  }, [drawing, drawable, overlays]);
  const pins = settings.pins.value;
  const cards = useMemo(() => drawable.filter(({ tag }) => tagFilter.matches(tag)), [drawable, tagFilter]);
  const groups = useMemo(() => groupTags(cards.filter(({ tag }) => !pins.includes(tag))), [cards, pins]);
  const full = drawable.find(({ tag }) => tag === settings.full.value);

  // A card keeps to the loader it began with.
  const lines = runGroups.on ? "groups" : "runs";
  return html`
    <div class="events">
      <${Sidebar} settings=${settings}>
        <${RunList}
          catalog=${catalog}
          filter=${runFilter}
          runGroups=${runGroups}
          settings=${settings}
          colorOf=${page.colorOf}
        />
      <//>
      <div class="events-main">
        <${Toolbar} page=${page} tagFilter=${tagFilter} shown=${cards.length} scalars=${catalog.scalars} />
        <${MarkBar} settings=${settings} axis=${axis} />
        <div class="groups" data-scrolls key=${lines}>
          <${Pinned} items=${pins.map((pin) => drawable.find(({ tag }) => tag === pin))} page=${page} />
          <${Groups} groups=${groups} page=${page} filtered=${settings.tags.value !== ""} />
          ${cards.length === 0 && !runFilter.pending && !runGroups.pending && html`<${NothingLeft} catalog=${catalog} settings=${settings} />`}
        </div>
      </div>
      ${full && html`<${FullCard} key=${`${lines} ${full.tag}`} item=${full} page=${page} />`}
      <${Tooltip} hover=${page.hover} settings=${settings} colorOf=${page.colorOf} />
    </div>
  `;
}

/**
 * The pinned cards, in the order in which they were pinned; no filter of tags takes them away.
 *
 * @param {{ items: (CardItem | undefined)[], page: CardsPage }} props    undefined: not in this log, or of no drawn run
 */
function Pinned({ items, page }) {
  const there = items.filter((item) => item !== undefined);
  if (there.length === 0) return null;
  return html`
    <section class="group" aria-label="Pinned">
      <div class="group-head group-head-fixed">
        <${PinIcon} />
        <span class="group-name" role="heading" aria-level="2">Pinned</span>
        <span class="group-count">${formatCount(there.length)}</span>
        <button class="link-button" onClick=${() => (page.settings.pins.value = [])}>Unpin all</button>
      </div>
      <${Cards} items=${there} group=${UNGROUPED} page=${page} />
    </section>
  `;
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
