// The parts of dagre that this page uses, as types.

export interface NodeLabel {
  width: number;
  height: number;
  rank?: number;
  /** Centre, set by layout(). */
  x?: number;
  y?: number;
}

export interface EdgeLabel {
  weight?: number;
  minlen?: number;
  points?: { x: number; y: number }[];
}

export interface GraphLabel {
  rankdir?: "TB";
  nodesep?: number;
  edgesep?: number;
  ranksep?: number;
  ranker?: (graph: Graph) => void;
  /** The node that ties the graph together while ranks are found; taken out afterwards. */
  nestingRoot?: string;
  width?: number;
  height?: number;
}

export interface EdgeName {
  v: string;
  w: string;
  name?: string;
}

export class Graph {
  constructor(options?: { directed?: boolean; multigraph?: boolean; compound?: boolean });
  setGraph(label: GraphLabel): this;
  graph(): GraphLabel;
  setNode(name: string, label: NodeLabel): this;
  node(name: string): NodeLabel;
  nodes(): string[];
  setEdge(source: string, target: string, label: EdgeLabel): this;
  edge(edge: EdgeName): EdgeLabel;
  edge(source: string, target: string): EdgeLabel;
  edges(): EdgeName[];
}

export function layout(graph: Graph): Graph;
