// A round mark that stands for somebody.
import { html } from "../lib/html.js";
import { initials } from "../lib/format.js";
import { Icon } from "./icon.js";

const HUES = 12;

/** @param {string} text */
function hue(text) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % HUES;
}

/** The colour follows from the name. @param {{name: string, presence?: string, small?: boolean}} props */
export function Avatar({ name, presence, small }) {
  return html`<span class=${`avatar hue-${hue(name)} ${small ? "small" : ""}`} aria-hidden="true">
    ${/^\p{L}/u.test(name) ? initials(name) : html`<${Icon} name="user" class="small" />`}${presence && html`<span class=${`presence ${presence}`} />`}
  </span>`;
}
