/**
 * The address and the browser's storage in, one signal per setting out, and back: whoever sets a signal has also
 * changed the address, so that reload, back, forward and links do what people expect.
 */
import { batch, effect, signal } from "@preact/signals-core";

import { SETTINGS, formatSetting, readSettings, settingNames, settingsForUrl } from "./settings.js";
import { formatHash, parseHash, withParameters } from "./url.js";

/**
 * @typedef {import("./settings.js").SettingValues} SettingValues
 * @typedef {import("./settings.js").SettingName} SettingName
 * @typedef {{ [K in SettingName]: import("@preact/signals-core").Signal<SettingValues[K]> }} Settings
 *
 * @typedef {object} Session
 * @property {Settings} settings
 * @property {import("@preact/signals-core").Signal<string>} dashboard    id or alias in the address; "" for the first tab
 * @property {(dashboard: string) => string} hrefTo    the address of another tab with the settings as they are
 */

const STORAGE_PREFIX = "graphboard.";

/** Address changes that belong together (dragging a slider) are written together after this many milliseconds. */
const WRITE_DELAY = 200;

/** @returns {Session} */
export function createSession() {
  const first = parseHash(location.hash);
  const settings = signalsOf(readSettings(new Map(first.parameters), stored));
  const dashboard = signal(first.dashboard);
  let timer = 0;
  let following = false;

  function currentHash(to = dashboard.peek()) {
    const parameters = withParameters(parseHash(location.hash).parameters, settingsForUrl(valuesOf(settings)));
    return formatHash({ dashboard: to, parameters });
  }

  /** @param {boolean} asEntry    a new entry in the history, or in place of the present one */
  function writeAddress(asEntry) {
    clearTimeout(timer);
    const hash = currentHash();
    if (hash === location.hash || (hash === "#" && location.hash === "")) return;
    // An address that is only spelled differently from how it would be written here must not keep Back from leaving it.
    if (asEntry && !following) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  }

  function writeAddressSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => writeAddress(false), WRITE_DELAY);
  }

  function readAddress() {
    clearTimeout(timer);
    const { dashboard: id, parameters } = parseHash(location.hash);
    // Storage is asked only when the page opens: going back to an address without a setting means its initial value.
    const values = readSettings(new Map(parameters), (name) => (SETTINGS[name].keep === "local" ? stored(name) : null));
    following = true;
    batch(() => {
      dashboard.value = id;
      for (const name of settingNames()) assign(settings, name, values[name]);
    });
    following = false;
  }

  for (const name of settingNames()) {
    onChange(/** @type {import("@preact/signals-core").ReadonlySignal<unknown>} */ (settings[name]), (value) => {
      const { keep, gradual } = SETTINGS[name];
      if (keep !== "url") store(name, value);
      if (keep === "local") return;
      if (gradual) writeAddressSoon();
      else writeAddress(true);
    });
  }
  onChange(dashboard, () => writeAddress(true));
  addEventListener("popstate", readAddress);
  addEventListener("hashchange", readAddress);
  writeAddress(false);

  return { settings, dashboard, hrefTo: currentHash };
}

/** @param {SettingValues} values @returns {Settings} */
function signalsOf(values) {
  const entries = settingNames().map((name) => [name, signal(values[name])]);
  return Object.fromEntries(entries);
}

/** @param {Settings} settings @returns {SettingValues} */
function valuesOf(settings) {
  const entries = settingNames().map((name) => [name, settings[name].peek()]);
  return /** @type {SettingValues} */ (Object.fromEntries(entries));
}

/**
 * Leaves a signal alone when the value means the same, so that reading the address never starts a round of updates.
 *
 * @param {Settings} settings @param {SettingName} name @param {unknown} value
 */
function assign(settings, name, value) {
  const target = /** @type {import("@preact/signals-core").Signal<unknown>} */ (settings[name]);
  if (formatSetting(name, target.peek()) !== formatSetting(name, value)) target.value = value;
}

/**
 * @template T
 * @param {import("@preact/signals-core").ReadonlySignal<T>} source
 * @param {(value: T) => void} listener    not called for the value at the start
 */
function onChange(source, listener) {
  let started = false;
  effect(() => {
    const value = source.value;
    if (started) listener(value);
    started = true;
  });
}

/** @param {SettingName} name @returns {string | null} */
function stored(name) {
  try {
    return localStorage.getItem(STORAGE_PREFIX + name);
  } catch {
    return null; // storage is forbidden here: settings last as long as the page
  }
}

/** @param {SettingName} name @param {unknown} value */
function store(name, value) {
  try {
    localStorage.setItem(STORAGE_PREFIX + name, formatSetting(name, value));
  } catch {
    // Forbidden or full: the setting holds until the page is closed.
  }
}
