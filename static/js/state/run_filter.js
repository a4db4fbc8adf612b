/**
 * What was typed into the box "Filter runs" in, a test for run names out. The server knows the language (docs/filter.md), and
 * what runs have logged; here is only which of them it found.
 *
 * @typedef {object} RunFilter
 * @property {(name: string) => boolean} matches    by the last filter that could be read
 * @property {import("../runs/api.js").Problem | null} problem    what is wrong with the present one
 * @property {string} source     what was typed: it is in force, or has a problem
 * @property {string} inForce    the last that could be read; "" for none
 * @property {boolean} pending   nothing is known yet
 */
import { useEffect, useMemo, useState } from "preact/hooks";

import { getNames } from "../runs/api.js";
import { allAnnotations } from "./annotations.js";
import { useAtMostEvery, useNews } from "./pace.js";

/** Who types quicker than this has not finished, in milliseconds. */
const TYPING = 250;

/** New runs are asked about at most once in so many milliseconds: while a log is read, they come all the time. */
const NEWS = 1000;

/** What depends on values is asked again at most once in so many milliseconds. */
const PACE = 2000;

/** @type {RunFilter} */
const EVERYTHING = { matches: () => true, problem: null, source: "", inForce: "", pending: false };

/** @type {RunFilter} */
const PENDING = { matches: () => false, problem: null, source: "", inForce: "", pending: true };

/** A text, once nobody types at it any more. @param {string} text */
export function useSettledText(text) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    // What is emptied is meant at once.
    const timer = setTimeout(() => setSettled(text), text === "" ? 0 : TYPING);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Whether a filter may ask for more than names. @param {string} source */
function hasConditions(source) {
  return /[<>=~]/.test(source);
}

/**
 * @param {string} source
 * @param {import("../api.js").Catalog} catalog
 * @param {import("@preact/signals-core").ReadonlySignal<import("./catalog.js").Changes>} changes
 * @param {boolean} showHidden    runs that somebody has hidden, too
 * @returns {RunFilter}
 */
export function useRunFilter(source, catalog, changes, showHidden) {
  const typed = source;
  source = useSettledText(typed);
  const empty = typed.trim() === "" || source.trim() === "";
  const paced = useAtMostEvery(catalog, NEWS);
  const [answer, setAnswer] = useState(empty ? EVERYTHING : PENDING);
  const version = useNews(changes, PACE, !empty && hasConditions(source));
  const said = allAnnotations();
  const everything = useMemo(() => {
    const hidden = new Set(Object.keys(said).filter((run) => said[run].hidden && !showHidden));
    return hidden.size === 0 ? EVERYTHING : { ...EVERYTHING, matches: (/** @type {string} */ run) => !hidden.has(run) };
  }, [said, showHidden]);
  useEffect(() => {
    if (empty) {
      setAnswer(EVERYTHING);
      return undefined;
    }
    const controller = new AbortController();
    const question = { filter: source, sort: { column: "", descending: false }, goals: [], hidden: showHidden };
    getNames(question, controller.signal).then(
      ({ names, problem }) =>
        setAnswer((last) => {
          if (problem) return { ...(last.pending ? EVERYTHING : last), problem, source };
          const found = new Set(names);
          return { matches: (name) => found.has(name), problem: null, source, inForce: source, pending: false };
        }),
      () => {
        // Aborted, or the server is gone: the page says so elsewhere, and asks again when it is back.
      },
    );
    return () => controller.abort();
  }, [source, paced, version, said, showHidden]);
  return empty ? everything : answer;
}
