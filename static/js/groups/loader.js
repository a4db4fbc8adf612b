/**
 * A loader of series in, the same for groups out: what was asked about other members, or for another band, is asked anew.
 *
 * @template {object} C
 * @template S
 * @param {import("../state/card_series.js").Loader<S, C>} loader
 * @param {() => number} version    another number once groups are drawn otherwise
 * @returns {import("../state/card_series.js").Loader<S, C>}
 */
export function ofGroups(loader, version) {
  /** When each group of a tag was last had. @type {Map<string, number>} */
  const had = new Map();
  return {
    load(pairs, conditions, since, signal, deliver) {
      const now = version();
      const isOld = pairs.some((pair) => had.get(JSON.stringify(pair)) !== now);
      return loader.load(pairs, conditions, isOld ? null : since, signal, (series, moment) => {
        for (const pair of pairs) had.set(JSON.stringify(pair), now);
        deliver(series, moment);
      });
    },
  };
}
