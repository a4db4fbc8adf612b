/** What may change many times a second in, the same at a slower pace out: for what costs the server much. */
import { useEffect, useRef, useState } from "preact/hooks";

/**
 * The first value at once, later ones at most once in so many milliseconds, the latest always.
 *
 * @template T
 * @param {T} value
 * @param {number} pace
 * @returns {T}
 */
export function useAtMostEvery(value, pace) {
  const [shown, setShown] = useState(value);
  const last = useRef(/** @type {number | null} */ (null));
  last.current ??= performance.now();
  useEffect(() => {
    if (value === shown) return undefined;
    const wait = (last.current ?? 0) + pace - performance.now();
    const timer = setTimeout(() => {
      last.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value]);
  return shown;
}

/**
 * A number that grows when the log has news, at most once in so many milliseconds.
 *
 * @param {import("@preact/signals-core").ReadonlySignal<import("./catalog.js").Changes>} changes
 * @param {number} pace
 * @param {boolean} [wanted]    false: it stays as it is
 */
export function useNews(changes, pace, wanted = true) {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (!wanted) return undefined;
    let timer = 0;
    let started = false;
    const stop = changes.subscribe(() => {
      if (started) timer ||= setTimeout(() => setVersion((count) => count + 1), pace);
      started = true;
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [version, wanted]);
  return version;
}
