/**
 * What can be set, as one table. The address, the browser's storage, the settings panel and the documentation are read
 * off it; a new setting is a new row.
 */
import { formatMark, parseMark } from "./mark.js";
import { formatNameLists, formatNames, parseNameLists, parseNames } from "./names.js";
import { ALL, formatSelection, parseSelection } from "./selection.js";
import { formatDomain, formatViews, parseDomain, parseViews } from "./views.js";

/**
 * @template T
 * @typedef {object} Setting
 * @property {T} initial
 * @property {"url" | "local" | "both"} keep    in the address (links carry it), this browser, or both (the address wins)
 * @property {string} label
 * @property {string} help
 * @property {"Smoothing" | "Axes" | "Charts" | "Tooltip" | "Page" | null} panel    its section of the settings panel; null: its place is elsewhere
 * @property {Control} control
 * @property {(text: string) => T | undefined} parse          undefined when the text means nothing here
 * @property {(value: T) => string} format
 * @property {boolean} gradual    changes in many small steps (sliders, typing), which make no entries in the history
 */

/**
 * @typedef {{ kind: "number", min: number, max: number, step: number }
 *   | { kind: "choice", options: readonly (readonly [value: string, label: string])[] }
 *   | { kind: "flag" } | { kind: "text" } | { kind: "range" } | { kind: "state" }} Control    state: changed elsewhere
 */

/** @typedef {"step" | "relative" | "wall" | "metric"} XAxis */
/** @typedef {"exponential" | "time" | "mean" | "median" | "gaussian"} SmoothingMethod */
/** @typedef {"line" | "band" | "none"} RawLook */
/** @typedef {"nearest" | "ascending" | "descending" | "alphabetical"} RowOrder */

/**
 * @param {number} initial @param {number} min @param {number} max @param {number} step
 * @param {Pick<Setting<number>, "keep" | "label" | "help" | "panel">} rest
 * @returns {Setting<number>}
 */
function number(initial, min, max, step, rest) {
  /** @param {string} text */
  const parse = (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : undefined;
  };
  return { initial, ...rest, control: { kind: "number", min, max, step }, parse, format: String, gradual: true };
}

/**
 * @template {string} T
 * @param {T} initial
 * @param {readonly (readonly [value: T, label: string])[]} options
 * @param {Pick<Setting<T>, "keep" | "label" | "help" | "panel">} rest
 * @returns {Setting<T>}
 */
function choice(initial, options, rest) {
  /** @param {string} text */
  const parse = (text) => options.find(([value]) => value === text)?.[0];
  return { initial, ...rest, control: { kind: "choice", options }, parse, format: String, gradual: false };
}

/**
 * @param {boolean} initial
 * @param {Pick<Setting<boolean>, "keep" | "label" | "help" | "panel">} rest
 * @returns {Setting<boolean>}
 */
function flag(initial, rest) {
  /** @param {string} text */
  const parse = (text) => (text === "true" || text === "" ? true : text === "false" ? false : undefined);
  return { initial, ...rest, control: { kind: "flag" }, parse, format: String, gradual: false };
}

/** What is typed, letter by letter. @param {Pick<Setting<string>, "keep" | "label" | "help" | "panel">} rest @returns {Setting<string>} */
function text(rest) {
  return { initial: "", ...rest, control: { kind: "text" }, parse: (value) => value, format: String, gradual: true };
}

/** What is pointed at: a name, or several in one text. @param {Pick<Setting<string>, "keep" | "label" | "help" | "panel">} rest @returns {Setting<string>} */
function name(rest) {
  return { ...text(rest), gradual: false };
}

