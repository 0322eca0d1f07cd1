import { html } from "../lib/html.js";

export function Dashboard() {
  return html`<h1>Dashboard</h1>`;
}
