// Who the conversation is with.
import { html } from "../lib/html.js";

/** @param {{head: import("../lib/types.d.ts").Conversation, away: () => void}} props */
export function Panel({ head, away }) {
  return html`<aside class="panel">${head.contact.name}</aside>`;
}
