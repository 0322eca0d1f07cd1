// The name and its mark.
import { html } from "../lib/html.js";

const mark = new URL("../favicon.svg", import.meta.url).pathname;

/** @param {{small?: boolean}} props */
export const Logo = ({ small }) =>
  html`<span class="logo"><img src=${mark} alt="" width="32" height="32" />${!small && html`<span>Confab</span>`}</span>`;
