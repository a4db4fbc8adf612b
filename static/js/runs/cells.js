/** A value of a run and the column it stands in, in; what the cell shows out. */
import { formatDuration, formatExactly, formatStep, formatValue, formatWallTime } from "../format.js";
import { html } from "../html.js";

/**
 * @typedef {import("./api.js").Value} Value
 * @typedef {import("./api.js").Column} Column
 */

/** Runs go through these; others are shown as they come. @type {Record<string, string>} */
const STATUS_HELP = {
  running: "Something was logged not long ago",
  stalled: "Silent for much longer than usual",
  finished: "The run said that it has ended well",
  crashed: "The run said that it has failed",
  ended: "Silent for more than a day",
};

/** Whether a column's values stand flush right, so that their digits compare. @param {Column} column */
export function isNumeric({ kind }) {
  return kind === "number" || kind === "duration";
}

/** @param {{ column: Column, value: Value, step: number | null }} props */
export function CellContent({ column, value, step }) {
  if (value === null) return html`<span class="runs-none" aria-label="none">–</span>`;
  if (column.id === "status") {
    return html`
      <span class="run-status run-status-${value}" title=${STATUS_HELP[String(value)]}>
        <span class="run-status-dot"></span>${value}
      </span>
    `;
  }
  const text = cellText(column, value);
  if (column.id === "speed" || column.group === "metric" || column.kind === "number") {
    const where = step === null ? "" : ` at step ${formatStep(step)}`;
    return html`<span title="${formatExactly(Number(value))}${where}">${text}</span>`;
  }
  return html`<span title=${text}>${text}</span>`;
}

/** @param {Column} column @param {NonNullable<Value>} value */
export function cellText({ id, kind }, value) {
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.join(", ");
  if (kind === "time") return formatWallTime(value);
  if (kind === "duration") return formatDuration(value);
  if (id === "steps" || id.endsWith(".step")) return formatStep(value);
  return formatValue(value);
}
