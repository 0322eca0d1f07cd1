// Beginning a conversation: with a customer by name or number, or with colleagues.
import { html, useEffect, useMemo, useRef, useState } from "../lib/html.js";
import { Problem, commandKey, get, post, put } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { exactly } from "../lib/format.js";
import { go } from "../lib/router.js";
import { accounts, channels, may } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { ChannelIcon } from "../ui/channel.js";
import { Dialog } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { TemplateForm } from "./template-form.js";
import { Colleagues } from "./colleagues.js";
import { countries, countryOf, e164, here } from "./countries.js";

/** @import { Account, AddressOf } from "../lib/types.d.ts" */

/** @typedef {{id: string, name: string | null, addresses: AddressOf[]}} Contact */

const FIND_AFTER = 200;

/** @param {{internal?: boolean, to?: string, close: () => void}} props */
export function Begin({ internal, to = "", close }) {
  const kinds = [...(may("conversation.reply") ? ["customer"] : []), ...(may("internal.chat") ? ["internal"] : [])];
  const [kind, setKind] = useState(internal || kinds[0] === "internal" ? "internal" : "customer");
  return html`<${Dialog} title=${t("shell.begin")} close=${close}>
    <div class="begin">
      ${kinds.length > 1 && html`<div class="begin-kinds" role="radiogroup" aria-label=${t("shell.begin_to")}>
        ${kinds.map((one) => html`<label key=${one}><input type="radio" name="kind" checked=${one === kind} onChange=${() => setKind(one)} />
          <span>${t(`shell.begin_${one}`)}</span></label>`)}</div>`}
      ${kind === "internal" ? html`<${Colleagues} close=${close} />` : html`<${Customer} to=${to} close=${close} />`}
    </div>
  <//>`;
}

/** Whether addresses of a channel are phone numbers. @param {string | null} channel */
const takesNumbers = (channel) => /whatsapp|sms|phone/.test(channel ?? "");

/** @param {{to: string, close: () => void}} props */
function Customer({ to, close }) {
  const [contact, setContact] = useState(/** @type {Contact | null} */ (null));
  const [account, setAccount] = useState("");
  const text = useState("");
  const usable = useMemo(() => reaching(contact), [contact]);
  const chosen = usable.find((one) => one.id === account) ?? usable[0];
  if (!accounts.value.length) return html`<p>${t("shell.begin_no_accounts")}</p>`;
  const address = addressOf(contact, chosen);
  return html`<div class="form">
    ${contact
      ? html`<${Chosen} contact=${contact} address=${address} other=${() => setContact(null)} />`
      : html`<${Find} first=${to} phone=${takesNumbers(chosen.channel)} take=${setContact} />`}
    <label class="field"><span>${t("shell.begin_account")}</span>
      <select value=${chosen?.id} onChange=${(event) => setAccount(event.currentTarget.value)}>
        ${usable.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select></label>
    ${chosen && html`<${First} key=${`${chosen.id} ${address?.address}`} account=${chosen} address=${address} text=${text} close=${close} />`}
  </div>`;
}

/** @param {{contact: Contact, address: AddressOf | undefined, other: () => void}} props */
const Chosen = ({ contact, address, other }) => html`<div class="begin-contact">
  <${Avatar} name=${contact.name ?? "+"} small />
  <span class="grow"><bdi class="clip" dir="auto">${contact.name ?? address?.address}</bdi>${contact.name && html`<small class="clip">${address?.address}</small>`}</span>
  <button type="button" class="icon-button" aria-label=${t("common.edit")} title=${t("common.edit")} onClick=${other}><${Icon} name="x" /></button></div>`;

/**
 * The contact's address that an account writes to: another account's, if that is a phone number too.
 * @param {Contact | null} contact @param {Account | undefined} account @returns {AddressOf | undefined}
 */
function addressOf(contact, account) {
  if (!contact || !account) return undefined;
  const isOwn = (one) => one.account === account.id || (!one.account && takesNumbers(account.channel) === one.address.startsWith("+"));
  const own = contact.addresses.find(isOwn);
  if (own || !takesNumbers(account.channel)) return own;
  const phone = contact.addresses.find((one) => takesNumbers(one.channel) && one.address.startsWith("+"));
  return phone && { ...phone, account: account.id, channel: account.channel, window: null };
}

