/**
 * What somebody has chosen to look at in, what one card asks for and draws out: hooks of components/card.js.
 *
 * @typedef {import("../charts/domain.js").Domain} Domain
 * @typedef {import("../state/views.js").View} View
 * @typedef {import("../state/session.js").Settings} Settings
 *
 * @typedef {object} Axis     what runs along x
 * @property {import("../state/settings.js").XAxis} axis
 * @property {string} metric  the tag, if that is a metric; else ""
 * @property {boolean} log
 */
import { useComputed } from "@preact/signals";
import { batch } from "@preact/signals-core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { xDomain, yDomain } from "../charts/domain.js";
import { LINEAR, LOG, logScaleFor } from "../charts/scale.js";
import { axisKey, withView } from "../state/views.js";
import { isDark, themeColor } from "../theme_colors.js";

/** The key of the view that all charts share while their x is zoomed together; no tag is shown under it. */
export const ALL_CHARTS = "";

/** Room beside the plot for the y axis and the padding, in CSS pixels. */
const BESIDE_PLOT = 60;

/** While somebody zooms or pans, points are asked for this many milliseconds after the last move. */
const SETTLE = 120;

const TITLES = { step: "Step", relative: "Time since the first point", wall: "Date and time" };

/**
 * What runs along x, as far as the log has it: a metric that is still to be chosen leaves the steps.
 *
 * @param {Settings} settings
 * @param {import("../api.js").Catalog} catalog
 * @returns {Axis}
 */
export function useAxis(settings, catalog) {
  const [axis, metric, log] = [settings.axis.value, settings.xMetric.value, settings.logX.value];
  return useMemo(() => {
    if (axis !== "metric") return { axis, metric: "", log: log && axis !== "wall" };
    const known = catalog.scalars.some(({ tag }) => tag === metric);
    return { axis: known ? axis : "step", metric: known ? metric : "", log };
  }, [axis, metric, log, catalog.scalars.length]);
}

/**
 * The stretches of x and y that somebody has chosen for a card, and how to choose others.
 *
 * @param {string} tag
 * @param {Settings} settings
 * @param {Axis} axis
 */
export function useCardView(tag, settings, axis) {
  const { zoom, syncZoom, yRange } = settings;
  const key = axisKey(axis.axis, axis.metric);
  const own = useComputed(() => zoom.value.get(tag) ?? null).value;
  const shared = useComputed(() => (syncZoom.value ? (zoom.value.get(ALL_CHARTS) ?? null) : null)).value;
  const source = syncZoom.value ? shared : own;
  const x = source?.axis === key ? source.x : null;
  const y = own?.y ?? null;

  /** @param {Domain | null} newX @param {Domain | null} newY */
  const show = (newX, newY) =>
    batch(() => {
      const together = syncZoom.peek();
      let views = withView(zoom.peek(), tag, { axis: key, x: together ? null : newX, y: newY });
      if (together) views = withView(views, ALL_CHARTS, { axis: key, x: newX, y: null });
      zoom.value = views;
    });
  return { x, y: y ?? yRange.value, ownY: y, isZoomed: x !== null || y !== null, show };
}

/**
 * What LineChart is to draw: the axis and the lines that have come, within the view somebody chose or the one that
 * fits.
 *
 * @param {{
 *   lines: readonly import("../charts/line_chart.js").Line[], data: { held: import("../state/series.js").Conditions | null },
 *   view: { x: Domain | null, y: Domain | null }, axis: Axis, settings: Settings, titled: boolean,
 * }} input    `titled`: there is room for the name of the x axis
 * @returns {import("../charts/line_chart.js").ChartState}
 */
export function useChartState({ lines, data, view, axis: wanted, settings, titled }) {
  const fullX = useRef(/** @type {Domain} */ ([0, 1]));
  const logY = settings.logY.value;
  const ignoreOutliers = settings.ignoreOutliers.value;
  const raw = settings.raw.value;
  const colors = useChartColors();
  const { held } = data;
  const axis = held?.x ?? wanted.axis;
  const metric = held ? (held.x_tag ?? "") : wanted.metric;
  const xScale = (held?.log_x ?? wanted.log) ? LOG : LINEAR;
  const series = useMemo(() => lines.map((line) => line.series), [lines]);
  // What has come for a zoomed view says nothing about the ends of the whole, which are kept for the way back.
  const whole = useMemo(() => (held?.range ? fullX.current : xDomain(series, xScale)), [series, xScale]);
  fullX.current = whole;
  const isThere = axisKey(axis, metric) === axisKey(wanted.axis, wanted.metric);
  const chosen = isThere && view.x && !(xScale === LOG && view.x[0] <= 0) ? view.x : null;
  const x = chosen ?? /** @type {Domain} */ (whole);
  const yScale = useMemo(() => (logY ? logScaleFor(series) : LINEAR), [series, logY]);
  const fitted = useMemo(
    () => yDomain(series, { scale: yScale, ignoreOutliers, withRaw: raw !== "none", within: x }),
    [series, yScale, ignoreOutliers, raw === "none", x[0], x[1]],
  );
  // A chosen y may reach to 0 and below, where a logarithmic axis has no place.
  const y = view.y && !(yScale === LOG && view.y[0] <= 0) ? view.y : fitted;
  const xTitle = axis === "metric" ? metric : titled ? TITLES[axis] : "";
  return { lines, axis, xScale, yScale, xTitle, raw, x, y, mark: null, colors };
}

/** @returns {import("../charts/line_chart.js").ChartColors} */
function useChartColors() {
  const dark = isDark.value;
  return useMemo(
    () => ({
      text: themeColor("--text-muted"),
      grid: themeColor("--grid"),
      axis: themeColor("--axis"),
      surface: themeColor("--surface"),
      accent: themeColor("--accent"),
    }),
    [dark],
  );
}

/** A range, once it has stopped moving. @param {Domain | null} range @returns {Domain | null} */
export function useSettled(range) {
  const [settled, setSettled] = useState(range);
  useEffect(() => {
    if (range === null) {
      setSettled(null);
      return undefined;
    }
    const timer = setTimeout(() => setSettled(range), SETTLE);
    return () => clearTimeout(timer);
  }, [range?.[0], range?.[1]]);
  return settled;
}

/**
 * The pixels of a plot, rounded up, so that cards of nearly the same width share a request and small changes of the
 * window ask for nothing new.
 *
 * @param {{ current: HTMLElement | null }} element @param {boolean} wide @param {boolean} visible
 */
export function useRequestWidth(element, wide, visible) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target || !visible) return undefined;
    const measure = () => {
      const pixels = Math.max(16, target.clientWidth - BESIDE_PLOT) * devicePixelRatio;
      setWidth(Math.min(4096, Math.ceil(pixels / 128) * 128));
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(target);
    return () => sizes.disconnect();
  }, [wide, visible]);
  return width;
}

/**
 * Into how many columns the server is to divide the plot. The more lines lie over one another, the less can be seen of each:
 * a column is then several pixels wide. Its first, last, lowest and highest points are still drawn.
 *
 * @param {number} lines
 * @param {number} pixels    of the plot
 */
export function columnsFor(lines, pixels) {
  const wide = lines <= 100 ? 1 : lines <= 200 ? 2 : lines <= 400 ? 4 : 8;
  return pixels && Math.max(16, Math.round(pixels / wide));
}

/** Of the page, in CSS pixels. */
export function useWindowHeight() {
  const [height, setHeight] = useState(innerHeight);
  useEffect(() => {
    const measure = () => setHeight(innerHeight);
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return height;
}
