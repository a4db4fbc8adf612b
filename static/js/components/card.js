/**
 * Tags and the runs that are drawn in, their card out: heading, chart, how many points there are, what can be saved.
 *
 * @typedef {object} Part     what is drawn of a tag; the first part is the card's own, others are drawn into its chart
 * @property {string} tag
 * @property {import("../api.js").ScalarTag} scalar
 * @property {readonly string[]} runs    names, in the order of the run list, of those that have the tag and are drawn
 */
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { dashOf } from "../charts/dashes.js";
import { counted, formatStep, formatValue } from "../format.js";
import { html } from "../html.js";
import { TagsSeries } from "../state/tags_series.js";
import { isDark } from "../theme_colors.js";
import { Footer } from "./card_footer.js";
import { CardHead } from "./card_head.js";
import { useMark } from "./card_mark.js";
import { columnsFor, useCardView, useChartState, useRequestWidth, useSettled, useWindowHeight } from "./card_view.js";
import { Chart } from "./chart.js";
import { MarkedTable } from "./marked_table.js";
import { OverlayDialog, OverlayLegend, overlayOf, setOverlay } from "./overlay.js";
import { paced } from "./pace.js";
import { SaveDialog } from "./save_dialog.js";
import { useTagTarget } from "./tag_drag.js";
import { useVisible } from "./visibility.js";
import { YRange } from "./y_range.js";

/** The least width of a card, which grows to fill its row, and the height of its chart, in CSS pixels. */
export const CARD_SIZES = {
  small: { width: 250, height: 150 },
  medium: { width: 340, height: 210 },
  large: { width: 540, height: 320 },
};
const WIDE_HEIGHT = 440;

/** What a card that covers the page needs beside its chart, without and with a table. */
const BESIDE_CHART = 86;
const BESIDE_CHART_AND_TABLE = 262;

/**
 * @param {{
 *   parts: readonly Part[],
 *   group: string,
 *   page: import("../dashboards/scalars.js").CardsPage,
 *   full: boolean,
 * }} props    `group`: the heading above; `full`: the card covers the page
 */
export function Card({ parts, group, page, full }) {
  const { settings, changes, colorOf, axis, loader, hover, crosshair, smoothing } = page;
  const [{ tag, scalar }, ...others] = parts;
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  const visible = useVisible(element);
  const [version, setVersion] = useState(0);
  const [wide, setWide] = useState(false);
  const [opened, setOpened] = useState(/** @type {import("./card_head.js").Opened | null} */ (null));
  const view = useCardView(tag, settings, axis);
  // Of a thousand runs parts come faster than lines can be drawn.
  const redraw = useMemo(() => paced(() => setVersion((count) => count + 1)), []);
  const data = useMemo(() => new TagsSeries(loader, redraw), []);

  const range = useSettled(view.x);
  const width = columnsFor(parts.reduce((sum, { runs }) => sum + runs.length, 0), useRequestWidth(element, wide, visible));
  const windowHeight = useWindowHeight();
  const weight = smoothing.value;
  const method = settings.smoothingMethod.value;
  const segments = /** @type {"all" | "surviving"} */ (settings.superseded.value ? "all" : "surviving");
  const along = { x: axis.axis, x_tag: axis.metric || null, log_x: axis.log };
  useLayoutEffect(() => {
    const conditions = { ...along, range, width, smoothing: weight, smoothing_method: method, segments };
    if (visible && width > 0) data.want(parts, conditions);
    else data.pause();
  }, [visible, parts, axis, range?.[0], range?.[1], width, weight, method, segments]);
  useEffect(() => changes.subscribe((now) => data.notice(now)), [data]);
  useEffect(() => () => data.pause(), [data]);
  const at = useMark(parts, visible, page);

  const dark = isDark.value;
  const lines = useMemo(() => {
    const dashes = new Map(parts.map((part, index) => [part.tag, dashOf(index)]));
    return data.all(parts).map((series) => ({ series, color: colorOf(series.run), dash: dashes.get(series.tag) }));
  }, [version, parts, dark, colorOf]);
  const state = { ...useChartState({ lines, data, view, axis, settings, titled: wide || full }), mark: at.mark };

  /** What is shown, for paper. */
  const figure = async () => {
    const { figureOf } = await import("../export/figure.js");
    return figureOf(state, { title: tag, colorOf: page.paperColorOf });
  };

  useEffect(() => {
    if (!visible || lines.length === 0) return undefined;
    const membersOf = (/** @type {Part} */ part) => page.membersOf(part.runs, part.scalar);
    /** @type {[string, string][]} */
    const pairs = parts.flatMap((part) => membersOf(part).map((run) => /** @type {[string, string]} */ ([run, part.tag])));
    page.shown.set(id, { figure, pairs, element: element.current });
    return () => page.shown.delete(id);
  });

  const [dropping, target] = useTagTarget((dropped) =>
    setOverlay(settings.overlays, tag, [...overlayOf(settings.overlays.peek(), tag), dropped]),
  );

  // A card that grows takes a row of its own, which may be further down.
  useEffect(() => {
    if (wide) element.current?.scrollIntoView({ block: "nearest" });
  }, [wide]);

  const beside = at.mark ? BESIDE_CHART_AND_TABLE : BESIDE_CHART;
  const ordinary = wide ? WIDE_HEIGHT : CARD_SIZES[settings.cardSize.value].height;
  const height = full ? Math.max(WIDE_HEIGHT / 2, windowHeight - beside) : ordinary;
  return html`
    <article
      class="card ${wide ? "card-wide" : ""} ${dropping ? "card-target" : ""}"
      ref=${element}
      aria-label=${tag}
      ...${target}
    >
      <${CardHead}
        scalar=${scalar}
        group=${group}
        isZoomed=${view.isZoomed}
        onReset=${() => view.show(null, null)}
        opened=${opened}
        setOpened=${setOpened}
        wide=${wide}
        setWide=${setWide}
        full=${full}
        settings=${settings}
      />
      ${
        opened === "save" &&
        html`
        <${SaveDialog}
          tag=${tag}
          parts=${parts.map((part) => ({ ...part, runs: page.membersOf(part.runs, part.scalar) }))}
          colorOf=${page.runColorOf}
          figure=${figure}
          conditions=${{ smoothing: weight, smoothing_method: method, segments }}
          onClose=${() => setOpened(null)}
        />
      `
      }
      ${
        opened === "overlay" &&
        html`
        <${OverlayDialog}
          tag=${tag}
          others=${overlayOf(settings.overlays.value, tag)}
          tags=${page.tags}
          overlays=${settings.overlays}
          onClose=${() => setOpened(null)}
        />
      `
      }
      ${
        others.length > 0 &&
        html`<${OverlayLegend} tag=${tag} others=${others.map((part) => part.tag)} overlays=${settings.overlays} />`
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
                if (now) hover.value = { ...now, source: id };
                else if (hover.peek()?.source === id) hover.value = null;
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
    .map(({ series: { run, tag: of, last } }) => ({ name: of === tag ? run : `${run} ${of}`, last }))
    .map(({ name, last }) =>
      last ? `${name}: ${formatValue(last.value)} at step ${formatStep(last.step)}` : name,
    );
  return `${tag}, last values: ${told.join("; ")}${lines.length > 5 ? `; and ${counted(lines.length - 5, "more run")}` : ""}`;
}