/** Accounts that reach a contact, those first by which anything may be said now. @param {Contact | null} contact */
function reaching(contact) {
  if (!contact) return accounts.value;
  const rank = (one) => {
    const own = contact.addresses.find((known) => known.account === one.id);
    return !own ? 2 : own.window?.state === "open" ? 0 : 1;
  };
  return accounts.value.filter((one) => addressOf(contact, one)).sort((a, b) => rank(a) - rank(b));
}

/** Somebody who is no contact yet. @param {string} address @returns {Contact} */
const stranger = (address) => ({ id: address, name: null, addresses: [{ account: "", channel: null, address, window: null, opted_out_at: null }] });

/** Contacts that what was written finds. @param {string} written */
function useContacts(written) {
  const [found, setFound] = useState(/** @type {Contact[]} */ ([]));
  useEffect(() => {
    const q = written.trim();
    if (q.length < 2) return setFound([]);
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const page = await get("/v1/contacts", { query: { q, limit: 6 }, signal: stop.signal }).catch(() => null);
      if (!stop.signal.aborted) setFound(page?.items ?? []);
    }, FIND_AFTER);
    return () => (clearTimeout(timer), stop.abort());
  }, [written]);
  return found;
}

/**
 * A contact while their name or number is being written, or a number with its country (R070).
 * @param {{first: string, phone: boolean, take: (contact: Contact) => void}} props
 */
function Find({ first, phone, take }) {
  const [written, setWritten] = useState(first);
  const [region, setRegion] = useState(here().region);
  const [at, setAt] = useState(0);
  const found = useContacts(written);
  const code = countries.find((one) => one.region === region)?.code ?? "";
  const address = phone ? e164(code, written) : written.trim();
  const isKnown = found.some((one) => one.addresses.some((known) => known.address === address));
  const options = [...found, ...(address && !isKnown ? [stranger(address)] : [])];
  const write = (event) => {
    const text = event.currentTarget.value;
    setWritten(text);
    setAt(0);
    if (phone && /^(\+|00)\d/.test(text)) setRegion(countryOf(text.replace(/^00/, ""))?.region ?? region);
  };
  /** With its windows, which the search leaves out. @param {Contact} one */
  const choose = async (one) => take(one.addresses[0]?.account ? await get(`/v1/contacts/${one.id}`).catch(() => one) : one);
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && options[at]) return event.preventDefault(), void choose(options[at]);
    if (!step || !options.length) return;
    event.preventDefault();
    setAt((at + step + options.length) % options.length);
  };
  return html`<div class="field begin-find"><label for="begin-to">${t("shell.begin_to")}</label>
    <div class="row">${phone && html`<${Country} region=${region} choose=${setRegion} />`}
      <input id="begin-to" role="combobox" aria-autocomplete="list" aria-expanded=${options.length > 0} aria-controls="begin-found" autofocus
        aria-activedescendant=${options[at] ? `begin-found-${at}` : undefined} placeholder=${t("shell.begin_to_hint")} autocomplete="off" dir="auto"
        value=${written} onInput=${write} onKeyDown=${keys} /></div>
    <div role="listbox" id="begin-found" class="begin-found" aria-label=${t("shell.begin_to")}>
      ${options.map((one, index) => html`<${Option} key=${one.id} contact=${one} id=${`begin-found-${index}`} chosen=${index === at} run=${() => choose(one)} />`)}
    </div></div>`;
}

/** @param {{region: string, choose: (region: string) => void}} props */
const Country = ({ region, choose }) => html`<span class="begin-country">
  <span aria-hidden="true">${region} +${countries.find((one) => one.region === region)?.code}</span>
  <select aria-label=${t("shell.begin_country")} value=${region} onChange=${(event) => choose(event.currentTarget.value)}>
    ${countries.map((one) => html`<option key=${one.region} value=${one.region}>${one.name} +${one.code}</option>`)}</select></span>`;

