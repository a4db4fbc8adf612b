/** A value that may change many times a second in, the same value at a slower pace out: for what costs the server much. */
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
