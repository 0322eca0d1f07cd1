// The settings and secrets that a channel needs, as fields. Which there are, the channel says.
import { html } from "../lib/html.js";
import { known, t } from "../lib/strings.js";
import { Area, Choice, Field, Input, Toggle } from "./form.js";

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
const SPECIAL = { colour: "colour", position: "position", ask_name: "switch", ask_email: "switch", greeting: "text", offline: "text" };

/** @param {{form: import("./form.js").Form, channel: any, stored?: boolean}} props `stored`: there are secrets already */
export function Needs({ form, channel, stored }) {
  const either = channel.needs.filter((need) => need.presence === "one_of").map((need) => labelOf(need.key));
  return html`${either.length > 0 && html`<p class="lead">${t("settings.needs_one_of", { keys: either.join(", ") })}</p>`}
    ${channel.needs.map((need) => html`<${Need} key=${need.key} form=${form} need=${need} stored=${stored} />`)}`;
}

/** @param {{form: import("./form.js").Form, need: {key: string, kind: string, presence: string}, stored?: boolean}} props */
function Need({ form, need: { key, kind, presence }, stored }) {
  const chosen = SPECIAL[key] === "switch" || SPECIAL[key] === "position";
  const label = presence === "optional" && !chosen ? t("settings.optional", { label: labelOf(key) }) : labelOf(key);
  const own = known(`settings.needs_hints.${key}`) ? t(`settings.needs_hints.${key}`) : undefined;
  if (kind === "secret") {
    const hint = stored ? t("settings.secret_kept") : (own ?? t("settings.secret_hint"));
    return html`<${Input} form=${form} name=${`secrets.${key}`} label=${label} hint=${hint} type="password" dir="ltr" autocomplete="new-password" spellcheck=${false}
      placeholder=${stored ? "••••••••" : undefined} />`;
  }
  const of = { form, name: `settings.${key}`, label, hint: own };
  if (SPECIAL[key] === "switch") return html`<${On} ...${of} />`;
  if (SPECIAL[key] === "text") return html`<${Area} ...${of} rows=${2} />`;
  if (SPECIAL[key] === "colour") return html`<${Colour} ...${of} />`;
  if (SPECIAL[key] === "position") {
    const options = ["", "left", "right"].map((value) => ({ value, label: t(`settings.position.${value || "default"}`) }));
    return html`<${Choice} ...${of} options=${options} />`;
  }
  return html`<${Input} ...${of} dir="ltr" autocomplete="off" spellcheck=${false} />`;
}

/** Settings are words: `true` or `false`. @param {{form: import("./form.js").Form, name: string, label: string, hint?: string}} props */
function On({ form, name, label, hint }) {
  const inner = { ...form, values: { [name]: form.values[name] === "true" }, set: (_, on) => form.set(name, on ? "true" : "") };
  return html`<${Toggle} form=${inner} name=${name} label=${label} hint=${hint} />`;
}

/** @param {{form: import("./form.js").Form, name: string, label: string, hint?: string}} props */
function Colour({ form, name, label, hint }) {
  const value = form.values[name];
  const set = (event) => form.set(name, event.currentTarget.value);
  return html`<${Field} label=${label} hint=${hint} error=${form.errorAt(name)}>${(tied) => html`<div class="row">
    <input type="color" aria-label=${label} value=${/^#[0-9a-f]{6}$/i.test(value) ? value : "#3b5bdb"} onInput=${set} />
    <input class="short" dir="ltr" placeholder="#3b5bdb" spellcheck=${false} ...${tied} value=${value} onInput=${set} /></div>`}<//>`;
}
