// Choosing a registered template and filling in its parameters.
import { html } from "../lib/html.js";

/** @param {{account: any, templates: any[] | null, busy?: boolean, onSend: (content: any) => void}} props */
export const TemplateForm = ({ templates }) => html`<p>${(templates ?? []).map((one) => one.name).join(", ")}</p>`;
