/**
 * The id of a dashboard in, its code out. Ids, titles and order are the server's (`dashboards` of api/catalog, read off
 * board.dashboards); this table only says where the page of each lives, so that a tab nobody opens costs nothing.
 *
 * A dashboard is a module that exports
 *
 *     export function Page({ catalog, settings, changes })    a preact component (see PageProps)
 *
 * `catalog` is a new object whenever runs, tags or graphs came or went, and the same object otherwise. `settings` holds
 * one signal for each row of state/settings.js; a dashboard that needs a setting of its own adds a row there. `changes` is
 * a signal with what the last poll reported. Style sheets are loaded before the first render.
 *
 * @typedef {object} PageProps
 * @property {import("../api.js").Catalog} catalog
 * @property {import("../state/session.js").Settings} settings
 * @property {import("@preact/signals-core").ReadonlySignal<import("../state/catalog.js").Changes>} changes
 *
 * @typedef {object} Dashboard
 * @property {(props: PageProps) => import("preact").VNode | null} Page
 */

/**
 * @typedef {object} DashboardEntry
 * @property {() => Promise<Dashboard>} load
 * @property {string[]} styles    style sheets below static/css/ that templates/index.html does not load already
 */

/** @type {Record<string, DashboardEntry>} */
export const DASHBOARDS = {
  events: { load: () => import("./scalars.js"), styles: [] },
  runs: { load: () => import("./runs.js"), styles: ["runs.css"] },
  graphs: { load: () => import("./graphs.js"), styles: ["graphs.css"] },
};
