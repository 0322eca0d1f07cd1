// Choosing a registered template and filling in its parameters (R077 to R080).
import { html, useMemo, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Empty } from "../ui/states.js";
import { Icon } from "../ui/icon.js";
import { filled } from "../conversation/content.js";
import { Words } from "../conversation/words.js";

/** @import { Account } from "../lib/types.d.ts" */

/**
 * @typedef {object} Registered
 * @property {string} name @property {string} language @property {string} [body] @property {string} [category]
 * @property {string} [approval] @property {number | (string | {name: string})[]} [parameters]
 */

/** From so many templates on they can be searched. */
const SEARCHED_FROM = 6;

/** The placeholders of a template, in order: names, or numbers from 1. @param {Registered} template @returns {string[]} */
function placeholders(template) {
  const found = [...(template.body ?? "").matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name);
  if (found.length) return [...new Set(found)];
  if (Array.isArray(template.parameters)) return template.parameters.map((one) => (typeof one === "string" ? one : one.name));
  return Array.from({ length: template.parameters ?? 0 }, (_, at) => String(at + 1));
}

/** The content to send. @param {Registered} template @param {string[]} names @param {Record<string, string>} values */
function content(template, names, values) {
  const numbered = names.every((name) => /^\d+$/.test(name));
  const parameters = names.map((name) => (numbered ? values[name] : { name, text: values[name] }));
  return { type: "template", name: template.name, language: template.language, parameters };
}

/**
 * @param {{account: Account | undefined, templates: Registered[] | null, busy?: boolean, onSend: (content: any) => void}} props
 *   `templates` null: the account's templates are not known here, and are named by hand
 */
export function TemplateForm({ account, templates, busy, onSend }) {
  const usable = useMemo(() => (templates ?? []).filter((one) => !one.approval || one.approval === "approved"), [templates]);
  const [chosen, setChosen] = useState(/** @type {Registered | null} */ (usable.length === 1 ? usable[0] : null));
  if (templates === null) return html`<${ByHand} busy=${busy} onSend=${onSend} />`;
  if (!usable.length) return html`<${Empty} icon="clipboard-list" title=${t("composer.no_templates", { account: account?.name ?? "" })} />`;
  return html`<div class="template-form">
    ${usable.length > 1 && html`<${Choice} templates=${usable} chosen=${chosen} choose=${setChosen} />`}
    ${chosen && html`<${Filling} key=${`${chosen.name} ${chosen.language}`} template=${chosen} busy=${busy} onSend=${onSend} />`}
  </div>`;
}

/** @param {{templates: Registered[], chosen: Registered | null, choose: (one: Registered) => void}} props */
function Choice({ templates, chosen, choose }) {
  const [sought, setSought] = useState("");
  const word = sought.trim().toLocaleLowerCase();
  const found = templates.filter((one) => `${one.name} ${one.body ?? ""} ${one.language}`.toLocaleLowerCase().includes(word));
  return html`<div class="column">
    ${templates.length >= SEARCHED_FROM && html`<input type="search" autofocus aria-label=${t("composer.search_templates")} placeholder=${t("composer.search_templates")} value=${sought} onInput=${(event) => setSought(event.currentTarget.value)} />`}
    <fieldset class="choice-list scroll"><legend class="sr-only">${t("composer.choose_template")}</legend>${found.map((one) => html`
      <label class="choice" key=${`${one.name} ${one.language}`}><input type="radio" name="template" checked=${one === chosen} onChange=${() => choose(one)} />
        <span class="grow"><strong dir="auto">${one.name}</strong>${one.body && html`<small class="clip" dir="auto">${one.body}</small>`}</span>
        <small>${one.language}${one.category ? ` · ${one.category}` : ""}</small></label>`)}
      ${!found.length && html`<p>${t("composer.no_such_template")}</p>`}</fieldset></div>`;
}

/** @param {{template: Registered, busy?: boolean, onSend: (content: any) => void}} props */
function Filling({ template, busy, onSend }) {
  const names = useMemo(() => placeholders(template), [template]);
  const [values, setValues] = useState(/** @type {Record<string, string>} */ ({}));
  const made = content(template, names, values);
  const submit = (event) => {
    event.preventDefault();
    onSend(made);
  };
  return html`<form class="form" onSubmit=${submit}><h3 dir="auto">${template.name} <small>${template.language}</small></h3>
    ${names.map((name, at) => html`<label class="field" key=${name}><span>${/^\d+$/.test(name) ? t("composer.parameter", { n: name }) : name}</span>
      <input required dir="auto" autofocus=${at === 0} value=${values[name] ?? ""} onInput=${(event) => setValues({ ...values, [name]: event.currentTarget.value })} /></label>`)}
    <div class="template-preview"><small>${t("composer.preview")}</small><div class="bubble">${template.body
      ? html`<${Words} text=${filled(template.body, made.parameters)} />`
      : html`<span dir="auto">${[template.name, ...names.map((name) => values[name] || "…")].join(" · ")}</span>`}</div></div>
    <div class="actions"><button class="primary" disabled=${busy}><${Icon} name="send" class="small" />${t("composer.send_template")}</button></div>
  </form>`;
}

/** @param {{busy?: boolean, onSend: (content: any) => void}} props */
function ByHand({ busy, onSend }) {
  const [name, setName] = useState("");
  const [language, setLanguage] = useState("en");
  const [values, setValues] = useState("");
  const submit = (event) => {
    event.preventDefault();
    const parameters = values.split("\n").map((line) => line.trim()).filter(Boolean);
    onSend({ type: "template", name: name.trim(), language: language.trim(), parameters });
  };
  return html`<form class="form" onSubmit=${submit}><p>${t("composer.templates_unknown")}</p>
    <label class="field"><span>${t("composer.template_name")}</span><input required autofocus autocapitalize="none" spellcheck=${false} value=${name} onInput=${(event) => setName(event.currentTarget.value)} /></label>
    <label class="field"><span>${t("composer.template_language")}</span><input required value=${language} onInput=${(event) => setLanguage(event.currentTarget.value)} /></label>
    <label class="field"><span>${t("composer.template_values")}</span><textarea rows="3" dir="auto" value=${values} onInput=${(event) => setValues(event.currentTarget.value)} /></label>
    <div class="actions"><button class="primary" disabled=${busy}><${Icon} name="send" class="small" />${t("composer.send_template")}</button></div></form>`;
}
