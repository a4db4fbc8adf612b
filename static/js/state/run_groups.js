/**
 * What runs are grouped by in, the groups out, and what charts need to draw them in place of runs.
 *
 * @typedef {import("../groups/api.js").Group} Group
 *
 * @typedef {object} RunGroups
 * @property {boolean} on            runs are grouped
 * @property {boolean} pending       nothing is known yet
 * @property {boolean} seeds         some runs differ in nothing but their seed
 * @property {string | null} problem
 * @property {readonly Group[]} groups
 */
import { computed, signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { postMarkedGroups, getGroups, postGroups } from "../groups/api.js";
import { ofGroups } from "../groups/loader.js";
import { parseNames } from "./names.js";
import { isSelected } from "./selection.js";
import { useAtMostEvery } from "./pace.js";
import { createSeriesLoader } from "./series.js";

/** New runs are asked about at most once in so many milliseconds: while a log is read, they come all the time... */
const NEWS = 1000;
/** ...and whether some differ in their seed only can wait. */
const NEWS_OF_SEEDS = 5000;

/**
 * @param {import("./session.js").Settings} settings
 * @param {import("../api.js").Catalog} catalog
 * @param {import("./run_filter.js").RunFilter} filter
 * @returns {RunGroups}
 */
export function useRunGroups(settings, catalog, filter) {
  const text = settings.groups.value;
  const [answer, setAnswer] = useState(/** @type {(import("../groups/api.js").Groups & { by: string }) | null} */ (null));
  const hidden = settings.showHidden.value;
  const paced = useAtMostEvery(catalog, text === "" ? NEWS_OF_SEEDS : NEWS);
  const source = filter.pending ? null : filter.inForce;
  useEffect(() => {
    if (source === null) return undefined;
    const controller = new AbortController();
    getGroups(parseNames(text), source, hidden, controller.signal).then(
      (groups) => setAnswer({ ...groups, by: text }),
      () => {
        // Aborted, or the server is gone: the page says so elsewhere, and asks again when it is back.
      },
    );
    return () => controller.abort();
  }, [text, source, filter.matches, paced, hidden]);
  return useMemo(() => {
    const on = text !== "";
    const fits = answer !== null && answer.by === text;
    return {
      on,
      pending: on && !fits,
      seeds: answer?.seeds ?? false,
      problem: fits ? (answer.problem?.message ?? null) : null,
      groups: on && fits ? answer.groups : [],
    };
  }, [text, answer]);
}

/**
 * What the cards of a page take in place of loaders and changes of runs.
 *
 * @param {RunGroups} runGroups
 * @param {import("./session.js").Settings} settings
 * @param {import("@preact/signals-core").ReadonlySignal<import("./catalog.js").Changes>} changes    of runs
 */
export function useGroupLoaders(runGroups, settings, changes) {
  const drawn = { groups: runGroups.groups, center: settings.groupCenter.value, band: settings.groupBand.value };
  const now = useRef(drawn);
  const version = useMemo(() => signal(0), []);
  const key = JSON.stringify(drawn);
  const lastKey = useRef(key);
  now.current = drawn;
  useEffect(() => {
    if (lastKey.current !== key) version.value++;
    lastKey.current = key;
  }, [key]);
  return useMemo(() => {
    const current = () => /** @type {typeof drawn} */ (now.current);
    const read = () => version.peek();
    return {
      loader: ofGroups(createSeriesLoader((request, abort) => postGroups(request, current(), abort), setTimeout), read),
      markedLoader: ofGroups(createSeriesLoader((request, abort) => postMarkedGroups(request, current(), abort), setTimeout), read),
      changes: changesOfGroups(changes, version, () => current().groups),
    };
  }, []);
}

/**
 * Which groups have news, by tag; all have when they are drawn otherwise.
 *
 * @param {import("@preact/signals-core").ReadonlySignal<import("./catalog.js").Changes>} changes
 * @param {import("@preact/signals-core").ReadonlySignal<number>} version
 * @param {() => readonly Group[]} groups
 * @returns {import("@preact/signals-core").ReadonlySignal<import("./catalog.js").Changes>}
 */
function changesOfGroups(changes, version, groups) {
  let seen = version.peek();
  return computed(() => {
    const { all, byTag } = changes.value;
    const isNew = version.value !== seen;
    seen = version.value;
    if (all || isNew) return { all: true, byTag: new Map() };
    const named = [...byTag].map(([tag, runs]) => /** @type {const} */ ([tag, namesOf(groups(), runs)]));
    return { all: false, byTag: new Map(named) };
  });
}

/** @param {readonly Group[]} groups @param {ReadonlySet<string>} runs    the names of those that hold any of these */
export function namesOf(groups, runs) {
  return new Set(groups.filter((group) => group.runs.some((run) => runs.has(run))).map(({ name }) => name));
}

/**
 * The names of the groups that are drawn and have runs with a tag.
 *
 * @param {readonly import("../groups/api.js").Group[]} groups @param {import("../state/selection.js").Selection} selection
 * @param {import("../api.js").ScalarTag} scalar @param {import("../api.js").Catalog} catalog
 */
export function groupsWith(groups, selection, scalar, catalog) {
  const shown = groups.filter((group) => isDrawn(group, selection));
  return [...namesOf(shown, new Set(scalar.runs.map((run) => catalog.runs[run].name)))];
}

/** Where runs are not grouped, each is its own member. @param {readonly string[]} runs */
export function sameRuns(runs) {
  return runs;
}

/**
 * What tells the runs of some groups that have a tag.
 *
 * @param {readonly import("../groups/api.js").Group[]} groups @param {import("../api.js").Catalog} catalog
 * @returns {import("../dashboards/scalars.js").CardsPage["membersOf"]}
 */
export function membersOf(groups, catalog) {
  return (names, scalar) => {
    const [wanted, having] = [new Set(names), new Set(scalar.runs.map((run) => catalog.runs[run].name))];
    return groups.filter(({ name }) => wanted.has(name)).flatMap(({ runs }) => runs.filter((run) => having.has(run)));
  };
}

/**
 * A group is drawn whole, with all its runs, or not at all.
 *
 * @param {import("../groups/api.js").Group} group @param {import("./selection.js").Selection} selection
 */
export function isDrawn(group, selection) {
  return group.runs.some((run) => isSelected(selection, run));
}
