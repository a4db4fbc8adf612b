/**
 * A tag and the runs that are drawn in, its card out: heading, chart, how many points there are, downloads.
 *
 * @typedef {import("../charts/domain.js").Domain} Domain
 * @typedef {{ x: Domain, y: Domain | null }} View    what somebody has zoomed to; y null: whatever fits
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { exportHref } from "../api.js";
import { xDomain, yDomain } from "../charts/domain.js";
import { counted, formatCount, formatExactly, formatStep, formatValue } from "../format.js";
import { nameInGroup } from "../grouping.js";
import { html } from "../html.js";
import { CardSeries } from "../state/card_series.js";
import { isDark, themeColor } from "../theme_colors.js";
import { Chart } from "./chart.js";
import { useDialogFocus } from "./dialog_focus.js";
import { CloseIcon, DownloadIcon, InfoIcon, NarrowIcon, ResetIcon, WarningIcon, WidenIcon } from "./icons.js";
import { useVisible } from "./visibility.js";

const HEIGHT = 210;
const WIDE_HEIGHT = 440;

/** Room beside the plot for the y axis and the padding, in CSS pixels. */
const BESIDE_PLOT = 60;

/** While somebody zooms or pans, points are asked for this many milliseconds after the last move. */
const SETTLE = 120;

/**
 * @param {{
 *   scalar: import("../api.js").ScalarTag,
 *   runs: readonly string[],
 *   page: import("../dashboards/scalars.js").CardsPage,
 * }} props    `runs`: names, in the order of the run list, of those that have this tag and are drawn
 */
export function Card({ scalar, runs, page }) {
  const { settings, changes, colorOf, views, loader, hover, smoothing } = page;
  const { tag } = scalar;
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const visible = useVisible(element);
  const [version, setVersion] = useState(0);
  const [wide, setWide] = useState(false);
  const [listed, setListed] = useState(false);
  const [view, setView] = useState(() => views.get(tag) ?? null);
  const data = useMemo(() => new CardSeries(loader, tag, () => setVersion((count) => count + 1)), [tag]);

  const axis = settings.axis.value;
  const range = useSettled(view?.x ?? null);
  const width = useRequestWidth(element, wide, visible);
  const weight = smoothing.value;
  const method = settings.smoothingMethod.value;
  const segments = /** @type {"all" | "surviving"} */ (settings.superseded.value ? "all" : "surviving");
  useLayoutEffect(() => {
    const conditions = { x: axis, range, width, smoothing: weight, smoothing_method: method, segments };
    if (visible && width > 0) data.want(runs, conditions);
    else data.pause();
  }, [visible, runs, axis, range?.[0], range?.[1], width, weight, method, segments]);
  useEffect(() => changes.subscribe((now) => data.notice(now)), [data]);
  useEffect(() => () => data.pause(), [data]);

  /** @param {View | null} next */
  const show = (next) => {
    if (next) views.set(tag, next);
    else views.delete(tag);
    setView(next);
  };
  /** The button goes with the zoom: its neighbour takes the focus. @param {MouseEvent} event */
  const resetFromButton = (event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    /** @type {HTMLElement | null} */ (button.nextElementSibling)?.focus();
    show(null);
  };
  // A stretch of steps says nothing on an axis of seconds.
  const lastAxis = useRef(axis);
  useEffect(() => {
    if (lastAxis.current !== axis) show(null);
    lastAxis.current = axis;
  }, [axis]);

  const dark = isDark.value;
  const lines = useMemo(() => {
    const drawn = runs.map((run) => data.series.get(run)).filter((series) => series !== undefined);
    return drawn.map((series) => ({ series, color: colorOf(series.run) }));
  }, [version, runs, dark, colorOf]);
  const fullX = useRef(/** @type {Domain} */ ([0, 1]));
  const state = useChartState({ lines, data, view, fullX, settings, dark });

  // A card that grows takes a row of its own, which may be further down.
  useEffect(() => {
    if (wide) element.current?.scrollIntoView({ block: "nearest" });
  }, [wide]);

  const height = wide ? WIDE_HEIGHT : HEIGHT;
  const renamed = scalar.display_name !== "" && scalar.display_name !== tag;
  return html`
    <article class="card ${wide ? "card-wide" : ""}" ref=${element} aria-label=${tag}>
      <header class="card-head">
        <h3 class="card-title" title=${tag}>${renamed ? scalar.display_name : nameInGroup(tag)}</h3>
        ${
          scalar.description &&
          html`
          <span class="card-info" tabindex="0" role="note" aria-label=${scalar.description} title=${scalar.description}>
            <${InfoIcon} />
          </span>
        `
        }
        <div class="card-actions">
          ${
            view &&
            html`
            <button
              class="icon-button"
              aria-label="Reset zoom of ${tag}"
              title="Reset zoom (double-click)"
              onClick=${resetFromButton}
            >
              <${ResetIcon} />
            </button>
          `
          }
          <button
            class="icon-button"
            aria-label="Download data of ${tag}"
            title="Download data"
            aria-expanded=${listed}
            onClick=${() => setListed(!listed)}
          >
            <${DownloadIcon} />
          </button>
          <button
            class="icon-button"
            aria-label=${wide ? `Make the card of ${tag} small` : `Enlarge the card of ${tag}`}
            title=${wide ? "Smaller" : "Larger"}
            aria-pressed=${wide}
            onClick=${() => setWide(!wide)}
          >
            <${wide ? NarrowIcon : WidenIcon} />
          </button>
        </div>
      </header>
      ${listed && html`<${Downloads} tag=${tag} runs=${runs} colorOf=${colorOf} onClose=${() => setListed(false)} />`}
      ${
        visible && lines.length > 0
          ? html`<${Chart}
              state=${state}
              height=${height}
              name=${tag}
              label=${describe(tag, lines)}
              onZoom=${(/** @type {Domain} */ x, /** @type {Domain | null} */ y) => show({ x, y })}
              onReset=${() => show(null)}
              onHover=${(/** @type {any} */ now) => {
                if (now) hover.value = { ...now, tag };
                else if (hover.peek()?.tag === tag) hover.value = null;
              }}
            />`
          : html`<div class="chart chart-waiting" style=${{ height: `${height}px` }} aria-busy="true"></div>`
      }
      <${Footer} lines=${lines} zoomed=${view !== null} error=${data.error} settings=${settings} />
    </article>
  `;
}

