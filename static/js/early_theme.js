/*
 * The stored theme in, <html data-theme> out, before the first paint: a classic script, because modules run too late.
 */
try {
  const theme = localStorage.getItem("graphboard.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden (private windows, sandboxed frames): then the system's theme is shown.
}
