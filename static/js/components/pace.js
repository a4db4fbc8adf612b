/** An action that is asked for often in, the same one out at a pace that leaves the page time for other things. */

/** Between two rounds so many times as long as one takes goes to whatever else there is to do. */
const SHARE = 3;

/**
 * The first call acts at once; those that come before the next round is due are all answered by it.
 *
 * @param {() => void} action    what it starts is done within the present task, microtasks included
 * @param {() => number} [now]   milliseconds
 * @param {(run: () => void, delay: number) => void} [later]
 * @returns {() => void}
 */
export function paced(action, now = () => performance.now(), later = setTimeout) {
  let [asked, busy] = [false, false];
  const round = () => {
    [asked, busy] = [false, true];
    const begun = now();
    action();
    later(() => {
      later(
        () => {
          busy = false;
          if (asked) round();
        },
        SHARE * (now() - begun),
      );
    }, 0);
  };
  return () => {
    if (busy) asked = true;
    else round();
  };
}
