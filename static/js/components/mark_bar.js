/** The mark that all charts share in, a line below the toolbar out that tells it, moves it and takes it away. */
import { formatWallTime } from "../format.js";
import { html } from "../html.js";
import { axisKey } from "../state/views.js";
import { CloseIcon } from "./icons.js";

const NAMES = { step: "step", relative: "second", wall: "" };

/** @param {{ settings: import("../state/session.js").Settings, axis: import("./card_view.js").Axis }} props */
export function MarkBar({ settings, axis: { axis, metric } }) {
  const { mark } = settings;
  const now = mark.value;
  if (now === null || now.axis !== axisKey(axis, metric)) return null;
  const name = axis === "metric" ? metric : NAMES[axis];
  /** @param {"from" | "to"} end */
  const field = (end) =>
    axis === "wall"
      ? html`<b>${formatWallTime(now[end] ?? NaN)}</b>`
      : html`
        <input
          type="number"
          step="any"
          value=${now[end]}
          aria-label=${end === "from" ? `Marked ${name}` : `Last marked ${name}`}
          onChange=${(/** @type {any} */ event) => move(end, event.currentTarget.valueAsNumber)}
        />
      `;
  /** @param {"from" | "to"} end @param {number} place */
  const move = (end, place) => {
    const moved = { ...now, [end]: place };
    if (Number.isFinite(place) && (moved.to === null || moved.from < moved.to)) mark.value = moved;
  };
  return html`
    <div class="mark-bar" role="region" aria-label="Mark">
      ${
        now.to === null
          ? html`<span>Values at ${name}</span>${field("from")}<span class="mark-hint">Shift+click a chart for a range.</span>`
          : html`<span>Values from ${name}</span>${field("from")}<span>to</span>${field("to")}`
      }
      <button class="icon-button" aria-label="Clear the mark" title="Clear the mark" onClick=${() => (mark.value = null)}>
        <${CloseIcon} />
      </button>
    </div>
  `;
}
