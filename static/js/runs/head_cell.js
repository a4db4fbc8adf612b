/** A column in, its heading out: sorts with a click, is moved by dragging or Alt with an arrow key, and resized at its edge. */
import { html } from "../html.js";
import { NARROWEST, WIDEST, metricOf } from "./columns.js";
import { isNumeric } from "./cells.js";

/** Pixels a press of an arrow key moves the edge by. */
const KEY_STEP = 16;

/** What is dragged, for headings of this page only. */
const DRAGGED = "application/x-graphboard-column";

/**
 * @param {{
 *   column: import("./api.js").Column, sort: import("./columns.js").Sort, width: number,
 *   before?: import("preact").ComponentChild,
 *   onSort: () => void, onWidth: (width: number) => void,
 *   onNudge?: (by: -1 | 1) => void, onDrop?: (id: string) => void,
 * }} props    `before`: stands in front of the label; without `onNudge` and `onDrop`, the column keeps its place
 */
export function HeadCell({ column, sort, width, before, onSort, onWidth, onNudge, onDrop }) {
  const sorted = sort.column === column.id ? (sort.descending ? "descending" : "ascending") : null;
  const metric = column.group === "metric" ? metricOf(column.id) : null;
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!event.altKey || by === 0 || !onNudge) return;
    event.preventDefault();
    onNudge(by);
  };
  const dragging = onDrop && {
    draggable: true,
    onDragStart: (/** @type {DragEvent} */ event) => event.dataTransfer?.setData(DRAGGED, column.id),
    onDragOver: (/** @type {DragEvent & { currentTarget: HTMLElement }} */ event) => {
      if (!event.dataTransfer?.types.includes(DRAGGED)) return;
      event.preventDefault();
      event.currentTarget.classList.add("runs-drop");
    },
    onDragLeave: (/** @type {DragEvent & { currentTarget: HTMLElement }} */ event) =>
      event.currentTarget.classList.remove("runs-drop"),
    onDrop: (/** @type {DragEvent & { currentTarget: HTMLElement }} */ event) => {
      event.preventDefault();
      event.currentTarget.classList.remove("runs-drop");
      onDrop(event.dataTransfer?.getData(DRAGGED) ?? "");
    },
  };
  const explanation = [column.help || column.label, onNudge && "Drag to move, or press Alt with ← or →"].filter(Boolean).join("\n");
  return html`
    <th scope="col" class=${isNumeric(column) ? "number" : ""} aria-sort=${sorted} ...${dragging}>
      <div class="runs-head">
        ${before}
        <button class="runs-sort" title=${explanation} onClick=${onSort} onKeyDown=${onKeyDown}>
          <span class="runs-head-label">${metric ? metric.tag : column.label}</span>
          ${metric && html`<span class="runs-head-aggregate">${metric.aggregate}</span>`}
          <span class="runs-arrow" aria-hidden="true">${sorted ? (sorted === "ascending" ? "↑" : "↓") : ""}</span>
        </button>
      </div>
      <${Edge} label=${column.label} width=${width} onWidth=${onWidth} />
    </th>
  `;
}

/** @param {{ label: string, width: number, onWidth: (width: number) => void }} props */
function Edge({ label, width, onWidth }) {
  const set = (/** @type {number} */ wanted) => onWidth(Math.min(WIDEST, Math.max(NARROWEST, wanted)));
  /** @param {PointerEvent & { currentTarget: HTMLElement }} event */
  const drag = (event) => {
    event.preventDefault(); // of the heading, which can be dragged, too
    const edge = event.currentTarget;
    const start = event.clientX - width;
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = (move) => set(move.clientX - start);
    edge.onpointerup = () => (edge.onpointermove = null);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const steps = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (steps === 0) return;
    event.preventDefault();
    set(width + steps * KEY_STEP);
  };
  return html`
    <div
      class="runs-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of ${label}"
      aria-valuenow=${width}
      aria-valuemin=${NARROWEST}
      aria-valuemax=${WIDEST}
      tabindex="0"
      onPointerDown=${drag}
      onKeyDown=${onKeyDown}
    ></div>
  `;
}