export const SETTINGS = Object.freeze({
  smoothing: number(0.6, 0, 0.999, 0.001, {
    keep: "both",
    label: "Smoothing",
    help: "0 draws the points as they are. Computed from all points, before any are left out for drawing.",
    panel: "Smoothing",
  }),
  smoothingMethod: choice(
    /** @type {SmoothingMethod} */ ("exponential"),
    [
      ["exponential", "Exponential"],
      ["time", "Time-weighted"],
      ["mean", "Moving average"],
      ["median", "Running median"],
      ["gaussian", "Gaussian"],
    ],
    {
      keep: "both",
      label: "Smoothing method",
      help: "Exponential is TensorBoard's; time-weighted minds uneven steps; the others look ahead as well as back.",
      panel: "Smoothing",
    },
  ),
  raw: choice(
    /** @type {RawLook} */ ("line"),
    [
      ["line", "Line"],
      ["band", "Band"],
      ["none", "None"],
    ],
    {
      keep: "both",
      label: "Behind smoothed lines",
      help: "The points as they are: as a faint line, or as the area from their lowest to their highest values.",
      panel: "Smoothing",
    },
  ),
  axis: choice(
    /** @type {XAxis} */ ("step"),
    [
      ["step", "Step"],
      ["relative", "Relative"],
      ["wall", "Wall"],
      ["metric", "Metric"],
    ],
    {
      keep: "both",
      label: "Horizontal axis",
      help: "Training step, time since the first point of the run, date and time, or another metric of the same run.",
      panel: "Axes",
    },
  ),
  xMetric: text({
    keep: "both",
    label: "Metric along x",
    help: "The tag whose values run along x, such as tokens or epochs; between its steps they are interpolated.",
    panel: null,
  }),
  logX: flag(false, {
    keep: "both",
    label: "Log x",
    help: "Logarithmic x axis. Points at 0 and below have no place on it, and are counted.",
    panel: "Axes",
  }),
  logY: flag(false, {
    keep: "both",
    label: "Log y",
    help: "Logarithmic y axis; symlog for charts with values below 0. A 0 is drawn on the bottom edge.",
    panel: "Axes",
  }),
  yRange: /** @type {Setting<import("./views.js").Domain | null>} */ ({
    initial: null,
    keep: "url",
    label: "Y range of all charts",
    help: "From and to; empty for what fits each chart. A chart that was zoomed by hand keeps its own.",
    panel: "Axes",
    control: { kind: "range" },
    parse: parseDomain,
    format: formatDomain,
    gradual: true,
  }),
  syncCursor: flag(true, {
    keep: "both",
    label: "Crosshair in all charts",
    help: "Where the pointer is in one chart, the others show the same place.",
    panel: "Axes",
  }),
  syncZoom: flag(false, {
    keep: "both",
    label: "Zoom x in all charts",
    help: "A stretch of x that is chosen in one chart is shown in all of them.",
    panel: "Axes",
  }),
  pins: /** @type {Setting<readonly string[]>} */ ({
    initial: [],
    keep: "both",
    label: "Pinned charts",
    help: "Tags whose charts stand above all others.",
    panel: null,
    control: { kind: "state" },
    parse: parseNames,
    format: formatNames,
    gradual: false,
  }),
  overlays: /** @type {Setting<readonly (readonly string[])[]>} */ ({
    initial: [],
    keep: "both",
    label: "Charts of several tags",
    help: "Lists of tags: the others are drawn into the chart of the first.",
    panel: null,
    control: { kind: "state" },
    parse: parseNameLists,
    format: formatNameLists,
    gradual: false,
  }),
  full: name({ keep: "url", label: "Full screen", help: "The tag whose chart covers the page.", panel: null }),
  mark: /** @type {Setting<import("./mark.js").Mark | null>} */ ({
    initial: null,
    keep: "url",
    label: "Mark",
    help: "The place or the stretch of x whose values stand below all charts.",
    panel: null,
    control: { kind: "state" },
    parse: parseMark,
    format: formatMark,
    gradual: false,
  }),
  zoom: /** @type {Setting<import("./views.js").Views>} */ ({
    initial: new Map(),
    keep: "url",
    label: "Zoomed charts",
    help: "What each chart is zoomed to, by tag.",
    panel: null,
    control: { kind: "state" },
    parse: parseViews,
    format: formatViews,
    gradual: true,
  }),
  ignoreOutliers: flag(false, {
    keep: "both",
    label: "Ignore outliers",
    help: "The y range leaves out values far from the middle 90 %. They are still drawn, outside the view.",
    panel: "Axes",
  }),
  superseded: flag(false, {
    keep: "both",
    label: "Superseded points",
    help: "Draw also what was logged before a run was resumed, at steps that it has gone over again since.",
    panel: "Charts",
  }),
  runs: text({
    keep: "url",
    label: "Filter runs",
    help: "Names, regular expressions and conditions; runs that do not meet them are not drawn.",
    panel: null,
  }),
  groups: name({
    keep: "url",
    label: "Group by",
    help: "What runs are grouped by, separated by commas; empty for runs of their own.",
    panel: null,
  }),
  groupCenter: choice(
    /** @type {import("../groups/api.js").Center} */ ("mean"),
    [
      ["mean", "Mean"],
      ["median", "Median"],
    ],
    { keep: "both", label: "Line of a group", help: "What is drawn for the runs of a group. Computed from all points of all runs.", panel: "Charts" },
  ),
  groupBand: choice(
    /** @type {import("../groups/api.js").BandKind} */ ("std"),
    [
      ["std", "± standard deviation"],
      ["sem", "± standard error"],
      ["ci95", "95 % confidence"],
      ["range", "least to greatest"],
      ["iqr", "quartiles"],
    ],
    {
      keep: "both",
      label: "Band",
      help: "What is drawn around the line of a group: the spread of its runs, or how sure the line is (the confidence interval comes from 1000 resamples of the runs).",
      panel: "Charts",
    },
  ),
  showHidden: flag(false, {
    keep: "url",
    label: "Show hidden runs",
    help: "List and draw also the runs that somebody has hidden.",
    panel: "Page",
  }),
  compare: name({
    keep: "url",
    label: "Compared runs",
    help: "The runs that are shown side by side, the baseline first; empty for the table of all.",
    panel: null,
  }),
  columns: name({
    keep: "url",
    label: "Columns",
    help: "The columns of the table of runs, in their order; empty for those shown at first.",
    panel: null,
  }),
  sort: name({
    keep: "url",
    label: "Order of runs",
    help: "The column that runs are sorted by, with - in front for the greatest first; empty for their names.",
    panel: null,
  }),
  goals: name({
    keep: "url",
    label: "Goals",
    help: "TAG:min or TAG:max, separated by commas: whether less or more of a metric is better.",
    panel: null,
  }),
  tags: text({
    keep: "url",
    label: "Filter tags",
    help: "Regular expression, upper and lower case alike.",
    panel: null,
  }),
  selection: /** @type {Setting<import("./selection.js").Selection>} */ ({
    initial: ALL,
    keep: "url",
    label: "Selected runs",
    help: "The runs that are drawn: nothing but a,b or, with ! in front, everything but a,b.",
    panel: null,
    control: { kind: "state" },
    parse: parseSelection,
    format: formatSelection,
    gradual: false,
  }),
  run: name({ keep: "url", label: "Run", help: "The run whose graph is shown.", panel: null }),
  tag: name({
    keep: "url",
    label: "Tag",
    help: "The tag of the graph that is shown; empty for the run's own graph.",
    panel: null,
  }),
  node: name({ keep: "url", label: "Node", help: "The selected node of the graph.", panel: null }),
  open: name({ keep: "url", label: "Open scopes", help: "The scopes of the graph that are drawn open.", panel: null }),
  flow: choice(
    /** @type {"down" | "up"} */ ("down"),
    [
      ["down", "Flow down"],
      ["up", "Flow up"],
    ],
    {
      keep: "both",
      label: "Flow",
      help: "Whether tensors flow down or up in the picture of a graph.",
      panel: null,
    },
  ),
  paint: choice(
    /** @type {"structure" | "device" | "op" | "time" | "memory" | "none"} */ ("structure"),
    [
      ["structure", "Structure"],
      ["device", "Device"],
      ["op", "Op type"],
      ["time", "Time"],
      ["memory", "Memory"],
      ["none", "None"],
    ],
    {
      keep: "both",
      label: "Colour",
      help: "What the colours of a graph tell: scopes that are built alike, devices, types of operations, or what they took in a traced step.",
      panel: null,
    },
  ),
  trace: choice(
    /** @type {"links" | "inputs" | "outputs"} */ ("links"),
    [
      ["links", "Links"],
      ["inputs", "All inputs"],
      ["outputs", "All outputs"],
    ],
    {
      keep: "url",
      label: "Show",
      help: "What the selected node of a graph is linked with, all that it needs, or all that needs it.",
      panel: null,
    },
  ),
  against: name({ keep: "url", label: "Compare with", help: "The run whose graph the shown one is compared with.", panel: null }),
  againstTag: name({ keep: "url", label: "Tag to compare with", help: "The tag of that graph; empty for the run's own.", panel: null }),
  profile: name({ keep: "url", label: "Profile", help: "The tag of the traced step whose costs are shown.", panel: null }),
  series: flag(true, {
    keep: "both",
    label: "Gather repeats",
    help: "Draw five or more like neighbours of a crowded scope, such as layer_0 to layer_23, as one box.",
    panel: null,
  }),
  tooltipOrder: choice(
    /** @type {RowOrder} */ ("nearest"),
    [
      ["nearest", "Nearest first"],
      ["descending", "Highest value first"],
      ["ascending", "Lowest value first"],
      ["alphabetical", "By run name"],
    ],
    { keep: "local", label: "Order of runs", help: "Which runs stand at the top of the tooltip.", panel: "Tooltip" },
  ),
  tooltipRows: number(8, 1, 100, 1, {
    keep: "local",
    label: "Runs shown at once",
    help: "More runs than this are counted in the last line.",
    panel: "Tooltip",
  }),
  theme: choice(
    /** @type {"system" | "light" | "dark"} */ ("system"),
    [
      ["system", "System"],
      ["light", "Light"],
      ["dark", "Dark"],
    ],
    {
      keep: "local",
      label: "Theme",
      help: "System follows the light or dark setting of your computer.",
      panel: "Page",
    },
  ),
  cardSize: choice(
    /** @type {"small" | "medium" | "large"} */ ("medium"),
    [
      ["small", "Small"],
      ["medium", "Medium"],
      ["large", "Large"],
    ],
    { keep: "local", label: "Size of charts", help: "Charts of each size grow to fill their row.", panel: "Charts" },
  ),
  pageSize: number(24, 4, 200, 4, {
    keep: "local",
    label: "Charts shown at once",
    help: "How many charts of a group are shown before “Show more”.",
    panel: "Charts",
  }),
  sidebarOpen: flag(true, {
    keep: "local",
    label: "Run list",
    help: "Show the list of runs beside the charts.",
    panel: null,
  }),
  columnWidths: text({
    keep: "local",
    label: "Widths of columns",
    help: "Pixels and column, of those that were resized.",
    panel: null,
  }),
  sidebarWidth: number(264, 160, 640, 1, {
    keep: "local",
    label: "Width of the run list",
    help: "In pixels.",
    panel: null,
  }),
});

