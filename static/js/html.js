/**
 * Template strings in, preact elements out: html`<div class="x">${child}</div>`. The one place that joins htm and
 * preact.
 */
import htm from "htm";
import { h } from "preact";

/** @type {(strings: TemplateStringsArray, ...values: unknown[]) => import("preact").VNode} */
export const html = /** @type {any} */ (htm.bind(h));
