/**
 * Session and catalog in, the whole page out: header with tabs and state of the log, panels, and the open dashboard.
 */
import { useEffect, useErrorBoundary, useState } from "preact/hooks";

import { DamagePanel } from "./components/damage_panel.js";
import { EmptyPage, otherKinds } from "./components/empty_page.js";
import { Header } from "./components/header.js";
import { WarningIcon } from "./components/icons.js";
import { SettingsPanel } from "./components/settings_panel.js";
import { DASHBOARDS } from "./dashboards/index.js";
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
  const togglePanel = (/** @type {PanelName} */ name) => setPanel(panel === name ? null : name);
  const current = catalog && currentDashboard(catalog.dashboards, session.dashboard.value);
  useEffect(() => {
    document.title = current ? `${current.title} · graphboard` : "graphboard";
  }, [current?.title]);

  return html`
    <${Header} session=${session} state=${state} current=${current} panel=${panel} onPanel=${togglePanel} />
    ${
      problem &&
      html`
      <div class="banner" role="alert">
        <${WarningIcon} /><span>${problem} What is on screen stays; new points come as soon as it answers again.</span>
      </div>
    `
    }
    <div class="content">
      ${
        catalog &&
        status &&
        current &&
        html`
        <${Content}
          catalog=${catalog}
          status=${status}
          current=${current}
          session=${session}
          changes=${state.changes}
        />
      `
      }
      ${panel === "settings" && html`<${SettingsPanel} settings=${session.settings} onClose=${() => setPanel(null)} />`}
      ${panel === "damage" && status && html`<${DamagePanel} status=${status} onClose=${() => setPanel(null)} />`}
    </div>
    ${
      catalog &&
      catalog.other.length > 0 &&
      catalog.runs.length > 0 &&
      html`
      <footer class="other-kinds">Also in this log, without a page yet: ${otherKinds(catalog.other)}.</footer>
    `
    }
  `;
}

/**
 * @param {{
 *   catalog: import("./api.js").Catalog, status: import("./api.js").Status,
 *   current: import("./api.js").DashboardInfo, session: Session, changes: CatalogState["changes"],
 * }} props
 */
function Content({ catalog, status, current, session, changes }) {
  const isEmpty = !catalog.dashboards.some((dashboard) => dashboard.active);
  if (isEmpty) return html`<${EmptyPage} status=${status} catalog=${catalog} />`;
  const { id } = current;
  return html`<${DashboardPage} key=${id} id=${id} catalog=${catalog} settings=${session.settings} changes=${changes} />`;
}

/**
 * Fetches the code of a dashboard when it is first opened, and keeps its failures to itself.
 *
 * @param {import("./dashboards/index.js").PageProps & { id: string }} props
 */
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

/** Fetches the code of the dashboard that the address names, while the server is still asked what there is. @param {string} name */
export function fetchAhead(name) {
  if (Object.hasOwn(DASHBOARDS, name)) loadDashboard(name).catch(() => {}); // who opens it is told
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
