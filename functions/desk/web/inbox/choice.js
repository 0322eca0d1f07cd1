// The conversations that are chosen to do something with all of them.
import { signal } from "../lib/html.js";

export const chosen = signal(/** @type {Set<string>} */ (new Set()));
/** The one that was chosen last: a range begins there. @type {string | null} */
let last = null;

/**
 * Chooses one, or no longer; or with it all between it and the last one.
 * @param {string} id @param {string[]} ids all, in order @param {boolean} range
 */
export function choose(id, ids, range) {
  const next = new Set(chosen.peek());
  const [from, to] = [last ? ids.indexOf(last) : -1, ids.indexOf(id)];
  if (range && from >= 0) {
    for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(one);
  } else if (!next.delete(id)) {
    next.add(id);
  }
  last = id;
  chosen.value = next;
}

/** @param {string[]} ids */
export const chooseAll = (ids) => void (chosen.value = new Set(ids));

/** Chooses none. */
export function clear() {
  last = null;
  if (chosen.peek().size) chosen.value = new Set();
}
