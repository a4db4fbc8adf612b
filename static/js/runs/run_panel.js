/** A run in, a panel out that shows what people say of it, and takes what they want to say. */
import { useState } from "preact/hooks";

import { CheckIcon, CopyIcon } from "../components/icons.js";
import { Panel } from "../components/panel.js";
import { COLORS } from "../colors.js";
import { html } from "../html.js";
import { annotate, annotationOf, isWritable } from "../state/annotations.js";
import { isDark } from "../theme_colors.js";

/** @param {{ run: string, onClose: () => void }} props */
export function RunPanel({ run, onClose }) {
  const said = annotationOf(run);
  const writable = isWritable();
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  /** @param {import("../state/annotations.js").Annotation} values */
  const say = (values) =>
    annotate([run], values).then(
      () => setProblem(null),
      (error) => setProblem(error instanceof TypeError ? "The server does not answer" : error.message),
    );
  return html`
    <${Panel} title="Run" onClose=${onClose}>
      <div class="run-panel">
        <${Path} run=${run} />
        ${problem && html`<p class="run-panel-problem" role="alert">Not saved: ${problem}.</p>`}
        ${!writable && html`<p class="run-panel-note">This server was started with --read-only: nothing can be changed.</p>`}
        <${TextField} key=${`title ${run}`} label="Title" placeholder=${run} value=${said.title ?? ""} disabled=${!writable} onSave=${(/** @type {string} */ title) => say({ title })} />
        <${TextField}
          key=${`tags ${run}`}
          label="Tags, separated by commas"
          placeholder="baseline, paper"
          value=${(said.tags ?? []).join(", ")}
          disabled=${!writable}
          onSave=${(/** @type {string} */ text) => say({ tags: text.split(",").map((tag) => tag.trim()).filter(Boolean) })}
        />
        <fieldset class="run-colors" disabled=${!writable}>
          <legend>Colour</legend>
          <${ColorChoice} name="" color="transparent" chosen=${!said.color} onChoose=${() => say({ color: "" })} />
          ${Object.entries(COLORS).map(
            ([name, shades]) => html`
              <${ColorChoice}
                key=${name}
                name=${name}
                color=${isDark.value ? shades.dark : shades.light}
                chosen=${said.color === name}
                onChoose=${() => say({ color: name })}
              />
            `,
          )}
        </fieldset>
        <label class="check">
          <input type="checkbox" checked=${said.starred ?? false} disabled=${!writable} onChange=${() => say({ starred: !said.starred })} />
          <span>Starred</span>
        </label>
        <label class="check" title="Neither listed nor drawn; “Show hidden runs” in the settings brings it back">
          <input type="checkbox" checked=${said.hidden ?? false} disabled=${!writable} onChange=${() => say({ hidden: !said.hidden })} />
          <span>Hidden</span>
        </label>
        <${TextField} key=${`notes ${run}`} label="Notes" lines value=${said.notes ?? ""} disabled=${!writable} onSave=${(/** @type {string} */ notes) => say({ notes })} />
        ${writable && html`<p class="run-panel-note">Kept beside the logs, for everybody who looks at them.</p>`}
      </div>
    <//>
  `;
}

/** @param {{ run: string }} props */
function Path({ run }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(run);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return html`
    <p class="run-path">
      <code>${run}</code>
      ${
        // Pages from other hosts than localhost have no clipboard without TLS.
        navigator.clipboard &&
        html`
        <button class="icon-button" aria-label="Copy the path" title="Copy the path" onClick=${copy}>
          <${copied ? CheckIcon : CopyIcon} />
        </button>
      `
      }
    </p>
  `;
}

/**
 * A field whose text is saved when it is left, or with Enter where it is one line.
 *
 * @param {{
 *   label: string, value: string, placeholder?: string, lines?: boolean, disabled: boolean,
 *   onSave: (text: string) => void,
 * }} props
 */
function TextField({ label, value, placeholder = "", lines = false, disabled, onSave }) {
  const [text, setText] = useState(/** @type {string | null} */ (null)); // null: nobody is typing
  const save = () => {
    if (text !== null && text.trim() !== value) onSave(text.trim());
    setText(null);
  };
  const field = {
    value: text ?? value,
    placeholder,
    disabled,
    onInput: (/** @type {any} */ event) => setText(event.currentTarget.value),
    onBlur: save,
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === "Enter") save();
  };
  return html`
    <label class="run-field">
      <span>${label}</span>
      ${lines ? html`<textarea rows="8" ...${field}></textarea>` : html`<input type="text" ...${field} onKeyDown=${onKeyDown} />`}
    </label>
  `;
}

/** @param {{ name: string, color: string, chosen: boolean, onChoose: () => void }} props    name "": the colour it has anyway */
function ColorChoice({ name, color, chosen, onChoose }) {
  const label = name || "automatic";
  return html`
    <label class="run-color ${name === "" ? "run-color-automatic" : ""}" title=${label} style=${{ "--run": color }}>
      <input type="radio" name="run-color" aria-label=${label} checked=${chosen} onChange=${onChoose} />
      <span>${name === "" ? "auto" : ""}</span>
    </label>
  `;
}
