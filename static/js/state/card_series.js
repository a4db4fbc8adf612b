/**
 * What one card wants to draw in, the series it has out. Fetches what is missing or has changed, and only that; keeps
 * what it has until something better has come, so that nothing flickers.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("./series.js").Conditions} Conditions
 * @typedef {import("./series.js").Moment} Moment
 */
import { keyOf } from "./series.js";

/**
 * @template S
 * @template C
 * @typedef {{ load: ReturnType<typeof import("./series.js").createSeriesLoader<C & object, S>>["load"] }} Loader
 */

/**
 * @template {{ run: string, unchanged: boolean }} [S=Series]    what is told of a series
 * @template {Partial<Conditions>} [C=Conditions]    under which conditions it is asked for
 */
export class CardSeries {
  /**
   * @param {Loader<S, C>} loader
   * @param {string} tag
   * @param {() => void} onData    something has come, or could not be had
   */
  constructor(loader, tag, onData) {
    this.loader = loader;
    this.tag = tag;
    this.onData = onData;
    /** @type {Map<string, S>} */
    this.series = new Map();
    /**
     * Under which conditions each of them was asked for, and the moment of the log that it shows.
     *
     * @type {Map<string, { conditions: C, moment: Moment }>}
     */
    this.origins = new Map();
    /** The conditions of what came last. @type {C | null} */
    this.held = null;
    /** @type {string | null} */
    this.error = null;
    /** @type {C | null} */
    this.wanted = null;
    /** @type {readonly string[]} */
    this.runs = [];
    /** @type {Set<string>} */
    this.stale = new Set();
    /** @type {AbortController | null} */
    this.fetching = null;
  }

  /** @param {readonly string[]} runs @param {C} conditions */
  want(runs, conditions) {
    this.runs = runs;
    if (this.wanted === null || !sameConditions(this.wanted, conditions)) {
      this.wanted = conditions;
      this.abandon();
      this.changed(null);
    }
    this.fetchMissing();
  }

  /** Nobody looks at the card: no more requests, but what is there stays. */
  pause() {
    this.abandon();
    this.wanted = null;
  }

  /** @param {Iterable<string> | null} runs    whose points have changed; null: all */
  changed(runs) {
    for (const run of runs ?? this.series.keys()) this.stale.add(run);
  }

  /** @param {import("./catalog.js").Changes} changes */
  notice(changes) {
    const tags = [this.tag, this.wanted?.x_tag];
    if (changes.all) this.changed(null);
    else for (const tag of tags) this.changed((tag && changes.byTag.get(tag)) || []);
    this.fetchMissing();
  }

  fetchMissing() {
    const conditions = this.wanted;
    if (conditions === null || this.fetching) return;
    const missing = this.runs.filter((run) => !this.series.has(run) || this.stale.has(run));
    if (missing.length === 0) return;
    // Points that come while the answer is on its way make a run stale again.
    for (const run of missing) this.stale.delete(run);
    const controller = new AbortController();
    this.fetching = controller;
    this.load(missing, conditions, controller.signal).then(
      () => this.finish(controller, null),
      (error) => {
        for (const run of missing) this.stale.add(run);
        this.finish(controller, error);
      },
    );
  }

  /**
   * What is here under the same conditions is asked for only as far as it has changed.
   *
   * @param {string[]} runs @param {C} conditions @param {AbortSignal} signal
   */
  load(runs, conditions, signal) {
    /** @param {string} run */
    const known = (run) => {
      const origin = this.origins.get(run);
      return origin && sameConditions(origin.conditions, conditions) ? origin.moment : null;
    };
    /** @type {Map<string, { pairs: [string, string][], since: Moment | null }>} */
    const together = new Map();
    for (const run of runs) {
      const since = known(run);
      const key = String(since);
      const group = together.get(key) ?? { pairs: [], since };
      group.pairs.push([run, this.tag]);
      together.set(key, group);
    }
    return Promise.all(
      [...together.values()].map(({ pairs, since }) =>
        this.loader.load(pairs, conditions, since, signal, (series, moment) => this.accept(series, moment, conditions)),
      ),
    );
  }

  /** @param {S[]} series @param {Moment} moment @param {C} conditions */
  accept(series, moment, conditions) {
    // Lines of different axes, or smoothed and not, do not belong into one picture.
    const { held } = this;
    const fits =
      held !== null &&
      held.x === conditions.x &&
      held.x_tag === conditions.x_tag &&
      held.log_x === conditions.log_x &&
      isSmoothed(held) === isSmoothed(conditions);
    if (!fits) {
      this.series.clear();
      this.origins.clear();
    }
    this.held = conditions;
    for (const one of series) {
      if (!one.unchanged) this.series.set(one.run, one);
      this.origins.set(one.run, { conditions, moment });
    }
    const isNews = this.error !== null || series.some((one) => !one.unchanged);
    this.error = null;
    if (isNews) this.onData();
  }

  /** @param {AbortController} controller @param {any} error */
  finish(controller, error) {
    if (this.fetching !== controller) return;
    this.fetching = null;
    if (error === null) this.fetchMissing();
    else if (error.name !== "AbortError") {
      // Asked again with the next change, or when the card is shown anew.
      this.error = error.message;
      this.onData();
    }
  }

  abandon() {
    this.fetching?.abort();
    this.fetching = null;
  }
}

/** @param {object} a @param {object} b */
function sameConditions(a, b) {
  return keyOf(a) === keyOf(b);
}

/** @param {Partial<Conditions>} conditions */
function isSmoothed({ smoothing = 0 }) {
  return smoothing > 0;
}
