/** A picture in, a menu of files that can be had of it out: SVG and PNG of the picture or of one open scope, and the graph as text. */
import { useState } from "preact/hooks";

import { useDialogFocus } from "../components/dialog_focus.js";
import { useWithinPage } from "../components/within_page.js";
import { html } from "../html.js";
import { portableName, saveFile } from "../save_file.js";
import { textAddress } from "./api.js";
import { pngOf, svgText } from "./export.js";

/**
 * @param {object} props
 * @param {import("./model.js").Model} props.model
 * @param {string} props.selected
 * @param {{ current: import("./view.js").ViewControls | null }} props.controls
 */
export function DownloadMenu({ model, selected, controls }) {
  const [open, setOpen] = useState(false);
  return html`
    <div class="graph-menu">
      <button class="button" aria-expanded=${open} aria-haspopup="dialog" onClick=${() => setOpen(!open)}>Download</button>
      ${open && html`<${Files} model=${model} selected=${selected} controls=${controls} onClose=${() => setOpen(false)} />`}
    </div>
  `;
}

/** @param {{ model: import("./model.js").Model, selected: string, controls: { current: import("./view.js").ViewControls | null }, onClose: () => void }} props */
function Files({ model, selected, controls, onClose }) {
  const focus = useDialogFocus(onClose);
  useWithinPage(focus.ref);
  const [failure, setFailure] = useState("");
  const scene = model.picture.value?.scene;
  const scope = model.card.value?.contents ? selected : "";
  const opened = scope !== "" && scene?.byPath.get(scope)?.open === true;
  const nameOf = (/** @type {string} */ path) => (path !== "" ? path : model.graph.run === "." ? "graph" : model.graph.run);

  /** @param {string} path @param {"svg" | "png"} format */
  async function save(path, format) {
    const picture = controls.current?.element();
    if (!scene || !picture) return;
    const box = path === "" ? { x: 0, y: 0, width: scene.width, height: scene.height } : /** @type {import("./scene.js").SceneNode} */ (scene.byPath.get(path));
    try {
      const svg = svgText(picture, box);
      const file = format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg, box);
      saveFile(fileName(nameOf(path), format), file);
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }

  const rows = [["", "The whole picture"], ...(opened ? [[scope, `What lies in ${scope}`]] : [])];
  const texts = [["", "The whole graph"], ...(scope === "" ? [] : [[scope, scope]])];
  return html`
    <section class="graph-notes-list graph-downloads" role="dialog" aria-label="Download" ...${focus}>
      <ul>
        ${rows.map(
          ([path, label]) => html`
            <li key=${path}>
              <span>${label}</span>
              <button class="button" disabled=${!scene} aria-label="${label} as SVG" onClick=${() => save(path, "svg")}>SVG</button>
              <button class="button" disabled=${!scene} aria-label="${label} as PNG" onClick=${() => save(path, "png")}>PNG</button>
            </li>
          `,
        )}
        ${texts.map(
          ([path, label]) => html`
            <li key=${`text ${path}`}>
              <span>${label}, as text</span>
              <a class="button" href=${textAddress(model.graph, path)} download=${fileName(nameOf(path), "pbtxt")} aria-label="${label} as text, pbtxt" onClick=${onClose}>pbtxt</a>
            </li>
          `,
        )}
      </ul>
      ${failure && html`<p role="alert">${failure}</p>`}
    </section>
  `;
}

/** @param {string} name @param {string} extension */
function fileName(name, extension) {
  const stem = portableName(name).replace(/^_+|_+$/g, "").slice(0, 120);
  return `${stem || "graph"}.${extension}`;
}
