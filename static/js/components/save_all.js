/**
 * The charts on screen in, a menu that saves all of them out.
 *
 * @typedef {object} Shown    a chart on screen
 * @property {() => Promise<import("../export/figure.js").Figure>} figure
 * @property {readonly [run: string, tag: string][]} pairs    the series in it
 * @property {Element | null} element
 */
import { keepPoints } from "../api.js";
import { html } from "../html.js";
import { DownloadIcon } from "./icons.js";
import { Menu } from "./menu.js";

/** Browsers lose downloads that begin within so many milliseconds of another. */
const APART = 250;

/** @type {readonly [kind: import("../export/files.js").Kind, label: string][]} */
const KINDS = [
  ["png", "All charts on screen as PNG"],
  ["svg", "All charts on screen as SVG"],
  ["tex", "All charts on screen for LaTeX"],
  ["plotly", "All charts on screen for Plotly"],
];

/** @param {{ page: import("../dashboards/scalars.js").CardsPage }} props */
export function SaveAll({ page: { shown, settings } }) {
  /** A file a chart, one after the other, from the top. @param {import("../export/files.js").Kind} kind */
  const keepAll = async (kind) => {
    const { keepFile } = await import("../export/files.js");
    for (const { figure } of onScreen(shown)) {
      await keepFile(await figure(), kind);
      await new Promise((resolve) => setTimeout(resolve, APART));
    }
  };
  /** One table of all. @param {"csv" | "json"} format */
  const keepData = (format) => {
    const series = onScreen(shown).flatMap(({ pairs }) => pairs);
    const conditions = { smoothing: settings.smoothing.peek(), smoothing_method: settings.smoothingMethod.peek() };
    keepPoints({ ...conditions, series, format, name: "charts" });
  };
  return html`
    <${Menu}
      label="Save all charts on screen"
      title="Save all charts on screen"
      icon=${DownloadIcon}
      actions=${[
        ...KINDS.map(([kind, label]) => ({ label, act: () => keepAll(kind) })),
        { label: "All their points as CSV", act: () => keepData("csv") },
        { label: "All their points as JSON", act: () => keepData("json") },
      ]}
    />
  `;
}

/** Cards are made ready before they come into sight; those in sight, from the top. @param {ReadonlyMap<string, Shown>} shown */
function onScreen(shown) {
  const placed = [...shown.values()].map((chart) => ({ ...chart, box: chart.element?.getBoundingClientRect() }));
  return placed
    .filter(({ box }) => box && box.bottom > 0 && box.top < innerHeight)
    .sort((a, b) => (a.box && b.box ? a.box.top - b.box.top || a.box.left - b.box.left : 0));
}