/** @typedef {typeof SETTINGS} SettingsTable */
/** @typedef {keyof SettingsTable} SettingName */
/** @typedef {{ [K in SettingName]: SettingsTable[K] extends Setting<infer T> ? T : never }} SettingValues */

/** Settings of a section of the panel, in the order of the table. @param {string} panel @returns {SettingName[]} */
export function settingsOfPanel(panel) {
  return settingNames().filter((name) => SETTINGS[name].panel === panel);
}

/** @returns {SettingName[]} */
export function settingNames() {
  return /** @type {SettingName[]} */ (Object.keys(SETTINGS));
}

/**
 * All values, given what the address and the storage hold. Texts that mean nothing count as absent.
 *
 * @param {ReadonlyMap<string, string>} fromUrl
 * @param {(name: SettingName) => string | null} stored
 * @returns {SettingValues}
 */
export function readSettings(fromUrl, stored) {
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const name of settingNames()) {
    const { keep, parse, initial } = SETTINGS[name];
    const url = keep === "local" ? undefined : fromUrl.get(name);
    const local = keep === "url" ? null : stored(name);
    values[name] =
      (url === undefined ? undefined : parse(url)) ?? (local === null ? undefined : parse(local)) ?? initial;
  }
  return /** @type {SettingValues} */ (values);
}

/**
 * What the address has to say: null for a setting at its initial value, which is left out.
 *
 * @param {SettingValues} values
 * @returns {Map<string, string | null>}
 */
export function settingsForUrl(values) {
  /** @type {Map<string, string | null>} */
  const parameters = new Map();
  for (const name of settingNames()) {
    const { keep, initial } = SETTINGS[name];
    if (keep === "local") continue;
    const text = formatSetting(name, values[name]);
    parameters.set(name, text === formatSetting(name, initial) ? null : text);
  }
  return parameters;
}

/** @param {SettingName} name @param {unknown} value @returns {string} */
export function formatSetting(name, value) {
  return /** @type {Setting<any>} */ (SETTINGS[name]).format(value);
}
