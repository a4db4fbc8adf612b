/**
 * A request { id, levels, direction } in, { id, placed } or { id, error } out, off the page's thread.
 */
import { createComposer } from "./compose.js";

const compose = createComposer();

addEventListener("message", ({ data: { id, levels, direction } }) => {
  try {
    postMessage({ id, placed: compose(levels, direction) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