/** @param {{contact: Contact, id: string, chosen: boolean, run: () => void}} props */
function Option({ contact: { id: key, name, addresses }, id, chosen, run }) {
  const isNew = !addresses[0]?.account;
  const shown = isNew ? t("shell.begin_new", { to: addresses[0].address }) : name ?? addresses[0].address;
  const small = isNew ? t("shell.begin_new_hint") : addresses.map((known) => known.address).join(" · ");
  return html`<div id=${id} role="option" aria-selected=${chosen} onClick=${run}>
    <${Avatar} name=${name ?? "+"} small />
    <span class="grow"><bdi class="clip" dir="auto">${shown}</bdi><small class="clip">${small}</small></span>
    ${!isNew && addresses.map((known) => html`<${ChannelIcon} key=${known.account + known.address} channel=${known.channel} />`)}</div>`;
}

/** @param {Account} account */
const limits = (account) => channels.value.find((one) => one.name === account.channel)?.capabilities ?? {};

/** What may be said first, and what the channel asks of it (R053, R080). @param {Account} account @param {AddressOf | undefined} address */
function restriction(account, address) {
  const hours = limits(account).window_hours?.value;
  const opened = address?.window?.state === "open" && address.window.closes_at;
  if (address?.opted_out_at) return { says: "nothing", words: t("shell.begin_opted_out", { at: exactly(address.opted_out_at) }) };
  if (hours && opened) return { says: "anything", words: t("shell.begin_window_open", { at: exactly(opened) }) };
  if (hours) return { says: "template", words: t("shell.begin_private", { hours }) };
  if (account.channel === "telegram") return { says: "anything", words: t("shell.begin_telegram") };
  if (account.channel.includes("sms")) return { says: "anything", words: t("shell.begin_sms", { n: limits(account).text_chars_max?.value ?? 160 }) };
  return { says: "anything", words: "" };
}

/**
 * The first message; what was written stays when it goes another way.
 * @param {{account: Account, address: AddressOf | undefined, text: [string, (text: string) => void], close: () => void}} props
 */
function First({ account, address, text: [text, setText], close }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const key = useRef(commandKey());
  const { says, words } = restriction(account, address);
  const send = async (content) => {
    if (!address) return setFailed(new Error(t("shell.begin_nobody")));
    setBusy(true);
    setFailed(null);
    try {
      const message = await post("/v1/conversations", { account: account.id, to: address.address, content }, { key: key.current });
      close();
      // A message's name begins as its conversation's does.
      go(`/inbox/all/cv_${message.id.slice(3).split("-")[0]}`);
    } catch (problem) {
      setFailed(problem);
      // What was refused is another command once it is changed.
      if (!problem.passing) key.current = commandKey();
    }
    setBusy(false);
  };
  const submit = (event) => {
    event.preventDefault();
    void send({ type: "text", text: text.trim() });
  };
  const open = failed instanceof Problem && failed.said.conversation;
  /** The conversation that is open with the contact already takes what was written as its draft. */
  const instead = async () => {
    if (text.trim()) await put(`/v1/conversations/${open}/draft`, { text: text.trim() }).catch(() => {});
    close();
    go(`/inbox/all/${open}`);
  };
  return html`<div class="column">
    ${words && html`<p class="begin-hint"><${Icon} name="info" class="small" />${words}</p>`}
    ${says === "template" && html`<${TemplateForm} account=${account} templates=${account.templates} busy=${busy} onSend=${send} />`}
    ${says === "anything" && html`<form class="form" onSubmit=${submit}><label class="field"><span>${t("shell.begin_message")}</span>
      <textarea rows="4" required dir="auto" value=${text} maxlength=${limits(account).text_chars_max?.value} onInput=${(event) => setText(event.currentTarget.value)} /></label>
      <div class="actions"><button class="primary" disabled=${busy || !text.trim()}><${Icon} name="send" class="small" />${t("shell.begin_send")}</button></div></form>`}
    ${!!failed && html`<p class="error-text" role="alert">${inWords(failed)}</p>`}
    ${open && html`<div class="actions"><button type="button" class="primary" onClick=${instead}>${t("shell.begin_instead")}</button></div>`}
  </div>`;
}
