/** The catalog's graphs and what an address asks for in, the graph to show out, and what there is none of. */

/** Kinds of the catalog that can be drawn; profiles tell of a graph that is drawn elsewhere. */
const DRAWN = new Set(["graph", "function", "keras"]);

/** @typedef {{ run: string, tag: string | null, label: string }} Choice */

/** @param {Pick<import("../api.js").Catalog, "graphs" | "runs">} catalog @returns {Choice[]} */
export function choicesOf(catalog) {
  return catalog.graphs
    .filter(({ kind }) => DRAWN.has(kind))
    .map(({ run, tag }) => {
      const { name } = catalog.runs[run];
      return { run: name, tag, label: tag === null ? name : `${name} · ${tag}` };
    });
}

/** The graph that another one is compared with; null for none. @param {readonly Choice[]} choices @param {Choice} choice @param {string} run @param {string} tag */
export function comparedWith(choices, choice, run, tag) {
  if (run === "") return null;
  return choices.find((other) => other !== choice && other.run === run && (other.tag ?? "") === tag) ?? null;
}

/** Tags of the steps of a run whose time and memory are known. @param {Pick<import("../api.js").Catalog, "graphs" | "runs">} catalog @param {string} run */
export function profilesOf(catalog, run) {
  return catalog.graphs.flatMap(({ run: index, tag, profile }) => (profile && tag !== null && catalog.runs[index].name === run ? [tag] : []));
}

/**
 * The graph that an address names; the first one of its run, or of all, when it names none that there is.
 *
 * @param {readonly Choice[]} choices    at least one
 * @param {string} run    "" for any
 * @param {string} tag    "" for the run's own graph, or else the first one it has
 * @returns {{ choice: Choice, missing: string | null }}    `missing`: a sentence about what was asked for in vain, or null
 */
export function chosen(choices, run, tag) {
  if (run === "" && tag === "") return { choice: choices[0], missing: null };
  const ofRun = run === "" ? choices : choices.filter((choice) => choice.run === run);
  const exact = ofRun.find((choice) => (choice.tag ?? "") === tag);
  if (exact) return { choice: exact, missing: null };
  const choice = ofRun[0] ?? choices[0];
  if (ofRun.length > 0 && tag === "") return { choice, missing: null };
  const asked = [run && `run “${run}”`, tag && `tag “${tag}”`].filter((part) => part !== "").join(", ");
  return { choice, missing: `There is no graph of ${asked} so far. Shown is that of “${choice.label}”.` };
}
