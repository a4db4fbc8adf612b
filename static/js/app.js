/** Session and catalog in, the whole page out: header with tabs and state of the log, panels, and the open dashboard. */
import { useEffect, useErrorBoundary, useState } from "preact/hooks";

import { DamagePanel } from "./components/damage_panel.js";
import { EmptyPage, otherKinds } from "./components/empty_page.js";
import { GearIcon, WarningIcon } from "./components/icons.js";
import { SettingsPanel } from "./components/settings_panel.js";
import { DASHBOARDS } from "./dashboards/index.js";
import { counted, formatBytes, formatCount } from "./format.js";
import { html } from "./html.js";
import { loadStyle } from "./styles.js";
import { applyTheme } from "./theme_colors.js";

/**
 * @typedef {import("./state/session.js").Session} Session
 * @typedef {import("./state/catalog.js").CatalogState} CatalogState
 * @typedef {"settings" | "damage"} PanelName
 */

/** @param {{ session: Session, state: CatalogState }} props */
export function App({ session, state }) {
  const [panel, setPanel] = useState(/** @type {PanelName | null} */ (null));
  const catalog = state.catalog.value;
  const status = state.status.value;
  const problem = state.problem.value;
  const theme = session.settings.theme.value;
  useEffect(() => applyTheme(theme), [theme]);
  useShortcuts();
  const current = catalog && currentDashboard(catalog.dashboards, session.dashboard.value);
  useEffect(() => {
    document.title = current ? `${current.title} · graphboard` : "graphboard";
  }, [current?.title]);

  return html`
    <header class="header">
      <a class="brand" href=${session.hrefTo("")} onClick=${open(session, "")}><${Logo} />graphboard</a>
      <nav class="tabs" aria-label="Dashboards">${catalog && current && html`<${Tabs} catalog=${catalog} current=${current} session=${session} />`}</nav>
      <div class="header-state">
        ${status && html`<${LogState} status=${status} problem=${problem} onDamage=${() => setPanel(panel === "damage" ? null : "damage")} />`}
        <button class="icon-button" aria-label="Settings" title="Settings" aria-expanded=${panel === "settings"} onClick=${() => setPanel(panel === "settings" ? null : "settings")}><${GearIcon} /></button>
      </div>
      ${status?.loading && html`<progress class="loading-bar" aria-label="Reading the log" max=${Math.max(1, status.bytes_known)} value=${status.bytes_read}></progress>`}
    </header>
    ${problem && html`<div class="banner" role="alert"><${WarningIcon} /><span>${problem} What is on screen stays; new points come as soon as it answers again.</span></div>`}
    <div class="content">
      ${catalog && status && current && html`<${Content} catalog=${catalog} status=${status} current=${current} session=${session} changes=${state.changes} />`}
      ${panel === "settings" && html`<${SettingsPanel} settings=${session.settings} onClose=${() => setPanel(null)} />`}
      ${panel === "damage" && status && html`<${DamagePanel} status=${status} onClose=${() => setPanel(null)} />`}
    </div>
    ${catalog && catalog.other.length > 0 && catalog.runs.length > 0 && html`<footer class="other-kinds">Also in this log, without a page yet: ${otherKinds(catalog.other)}.</footer>`}
  `;
}

/** @param {{ catalog: import("./api.js").Catalog, current: import("./api.js").DashboardInfo, session: Session }} props */
function Tabs({ catalog, current, session }) {
  return catalog.dashboards
    .filter((dashboard) => dashboard.active || (dashboard === current && session.dashboard.value !== ""))
    .map(
      ({ id, title }) => html`<a key=${id} class="tab" href=${session.hrefTo(id)} aria-current=${id === current.id ? "page" : null} onClick=${open(session, id)}>${title}</a>`,
    );
}

/**
 * @param {{
 *   status: import("./api.js").Status, problem: string | null, onDamage: () => void,
 * }} props
 */
