/** Small pictures for buttons, drawn in the colour of the text around them. All are 16 × 16 with strokes of 1.5. */
import { html } from "../html.js";

/** @param {string} path    SVG path data */
function icon(path) {
  return () => html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;
}

export const GearIcon = icon("M2 4.5h4M10 4.5h4M2 11.5h6M12 11.5h2M8 2.5v4M10 9.5v4");
export const CloseIcon = icon("M3.5 3.5l9 9M12.5 3.5l-9 9");
export const ChevronIcon = icon("M6 3.5 10.5 8 6 12.5");
export const SidebarIcon = icon("M2.5 2.5h11v11h-11zM6.5 2.5v11");
export const ResetIcon = icon("M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.5v3.3h3.3");
export const WidenIcon = icon("M9.5 2.5h4v4M13.5 2.5l-4.5 4.5M6.5 13.5h-4v-4M2.5 13.5 7 9");
export const NarrowIcon = icon("M13.5 6.5h-4v-4M9.5 6.5 14 2M2.5 9.5h4v4M6.5 9.5 2 14");
export const PinIcon = icon("M5.5 2h5M6.5 2v4.5L4.5 9h7l-2-2.5V2M8 9v5");
export const MoreIcon = icon("M3 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M7.5 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M12 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0");
export const DownloadIcon = icon("M8 2v8.5M4.5 7 8 10.5 11.5 7M2.5 13.5h11");
export const WarningIcon = icon("M8 2 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.2");
export const InfoIcon = icon("M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 7.3v4M8 4.7v.2");
export const CopyIcon = icon("M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3");
export const CheckIcon = icon("M3 8.5 6.5 12 13 4.5");
export const StarIcon = icon("M8 1.8l1.9 4 4.4.6-3.2 3 .8 4.4L8 11.7l-3.9 2.1.8-4.4-3.2-3 4.4-.6Z");
export const CompareIcon = icon("M2.5 2.5h4v11h-4zM9.5 2.5h4v11h-4z");
