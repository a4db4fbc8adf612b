/**
 * What people say of runs, as the server knows it: in, a signal of it out, and ways to say something else. All of the page
 * reads titles, stars and colours off here.
 *
 * @typedef {object} Annotation    fields that nobody has set are left out
 * @property {string} [title]
 * @property {boolean} [starred]
 * @property {boolean} [hidden]
 * @property {string[]} [tags]
 * @property {string} [color]    a key of COLORS in colors.js
 * @property {string} [notes]
 *
 * @typedef {{ version: number, writable: boolean, annotations: Record<string, Annotation> }} Said
 */
import { signal } from "@preact/signals-core";

import { getJson, sendJson } from "../api.js";

const ADDRESS = "api/runs/annotations";

/** @type {Said} */
const NOTHING = { version: -1, writable: false, annotations: {} };

const said = signal(NOTHING);

/** The newest version that is asked for. */
let asked = NOTHING.version;

/** Asks for what is said, if the server tells of another version. @param {number} version */
export function follow(version) {
  if (version === said.peek().version || version === asked) return;
  asked = version;
  refresh();
}

/** Asks for what is said; never fails: what is not had now is asked for again with the next poll. */
export async function refresh() {
  try {
    accept(await getJson(ADDRESS));
  } catch {
    asked = NOTHING.version;
  }
}

/** @param {Said} answer */
function accept(answer) {
  asked = answer.version;
  said.value = answer;
}

/** What is said of a run. @param {string} run @returns {Annotation} */
export function annotationOf(run) {
  const { annotations } = said.value;
  return Object.hasOwn(annotations, run) ? annotations[run] : {};
}

/** What a run is called: by people, or by its path. @param {string} run */
export function titleOf(run) {
  return annotationOf(run).title || run;
}

/** All that is said; another object when something else is. */
export function allAnnotations() {
  return said.value.annotations;
}

/** Whether anything can be said here. */
export function isWritable() {
  return said.value.writable;
}

/**
 * Says something of runs.
 *
 * @param {readonly string[]} runs @param {Annotation} values
 * @returns {Promise<void>}
 * @throws {Error} the server says why it was not taken, or did not answer
 */
export async function annotate(runs, values) {
  accept(await (await sendJson(ADDRESS, { runs, set: values })).json());
}
