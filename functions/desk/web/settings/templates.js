// The templates of an account, as its provider has them on file.
import { html, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { mayManage, save } from "./channel-accounts.js";
import { Area, Choice, Count, Form, Input, useForm } from "./form.js";
import { Card } from "./parts.js";

const CATEGORIES = ["utility", "marketing", "authentication"];
const APPROVALS = ["approved", "pending", "rejected", "paused"];

/** How many placeholders a body has: `{{1}}`, `{{2}}`… @param {string} body */
const placeholders = (body) => new Set([...body.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name)).size;

/** @param {{account: any, saved: () => void}} props */
export function Templates({ account, saved }) {
  const form = useForm({ templates: account.templates ?? [] }, async (_, values) => {
    await save(account, { templates: values.templates.map(({ body, ...others }) => (body ? { body, ...others } : others)) });
    saved();
  });
  const { templates } = form.values;
  const set = (next) => form.set("templates", next);
  const add = () => set([...templates, { name: "", language: "en", category: "utility", approval: "approved", parameters: 0, body: "" }]);
  const change = mayManage();
  return html`<${Form} form=${form}><${Card} title=${t("settings.templates.title")} text=${t("settings.templates.text")}
      actions=${change && html`<button type="button" onClick=${add}>
        <${Icon} name="plus" class="small" />${t("settings.templates.add")}</button>`}>
    ${templates.length === 0 && html`<p class="lead">${t(account.templates ? "settings.templates.none" : "settings.templates.unknown")}</p>`}
    ${templates.map((template, at) => (change
      ? html`<${Template} key=${at} form=${form} at=${at} remove=${() => set(templates.filter((_, place) => place !== at))} />`
      : html`<div key=${at} class="sub"><div class="row wrap"><b>${template.name}</b><span class="badge">${template.language}</span>
        <span class="badge">${t(`settings.templates.${template.approval}`)}</span></div>
          ${template.body && html`<p dir="auto" class="said">${template.body}</p>`}</div>`))}
  <//><//>`;
}

/** @param {{form: import("./form.js").Form, at: number, remove: () => void}} props */
function Template({ form, at, remove }) {
  const one = form.values.templates[at];
  const [open] = useState(!one.name);
  const change = (changes) => form.set("templates", form.values.templates.map((template, place) => (place === at ? { ...template, ...changes } : template)));
  const own = {
    ...form, values: one, errorAt: (name) => form.errorAt(`templates[${at}].${name}`),
    set: (name, value) => change(name === "body" && value ? { body: value, parameters: placeholders(value) } : { [name]: value ?? 0 }),
  };
  const options = (all) => all.map((value) => ({ value, label: t(`settings.templates.${value}`) }));
  return html`<details class="sub" open=${open}>
    <summary><b dir="auto">${one.name || t("settings.templates.new")}</b> <span class="badge">${one.language}</span>
      <span class=${`badge ${one.approval === "approved" ? "good" : "warn"}`}>${t(`settings.templates.${one.approval}`)}</span></summary>
    <div class="form">
      <div class="two"><${Input} form=${own} name="name" label=${t("settings.templates.name")} dir="ltr" spellcheck=${false} />
        <${Input} form=${own} name="language" label=${t("settings.templates.language")} dir="ltr" spellcheck=${false} /></div>
      <${Area} form=${own} name="body" label=${t("settings.templates.body")} hint=${t("settings.templates.body_hint")} rows=${3} />
      <div class="three"><${Count} form=${own} name="parameters" label=${t("settings.templates.parameters")} min="0"
          readonly=${Boolean(one.body)} />
        <${Choice} form=${own} name="category" label=${t("settings.templates.category")} options=${options(CATEGORIES)} />
        <${Choice} form=${own} name="approval" label=${t("settings.templates.approval")} options=${options(APPROVALS)} /></div>
      <div class="actions"><button type="button" class="danger" onClick=${remove}>${t("common.delete")}</button></div>
    </div></details>`;
}
