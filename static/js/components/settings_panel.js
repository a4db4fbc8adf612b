/** The settings table in, a panel with all of them out. */
import { html } from "../html.js";
import { SETTINGS, settingNames, settingsOfPanel } from "../state/settings.js";
import { SettingControl } from "./controls.js";
import { Panel } from "./panel.js";

/** @param {{ settings: import("../state/session.js").Settings, onClose: () => void }} props */
export function SettingsPanel({ settings, onClose }) {
  const sections = [...new Set(settingNames().map((name) => SETTINGS[name].panel))].filter(
    (section) => section !== null,
  );
  const reset = () => {
    for (const name of sections.flatMap(settingsOfPanel)) {
      /** @type {import("@preact/signals-core").Signal<unknown>} */ (settings[name]).value = SETTINGS[name].initial;
    }
  };
  return html`
    <${Panel} title="Settings" onClose=${onClose}>
      ${sections.map(
        (section) => html`
          <section class="settings-section" key=${section}>
            <h3>${section}</h3>
            ${settingsOfPanel(section).map(
              (name) => html`<${SettingControl} key=${name} name=${name} settings=${settings} />`,
            )}
          </section>
        `,
      )}
      <section class="settings-section">
        <h3>Mouse and keys</h3>
        <dl class="keys">
          <dt>Drag</dt><dd>zoom to the box; flat drags zoom x only</dd>
          <dt><kbd>Shift</kbd> + drag</dt><dd>move the view</dd>
          <dt><kbd>Ctrl</kbd> or <kbd>Alt</kbd> + wheel</dt><dd>zoom around the pointer</dd>
          <dt>Double-click</dt><dd>show everything again</dd>
          <dt>Click</dt><dd>mark a place: all charts list their values there</dd>
          <dt><kbd>Shift</kbd> + click</dt><dd>mark a range from there to here</dd>
          <dt><kbd>Tab</kbd></dt><dd>to a chart, then:</dd>
          <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>read its points one by one</dd>
          <dt><kbd>PgUp</kbd> <kbd>PgDn</kbd></dt><dd>a tenth of them further</dd>
          <dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>to the next line</dd>
          <dt><kbd>Enter</kbd></dt><dd>mark the point; with <kbd>Shift</kbd>, a range</dd>
          <dt><kbd>+</kbd> <kbd>−</kbd></dt><dd>zoom around the point</dd>
          <dt><kbd>Home</kbd></dt><dd>show everything again</dd>
          <dt><kbd>/</kbd></dt><dd>filter tags</dd>
          <dt><kbd>Esc</kbd></dt><dd>close, or leave the field</dd>
        </dl>
      </section>
      <button class="button" onClick=${reset}>Reset all settings</button>
    <//>
  `;
}
