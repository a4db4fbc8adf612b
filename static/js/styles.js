/** The name of a style sheet below static/css/ in, a promise out that it is in force. */

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/** @param {string} name @returns {Promise<void>} */
export function loadStyle(name) {
  const known = loaded.get(name);
  if (known) return known;
  /** @type {Promise<void>} */
  const promise = new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = `static/css/${name}`;
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`style sheet '${link.href}' could not be loaded`));
    document.head.append(link);
  });
  loaded.set(name, promise);
  return promise;
}
