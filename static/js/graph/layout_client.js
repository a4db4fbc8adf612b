/**
 * Levels in, the promise of a picture out. Only the newest request counts: those before it are rejected with `Superseded`, and a
 * worker that is still busy with one of them is ended when it keeps the newest waiting.
 *
 * @typedef {import("./types.js").LayoutLevel} LayoutLevel
 * @typedef {import("./types.js").PlacedLevel} PlacedLevel
 *
 * @typedef {object} Job
 * @property {number} id
 * @property {Record<string, LayoutLevel>} levels
 * @property {import("./types.js").Direction} direction
 * @property {(placed: PlacedLevel) => void} resolve
 * @property {(reason: Error) => void} reject
 */

/** A worker of its own keeps its cache of levels; so long may a request that nobody waits for block the next, in ms. */
const PATIENCE = 250;

export class Superseded extends Error {}

/** @param {() => Worker} startWorker */
export function createLayoutClient(startWorker) {
  /** @type {Job | null} */
  let running = null;
  /** @type {Job | null} */
  let waiting = null;
  let timer = 0;
  let jobs = 0;
  // At once, so that it is there when the first level is.
  /** @type {Worker | null} */
  let worker = listening(startWorker());

  function start() {
    clearTimeout(timer);
    running = waiting;
    waiting = null;
    if (!running) return;
    worker ??= listening(startWorker());
    worker.postMessage({ id: running.id, levels: running.levels, direction: running.direction });
  }

  function stop() {
    worker?.terminate();
    worker = null;
    running = null;
  }

  /** @param {Worker} started */
  function listening(started) {
    started.onmessage = ({ data }) => {
      const job = running;
      if (job === null || job.id !== data.id) return;
      if (data.error === undefined) job.resolve(data.placed);
      else job.reject(new Error(`The graph could not be laid out: ${data.error}`));
      start();
    };
    started.onerror = (event) => {
      running?.reject(new Error(`The layout stopped: ${event.message}`));
      stop();
      start();
    };
    return started;
  }

  return {
    /** @param {Record<string, LayoutLevel>} levels @param {import("./types.js").Direction} direction @returns {Promise<PlacedLevel>} */
    layOut(levels, direction) {
      return new Promise((resolve, reject) => {
        waiting?.reject(new Superseded());
        waiting = { id: ++jobs, levels, direction, resolve, reject };
        if (!running) {
          start();
          return;
        }
        running.reject(new Superseded());
        clearTimeout(timer);
        timer = setTimeout(() => {
          stop();
          start();
        }, PATIENCE);
      });
    },
    close() {
      clearTimeout(timer);
      waiting?.reject(new Superseded());
      running?.reject(new Superseded());
      waiting = null;
      stop();
    },
  };
}
