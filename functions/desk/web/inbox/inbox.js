import { html } from "../lib/html.js";

export function Inbox() {
  return html`<h1>Inbox</h1>`;
}
