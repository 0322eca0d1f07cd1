// Who a conversation is with: names and addresses, what was agreed, what was before (R154).
import { html, useEffect, useState } from "../lib/html.js";
import { get, patch } from "../lib/api.js";
import { inWords, loaded } from "../lib/commands.js";
import { exactly, moment, when } from "../lib/format.js";
import { fresh, may, nameOf } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { Icon } from "../ui/icon.js";
import { Menu } from "../ui/menu.js";
import { Failure, Loading } from "../ui/states.js";
import { titleOf } from "../conversation/head.js";
import { Addresses } from "./addresses.js";
import { Earlier } from "./earlier.js";
import { Fields } from "./fields.js";

/** What is done with a contact, loaded when it is asked for. */
const dialogs = () => loaded(() => import("../dialogs/contact.js"));

/** @import { Conversation } from "../lib/types.d.ts" */

/**
 * @typedef {object} Contact
 * @property {string} id @property {string | null} name @property {string | null} since
 * @property {{at: string, by: string} | null} blocked
 * @property {{assignees: string[], users: string[] | null, group: string | null} | null} defaults
 * @property {Record<string, string | boolean | null>} fields
 * @property {{account: string, address: string, consent: {state: string, at: string | null, source: string | null}}[]} addresses
 */

/** @param {{head: Conversation, away: () => void}} props */
export function Panel({ head, away }) {
  return html`<aside class="panel scroll" aria-label=${t("contact.panel")} onKeyDown=${(event) => event.key === "Escape" && away()}>
    <header class="panel-head"><h3>${t(head.internal ? "contact.chat" : "contact.panel")}</h3>
      <button type="button" class="icon-button" aria-label=${t("common.close")} onClick=${away}><${Icon} name="x" /></button></header>
    ${head.internal ? html`<${Members} head=${head} />` : html`<${OfContact} key=${head.contact.id} head=${head} />`}
    <${Facts} head=${head} />
    ${!head.internal && html`<${Earlier} key=${head.contact.id} head=${head} />`}
  </aside>`;
}

/** @param {{head: Conversation}} props */
function Members({ head }) {
  return html`<section><ul class="members">${(head.visibility ?? head.assignees).map((user) => html`<li key=${user}><${Avatar} name=${nameOf(user)} small /><bdi>${nameOf(user)}</bdi></li>`)}</ul></section>`;
}

/** @param {{head: Conversation}} props */
function OfContact({ head }) {
  const [contact, setContact] = useState(/** @type {Contact | null} */ (null));
  const [fields, setFields] = useState(/** @type {import("./fields.js").Field[]} */ ([]));
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const load = async () => {
    setFailed(null);
    try {
      // A server that has no fields shows none.
      const defined = get("/v1/contact-fields").catch(() => ({ items: [] }));
      const said = await get(`/v1/contacts/${head.contact.id}`);
      setFields((await defined).items);
      setContact(said);
    } catch (problem) {
      setFailed(problem);
    }
  };
  useEffect(() => void load(), [head.contact.id, head.contact.name, head.blocked, head.contact.addresses.length]);
  if (failed) return html`<${Failure} failed=${failed} again=${load} />`;
  if (!contact) return html`<${Loading} />`;
  const changed = (next) => (setContact(next), void fresh(head.id).catch(() => {}));
  // Of two answers that cross each other each has its own field.
  const filled = (id, value) => setContact((now) => now && { ...now, fields: { ...now.fields, [id]: value } });
  return html`<section class="panel-who"><${Avatar} name=${titleOf(head)} />
      <${Name} contact=${contact} changed=${changed} /><${Deeds} contact=${contact} head=${head} changed=${changed} />
      ${contact.blocked && html`<p class="banner bad"><${Icon} name="ban" class="small" /><span>${t("contact.blocked_by", { who: nameOf(contact.blocked.by), at: when(contact.blocked.at) })}</span></p>`}
    </section>
    <${Fields} contact=${contact} fields=${fields} filled=${filled} />
    <${Addresses} contact=${contact} head=${head} changed=${load} />
    <${Defaults} contact=${contact} changed=${changed} />`;
}

