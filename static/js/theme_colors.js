/**
 * Names of theme variables in, colours a canvas understands out. A canvas cannot use var(--x), and the value of a
 * variable is still the text "light-dark(…)", so an element is coloured with it and asked what came out.
 */
import { signal } from "@preact/signals-core";

/** Counts changes between light and dark: what has drawn with theme colours reads it and draws again. */
export const themeChanges = signal(0);

/** Whether dark colours are in force. */
export const isDark = signal(darkNow());

/** @param {string} variable    "--grid" @returns {string} */
export function themeColor(variable) {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

/** @param {"system" | "light" | "dark"} theme */
export function applyTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  noticeTheme();
}

function noticeTheme() {
  isDark.value = darkNow();
  themeChanges.value++;
}

function darkNow() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", noticeTheme);
