// What is done with a contact now and then, each in a dialog.
import { html, useEffect, useState } from "../lib/html.js";
import { get, patch, post } from "../lib/api.js";
import { attempt, inWords } from "../lib/commands.js";
import { exactly, moment } from "../lib/format.js";
import { fresh, groups, learn, may, nameOf, workspace } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { ask, confirmed, Dialog } from "../ui/dialog.js";
import { People } from "../ui/people.js";
import { Empty, Failure, Loading } from "../ui/states.js";
import { inBrief } from "../conversation/content.js";
import { accountName } from "../conversation/restrictions.js";
import { apart } from "../conversation/words.js";

/** @import { Conversation } from "../lib/types.d.ts" */
/** @import { Contact } from "../contact/panel.js" */

/** @param {Contact} contact */
const called = (contact) => apart(contact.name ?? contact.addresses[0]?.address);

/** @param {Contact} contact @returns {Promise<Contact | undefined>} */
export async function block(contact) {
  const sure = await confirmed({ title: t("contact.block"), text: t("contact.block_hint", { who: called(contact) }), yes: t("contact.block"), danger: true });
  return sure ? attempt(() => post(`/v1/contacts/${contact.id}/block`)) : undefined;
}

/** @param {Contact} contact @returns {Promise<Contact | undefined>} */
export const unblock = (contact) => attempt(() => post(`/v1/contacts/${contact.id}/unblock`));

/** What is asked for once, and shown. @param {() => Promise<any>} load */
function useAsked(load) {
  const [found, setFound] = useState(/** @type {{said?: any, failed?: unknown}} */ ({}));
  const run = () => load().then((said) => setFound({ said }), (failed) => setFound({ failed }));
  useEffect(() => void run(), []);
  if (found.failed) return { shown: html`<${Failure} failed=${found.failed} again=${run} />`, run };
  return found.said ? { said: found.said, run } : { shown: html`<${Loading} />`, run };
}

/** What a blocked contact wrote. @param {Contact} contact */
export const quarantine = (contact) => ask((close) => html`<${Quarantine} contact=${contact} close=${close} />`);

/** @param {{contact: Contact, close: () => void}} props */
function Quarantine({ contact, close }) {
  const { said, shown } = useAsked(() => get(`/v1/contacts/${contact.id}/quarantine`, { query: { limit: 100 } }));
  return html`<${Dialog} wide title=${t("contact.quarantine")} close=${close}>${shown ?? (said.items.length
    ? html`<ul class="ledger">${said.items.map((one) => html`<li key=${one.at}><time datetime=${one.at} title=${exactly(one.at)}>${moment(one.at)}</time>
        <span class="grow" dir="auto">${inBrief(one.content)}</span><small>${accountName(one.account)}</small></li>`)}</ul>`
    : html`<${Empty} icon="shield" title=${t("contact.quarantine_empty")} />`)}<//>`;
}

/** The consents of an address, and a word told to an agent. @param {Contact["addresses"][number]} address @returns {Promise<boolean | undefined>} */
export const consentsOf = (address) => ask((close) => html`<${Consents} address=${address} close=${close} />`);

