/**
 * The server's answers in, signals out: what the log holds, what has changed since the last look, and whether the
 * server can be reached. Asks about once a second while the page is visible, and never while it is not.
 *
 * @typedef {object} Changes
 * @property {boolean} all      everything may have changed
 * @property {ReadonlyMap<string, ReadonlySet<string>>} byTag    runs with new or changed points, by tag
 *
 * @typedef {object} CatalogState
 * @property {import("@preact/signals-core").ReadonlySignal<import("../api.js").Catalog | null>} catalog
 * @property {import("@preact/signals-core").ReadonlySignal<import("../api.js").Status | null>} status
 * @property {import("@preact/signals-core").ReadonlySignal<Changes>} changes
 * @property {import("@preact/signals-core").ReadonlySignal<string | null>} problem    why nothing new can come, or null
 * @property {() => void} refresh    ask now
 */
import { batch, signal } from "@preact/signals-core";

import { ApiError, getCatalog, getChanges, getStatus } from "../api.js";
import { follow, refresh } from "./annotations.js";

const POLL_INTERVAL = 1000;
/** While the log is read for the first time there is more to see each time. */
const LOADING_INTERVAL = 300;
/** While the server does not answer, the pauses grow up to this. */
const LONGEST_INTERVAL = 5000;

/** @type {Changes} */
export const NO_CHANGES = { all: false, byTag: new Map() };

/** @returns {CatalogState} */
export function watchCatalog() {
  const catalog = signal(/** @type {import("../api.js").Catalog | null} */ (null));
  const status = signal(/** @type {import("../api.js").Status | null} */ (null));
  const changes = signal(NO_CHANGES);
  const problem = signal(/** @type {string | null} */ (null));
  let cursor = 0;
  let failures = 0;
  let timer = 0;
  let busy = false;

  async function load() {
    const [newCatalog, newStatus] = await Promise.all([getCatalog(), getStatus(), refresh()]);
    const restarted = catalog.peek() !== null && catalog.peek()?.instance !== newCatalog.instance;
    cursor = newCatalog.cursor;
    batch(() => {
      catalog.value = newCatalog;
      status.value = newStatus;
      if (restarted) changes.value = { all: true, byTag: new Map() };
    });
  }

  async function poll() {
    const known = catalog.peek();
    if (known === null) return load();
    const answer = await getChanges(cursor);
    follow(answer.annotations);
    if (answer.instance !== known.instance) return load();
    const statusIsOld = answer.loading || status.peek()?.loading || answer.damage !== status.peek()?.damage.count;
    const [newCatalog, newStatus] = await Promise.all([
      answer.catalog_changed ? getCatalog() : null,
      statusIsOld || answer.catalog_changed || known.runs.length === 0 ? getStatus() : null,
    ]);
    cursor = answer.cursor;
    batch(() => {
      if (newCatalog) catalog.value = newCatalog;
      if (newStatus) status.value = newStatus;
      if (answer.all_series || answer.series.length > 0) changes.value = changesOf(answer);
    });
    return undefined;
  }

  async function tick() {
    clearTimeout(timer);
    if (busy || document.hidden) return;
    busy = true;
    try {
      await poll();
      failures = 0;
      problem.value = null;
    } catch (error) {
      failures++;
      problem.value = reasonOf(error);
    } finally {
      busy = false;
      const pace = status.peek()?.loading ? LOADING_INTERVAL : POLL_INTERVAL;
      timer = setTimeout(tick, failures === 0 ? pace : Math.min(LONGEST_INTERVAL, POLL_INTERVAL * failures));
    }
  }

  document.addEventListener("visibilitychange", tick);
  addEventListener("online", tick);
  tick();
  return { catalog, status, changes, problem, refresh: tick };
}

/** @param {import("../api.js").ChangesAnswer} answer @returns {Changes} */
export function changesOf(answer) {
  /** @type {Map<string, Set<string>>} */
  const byTag = new Map();
  for (const [run, tag] of answer.series) {
    const runs = byTag.get(tag);
    if (runs) runs.add(run);
    else byTag.set(tag, new Set([run]));
  }
  return { all: answer.all_series === true, byTag };
}

/** @param {unknown} error */
function reasonOf(error) {
  if (error instanceof ApiError) return `The server answered with an error: ${error.message}`;
  return "The server does not answer. Is board still running?";
}
