// The emoji picker: a grid that is searched by words and walked by arrow keys.
import { html, render, useEffect, useMemo, useRef, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { EMOJI } from "./emoji-data.js";

const RECENT = "confab.emoji";
const RECENT_MAX = 16;
const COLUMNS = 8;

/** @returns {string[]} */
const recent = () => JSON.parse(localStorage.getItem(RECENT) ?? "[]");

const groups = Object.entries(EMOJI).map(([name, list]) => ({
  name, items: list.split("|").map((one) => ({ emoji: one.slice(0, one.indexOf(" ")), words: one.slice(one.indexOf(" ") + 1) })),
}));

/** Opens beside a button. @param {Element} at @param {(emoji: string) => void} put */
export function pick(at, put) {
  const place = document.createElement("div");
  place.className = "emoji-place";
  const button = at.closest("button") ?? at;
  (button.closest(".composer-box") ?? button.parentElement ?? document.body).append(place);
  const close = () => (render(null, place), place.remove(), /** @type {HTMLElement} */ (button).focus());
  const chosen = (emoji) => {
    localStorage.setItem(RECENT, JSON.stringify([emoji, ...recent().filter((one) => one !== emoji)].slice(0, RECENT_MAX)));
    close();
    put(emoji);
  };
  render(html`<${Picker} chosen=${chosen} close=${close} />`, place);
}

/** @param {{chosen: (emoji: string) => void, close: () => void}} props */
function Picker({ chosen, close }) {
  const [sought, setSought] = useState("");
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const outside = (event) => !root.current?.contains(event.target) && close();
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  const shown = useMemo(() => {
    const word = sought.trim().toLowerCase();
    if (word) {
      const items = groups.flatMap((group) => group.items).filter(({ words }) => ` ${words}`.includes(` ${word}`));
      return [{ name: "found", items: items.sort((one, other) => one.words.length - other.words.length) }];
    }
    const used = recent().map((emoji) => ({ emoji, words: emoji }));
    return used.length ? [{ name: "recent", items: used }, ...groups] : groups;
  }, [sought]);
  const keys = (event) => {
    if (event.key === "Escape") return event.stopPropagation(), close();
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    const all = /** @type {HTMLElement[]} */ ([...(root.current?.querySelectorAll("[data-emoji]") ?? [])]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (!step || (at < 0 && event.key !== "ArrowDown")) return;
    event.preventDefault();
    if (at + step < 0) return root.current?.querySelector("input")?.focus();
    all[at < 0 ? 0 : Math.min(all.length - 1, at + step)]?.focus();
  };
  return html`<div class="emoji" ref=${root} role="dialog" aria-label=${t("composer.emoji")} onKeyDown=${keys}>
    <input type="search" autofocus aria-label=${t("composer.search_emoji")} placeholder=${t("composer.search_emoji")} value=${sought}
      ref=${(input) => input && !sought && document.activeElement?.tagName !== "INPUT" && input.focus()} onInput=${(event) => setSought(event.currentTarget.value)}
      onKeyDown=${(event) => event.key === "Enter" && shown[0]?.items[0] && chosen(shown[0].items[0].emoji)} />
    <div class="emoji-groups scroll">${shown.map(({ name, items }) => html`<section key=${name}><h3>${t(`composer.emoji_groups.${name}`)}</h3>
      <div class="emoji-grid">${items.map(({ emoji, words }) => html`<button type="button" key=${emoji} data-emoji class="icon-button" title=${words} aria-label=${words} tabindex="-1" onClick=${() => chosen(emoji)}>${emoji}</button>`)}</div>
      ${!items.length && html`<p>${t("composer.no_emoji")}</p>`}</section>`)}</div></div>`;
}
