/** Session and catalog in, the top of the page out: brand, tabs, state of the log, and the buttons of the panels. */
import { counted, formatBytes, formatCount } from "../format.js";
import { html } from "../html.js";
import { GearIcon, WarningIcon } from "./icons.js";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../api.js").DashboardInfo} DashboardInfo
 */

/**
 * @param {{
 *   session: Session, state: import("../state/catalog.js").CatalogState, current: DashboardInfo | null,
 *   panel: import("../app.js").PanelName | null, onPanel: (name: import("../app.js").PanelName) => void,
 * }} props    `current`: the open dashboard, `panel`: the open panel; `onPanel` opens one or closes it
 */
export function Header({ session, state, current, panel, onPanel }) {
  const catalog = state.catalog.value;
  const status = state.status.value;
  return html`
    <header class="header">
      <a class="brand" href=${session.hrefTo("")} onClick=${open(session, "")}><${Logo} />graphboard</a>
      <nav class="tabs" aria-label="Dashboards">
        ${catalog && current && html`<${Tabs} dashboards=${catalog.dashboards} current=${current} session=${session} />`}
      </nav>
      <div class="header-state">
        ${status && html`<${DamageBadge} status=${status} onClick=${() => onPanel("damage")} />`}
        ${status && html`<${Liveness} status=${status} problem=${state.problem.value} />`}
        <button
          class="icon-button"
          aria-label="Settings"
          title="Settings"
          aria-expanded=${panel === "settings"}
          onClick=${() => onPanel("settings")}
        >
          <${GearIcon} />
        </button>
      </div>
      ${status?.loading && html`<${LoadingBar} status=${status} />`}
    </header>
  `;
}

/**
 * Tabs with data; one without them only when an address asks for it.
 *
 * @param {{ dashboards: DashboardInfo[], current: DashboardInfo, session: Session }} props
 */
function Tabs({ dashboards, current, session }) {
  const asked = session.dashboard.value !== "";
  return dashboards
    .filter((dashboard) => dashboard.active || (dashboard === current && asked))
    .map(({ id, title }) => {
      const isOpen = id === current.id ? "page" : null;
      return html`
        <a key=${id} class="tab" href=${session.hrefTo(id)} aria-current=${isOpen} onClick=${open(session, id)}>${title}</a>
      `;
    });
}

/** @param {{ status: import("../api.js").Status, onClick: () => void }} props */
function DamageBadge({ status, onClick }) {
  const problems = status.damage.count + status.unreadable.length;
  if (problems === 0) return null;
  return html`
    <button class="damage-badge" onClick=${onClick} aria-label="${counted(problems, "problem")} in the log">
      <${WarningIcon} />
      ${formatCount(problems)}
      <span class="wide-only">${problems === 1 ? "problem" : "problems"}</span>
    </button>
  `;
}

/** @param {{ status: import("../api.js").Status, problem: string | null }} props */
function Liveness({ status, problem }) {
  const { logdir, loading, files, bytes_read: read, bytes_known: known } = status;
  const percent = known > 0 ? Math.floor((100 * read) / known) : 0;
  const [label, look] = problem
    ? ["Offline", "live-off"]
    : loading
      ? [`Reading ${percent} %`, "live-busy"]
      : ["Live", ""];
  const explanation = `${logdir}\n${formatBytes(read)} of ${formatBytes(known)} read from ${counted(files, "file")}`;
  return html`
    <span class="live ${look}" title=${explanation}>
      <span class="live-dot"></span><span class="wide-only">${label}</span>
    </span>
  `;
}

/** @param {{ status: import("../api.js").Status }} props */
function LoadingBar({ status: { bytes_read: read, bytes_known: known } }) {
  const most = Math.max(1, known);
  return html`<progress class="loading-bar" aria-label="Reading the log" max=${most} value=${read}></progress>`;
}

/**
 * Plain clicks change the tab without a reload; others (new tab, new window) are the browser's.
 *
 * @param {Session} session
 * @param {string} id
 */
function open(session, id) {
  return (/** @type {MouseEvent} */ event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    session.dashboard.value = id;
  };
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
