// The keyboard: which keys do what on the screen that is shown. A screen registers its keys while it
// is there; the help sheet and the command palette show what is registered.
import { signal, useEffect, useRef } from "./html.js";
import { part } from "./parts.js";
import { pref } from "./prefs.js";

/**
 * @typedef {object} Key
 * @property {string | string[]} on such as `j`, `g i` (one after the other), `Ctrl+k`, `ArrowDown`;
 *   the first is the one that is shown
 * @property {string} does the key of its words, such as `inbox.key_next`
 * @property {(event?: KeyboardEvent) => unknown} run false: it was nothing, the key goes on
 * @property {boolean} [typing] whether it counts while somebody types
 * @property {boolean} [hidden] whether it is only to be known by using it
 */

/** @typedef {{group: string, keys: Key[], first: boolean}} Table */

/** What counts now, in the order it counts: those that come first, then those that came last. */
export const tables = signal(/** @type {Table[]} */ ([]));
/** Whether keys without Ctrl do something (WCAG 2.1.4: some people need them off). */
export const single = pref("keys", true);

const PAUSE_MAX = 1_000;
/** @type {string} */
let before = "";
let beforeAt = 0;

/**
 * Registers keys until the answer is called.
 * @param {string} group the key of its heading @param {Key[]} keys
 * @param {boolean} [first] whether they count before whatever comes later
 */
export function register(group, keys, first = false) {
  const table = { group, keys, first };
  const [before, after] = [tables.peek().filter((one) => one.first), tables.peek().filter((one) => !one.first)];
  tables.value = first ? [table, ...before, ...after] : [...before, table, ...after];
  return () => void (tables.value = tables.peek().filter((one) => one !== table));
}

/**
 * Keys that count while a component is shown. They always run as they were given last.
 * @param {string} group @param {Key[]} keys the same ones at each time @param {boolean} [first]
 */
export function useKeys(group, keys, first) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const run = (at) => (event) => latest.current[at].run(event);
    return register(group, keys.map((key, at) => ({ ...key, run: run(at) })), first);
  }, [group]);
}

/** All spellings of a key. @param {Key} key */
const spellings = (key) => (Array.isArray(key.on) ? key.on : [key.on]);
/** How a key is shown. @param {Key} key */
export const shown = (key) => spellings(key)[0];

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type)));

/**
 * What was pressed. Where letters are not Latin, the key's place on the keyboard counts.
 * @param {KeyboardEvent} event
 */
function pressed(event) {
  const place = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  const letter = event.key.length === 1 && event.key > "\x7f" && place ? place : event.key;
  const name = letter.length === 1 ? letter.toLowerCase() : letter;
  const shift = event.shiftKey && (letter.length > 1 || /[a-z]/i.test(letter)) ? "Shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift}${name}`;
}

/** @param {string} chord @param {boolean} typing @param {KeyboardEvent} event */
function ran(chord, typing, event) {
  for (const { keys } of tables.peek()) {
    for (const key of keys) {
      if (!spellings(key).includes(chord) || (typing && !key.typing)) continue;
      if (key.run(event) !== false) return true;
    }
  }
  return false;
}

/** Whether a longer chord begins so. @param {string} chord */
const begins = (chord) => tables.peek().some(({ keys }) =>
  keys.some((key) => spellings(key).some((one) => one.startsWith(`${chord} `))));

let loading = 0;

/**
 * Loads what is about to be shown. What is typed meanwhile is meant for it, and does nothing else.
 * @template T @param {() => Promise<T>} load @returns {Promise<T>}
 */
export async function awaited(load) {
  loading++;
  try {
    return await part(load);
  } finally {
    loading--;
  }
}

addEventListener("keydown", (event) => {
  if (loading) return;
  if (event.defaultPrevented || event.isComposing || /^(Control|Shift|Alt|Meta)$/.test(event.key)) return;
  if (document.querySelector("dialog[open], [role=menu]")) return;
  const one = pressed(event);
  const plain = one.length === 1 || one.startsWith("Shift+");
  const typing = isTyping(event.target);
  if (plain && !typing && !single.peek()) return;
  const now = performance.now();
  const chord = before && now - beforeAt < PAUSE_MAX ? `${before} ${one}` : "";
  before = "";
  if ((chord && ran(chord, typing, event)) || ran(one, typing, event)) return event.preventDefault();
  if (!typing && begins(one)) [before, beforeAt] = [one, now];
});
