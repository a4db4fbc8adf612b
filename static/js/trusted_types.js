/**
 * The address of a script of ours in, one that the browser accepts as code out. The page's policy forbids text to become code
 * anywhere; a Worker needs its script named through this one exception, which takes nothing from another host.
 */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("graphboard", { createScriptURL: own });

/** @param {string} url */
function own(url) {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`'${url}' is not a script of this page`);
  return url;
}

/** @param {URL} url @returns {string} */
export function scriptUrl(url) {
  return policy ? policy.createScriptURL(url.href) : own(url.href);
}
