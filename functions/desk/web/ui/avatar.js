// A round mark that stands for somebody.
import { html } from "../lib/html.js";
import { initials } from "../lib/format.js";

const HUES = 12;

/** @param {string} text */
function hue(text) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % HUES;
}

/** @param {{name: string, id?: string, presence?: string, small?: boolean}} props */
export function Avatar({ name, id = name, presence, small }) {
  return html`<span class=${`avatar hue-${hue(id)} ${small ? "small" : ""}`} aria-hidden="true">
    ${initials(name)}${presence && html`<span class=${`presence ${presence}`} />`}
  </span>`;
}