/**
 * What LineChart is to draw: the axis and the lines that have come, within the view somebody chose or the one that
 * fits.
 *
 * @param {{
 *   lines: readonly import("../charts/line_chart.js").Line[], data: CardSeries, view: View | null,
 *   fullX: { current: Domain | null }, settings: import("../state/session.js").Settings, dark: boolean,
 * }} input
 * @returns {import("../charts/line_chart.js").ChartState}
 */
function useChartState({ lines, data, view, fullX, settings, dark }) {
  const logY = settings.logY.value;
  const ignoreOutliers = settings.ignoreOutliers.value;
  const raw = settings.raw.value;
  const colors = useMemo(
    () => ({
      text: themeColor("--text-muted"),
      grid: themeColor("--grid"),
      axis: themeColor("--axis"),
      surface: themeColor("--surface"),
    }),
    [dark],
  );
  const axis = data.held?.x ?? settings.axis.value;
  // What has come for a zoomed view says nothing about the ends of the whole, which are kept for the way back.
  const whole = useMemo(() => (data.held?.range ? fullX.current : xDomain(lines.map((line) => line.series))), [lines]);
  fullX.current = whole;
  const x = view && axis === settings.axis.value ? view.x : /** @type {Domain} */ (whole);
  const fitted = useMemo(
    () =>
      yDomain(
        lines.map((line) => line.series),
        { logY, ignoreOutliers, withRaw: raw !== "none", within: x },
      ),
    [lines, logY, ignoreOutliers, raw === "none", x[0], x[1]],
  );
  return { lines, axis, logY, raw, x, y: usable(view?.y ?? null, logY) ?? fitted, colors };
}

/**
 * A chosen y may reach to 0 and below, where a logarithmic axis has no place.
 *
 * @param {Domain | null} y
 * @param {boolean} logY
 */
