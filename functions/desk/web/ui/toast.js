// Short words at the edge of the screen, read out to those who do not see them.
import { html, signal } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "./icon.js";

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {"info" | "success" | "error"} kind
 * @property {{label: string, run: () => void}} [action]
 */

const shown = signal(/** @type {Toast[]} */ ([]));
let last = 0;
const STAYS = 6_000;
const STAYS_WITH_ACTION = 12_000;

/**
 * @param {string} text
 * @param {{kind?: Toast["kind"], action?: Toast["action"]}} [how]
 */
export function toast(text, { kind = "info", action } = {}) {
  const id = ++last;
  shown.value = [...shown.value.slice(-3), { id, text, kind, action }];
  setTimeout(() => dismiss(id), action ? STAYS_WITH_ACTION : STAYS);
}

/** @param {number} id */
const dismiss = (id) => (shown.value = shown.value.filter((one) => one.id !== id));

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.value.map(({ id, text, kind, action }) => html`
      <div class=${`toast ${kind}`} key=${id}>
        <span class="words">${text}</span>
        ${action && html`<button class="link" onClick=${() => (dismiss(id), action.run())}>${action.label}</button>`}
        <button class="icon-button" aria-label=${t("common.dismiss")} onClick=${() => dismiss(id)}><${Icon} name="x" /></button>
      </div>`)}
  </div>`;
}
