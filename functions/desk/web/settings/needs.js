// The settings and secrets that a channel needs, as fields. Which there are, the channel says.
import { html, useState } from "../lib/html.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Area, Choice, Field, Input } from "./form.js";

/** What a channel needs, as the fields of a form: secrets are never known. @param {any} channel @param {any} account */
export function valuesOf(channel, account) {
  return Object.fromEntries(channel.needs.map(({ key, kind }) => (
    kind === "secret" ? [`secrets.${key}`, ""] : [`settings.${key}`, account?.settings?.[key] ?? ""])));
}

/** Settings and secrets as the API takes them: what is empty is left out. @param {Record<string, any>} values */
export function body(values) {
  const of = (prefix) => Object.fromEntries(Object.entries(values)
    .filter(([name, value]) => name.startsWith(prefix) && value !== "" && value !== null)
    .map(([name, value]) => [name.slice(prefix.length), String(value).trim()]));
  return { settings: of("settings."), secrets: of("secrets.") };
}

/** What people call a need. @param {string} key */
const labelOf = (key) => {
  const words = key.replaceAll("_", " ");
  return known(`settings.needs.${key}`) ? t(`settings.needs.${key}`) : words[0].toUpperCase() + words.slice(1);
};

/** How a setting is entered, where it is not a word. @type {Record<string, string>} */
const SPECIAL = { colour: "colour", greeting: "text", offline: "text" };
/** Settings of which there are only a few. @type {Record<string, string[]>} */
const FEW = { position: ["right", "left"], ask_name: ["no", "optional", "required"], ask_email: ["no", "optional", "required"] };
/** Secrets that are one's own to choose. */
const OWN = ["identity_secret", "verify_token", "secret_token"];

/** @param {{form: import("./form.js").Form, channel: any, stored?: boolean}} props `stored`: there are secrets already */
export function Needs({ form, channel, stored }) {
  const either = channel.needs.filter((need) => need.presence === "one_of").map((need) => labelOf(need.key));
  return html`${either.length > 0 && html`<p class="lead">${t("settings.needs_one_of", { keys: either.join(", ") })}</p>`}
    ${channel.needs.map((need) => html`<${Need} key=${need.key} form=${form} need=${need} stored=${stored} />`)}`;
}

/** @param {{form: import("./form.js").Form, need: {key: string, kind: string, presence: string}, stored?: boolean}} props */
function Need({ form, need: { key, kind, presence }, stored }) {
  const label = presence === "optional" && !FEW[key] ? t("settings.optional", { label: labelOf(key) }) : labelOf(key);
  const hint = known(`settings.needs_hints.${key}`) ? t(`settings.needs_hints.${key}`) : undefined;
  if (kind === "secret") return html`<${Secret} form=${form} name=${key} label=${label} hint=${hint} stored=${stored} />`;
  const of = { form, name: `settings.${key}`, label, hint };
  if (SPECIAL[key] === "text") return html`<${Area} ...${of} rows=${2} />`;
  if (SPECIAL[key] === "colour") return html`<${Colour} ...${of} />`;
  if (FEW[key]) {
    const options = FEW[key].map((value) => ({ value, label: t(`settings.needs_few.${value}`) }));
    return html`<${Choice} ...${of} options=${[{ value: "", label: t("settings.needs_few.usual") }, ...options]} />`;
  }
  return html`<${Input} ...${of} dir="ltr" autocomplete="off" spellcheck=${false} />`;
}

/** What a chosen secret is made of: 30 random bytes. */
const random = () => [...crypto.getRandomValues(new Uint8Array(30))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {{form: import("./form.js").Form, name: string, label: string, hint?: string, stored?: boolean}} props `stored`: there is one */
function Secret({ form, name, label, hint, stored }) {
  const [shown, setShown] = useState(false);
  const field = `secrets.${name}`;
  const make = () => (form.set(field, random()), setShown(true));
  const said = stored ? t("settings.secret_kept") : (hint ?? t("settings.secret_hint"));
  return html`<${Field} label=${label} hint=${said} error=${form.errorAt(field)}>${(tied) => html`<div class="row">
    <input name=${field} type=${shown ? "text" : "password"} dir="ltr" autocomplete="new-password" spellcheck=${false} ...${tied}
      placeholder=${stored ? "••••••••" : undefined} value=${form.values[field]}
      onInput=${(event) => form.set(field, event.currentTarget.value)} />
    ${form.values[field] && html`<button type="button" class="icon-button" aria-pressed=${shown} aria-label=${t("settings.secret_show", { label })}
      onClick=${() => setShown(!shown)}><${Icon} name=${shown ? "eye-off" : "eye"} class="small" /></button>`}
    ${OWN.includes(name) && html`<button type="button" onClick=${make}>${t("settings.secret_make")}</button>`}</div>`}<//>`;
}

/** @param {{form: import("./form.js").Form, name: string, label: string, hint?: string}} props */
function Colour({ form, name, label, hint }) {
  const value = form.values[name];
  const set = (event) => form.set(name, event.currentTarget.value);
  return html`<${Field} label=${label} hint=${hint} error=${form.errorAt(name)}>${(tied) => html`<div class="row">
    <input type="color" aria-label=${label} value=${/^#[0-9a-f]{6}$/i.test(value) ? value : "#3b5bdb"} onInput=${set} />
    <input class="short" dir="ltr" placeholder="#3b5bdb" spellcheck=${false} ...${tied} value=${value} onInput=${set} /></div>`}<//>`;
}
