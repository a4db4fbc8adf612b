/** An element in, whether it is on screen or close to it out. Cards in the same scrolling area share one observer. */
import { useEffect, useState } from "preact/hooks";

/** Cards this close below or above the visible part are made ready. */
const MARGIN = "400px 0px";

/** @type {WeakMap<Element, (visible: boolean) => void>} */
const listeners = new WeakMap();

/** @type {WeakMap<Element, IntersectionObserver>} */
const observers = new WeakMap();

/** @param {{ current: Element | null }} ref    to an element inside one with the attribute data-scrolls */
export function useVisible(ref) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    const area = element?.closest("[data-scrolls]");
    if (!element || !area) return undefined;
    const observer = observerOf(area);
    listeners.set(element, setVisible);
    observer.observe(element);
    return () => observer.unobserve(element);
  }, []);
  return visible;
}

/** A margin around the window would not do: elements are cut off at the edge of the area they scroll in. @param {Element} area */
function observerOf(area) {
  const known = observers.get(area);
  if (known) return known;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
    },
    { root: area, rootMargin: MARGIN },
  );
  observers.set(area, observer);
  return observer;
}
