/** A tag and the runs that are drawn in, its card out: heading, chart, how many points there are, downloads. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { counted, formatStep, formatValue } from "../format.js";
import { nameInGroup } from "../grouping.js";
import { html } from "../html.js";
import { CardSeries } from "../state/card_series.js";
import { isDark } from "../theme_colors.js";
import { Footer } from "./card_footer.js";
import { useCardView, useChartState, useRequestWidth, useSettled } from "./card_view.js";
import { Chart } from "./chart.js";
import { Downloads } from "./downloads.js";
import { useMark } from "./card_mark.js";
import { DownloadIcon, InfoIcon, NarrowIcon, RangeIcon, ResetIcon, WidenIcon } from "./icons.js";
import { MarkedTable } from "./marked_table.js";
import { useVisible } from "./visibility.js";
import { YRange } from "./y_range.js";

const HEIGHT = 210;
const WIDE_HEIGHT = 440;

/**
 * @param {{
 *   scalar: import("../api.js").ScalarTag,
 *   runs: readonly string[],
 *   page: import("../dashboards/scalars.js").CardsPage,
 * }} props    `runs`: names, in the order of the run list, of those that have this tag and are drawn
 */
export function Card({ scalar, runs, page }) {
  const { settings, changes, colorOf, axis, loader, hover, crosshair, smoothing } = page;
  const { tag } = scalar;
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const visible = useVisible(element);
  const [version, setVersion] = useState(0);
  const [wide, setWide] = useState(false);
  const [opened, setOpened] = useState(/** @type {"downloads" | "y range" | null} */ (null));
  const view = useCardView(tag, settings, axis);
  const data = useMemo(() => new CardSeries(loader, tag, () => setVersion((count) => count + 1)), [tag]);

  const range = useSettled(view.x);
  const width = useRequestWidth(element, wide, visible);
  const weight = smoothing.value;
  const method = settings.smoothingMethod.value;
  const segments = /** @type {"all" | "surviving"} */ (settings.superseded.value ? "all" : "surviving");
  useLayoutEffect(() => {
    const along = { x: axis.axis, x_tag: axis.metric || null, log_x: axis.log };
    const conditions = { ...along, range, width, smoothing: weight, smoothing_method: method, segments };
    if (visible && width > 0) data.want(runs, conditions);
    else data.pause();
  }, [visible, runs, axis, range?.[0], range?.[1], width, weight, method, segments]);
  useEffect(() => changes.subscribe((now) => data.notice(now)), [data]);
  useEffect(() => () => data.pause(), [data]);
  const at = useMark(tag, runs, visible, page);

  /** The button goes with the zoom: its neighbour takes the focus. @param {MouseEvent} event */
  const resetFromButton = (event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    /** @type {HTMLElement | null} */ (button.nextElementSibling)?.focus();
    view.show(null, null);
  };

  const dark = isDark.value;
  const lines = useMemo(() => {
    const drawn = runs.map((run) => data.series.get(run)).filter((series) => series !== undefined);
    return drawn.map((series) => ({ series, color: colorOf(series.run) }));
  }, [version, runs, dark, colorOf]);
  const state = { ...useChartState({ lines, data, view, axis, settings, titled: wide }), mark: at.mark };

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
            view.isZoomed &&
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
            aria-expanded=${opened === "downloads"}
            onClick=${() => setOpened(opened === "downloads" ? null : "downloads")}
          >
            <${DownloadIcon} />
          </button>
          <button
            class="icon-button"
            aria-label="Y range of ${tag}"
            title="Y range"
            aria-expanded=${opened === "y range"}
            onClick=${() => setOpened(opened === "y range" ? null : "y range")}
          >
            <${RangeIcon} />
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
      ${
        opened === "downloads" &&
        html`<${Downloads} tag=${tag} runs=${runs} colorOf=${colorOf} onClose=${() => setOpened(null)} />`
      }
      ${opened === "y range" && html`<${YRange} tag=${tag} view=${view} settings=${settings} onClose=${() => setOpened(null)} />`}
      ${
        visible && lines.length > 0
          ? html`<${Chart}
              state=${state}
              height=${height}
              name=${tag}
              label=${describe(tag, lines)}
              crosshair=${settings.syncCursor.value ? crosshair : null}
              onZoom=${(/** @type {any} */ x, /** @type {any} */ y) => view.show(x, y ?? (settings.syncZoom.value ? view.ownY : null))}
              onReset=${() => view.show(null, null)}
              onMark=${at.setMark}
              onHover=${(/** @type {any} */ now) => {
                if (now) hover.value = { ...now, tag };
                else if (hover.peek()?.tag === tag) hover.value = null;
              }}
            />`
          : html`<div class="chart chart-waiting" style=${{ height: `${height}px` }} aria-busy="true"></div>`
      }
      ${
        lines.length > 0 &&
        lines.every(({ series }) => series.shown === 0) &&
        html`<p class="chart-nothing">No points ${axis.metric ? `with ${axis.metric}` : "here"}</p>`
      }
      ${
        at.mark &&
        at.rows.length > 0 &&
        html`
        <${MarkedTable}
          tag=${tag}
          isStretch=${at.mark.to !== null}
          rows=${at.rows}
          smoothed=${weight > 0}
          colorOf=${colorOf}
          order=${page.markedOrder}
        />
      `
      }
      <${Footer} lines=${lines} zoomed=${view.x !== null} axis=${axis} error=${data.error} settings=${settings} />
    </article>
  `;
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
