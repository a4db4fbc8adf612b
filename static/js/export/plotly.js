/** A figure in, the JSON of a Plotly figure out: `plotly.io.from_json` and Chart Studio read it. */
import { SOLID } from "../charts/dashes.js";
import { isJoined } from "../charts/marks.js";
import { pointsInView } from "./figure.js";

/** @param {import("./figure.js").Figure} figure */
export function plotlyOf({ state, title, xLabel, yLabel, nameOf }) {
  const isDate = state.axis === "wall";
  const xOf = (/** @type {number} */ x) => (isDate ? new Date(x * 1000).toISOString() : x);
  const data = state.lines.map(({ series, color, dash = SOLID }) => {
    const points = pointsInView(series, state.x, isJoined(state.axis));
    return {
      type: "scatter",
      mode: points.length > 1 ? "lines" : "markers",
      name: nameOf(series),
      line: { color, dash: dash.plotly },
      marker: { color },
      x: points.map((point) => (point ? xOf(point.x) : null)),
      // JSON has no NaN and no infinities: a null is a gap in the line.
      y: points.map((point) => (point && Number.isFinite(point.y) ? point.y : null)),
    };
  });
  const isLogX = state.xScale.kind === "log";
  // Plotly has no symlog axis.
  const isLogY = state.yScale.kind === "log";
  const layout = {
    title: { text: title },
    xaxis: {
      title: { text: xLabel },
      type: isDate ? "date" : isLogX ? "log" : "linear",
      range: state.x.map((end) => (isLogX ? Math.log10(end) : xOf(end))),
    },
    yaxis: {
      title: { text: yLabel },
      type: isLogY ? "log" : "linear",
      range: state.y.map((end) => (isLogY ? Math.log10(end) : end)),
    },
    template: { layout: { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff" } },
  };
  return JSON.stringify({ data, layout }, null, 1);
}