/** The name, which is given or changed in its place. @param {{contact: Contact, changed: (next: Contact) => void}} props */
function Name({ contact, changed }) {
  const [edits, setEdits] = useState(false);
  const [name, setName] = useState("");
  const [failed, setFailed] = useState("");
  const begin = () => (setName(contact.name ?? ""), setFailed(""), setEdits(true));
  const save = async (event) => {
    event.preventDefault();
    try {
      changed(await patch(`/v1/contacts/${contact.id}`, { name: name.trim() }));
      setEdits(false);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  if (edits) {
    return html`<form class="panel-name" onSubmit=${save}><input autofocus required dir="auto" maxlength="200" aria-label=${t("contact.name")} value=${name}
        ref=${(input) => input && document.activeElement === document.body && input.focus()} onInput=${(event) => setName(event.currentTarget.value)} onKeyDown=${(event) => event.key === "Escape" && (event.stopPropagation(), setEdits(false))} />
      <button class="primary">${t("common.save")}</button>${failed && html`<p class="error-text" role="alert">${failed}</p>`}</form>`;
  }
  if (!contact.name) {
    return html`<div class="panel-name"><strong>${t("contact.unknown")}</strong>
      ${may("contact.edit") && html`<button type="button" class="primary" onClick=${begin}><${Icon} name="user-plus" class="small" />${t("contact.save_as")}</button>`}</div>`;
  }
  return html`<div class="panel-name"><strong><bdi>${contact.name}</bdi></strong>
    ${may("contact.edit") && html`<button type="button" class="icon-button" title=${t("contact.rename")} aria-label=${t("contact.rename")} onClick=${begin}><${Icon} name="pencil" class="small" /></button>`}</div>`;
}

/** @param {{contact: Contact, head: Conversation, changed: (next: Contact) => void}} props */
function Deeds({ contact, head, changed }) {
  const open = async (name, ...more) => (await dialogs())?.[name](...more);
  const item = (allowed, label, icon, run, danger = false) => (allowed ? [{ label: t(`contact.${label}`), icon, run, danger }] : []);
  const blocks = may("contact.block");
  const items = [
    ...item(may("contact.merge"), "merge", "users", () => open("merge", contact, head)),
    ...item(blocks && contact.blocked, "quarantine", "shield", () => open("quarantine", contact)),
    ...item(blocks && contact.blocked, "unblock", "lock-open", async () => changed(await open("unblock", contact) ?? contact)),
    ...item(blocks && !contact.blocked, "block", "ban", async () => changed(await open("block", contact) ?? contact), true),
  ];
  return items.length > 0 && html`<${Menu} end label=${t("contact.more")} icon="ellipsis" items=${items} />`;
}

/** Who gets and sees what the contact begins (R133, R155). @param {{contact: Contact, changed: (next: Contact) => void}} props */
function Defaults({ contact, changed }) {
  const { defaults } = contact;
  if (!defaults && !may("contact.edit")) return null;
  const edit = async () => {
    const next = await (await dialogs())?.defaultsOf(contact);
    if (next) changed(next);
  };
  return html`<section><div class="panel-title"><h3>${t("contact.defaults")}</h3>
      ${may("contact.edit") && html`<button type="button" class="link" onClick=${edit}>${t(defaults ? "common.edit" : "contact.defaults_set")}</button>`}</div>
    ${defaults ? html`<dl class="facts">
      <dt>${t("contact.assigned")}</dt><dd>${defaults.assignees.map(nameOf).join(", ") || t("contact.nobody")}</dd>
      <dt>${t("contact.seen_by")}</dt><dd>${defaults.users ? defaults.users.map(nameOf).join(", ") : t("conversation.seen_by_group")}</dd></dl>`
      : html`<p class="hint-words">${t("contact.defaults_none")}</p>`}</section>`;
}

/** @param {{head: Conversation}} props */
function Facts({ head }) {
  const on = (at) => html`<time datetime=${at} title=${exactly(at)}>${moment(at)}</time>`;
  const rows = [
    ["opened", head.opened_at && on(head.opened_at)],
    ["waiting_since", head.waiting_since && on(head.waiting_since)],
    ["closed", head.closed_at && on(head.closed_at)],
    ["inbound", !head.internal && head.inbound_count],
    ["episode", head.episode > 1 && head.episode],
    ["campaign", head.campaign && html`<span dir="auto">${head.campaign.name}${head.campaign.label && ` · ${head.campaign.label}`}</span>`],
    ["labels", head.labels.length > 0 && html`<span class="chip-row">${head.labels.map((label) => html`<span class="chip" key=${label}><span dir="auto">${label}</span></span>`)}</span>`],
    ["unpaid", head.unpaid_invoices.length > 0 && html`<bdi>${head.unpaid_invoices.join(", ")}</bdi>`],
  ].filter(([, value]) => value);
  return html`<section><div class="panel-title"><h3>${t("contact.conversation")}</h3></div>
    <dl class="facts">${rows.map(([name, value]) => html`<dt>${t(`contact.facts.${name}`)}</dt><dd>${value}</dd>`)}</dl>
    ${may("invoice.manage") && !head.internal && html`<${Invoices} head=${head} />`}</section>`;
}

/** @param {{head: Conversation}} props */
function Invoices({ head }) {
  const open = async (name) => (await dialogs())?.[name](head);
  return html`<div class="row"><button type="button" class="link" onClick=${() => open("invoice")}>${t("contact.invoice_add")}</button>
    ${head.unpaid_invoices.length > 0 && html`<button type="button" class="link" onClick=${() => open("paid")}>${t("contact.invoice_paid")}</button>`}</div>`;
}
