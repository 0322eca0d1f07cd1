// Words on the screen, by key. They are in one file for each language, but for those of parts that
// are loaded when they are opened.
import { en } from "../strings/en.js";

const language = "en";
const plural = new Intl.PluralRules(language);

/**
 * The words of a key such as `inbox.empty`, with `{names}` filled in. Where words differ by number,
 * the entry is an object of plural categories and `n` says the number.
 * @param {string} key @param {Record<string, string | number>} [values] @returns {string}
 */
export function t(key, values = {}) {
  /** @type {any} */
  let words = en;
  for (const part of key.split(".")) words = words?.[part];
  if (words && typeof words === "object") words = words[plural.select(Number(values.n))] ?? words.other;
  if (typeof words !== "string") return key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * Adds words to a section: those of a part of the desk that is loaded when it is first opened. What
 * has words already keeps them.
 * @param {string} section @param {object} words
 */
export const add = (section, words) => void Object.assign(en, { [section]: { ...words, .../** @type {any} */ (en)[section] } });

/** Whether a key has words: what the server sends may be newer than this page. @param {string} key */
export const known = (key) => t(key) !== key;
