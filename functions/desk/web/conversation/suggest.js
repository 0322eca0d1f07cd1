// A list that opens at a word being typed: snippets after `/`, colleagues after `@`.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { me, users, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";

/** @typedef {{key: string, title: string, text: string, person?: string}} Suggestion */

const SHOWN_MAX = 8;

/** The word at the caret that asks for suggestions. @param {string} text @param {number} caret @param {string} sign */
export function asked(text, caret, sign) {
  const found = text.slice(0, caret).match(sign === "/" ? /(?:^|\s)\/([^\s/]{0,32})$/u : /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,40})$/u);
  return found ? { word: found[1].toLocaleLowerCase(), from: caret - found[1].length - 1 } : null;
}

/** @type {Promise<any[]> | null} */
let snippets = null;

/** The snippets this user has, asked for once in a while. @returns {Promise<any[]>} */
function allSnippets() {
  if (!snippets) {
    snippets = get("/v1/snippets").then((said) => said.items);
    snippets.catch(() => (snippets = null));
    setTimeout(() => (snippets = null), 60_000);
  }
  return snippets;
}

/** A snippet with what is known filled in: `{{contact.first_name|there}}`. @param {string} text @param {string | null} contact */
export function fill(text, contact) {
  const name = (contact ?? "").trim().replace(/\s+/g, " ").slice(0, 100);
  const values = { "contact.name": name, "contact.first_name": name.split(" ")[0], "workspace.name": workspace.value?.name ?? "", "user.name": me.value?.user.name ?? "" };
  return text.replace(/\{\{\s*([\w.]+)\s*(?:\|([^}]*))?\}\}/g, (whole, key, otherwise) => key in values ? values[key] || (otherwise ?? "").trim() : whole);
}

/** @param {string} word @param {string | null} contact @returns {Promise<Suggestion[]>} */
export async function snippetsFor(word, contact) {
  const found = (await allSnippets()).filter((one) => one.shortcut.toLocaleLowerCase().includes(word) || (word && one.text.toLocaleLowerCase().includes(word)));
  found.sort((one, other) => Number(other.shortcut.toLocaleLowerCase().startsWith(word)) - Number(one.shortcut.toLocaleLowerCase().startsWith(word)));
  return found.slice(0, SHOWN_MAX).map((one) => ({ key: one.id, title: `/${one.shortcut}`, text: fill(one.text, contact) }));
}

/** @param {string} word @returns {Promise<Suggestion[]>} */
export async function colleaguesFor(word) {
  const found = users.value.filter((user) => user.active && (user.name.toLocaleLowerCase().includes(word) || user.id.includes(word)));
  return found.slice(0, SHOWN_MAX).map((user) => ({ key: user.id, title: user.name, text: `@${user.id} `, person: user.id }));
}

/** The users that a note mentions. @param {string} text */
export function mentioned(text) {
  const known = new Set(users.value.map((user) => user.id));
  const found = [...text.matchAll(/@([\p{L}\p{N}_.-]+)/gu)].map(([, id]) => id.replace(/[.-]+$/, "")).filter((id) => known.has(id));
  return [...new Set(found)];
}

/**
 * What is suggested for the word at the caret, and the keys that choose from it.
 * @param {string} text @param {number} caret @param {"/" | "@"} sign @param {string | null} contact
 * @param {(from: number, to: number, text: string) => void} put
 */
export function useSuggestions(text, caret, sign, contact, put) {
  const [items, setItems] = useState(/** @type {Suggestion[]} */ ([]));
  const [at, setAt] = useState(0);
  const left = useRef("");
  const here = asked(text, caret, sign);
  const word = here ? `${sign}${here.word}` : "";
  useEffect(() => {
    if (!word || word === left.current) return void setItems([]);
    let now = true;
    const found = sign === "/" ? snippetsFor(word.slice(1), contact) : colleaguesFor(word.slice(1));
    found.then((list) => now && (setItems(list), setAt(0)), () => now && setItems([]));
    return () => void (now = false);
  }, [word]);
  const choose = (item) => here && (put(here.from, caret, item.text), setItems([]));
  const keys = (event) => {
    if (!items.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + items.length) % items.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(items[at]);
    else if (event.key === "Escape") setItems([]), (left.current = word);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { items, at, choose, keys, open: items.length > 0 };
}

/** @param {{id: string, suggestions: ReturnType<typeof useSuggestions>}} props */
export function Suggestions({ id, suggestions }) {
  const { items, at, choose } = suggestions;
  if (!items.length) return null;
  return html`<ul class="suggestions" role="listbox" id=${id} aria-label=${t("composer.suggestions")}>${items.map((item, place) => html`
    <li key=${item.key} role="option" id=${`${id}-${place}`} aria-selected=${place === at} onMouseDown=${(event) => (event.preventDefault(), choose(item))}>
      ${item.person && html`<${Avatar} name=${item.title} small />`}<strong><bdi>${item.title}</bdi></strong>
      ${!item.person && html`<span dir="auto" class="clip">${item.text}</span>`}</li>`)}</ul>`;
}
