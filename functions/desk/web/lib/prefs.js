// What somebody has chosen for this browser: kept in it, told to its other tabs. Switches are kept as
// `on` and `off`.
import { signal } from "./html.js";

/** @typedef {import("../vendor/signals.js").Signal<any>} Kept */

/** @type {Map<string, {value: Kept, otherwise: any}>} */
const known = new Map();

/** @param {string} name */
const key = (name) => `confab.${name}`;

/** @param {any} value */
const written = (value) => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));

/** What is kept now, whoever wrote it. @param {string} name @param {any} otherwise */
function read(name, otherwise) {
  const text = localStorage.getItem(key(name));
  if (text === null) return otherwise;
  return typeof otherwise === "boolean" ? text === "on" : text;
}

/**
 * A preference, and what it is if nothing was chosen.
 * @template {boolean | string} T @param {string} name @param {T} otherwise
 * @returns {import("../vendor/signals.js").Signal<T extends boolean ? boolean : T>}
 */
export function pref(name, otherwise) {
  const found = known.get(name);
  if (found) return found.value;
  /** @type {Kept} */
  const value = signal(read(name, otherwise));
  known.set(name, { value, otherwise });
  value.subscribe((next) => {
    if (next !== read(name, otherwise)) localStorage.setItem(key(name), written(next));
  });
  return value;
}

addEventListener("storage", (event) => {
  for (const [name, { value, otherwise }] of known) {
    if (event.key === key(name)) value.value = read(name, otherwise);
  }
});

/** Takes what is kept now, whichever part of the desk wrote it. @param {string} name */
export function reread(name) {
  const found = known.get(name);
  if (found) found.value.value = read(name, found.otherwise);
  return found?.value.peek();
}