/** @param {{address: Contact["addresses"][number], close: (answer?: any) => void}} props */
function Consents({ address, close }) {
  const { account } = address;
  const { said, shown } = useAsked(() => get("/v1/consents", { query: { account, address: address.address, limit: 100 } }));
  const [failed, setFailed] = useState("");
  const tell = async (wish) => {
    try {
      const { items } = await post("/v1/consents", { items: [{ account, address: address.address, wish, source: "agent" }] });
      const { result, detail } = items[0] ?? {};
      if (result === "refused") return setFailed(t("contact.consent_refused"));
      if (result === "invalid") return setFailed(detail ?? result);
      close(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  const word = (kind, value) => (known(`contact.${kind}.${value}`) ? t(`contact.${kind}.${value}`) : String(value));
  const actions = may("contact.edit") && html`<button type="button" onClick=${() => tell("in")}>${t("contact.told_in")}</button>
    <button type="button" class="danger" onClick=${() => tell("out")}>${t("contact.told_out")}</button>`;
  return html`<${Dialog} wide title=${t("contact.consents")} close=${close} actions=${actions}>
    <p class="hint-words"><bdi>${address.address}</bdi> · ${accountName(account)}</p>
    ${shown ?? (said.items.length ? html`<ul class="ledger">${said.items.map((one, at) => html`<li key=${at}><time datetime=${one.at} title=${exactly(one.at)}>${moment(one.at)}</time>
        <span class="grow">${word("wish", one.wish)} · ${word("topic", one.topic)}${one.note && html` <q dir="auto">${one.note}</q>`}</span>
        <small>${word("source", one.source)}${one.by && ` · ${nameOf(one.by)}`}</small></li>`)}</ul>`
      : html`<${Empty} icon="clipboard-list" title=${t("contact.consents_none")} />`)}
    ${failed && html`<p class="error-text" role="alert">${failed}</p>`}<//>`;
}

/** R133, R155. @param {Contact} contact @returns {Promise<Contact | undefined>} as it is then */
export const defaultsOf = (contact) => ask((close) => html`<${Defaults} contact=${contact} close=${close} />`);

/** @param {{contact: Contact, close: (answer?: any) => void}} props */
function Defaults({ contact, close }) {
  const { defaults } = contact;
  const [assignees, setAssignees] = useState(defaults?.assignees ?? []);
  const [only, setOnly] = useState(!!defaults?.users);
  const [users, setUsers] = useState(defaults?.users ?? []);
  const [group, setGroup] = useState(defaults?.group ?? "");
  const [failed, setFailed] = useState("");
  const save = async (next) => {
    try {
      close(await patch(`/v1/contacts/${contact.id}`, { defaults: next }));
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  const made = () => ({ assignees, users: only ? users : null, group: group || null });
  return html`<${Dialog} title=${t("contact.defaults")} close=${close} actions=${html`
      ${defaults && html`<button type="button" onClick=${() => save(null)}>${t("contact.defaults_remove")}</button>`}<span class="grow" />
      <button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button type="button" class="primary" disabled=${only && !users.length} onClick=${() => save(made())}>${t("common.save")}</button>`}>
    <div class="form"><p class="hint-words">${t("contact.defaults_hint")}</p>
      <div class="field"><span>${t("contact.assigned")}</span><${People} label=${t("contact.assigned")} chosen=${assignees} change=${setAssignees} max=${workspace.value?.rules?.assignees_max ?? 1} primary /></div>
      <label class="check"><input type="checkbox" checked=${only} onChange=${() => setOnly(!only)} /><span>${t("contact.only_some")}</span></label>
      ${only && html`<${People} label=${t("contact.seen_by")} chosen=${users} change=${setUsers} />`}
      ${groups.value.length > 0 && html`<label class="field"><span>${t("conversation.group")}</span><select value=${group} onChange=${(event) => setGroup(event.currentTarget.value)}>
        <option value="">${t("conversation.no_group")}</option>${groups.value.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select></label>`}
      ${failed && html`<p class="error-text" role="alert">${failed}</p>`}</div><//>`;
}

/** Makes this contact a part of another (R157). @param {Contact} contact @param {Conversation} head */
export const merge = (contact, head) => ask((close) => html`<${Merge} contact=${contact} head=${head} close=${close} />`);

const SOUGHT_AFTER = 250;

/** @param {{contact: Contact, head: Conversation, close: (answer?: any) => void}} props */
function Merge({ contact, head, close }) {
  const [sought, setSought] = useState("");
  const [found, setFound] = useState(/** @type {Contact[]} */ ([]));
  const [into, setInto] = useState(/** @type {Contact | null} */ (null));
  const [failed, setFailed] = useState("");
  useEffect(() => {
    if (!sought.trim()) return void setFound([]);
    const timer = setTimeout(() => get("/v1/contacts", { query: { q: sought.trim(), limit: 10 } }).then(
      (said) => (setFound(said.items.filter((one) => one.id !== contact.id)), setFailed("")),
      (problem) => setFailed(problem.status === 404 ? t("contact.no_search") : inWords(problem))), SOUGHT_AFTER);
    return () => clearTimeout(timer);
  }, [sought]);
  const run = async () => {
    try {
      await post(`/v1/contacts/${contact.id}/merge`, { into: into?.id });
      close(true);
      await fresh(head.id);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  const addresses = (one) => one.addresses.map((address) => address.address).join(", ");
  return html`<${Dialog} title=${t("contact.merge")} close=${close} actions=${html`<button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button type="button" class="danger primary" disabled=${!into} onClick=${run}>${t("contact.merge_do")}</button>`}>
    <div class="form"><p>${t("contact.merge_hint", { who: called(contact) })}</p>
      <label class="field"><span>${t("contact.merge_into")}</span><input type="search" autofocus value=${sought} onInput=${(event) => (setSought(event.currentTarget.value), setInto(null))} /></label>
      ${found.length > 0 && html`<fieldset class="choice-list scroll"><legend class="sr-only">${t("contact.merge_into")}</legend>${found.map((one) => html`<label class="choice" key=${one.id}>
        <input type="radio" name="into" checked=${into?.id === one.id} onChange=${() => setInto(one)} /><span class="grow"><strong dir="auto">${one.name ?? addresses(one)}</strong><small class="clip"><bdi>${addresses(one)}</bdi></small></span></label>`)}</fieldset>`}
      ${sought.trim() && !found.length && !failed && html`<p class="hint-words" role="status">${t("contact.none_found")}</p>`}
      ${failed && html`<p class="error-text" role="alert">${failed}</p>`}</div><//>`;
}

/** An invoice goes with the conversation. @param {Conversation} head */
export const invoice = (head) => ask((close) => html`<${Invoice} head=${head} close=${close} />`);

/** @param {{head: Conversation, close: (answer?: any) => void}} props */
function Invoice({ head, close }) {
  const [number, setNumber] = useState("");
  const [failed, setFailed] = useState("");
  const save = async (event) => {
    event.preventDefault();
    try {
      learn(await post(`/v1/conversations/${head.id}/invoices`, { invoice: number.trim() }));
      close(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  return html`<${Dialog} title=${t("contact.invoice_add")} close=${close}><form class="form" onSubmit=${save}>
    <label class="field"><span>${t("contact.invoice")}</span><input autofocus required value=${number} onInput=${(event) => setNumber(event.currentTarget.value)} /></label>
    ${failed && html`<p class="error-text" role="alert">${failed}</p>`}
    <div class="actions"><button type="button" onClick=${() => close()}>${t("common.cancel")}</button><button class="primary">${t("common.save")}</button></div></form><//>`;
}

/** Invoices that were paid. @param {Conversation} head */
export const paid = (head) => ask((close) => {
  const pay = (number) => attempt(async () => (learn(await post(`/v1/conversations/${head.id}/invoices/paid`, { invoice: number })), close(true)));
  return html`<${Dialog} title=${t("contact.invoice_paid")} close=${close}><div class="options">
    ${head.unpaid_invoices.map((number) => html`<button type="button" key=${number} onClick=${() => pay(number)}><bdi class="grow">${number}</bdi></button>`)}</div><//>`;
});
