/**
 * Placed boxes and the bends between them in, lines from border to border out.
 *
 * @typedef {import("./types.js").PlacedNode} PlacedNode
 * @typedef {import("./types.js").PlacedEdge} PlacedEdge
 * @typedef {import("./types.js").Point} Point
 *
 * @typedef {object} Line
 * @property {string} id
 * @property {import("./types.js").Bundle} bundle
 * @property {string} from      path, of a box of this level or of one outside
 * @property {string} to
 * @property {PlacedNode} [source]
 * @property {PlacedNode} [target]
 * @property {{ x: number, y: number }} [door]     on the border of the scope, in place of one of them
 * @property {{ x: number, y: number }[]} bends
 */
import { route, spread } from "./route.js";
import { portKey } from "./types.js";

/** @param {Line[]} lines @param {readonly import("./route.js").Band[]} bands @returns {PlacedEdge[]} */
export function drawLines(lines, bands) {
  const starts = endsOf(lines, "source", "target");
  const ends = endsOf(lines, "target", "source");
  return lines.map(({ id, bundle, bends, source, target }, index) => ({
    id,
    bundle,
    points: route(starts[index].point, bends, ends[index].point, bands),
    border: !source ? "start" : !target ? "end" : null,
    leaves: starts[index].isEnd,
    arrives: ends[index].isEnd,
    sideways: false,
    quiet: false,
  }));
}

/**
 * Where each line meets the box at one of its ends: at its door if the box is open, else beside the other lines on that side.
 *
 * @param {Line[]} lines
 * @param {"source" | "target"} end
 * @param {"source" | "target"} far    the other end
 * @returns {{ point: Point, isEnd: boolean }[]}
 */
function endsOf(lines, end, far) {
  /** @type {Map<string, { point: Point, box: PlacedNode, towards: number }[]>} */
  const sides = new Map();
  const ends = lines.map((line) => {
    const box = line[end];
    if (!box) return { point: pointOf(line.door), isEnd: false };
    const [farX, farY] = pointOf(line[far] ? centreOf(/** @type {PlacedNode} */ (line[far])) : line.door);
    const below = farY > box.y + box.height / 2;
    /** @type {Point} */
    const point = [box.x + box.width / 2, below ? box.y + box.height : box.y];
    const door = box.inside?.doors[end === "source" ? portKey("out", line.to) : portKey("in", line.from)];
    // A line that goes against the stream, as in a cycle, comes from the side where there are no doors for it.
    if (door !== undefined && below === (end === "source")) {
      point[0] = box.x + door;
      return { point, isEnd: false };
    }
    const towards = (end === "source" ? line.bends[0] : line.bends.at(-1))?.x ?? farX;
    const side = `${below} ${box.path}`;
    sides.set(side, [...(sides.get(side) ?? []), { point, box, towards }]);
    return { point, isEnd: true };
  });
  for (const side of sides.values()) {
    const { box } = side[0];
    const places = spread(side.map((each) => each.towards), box.x + box.width / 2, box.width);
    side.forEach(({ point }, index) => (point[0] = places[index]));
  }
  return ends;
}

/** @param {PlacedNode} box */
function centreOf(box) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** @param {{ x: number, y: number } | undefined} at @returns {Point} */
function pointOf(at) {
  return [at?.x ?? 0, at?.y ?? 0];
}
