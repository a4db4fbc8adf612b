/** A picture and what its colours are to tell in, the colours of its nodes out, as the server answers; the picture does not wait. */
import { effect, signal, untracked } from "@preact/signals-core";

import { DIFFERENCE, QUALITIES, UNPAINTED } from "./paint.js";

/**
 * @param {object} parts
 * @param {import("./api.js").GraphName} parts.graph
 * @param {import("@preact/signals-core").Signal<string>} parts.by    "none", a quality or an amount; a comparison has its own colours
 * @param {import("@preact/signals-core").ReadonlySignal<string | null>} parts.profile
 * @param {import("@preact/signals-core").ReadonlySignal<import("./model.js").Picture | null>} parts.picture
 * @param {ReadonlyMap<string, import("./types.js").Level>} parts.levels    of the picture, by scope
 * @param {Pick<typeof import("./api.js"), "getPaint">} parts.server
 */
export function createPainter({ graph, by: chosen, profile, picture, levels, server }) {
  const painting = signal(UNPAINTED);
  let abort = new AbortController();
  /** Answers about the present colours of the present graph, by scope: each is asked for once. */
  let kept = { about: "", answers: /** @type {Map<string, import("./api.js").PaintedLevel>} */ (new Map()) };

  async function paint() {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    const by = graph.against ? "difference" : chosen.peek();
    const scale = by === "time" || by === "memory";
    const drawn = picture.peek()?.scene;
    if (by === "none" || !drawn || (scale && profile.peek() === null)) {
      painting.value = UNPAINTED;
      return;
    }
    const scopes = ["", ...drawn.nodes.filter((node) => node.open).map((node) => node.path)];
    const told = scale ? profile.peek() : null;
    const about = JSON.stringify([levels.get("")?.graph, by, told]);
    if (about !== kept.about) kept = { about, answers: new Map() };
    const { answers: known } = kept;
    try {
      const answers = await Promise.all(
        scopes.map(async (scope) => {
          const answer = known.get(scope) ?? (await server.getPaint(graph, scope, by, told, signal));
          known.set(scope, answer);
          return answer;
        }),
      );
      if (signal.aborted) return;
      painting.value = {
        legend: answers[0].legend ?? [],
        paints: byPath(scopes, answers, ({ paints }) => paints),
        colors: by === "difference" ? DIFFERENCE : QUALITIES,
        scale: scale ? { by, most: answers[0].most ?? 0 } : null,
        amounts: byPath(scopes, answers, ({ amounts }) => amounts),
      };
    } catch {
      // Colours are no news: the next change of the picture asks for them again.
    }
  }

  /**
   * @template T
   * @param {readonly string[]} scopes
   * @param {readonly import("./api.js").PaintedLevel[]} answers
   * @param {(answer: import("./api.js").PaintedLevel) => readonly T[] | undefined} of    in the order of the level
   */
  function byPath(scopes, answers, of) {
    /** @type {Map<string, T>} */
    const found = new Map();
    scopes.forEach((scope, index) => {
      const values = of(answers[index]) ?? [];
      levels.get(scope)?.children.forEach(({ path }, child) => child < values.length && found.set(path, values[child]));
    });
    return found;
  }

  const stop = effect(() => {
    chosen.value;
    profile.value;
    picture.value;
    untracked(paint);
  });

  return {
    painting,
    close() {
      stop();
      abort.abort();
    },
  };
}