function LogState({ status, problem, onDamage }) {
  const problems = status.damage.count + status.unreadable.length;
  const part = status.bytes_known > 0 ? Math.floor((100 * status.bytes_read) / status.bytes_known) : 0;
  const label = problem ? "Offline" : status.loading ? `Reading ${part} %` : "Live";
  const explanation = `${status.logdir}\n${formatBytes(status.bytes_read)} of ${formatBytes(status.bytes_known)} read from ${counted(status.files, "file")}`;
  return html`
    ${problems > 0 && html`<button class="damage-badge" onClick=${onDamage} aria-label="${counted(problems, "problem")} in the log"><${WarningIcon} />${formatCount(problems)}<span class="wide-only"> ${problems === 1 ? "problem" : "problems"}</span></button>`}
    <span class="live ${problem ? "live-off" : status.loading ? "live-busy" : ""}" title=${explanation}><span class="live-dot"></span><span class="wide-only">${label}</span></span>
  `;
}

/** @param {{ catalog: import("./api.js").Catalog, status: import("./api.js").Status, current: import("./api.js").DashboardInfo, session: Session, changes: CatalogState["changes"] }} props */
function Content({ catalog, status, current, session, changes }) {
  if (!catalog.dashboards.some((dashboard) => dashboard.active)) return html`<${EmptyPage} status=${status} catalog=${catalog} />`;
  return html`<${DashboardPage} key=${current.id} id=${current.id} catalog=${catalog} settings=${session.settings} changes=${changes} />`;
}

/** Fetches the code of a dashboard when it is first opened, and keeps its failures to itself. @param {import("./dashboards/index.js").PageProps & { id: string }} props */
function DashboardPage({ id, ...props }) {
  const [loaded, setLoaded] = useState(/** @type {{ Page: any } | { error: string } | null} */ (null));
  const [failure, retry] = useErrorBoundary((error) => console.error(error));
  useEffect(() => {
    loadDashboard(id).then(setLoaded, (error) => setLoaded({ error: error.message }));
  }, [id]);
  if (failure) return html`<${Failure} text=${String(failure)} onRetry=${retry} />`;
  if (loaded === null) return null;
  if ("error" in loaded) return html`<${Failure} text=${loaded.error} onRetry=${() => location.reload()} />`;
  return html`<${loaded.Page} ...${props} />`;
}

/** @param {{ text: string, onRetry: () => void }} props */
function Failure({ text, onRetry }) {
  return html`
    <div class="nothing" role="alert">
      <p>This page could not be shown: ${text}</p>
      <button class="button" onClick=${onRetry}>Try again</button>
    </div>
  `;
}

/** @param {string} id */
async function loadDashboard(id) {
  const entry = DASHBOARDS[id];
  if (!entry) throw new Error(`the server has a dashboard '${id}' that this page has no code for`);
  const [{ Page }] = await Promise.all([entry.load(), ...entry.styles.map(loadStyle)]);
  return { Page };
}

/**
 * The dashboard an address names, by id or alias; the first with data when it names none, or none that there is.
 *
 * @param {import("./api.js").DashboardInfo[]} dashboards @param {string} name
 */
function currentDashboard(dashboards, name) {
  const named = dashboards.find(({ id, aliases = [] }) => id === name || aliases.includes(name));
  return named ?? dashboards.find((dashboard) => dashboard.active) ?? dashboards[0];
}

/** Plain clicks change the tab without a reload; others (new tab, new window) are the browser's. @param {Session} session @param {string} id */
function open(session, id) {
  return (/** @type {MouseEvent} */ event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    session.dashboard.value = id;
  };
}

function useShortcuts() {
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKeyDown = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const typing = target.matches("input, textarea, select");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[aria-keyshortcuts='/']"));
        if (!field) return;
        event.preventDefault();
        field.focus();
        field.select();
      } else if (event.key === "Escape" && typing) {
        target.blur();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

function Logo() {
  return html`
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="logo-ground" width="32" height="32" rx="7" />
      <path class="logo-line" d="M6 8c3 11 7 15 20 16" />
      <circle class="logo-point" cx="12.5" cy="19" r="3.2" />
    </svg>
  `;
}
