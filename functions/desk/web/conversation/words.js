// What people wrote, as text: its direction is its own, links can be followed, and nothing in it
// is ever more than text.
import { html, useMemo, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import "./en.js";

/** Longer texts are shown in part, in characters. */
const SHOWN_MAX = 1_600;
const LINKS = /\bhttps?:\/\/[^\s<>"'\u2028\u2029]+|\bmailto:[^\s<>"']+|\btel:[+\d().-]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** A name within a sentence: its direction does not spread. @param {string | null | undefined} name */
export const apart = (name) => `\u2068${name ?? ""}\u2069`;

/** The address of a link, if it is one that may be followed. @param {string} text */
export function safe(text) {
  try {
    const url = new URL(/^[\w.+-]+@/.test(text) ? `mailto:${text}` : text);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Punctuation and unpaired brackets at the end belong to the sentence. @param {string} link */
function trimmed(link) {
  let end = link.replace(/[.,;:!?]+$/u, "");
  while (/[)\]}]$/.test(end) && count(end, end.at(-1) ?? "") > count(end, OPENING[end.at(-1) ?? ""])) end = end.slice(0, -1);
  return end;
}
const OPENING = { ")": "(", "]": "[", "}": "{" };
/** @param {string} text @param {string} letter */
const count = (text, letter) => text.split(letter).length - 1;

/** @param {string} text @returns {any[]} */
export function linked(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(LINKS)) {
    const link = trimmed(found[0]);
    const href = safe(link);
    if (!href) continue;
    parts.push(text.slice(done, found.index));
    parts.push(html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${link}</a>`);
    done = found.index + link.length;
  }
  parts.push(text.slice(done));
  return parts;
}

/** A few emoji and nothing else are shown large. @param {string} text */
function isEmoji(text) {
  return text.length <= 24 && /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}|[\u200d\ufe0f\s]|\p{Emoji_Modifier}|\p{Regional_Indicator})+$/u.test(text);
}

/** @param {{text: string}} props */
export function Words({ text }) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > SHOWN_MAX;
  const shown = cut ? `${[...text.slice(0, SHOWN_MAX)].slice(0, -1).join("")}…` : text;
  const parts = useMemo(() => linked(shown), [shown]);
  return html`<div class=${isEmoji(text) ? "bubble-words large" : "bubble-words"} dir="auto">${parts}</div>
    ${cut && html`<button type="button" class="link" onClick=${() => setWhole(true)}>${t("conversation.show_all", { n: text.length })}</button>`}`;
}
