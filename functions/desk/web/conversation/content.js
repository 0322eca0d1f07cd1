// What a message says, by its kind.
import { html } from "../lib/html.js";
import { known, t } from "../lib/strings.js";
import { accounts } from "../lib/store.js";
import { Icon } from "../ui/icon.js";
import { Files } from "./media.js";
import { linked, safe, Words } from "./words.js";

/** @type {Record<string, (props: {content: any}) => any>} */
const KINDS = {
  text: ({ content }) => html`<${Words} text=${content.text} />`,
  media: ({ content }) => html`<${Files} files=${content.files} />${content.caption && html`<${Words} text=${content.caption} />`}`,
  location: Place,
  contacts: ({ content }) => html`<div class="cards">${content.cards.map((card) => html`<${Card} card=${card} />`)}</div>`,
  interactive: Offer,
  answer: Answer,
  template: Template,
  unsupported: ({ content }) => html`<div class="placeholder"><${Icon} name="circle-help" />
    <span>${t("conversation.unsupported", { kind: content.kind })}</span></div>
    ${content.raw && html`<details class="raw"><summary>${t("conversation.raw")}</summary><pre dir="ltr">${content.raw}</pre></details>`}`,
};

/** @param {{content: any, account?: string}} props */
export function Content({ content, account }) {
  const kind = KINDS[content?.type];
  if (kind) return html`<${kind} content=${content} account=${account} />`;
  return html`<div class="placeholder"><${Icon} name="circle-help" /><span>${t("conversation.unsupported", { kind: content?.type ?? "" })}</span></div>`;
}

/** A content in one line, for quotes, lists and screen readers. @param {any} content @returns {string} */
export function inBrief(content) {
  if (!content) return "";
  const words = content.text ?? content.caption ?? content.body ?? content.title ?? content.name ?? content.cards?.[0]?.name;
  if (content.type === "text") return words;
  const kind = content.type === "media" ? content.files[0]?.kind ?? "file" : content.type;
  const label = known(`conversation.kinds.${kind}`) ? t(`conversation.kinds.${kind}`) : kind;
  return words ? `${label}: ${words}` : label;
}

/** @param {{content: any}} props */
function Place({ content }) {
  const { latitude, longitude, name, address } = content;
  const href = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=16/${Number(latitude)}/${Number(longitude)}`;
  return html`<a class="place" href=${href} target="_blank" rel="noopener noreferrer nofollow">
    <${Icon} name="map-pin" /><span><strong dir="auto">${name || t("conversation.kinds.location")}</strong>
      ${address && html`<span dir="auto">${address}</span>`}
      <small>${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}</small></span>
    <${Icon} name="external-link" class="small" /></a>`;
}

/** @param {{card: any}} props */
function Card({ card }) {
  const line = (text, scheme) => {
    const href = safe(`${scheme}:${text.replace(/[^\w.+@-]/g, "")}`);
    return html`<a class="card-line" href=${href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">${text}</a>`;
  };
  return html`<div class="contact-card"><${Icon} name="contact" /><div>
    <strong dir="auto">${card.name}</strong>
    ${(card.phones ?? []).map((phone) => line(phone, "tel"))}
    ${(card.emails ?? []).map((email) => line(email, "mailto"))}</div></div>`;
}

/** @param {{content: any}} props */
function Offer({ content }) {
  const choices = content.buttons ?? content.list?.rows ?? [];
  return html`<${Words} text=${content.body} />
    ${content.footer && html`<small class="footer" dir="auto">${linked(content.footer)}</small>`}
    ${content.list && html`<div class="offer-list" dir="auto"><${Icon} name="clipboard-list" class="small" />${content.list.label}</div>`}
    <ul class="offer" aria-label=${t("conversation.choices")}>${choices.map((choice) => html`<li dir="auto">
      ${choice.title}${choice.description && html`<small>${choice.description}</small>`}</li>`)}</ul>`;
}

/** @param {{content: any}} props */
function Answer({ content }) {
  return html`<div class="chosen"><${Icon} name="corner-down-left" class="small" label=${t("conversation.chose")} />
    <span dir="auto">${content.title}</span></div>
    ${content.form && html`<details class="raw"><summary>${t("conversation.form")}</summary><pre dir="auto">${pretty(content.form)}</pre></details>`}`;
}

/** @param {string} json */
function pretty(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** @param {any} parameter */
const value = (parameter) => (typeof parameter === "string" ? parameter : parameter.text);

/**
 * A template's words with its parameters in their places.
 * @param {string} body @param {any[]} parameters
 */
export function filled(body, parameters) {
  return body.replace(/\{\{\s*([\w]+)\s*\}\}/g, (whole, name) => {
    const named = parameters.find((one) => typeof one !== "string" && one.name === name);
    const found = named ?? parameters[Number(name) - 1];
    return (found && value(found)) || whole;
  });
}

/** The registered template of this name, if this user may know it. @param {string | undefined} account @param {any} content */
function registered(account, content) {
  const templates = accounts.value.find((one) => one.id === account)?.templates ?? [];
  return templates.find((one) => one.name === content.name && one.language === content.language);
}

/** @param {{content: any, account?: string}} props */
function Template({ content, account }) {
  const body = registered(account, content)?.body;
  return html`<div class="template"><small><${Icon} name="clipboard-list" class="small" /> <span dir="auto">${content.name}</span> · ${content.language}</small>
    ${content.header?.text && html`<strong dir="auto">${content.header.text}</strong>`}
    ${body ? html`<${Words} text=${filled(body, content.parameters)} />`
      : content.parameters.length > 0 && html`<ol class="parameters">${content.parameters.map((one) => html`<li dir="auto">${value(one)}</li>`)}</ol>`}
  </div>`;
}
