/** Runs, or groups of them, in, the colour of each out, on light and dark surfaces: the same on every page. */
import { useMemo } from "preact/hooks";

import { COLORS, assignColors } from "../colors.js";
import { isDark } from "../theme_colors.js";
import { allAnnotations } from "./annotations.js";

/**
 * @param {import("../api.js").Catalog} catalog
 * @param {boolean} [dark]    the surface; unless told, that of the page
 * @returns {(run: string) => string} the same function until a colour changes
 */
export function useRunColors(catalog, dark = isDark.value) {
  const chosen = allAnnotations();
  const key = Object.entries(chosen).map(([run, { color }]) => (color ? `${color} ${run}` : "")).join("\n");
  return useMemo(() => {
    const shades = assignColors(catalog.runs);
    for (const [run, { color }] of Object.entries(chosen)) {
      if (color && Object.hasOwn(COLORS, color)) shades.set(run, COLORS[color]);
    }
    return (/** @type {string} */ run) => shades.get(run)?.[dark ? "dark" : "light"] ?? "gray";
  }, [catalog, dark, key]);
}

/** @param {readonly { name: string }[]} groups @param {boolean} [dark] the surface; unless told, that of the page @returns {(group: string) => string} */
export function useGroupColors(groups, dark = isDark.value) {
  const names = groups.map(({ name }) => name).join("\n");
  return useMemo(() => {
    const shades = assignColors(groups.map(({ name }, index) => ({ name, first_wall_time: index })));
    return (/** @type {string} */ group) => shades.get(group)?.[dark ? "dark" : "light"] ?? "gray";
  }, [names, dark]);
}
