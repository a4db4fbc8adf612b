/** An element in, whether it is on screen or close to it out. All cards share one observer. */
import { useEffect, useState } from "preact/hooks";

/** Cards this close below or above the window are made ready. */
const MARGIN = "400px 0px";

/** @type {WeakMap<Element, (visible: boolean) => void>} */
const listeners = new WeakMap();

const observer = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
  },
  { rootMargin: MARGIN },
);

/** @param {{ current: Element | null }} ref */
export function useVisible(ref) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    listeners.set(element, setVisible);
    observer.observe(element);
    return () => observer.unobserve(element);
  }, []);
  return visible;
}