function usable(y, logY) {
  return y && (!logY || y[0] > 0) ? y : null;
}

/**
 * @param {{
 *   lines: readonly import("../charts/line_chart.js").Line[], zoomed: boolean, error: string | null,
 *   settings: import("../state/session.js").Settings,
 * }} props
 */
function Footer({ lines, zoomed, error, settings }) {
  const series = lines.map((line) => line.series);
  const count = series.reduce((sum, one) => sum + one.count, 0);
  const inRange = series.reduce((sum, one) => sum + one.inRange, 0);
  const nonfinite = series.reduce((sum, one) => sum + one.nonfinite, 0);
  const superseded = series.reduce((sum, one) => sum + one.superseded, 0);
  const last = series.length === 1 ? series[0].last : null;
  const all = counted(count, "point");
  const points = count === 0 ? "" : zoomed ? `${formatCount(inRange)} of ${all}` : `${all}, all kept`;
  return html`
    <footer class="card-foot">
      ${
        error
          ? html`<span class="card-error" role="alert"><${WarningIcon} /> ${error}</span>`
          : html`
            <span
              class="card-points"
              title="Every point that was logged is kept, and lines are computed from all of them."
            >
              ${points}
            </span>
            ${superseded > 0 && html`<${Superseded} count=${superseded} shown=${settings.superseded} />`}
            ${
              nonfinite > 0 &&
              html`
              <span class="card-nonfinite" title="NaN and infinite values, drawn as triangles">
                ${formatCount(nonfinite)} non-finite
              </span>
            `
            }
            ${
              last &&
              html`
              <span class="card-last" title=${formatExactly(last.value)}>
                last <b>${formatValue(last.value)}</b> at ${formatStep(last.step)}
              </span>
            `
            }
          `
      }
    </footer>
  `;
}

/** @param {{ tag: string, runs: readonly string[], colorOf: (run: string) => string, onClose: () => void }} props */
function Downloads({ tag, runs, colorOf, onClose }) {
  const focus = useDialogFocus(onClose);
  return html`
    <div class="downloads" role="dialog" aria-label="Download data of ${tag}" ...${focus}>
      <div class="downloads-head">
        <span>All points of a run</span>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
      </div>
      <ul>
        ${runs.map(
          (run) => html`
            <li key=${run}>
              <span class="swatch" style=${{ background: colorOf(run) }}></span>
              <span class="downloads-run" title=${run}>${run}</span>
              <a href=${exportHref(run, tag, "csv")} download=${fileName(run, tag, "csv")}>CSV</a>
              <a href=${exportHref(run, tag, "json")} download=${fileName(run, tag, "json")}>JSON</a>
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}

/** @param {string} run @param {string} tag @param {string} extension */
function fileName(run, tag, extension) {
  return `${`${run}-${tag}`.replace(/[^\w.-]+/g, "_")}.${extension}`;
}

/**
 * What a chart shows, in words, for who cannot see it.
 *
 * @param {string} tag
 * @param {readonly import("../charts/line_chart.js").Line[]} lines
 */
function describe(tag, lines) {
  const told = lines
    .slice(0, 5)
    .map(({ series: { run, last } }) =>
      last ? `${run}: ${formatValue(last.value)} at step ${formatStep(last.step)}` : run,
    );
  return `${tag}, last values: ${told.join("; ")}${lines.length > 5 ? `; and ${counted(lines.length - 5, "more run")}` : ""}`;
}

/** A range, once it has stopped moving. @param {Domain | null} range @returns {Domain | null} */
function useSettled(range) {
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
function useRequestWidth(element, wide, visible) {
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

/** @param {{ count: number, shown: import("@preact/signals-core").Signal<boolean> }} props */
function Superseded({ count, shown }) {
  return html`
    <span class="card-superseded">
      ${formatCount(count)} superseded by a restart:${" "}
      <button
        class="link-button"
        title="The run was resumed, and went over steps again that it had logged before. All charts follow."
        onClick=${() => (shown.value = !shown.value)}
      >
        ${shown.value ? "hide" : "show all"}
      </button>
    </span>
  `;
}
