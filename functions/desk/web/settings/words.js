// Texts that are said by themselves: with variables that are filled in for each contact.
import { html, useRef } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Field } from "./form.js";

const VARIABLES = ["contact.first_name", "contact.name", "workspace.name"];
export const CHARS_MAX = 4_096;

/** The variables, and what people call them. */
const variables = () => VARIABLES.map((name) => ({ name, label: t(`settings.variables.${name.replace(".", "_")}`) }));

/**
 * A text area with buttons that put variables where the cursor is.
 * @param {{label: string, hint?: any, error?: string | null, value: string, change: (text: string) => void, rows?: number, none?: boolean}} props
 *   `none`: without variables
 */
export function Words({ label, hint, error, value, change, rows = 3, none }) {
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const insert = (name) => {
    const box = area.current;
    if (!box) return;
    const text = name === "contact.first_name" ? "{{contact.first_name|there}}" : `{{${name}}}`;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    change(box.value);
    box.focus();
  };
  return html`<${Field} label=${label} hint=${hint} error=${error}>${(tied) => html`
    <textarea dir="auto" rows=${rows} maxlength=${CHARS_MAX} ref=${area} ...${tied} value=${value}
        onInput=${(event) => change(event.currentTarget.value)} />
    ${!none && html`<div class="variables">${variables().map(({ name, label }) => html`
      <button type="button" key=${name} class="chip" onClick=${() => insert(name)}
          title=${t("settings.insert", { what: label })}>+ ${label}</button>`)}</div>`}`}<//>`;
}
