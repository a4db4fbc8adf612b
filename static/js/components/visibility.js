/** An element in, whether it is on screen or close to it out. Cards in the same scrolling area share one observer. */
import { useLayoutEffect, useState } from "preact/hooks";

/** Cards this close below or above the visible part are made ready. */
const MARGIN = 400;

/** @type {WeakMap<Element, (visible: boolean) => void>} */
const listeners = new WeakMap();

/** @type {WeakMap<Element, IntersectionObserver>} */
const observers = new WeakMap();

/** @param {{ current: Element | null }} ref    to an element inside one with the attribute data-scrolls */
export function useVisible(ref) {
  const [visible, setVisible] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    const area = element?.closest("[data-scrolls]");
    if (!element || !area) return undefined;
    const observer = observerOf(area);
    // The observer answers a frame later; the first charts need not wait for it.
    setVisible(isClose(element, area));
    listeners.set(element, setVisible);
    observer.observe(element);
    return () => observer.unobserve(element);
  }, []);
  return visible;
}

/**
 * A margin around the window would not do: elements are cut off at the edge of the area they scroll in.
 *
 * @param {Element} area
 */
function observerOf(area) {
  const known = observers.get(area);
  if (known) return known;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
    },
    { root: area, rootMargin: `${MARGIN}px 0px` },
  );
  observers.set(area, observer);
  return observer;
}

/** @param {Element} element @param {Element} area */
function isClose(element, area) {
  const [inner, outer] = [element.getBoundingClientRect(), area.getBoundingClientRect()];
  return inner.top < outer.bottom + MARGIN && inner.bottom > outer.top - MARGIN;
}
