/**
 * The mark that all charts share in, what the lines of one card say there out: the rows of its table, from all points.
 *
 * @typedef {import("../state/mark.js").Mark} Mark
 */
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";

import { marked } from "../state/mark.js";
import { TagsSeries } from "../state/tags_series.js";
import { axisKey } from "../state/views.js";

/**
 * @param {readonly import("./card.js").Part[]} parts
 * @param {boolean} visible
 * @param {import("../dashboards/scalars.js").CardsPage} page
 */
export function useMark(parts, visible, { settings, axis, smoothing, changes, markedLoader }) {
  const [version, setVersion] = useState(0);
  const data = useMemo(() => new TagsSeries(markedLoader, () => setVersion((count) => count + 1)), []);
  const key = axisKey(axis.axis, axis.metric);
  // A step says nothing on an axis of seconds.
  const mark = settings.mark.value?.axis === key ? settings.mark.value : null;
  const weight = smoothing.value;
  const method = settings.smoothingMethod.value;
  const segments = /** @type {"all" | "surviving"} */ (settings.superseded.value ? "all" : "surviving");
  const [from, to] = [mark?.from ?? null, mark?.to ?? null];
  useLayoutEffect(() => {
    if (!visible || from === null) {
      data.pause();
      return;
    }
    const along = { x: axis.axis, x_tag: axis.metric || null, log_x: axis.log };
    const where = to === null ? { at: from, over: null } : { at: null, over: /** @type {[number, number]} */ ([from, to]) };
    data.want(parts, { ...along, ...where, smoothing: weight, smoothing_method: method, segments });
  }, [data, visible, parts, axis, from, to, weight, method, segments]);
  useEffect(() => changes.subscribe((now) => data.notice(now)), [data]);
  useEffect(() => () => data.pause(), [data]);

  const rows = useMemo(() => {
    // While rows of a stretch are on their way, those of a place say nothing about it.
    return data.all(parts).filter((row) => (to === null ? row.point : row.stretch) !== null);
  }, [version, parts, to === null]);
  /** @param {number} x @param {boolean} extend */
  const setMark = (x, extend) => {
    settings.mark.value = marked(settings.mark.peek(), key, x, extend);
  };
  return { mark, rows, setMark };
}
