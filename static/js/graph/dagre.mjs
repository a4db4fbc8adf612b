// The vendored layout library, by the name that carries its version: workers have no import map. Types: dagre.d.mts.
export { Graph, layout } from "../../vendor/dagre-3.1.3.js";
