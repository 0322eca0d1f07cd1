// A conversation.
import { html } from "../lib/html.js";

/** @param {{id: string}} props */
export const Conversation = ({ id }) => html`<section class="conversation">${id}</section>`;
