/**
 * What one card wants to draw of several tags in, their series out: a CardSeries for each tag.
 *
 * @typedef {import("../series_block.js").Series} Series
 * @typedef {import("./series.js").Conditions} Conditions
 */
import { CardSeries } from "./card_series.js";

/**
 * @template {{ run: string, unchanged: boolean }} [S=Series]    what is told of a series
 * @template {Partial<Conditions>} [C=Conditions]    under which conditions it is asked for
 */
export class TagsSeries {
  /**
   * @param {import("./card_series.js").Loader<S, C>} loader
   * @param {() => void} onData    something has come, or could not be had
   */
  constructor(loader, onData) {
    this.loader = loader;
    this.onData = onData;
    /** @type {Map<string, CardSeries<S, C>>} */
    this.of = new Map();
  }

  /** @param {readonly { tag: string, runs: readonly string[] }[]} parts @param {C} conditions */
  want(parts, conditions) {
    const tags = new Set(parts.map(({ tag }) => tag));
    for (const [tag, series] of this.of) {
      if (tags.has(tag)) continue;
      series.pause();
      this.of.delete(tag);
    }
    for (const { tag, runs } of parts) {
      const series = this.of.get(tag) ?? new CardSeries(this.loader, tag, this.onData);
      this.of.set(tag, series);
      series.want(runs, conditions);
    }
  }

  pause() {
    for (const series of this.of.values()) series.pause();
  }

  /** @param {import("./catalog.js").Changes} changes */
  notice(changes) {
    for (const series of this.of.values()) series.notice(changes);
  }

  /**
   * What has come of the parts, in their order.
   *
   * @param {readonly { tag: string, runs: readonly string[] }[]} parts
   * @returns {S[]}
   */
  all(parts) {
    return parts.flatMap(({ tag, runs }) => {
      const series = this.of.get(tag)?.series;
      return series ? runs.map((run) => series.get(run)).filter((one) => one !== undefined) : [];
    });
  }

  /** The conditions of what came last of the first tag. */
  get held() {
    return this.of.values().next().value?.held ?? null;
  }

  /** Why something could not be had, or null. */
  get error() {
    for (const { error } of this.of.values()) if (error !== null) return error;
    return null;
  }
}
