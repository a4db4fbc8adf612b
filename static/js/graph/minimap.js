/** The picture and the camera in, a small picture of the whole with what is seen of it out; dragging there moves the camera. */
import { useRef } from "preact/hooks";

import { html } from "../html.js";
import { covers, lookingAt, seen } from "./camera.js";

const LONGEST = 150;

/**
 * @param {object} props
 * @param {import("./scene.js").Scene} props.scene
 * @param {import("@preact/signals-core").Signal<import("./camera.js").Camera | null>} props.camera
 * @param {() => import("./camera.js").Size} props.room
 */
export function Minimap({ scene, camera, room }) {
  const dragging = useRef(false);
  const at = camera.value;
  if (at === null || scene.width <= 0 || scene.height <= 0) return null;
  const view = seen(at, room());
  if (covers(view, scene)) return null;
  const scale = Math.min(LONGEST / scene.width, LONGEST / scene.height);
  const [width, height] = [Math.max(8, scene.width * scale), Math.max(8, scene.height * scale)];

  /** @param {PointerEvent & { currentTarget: SVGSVGElement }} event */
  function look(event) {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    camera.value = lookingAt(at ?? { x: 0, y: 0, scale: 1 }, (event.clientX - left) / scale, (event.clientY - top) / scale, room());
  }
  /** @param {PointerEvent & { currentTarget: SVGSVGElement }} event */
  function down(event) {
    dragging.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    look(event);
  }
  /** @param {PointerEvent & { currentTarget: SVGSVGElement }} event */
  const move = (event) => dragging.current && look(event);
  const up = () => void (dragging.current = false);
  return html`
    <div class="graph-minimap"><svg
      width=${width}
      height=${height}
      viewBox="0 0 ${width} ${height}"
      aria-hidden="true"
      onPointerDown=${down}
      onPointerMove=${move}
      onPointerUp=${up}
      onPointerCancel=${up}
    >
      ${scene.nodes
        .filter((node) => node.role !== "dot")
        .map((node) => html`<rect key=${node.path} class=${node.open ? "graph-minimap-open" : "graph-minimap-node"} x=${node.x * scale} y=${node.y * scale} width=${Math.max(1, node.width * scale)} height=${Math.max(1, node.height * scale)} />`)}
      <rect class="graph-minimap-view" x=${view.x * scale} y=${view.y * scale} width=${view.width * scale} height=${view.height * scale} />
    </svg></div>
  `;
}
