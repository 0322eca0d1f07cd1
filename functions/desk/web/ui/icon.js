// Icons, from one file of symbols.
import { html } from "../lib/html.js";

const sheet = new URL("../icons.svg", import.meta.url).pathname;

/**
 * @param {{name: string, label?: string, class?: string}} props `label` is read out; without it the
 *   icon is decoration
 */
export function Icon({ name, label, class: more = "" }) {
  return html`<svg class=${`icon ${more}`} aria-hidden=${label ? undefined : "true"} role=${label ? "img" : undefined}
    aria-label=${label}>${label && html`<title>${label}</title>`}<use href=${`${sheet}#${name}`} /></svg>`;
}
