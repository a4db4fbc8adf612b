/** The catalog in, the colour of each run out, on light and dark surfaces: the same on every page. */
import { useMemo } from "preact/hooks";

import { assignColors } from "../colors.js";
import { isDark } from "../theme_colors.js";

/** @param {import("../api.js").Catalog} catalog @returns {(run: string) => string} the same function until a colour changes */
export function useRunColors(catalog) {
  const dark = isDark.value;
  return useMemo(() => {
    const shades = assignColors(catalog.runs);
    return (/** @type {string} */ run) => shades.get(run)?.[dark ? "dark" : "light"] ?? "gray";
  }, [catalog, dark]);
}
