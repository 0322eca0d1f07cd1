// Where a user writes: to the contact or to colleagues, with whatever the channel carries.
import { html, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "../lib/html.js";
import { inWords, loaded } from "../lib/commands.js";
import { now } from "../lib/now.js";
import { pref } from "../lib/prefs.js";
import { accounts, fresh, may } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { toast } from "../ui/toast.js";
import { Icon } from "../ui/icon.js";
import { allowed, carries } from "./allowed.js";
import { Attachments, attachment, body, shown, upload } from "./attachments.js";
import { inBrief } from "./content.js";
import { ClaimBanner, isMine, useClaiming } from "./claim.js";
import { elsewhere, keep, kept, sent } from "./draft.js";
import { last, update } from "./log.js";
import { Others, writing } from "./others.js";
import { send } from "./outbox.js";
import { Channels, Refused, Why } from "./restrictions.js";
import { mentioned, Suggestions, useSuggestions } from "./suggest.js";

/** @import { Conversation, Event } from "../lib/types.d.ts" */
/** @import { Attachment } from "./attachments.js" */
/** @import { Log } from "./log.js" */

/**
 * @typedef {object} Desk What the rest of the conversation can do with the composer.
 * @property {(event: Event) => void} quote
 * @property {(item: import("./outbox.js").Pending) => void} back Takes back what was not sent.
 * @property {(tab: "reply" | "note") => void} focus
 */

/** From this share of a channel's limit on, the characters are counted. */
const COUNTED_FROM = 0.8;
/** Lines beyond this are scrolled, in pixels. */
const HEIGHT_MAX = 260;

/** Whether Enter sends, or begins a line and Ctrl+Enter sends. */
export const enterSends = pref("enter_sends", true);

/** The address that answers go to: where the contact wrote last. @param {Conversation} head @param {Log} log */
function usual(head, log) {
  const via = log.events.value.findLast((event) => event.via && event.direction === "inbound")?.via;
  return head.contact.addresses.find((one) => one.account === via?.account && one.address === via?.address) ?? head.contact.addresses[0];
}

/** @param {{head: Conversation, log: Log, desk: {current: Desk | null}}} props */
export function Composer({ head, log, desk }) {
  const [tab, setTab] = useState(/** @type {"reply" | "note"} */ (may("conversation.reply") || head.internal ? "reply" : "note"));
  const [account, setAccount] = useState(/** @type {string | null} */ (null));
  const address = head.contact.addresses.find((one) => one.account === account) ?? usual(head, log);
  /** @type {import("./allowed.js").Allowed} */
  const can = tab === "note" ? { what: "anything" } : allowed(head, address, now.value);
  const form = useForm(head, log, tab, address);
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  desk.current = {
    quote: (event) => (setTab("reply"), form.setQuote(event), setTimeout(() => box.current?.focus())),
    back: (item) => (setTab(item.to === "notes" ? "note" : "reply"), form.back(item)),
    focus: (next) => (setTab(next), setTimeout(() => box.current?.focus())),
  };
  const over = (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
  const dropped = (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    form.attach([...event.dataTransfer.files]);
  };
  return html`<section class=${`composer ${tab}`} aria-label=${t("composer.label")} onDragOver=${over} onDrop=${dropped}>
    <${Others} id=${head.id} />
    ${can.why !== "held" && html`<${ClaimBanner} head=${head} />`}
    <div class="composer-top">
      <${Tabs} tab=${tab} choose=${(next) => (setTab(next), setTimeout(() => box.current?.focus()))} internal=${head.internal} />
      <span class="grow" />
      ${tab === "reply" && !head.internal && html`<${Channels} head=${head} address=${address} choose=${setAccount} />`}
    </div>
    ${form.refused && html`<${Refused} problem=${form.refused} log=${log} dismiss=${() => form.setRefused(null)} anyway=${form.anyway} />`}
    ${can.what !== "anything" && html`<${Why} head=${head} allowed=${can} address=${address} template=${form.template} />`}
    ${can.what === "anything" && html`<${Writing} head=${head} tab=${tab} form=${form} box=${box} address=${address} />`}
  </section>`;
}

/** @param {{tab: string, choose: (tab: "reply" | "note") => void, internal: boolean}} props */
function Tabs({ tab, choose, internal }) {
  /** @type {["reply" | "note", string, string][]} */
  const tabs = [["reply", internal ? "message" : "reply", "reply"], ["note", "note", "notebook-pen"]];
  const shown = may("note.write") ? tabs : tabs.slice(0, 1);
  return html`<div class="tabs" role="group" aria-label=${t("composer.what")}>${shown.map(([name, words, icon]) => html`
    <button type="button" key=${name} aria-pressed=${tab === name} onClick=${() => choose(name)}><${Icon} name=${icon} class="small" />${t(`composer.${words}`)}</button>`)}</div>`;
}

/**
 * What is written and attached, and how it is sent.
 * @param {Conversation} head @param {Log} log @param {"reply" | "note"} tab @param {any} address
 */
function useForm(head, log, tab, address) {
  const id = head.id;
  const [texts, setTexts] = useState(() => ({ reply: kept(id, "reply")?.text ?? "", note: kept(id, "note")?.text ?? "" }));
  const [quote, setQuote] = useState(/** @type {Event | null} */ (null));
  const [files, setFiles] = useState(/** @type {Attachment[]} */ ([]));
  const [refused, setRefused] = useState(/** @type {import("../lib/api.js").Problem | null} */ (null));
  const touched = useRef(false);
  const here = useRef(true);
  useEffect(() => {
    elsewhere(id).then((text) => here.current && text && !touched.current && setTexts((known) => ({ ...known, reply: text })));
    return () => void (here.current = false);
  }, [id]);
  const type = (text, into = tab) => {
    touched.current = true;
    setTexts((known) => ({ ...known, [into]: text }));
    keep(id, into, text);
  };
  // In front of what was written meanwhile, and kept for later if the user has left.
  const giveBack = (text, into) => type([text, kept(id, into)?.text].filter(Boolean).join("\n"), into);
  const attach = (chosen) => {
    const capabilities = head.internal || tab === "note" ? null : carries(address);
    const made = chosen.map((file) => attachment(file, capabilities));
    setFiles((known) => [...known, ...made]);
    for (const one of made) {
      if (!one.failed) void upload(one, (change) => setFiles((known) => known.map((file) => (file.id === one.id ? { ...file, ...change } : file))));
    }
  };
  const form = { texts, quote, setQuote, files, setFiles, refused, setRefused, type, giveBack, attach, here };
  const sendings = sendingsOf(head, log, tab, address, form);
  return { ...form, ...sendings };
}

/** @param {Conversation} head @param {Log} log @param {"reply" | "note"} tab @param {any} address @param {any} form */
function sendingsOf(head, log, tab, address, form) {
  const to = tab === "note" ? "notes" : head.internal ? "internal-messages" : "messages";
  const more = () => to !== "messages" ? {} : {
    account: address?.account, expected_seq: last(log), ...(isMine(head) && { epoch: head.epoch }), ...(form.quote && { quotes: form.quote.id }),
  };
  const refuse = async (problem, back) => {
    back();
    if (form.here.current) form.setRefused(problem);
    else toast(t("composer.refused_elsewhere", { why: inWords(problem) }), { kind: "error" });
    await Promise.allSettled([fresh(head.id), (log.behind = true, update(log))]);
  };
  const submit = async () => {
    const text = form.texts[tab].trim();
    const { files, quote } = form;
    if ((!text && !files.length) || files.some((one) => one.failed || !one.upload)) return;
    const messages = contents(text, files, to === "messages" ? carries(address) : null);
    const extra = { ...more(), ...(to === "notes" && { mentions: mentioned(text) }) };
    form.setRefused(null);
    form.setFiles([]);
    form.setQuote(null);
    form.type("", tab);
    sent(head.id, tab);
    for (const [at, { content, shows }] of messages.entries()) {
      const problem = await send(log, to, content, extra, shows);
      // What went before it is sent, and does not come back.
      const left = messages.slice(at);
      if (problem) return refuse(problem, () => (form.giveBack(left.map((one) => one.text).join(""), tab), form.setFiles(left.flatMap((one) => one.files)), form.setQuote(at ? null : quote)));
      delete extra.quotes;
    }
  };
  const template = async (content) => {
    form.setRefused(null);
    const problem = await send(log, "messages", content, more());
    if (problem) await refuse(problem, () => {});
    return !problem;
  };
  const back = (item) => {
    form.giveBack(item.content.text ?? item.content.caption ?? "", item.to === "notes" ? "note" : "reply");
  };
  return { submit, template, back, anyway: () => (form.setRefused(null), submit()) };
}

/** @typedef {{content: any, shows?: any, text: string, files: Attachment[]}} Said A message, and what it was made of. */

/**
 * The messages that a text and files become on a channel.
 * @param {string} text @param {Attachment[]} files @param {any} capabilities @returns {Said[]}
 */
function contents(text, files, capabilities) {
  /** @type {Said} */
  const words = { content: { type: "text", text }, text, files: [] };
  if (!files.length) return [words];
  const each = capabilities?.files_max?.value || files.length;
  const captioned = text.length <= (capabilities?.caption_chars_max?.value ?? Infinity);
  /** @type {Said[]} */
  const made = captioned || !text ? [] : [words];
  for (let at = 0; at < files.length; at += each) {
    const some = files.slice(at, at + each);
    /** @type {{caption?: string}} */
    const caption = at === 0 && captioned && text ? { caption: text } : {};
    const content = { type: "media", ...caption, files: some.map(body) };
    made.push({ content, shows: { ...content, files: some.map(shown) }, text: caption.caption ?? "", files: some });
  }
  return made;
}

/** @param {{head: Conversation, tab: "reply" | "note", form: ReturnType<typeof useForm>, box: {current: HTMLTextAreaElement | null}, address: any}} props */
function Writing({ head, tab, form, box, address }) {
  const text = form.texts[tab];
  const [caret, setCaret] = useState(text.length);
  const id = useId();
  const claims = useClaiming(head);
  const put = (from, to, words) => insert(box.current, from, to, words, (next) => (form.type(next), setCaret(from + words.length)));
  const suggestions = useSuggestions(text, caret, tab === "note" ? "@" : "/", head.contact.name, put);
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(HEIGHT_MAX, area.scrollHeight + 2)}px`;
  }, [text, tab]);
  const typed = (event) => {
    form.type(event.currentTarget.value);
    setCaret(event.currentTarget.selectionStart);
    if (tab === "reply") writing(head.id), head.internal || claims();
  };
  const keys = (event) => {
    if (event.isComposing || suggestions.keys(event)) return;
    const always = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") return form.quote ? form.setQuote(null) : event.currentTarget.blur();
    if (event.key !== "Enter" || event.shiftKey || !(always || enterSends.value)) return;
    event.preventDefault();
    void form.submit();
  };
  const pasted = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    form.attach(files);
  };
  const words = t(`composer.${tab === "note" ? "write_note" : head.internal ? "write_message" : "write"}`);
  return html`${form.quote && tab === "reply" && html`<${Quoted} event=${form.quote} leave=${() => form.setQuote(null)} />`}
    <div class="composer-box">
      <${Suggestions} id=${id} suggestions=${suggestions} />
      <textarea ref=${box} rows="1" dir="auto" aria-label=${words} placeholder=${words} value=${text} data-composer
        aria-autocomplete="list" aria-haspopup="listbox" aria-controls=${suggestions.open ? id : undefined}
        aria-activedescendant=${suggestions.open ? `${id}-${suggestions.at}` : undefined}
        onInput=${typed} onKeyDown=${keys} onPaste=${pasted} onSelect=${(event) => setCaret(event.currentTarget.selectionStart)} />
      <${Attachments} files=${form.files} drop=${(one) => form.setFiles((known) => known.filter((file) => file.id !== one))} />
      <${Tools} head=${head} tab=${tab} form=${form} box=${box} address=${address} put=${put} />
    </div>`;
}

/** Puts words in the place of others, as if typed. @param {HTMLTextAreaElement | null} area @param {number} from @param {number} to @param {string} words @param {(text: string) => void} type */
function insert(area, from, to, words, type) {
  if (!area) return;
  type(area.value.slice(0, from) + words + area.value.slice(to));
  requestAnimationFrame(() => (area.focus(), area.setSelectionRange(from + words.length, from + words.length)));
}

/** @param {{event: Event, leave: () => void}} props */
const Quoted = ({ event, leave }) => html`<div class="quoting"><${Icon} name="reply" class="small" />
  <span class="clip" dir="auto">${inBrief(event.content)}</span>
  <button type="button" class="icon-button" aria-label=${t("composer.quote_none")} onClick=${leave}><${Icon} name="x" class="small" /></button></div>`;

/** @param {{head: Conversation, tab: "reply" | "note", form: ReturnType<typeof useForm>, box: {current: HTMLTextAreaElement | null}, address: any, put: (from: number, to: number, words: string) => void}} props */
function Tools({ head, tab, form, box, address, put }) {
  const chooser = useRef(/** @type {HTMLInputElement | null} */ (null));
  const capabilities = tab === "reply" && !head.internal ? carries(address) : null;
  const templates = tab === "reply" && !head.internal && capabilities?.sends?.includes("template");
  const attaches = !capabilities || capabilities.sends?.includes("media");
  const at = () => box.current?.selectionStart ?? form.texts[tab].length;
  const text = form.texts[tab];
  const max = capabilities?.text_chars_max?.value ?? 0;
  const length = useMemo(() => [...text].length, [text]);
  const waits = form.files.some((one) => !one.upload);
  const nothing = (!text.trim() && !form.files.length) || waits || (max > 0 && length > max);
  const emoji = async ({ target }) => {
    const dialog = await loaded(() => import("../dialogs/emoji.js"));
    dialog?.pick(target, (one) => put(at(), box.current?.selectionEnd ?? at(), one));
  };
  const template = async () => {
    const dialog = await loaded(() => import("../dialogs/template.js"));
    await dialog?.chooseTemplate(accounts.value.find((one) => one.id === address.account), form.template);
  };
  const snippet = () => (text && !/\s$/.test(text.slice(0, at())) ? put(at(), at(), " /") : put(at(), at(), "/"));
  return html`<div class="tools">
    ${attaches && html`<button type="button" class="icon-button" title=${t("composer.attach")} aria-label=${t("composer.attach")} onClick=${() => chooser.current?.click()}><${Icon} name="paperclip" /></button>
      <input type="file" multiple hidden ref=${chooser} tabindex="-1" onChange=${(event) => (form.attach([...event.currentTarget.files]), (event.currentTarget.value = ""))} />`}
    <button type="button" class="icon-button" title=${t("composer.emoji")} aria-label=${t("composer.emoji")} onClick=${emoji}><${Icon} name="smile" /></button>
    ${tab === "reply" && html`<button type="button" class="icon-button" title=${t("composer.snippets")} aria-label=${t("composer.snippets")} onClick=${snippet}><${Icon} name="zap" /></button>`}
    ${templates && html`<button type="button" class="icon-button" title=${t("composer.template")} aria-label=${t("composer.template")} onClick=${template}><${Icon} name="clipboard-list" /></button>`}
    <span class="grow" />
    ${max > 0 && length > max * COUNTED_FROM && html`<span class=${`counter ${length > max ? "bad" : ""}`} role="status">${t("composer.characters", { length, max })}</span>`}
    <${EnterHint} />
    <button type="button" class="primary send" aria-label=${t(tab === "note" ? "composer.add_note" : "composer.send")} disabled=${nothing} onClick=${() => form.submit()}>
      <${Icon} name=${tab === "note" ? "notebook-pen" : "send"} class="small" /><span>${t(tab === "note" ? "composer.add_note" : "composer.send")}</span></button>
  </div>`;
}

/** Says what Enter does, and changes it. */
function EnterHint() {
  const flip = () => {
    enterSends.value = !enterSends.value;
    toast(t(enterSends.value ? "composer.enter_sends" : "composer.enter_line"));
  };
  const words = t(enterSends.value ? "composer.enter_sends" : "composer.enter_line");
  return html`<button type="button" class="icon-button hint" title=${words} aria-label=${words} onClick=${flip}><${Icon} name="corner-down-left" class="small" /></button>`;
}
