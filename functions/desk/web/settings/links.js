// Links and QR codes that begin a conversation with one tap.
import { html, useEffect, useState } from "../lib/html.js";
import { address } from "../lib/api.js";
import { accounts } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { channelName } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { Field, Segmented } from "./form.js";
import { Card, Copied, Page as Frame, download } from "./parts.js";

/** @param {string} name @param {string} text */
const written = (name, text) => (text.trim() ? `?${name}=${encodeURIComponent(text.trim())}` : "");

/** How a link is made, by kind: of whom it leads to, and what is written already. @type {Record<string, (to: string, text: string) => string>} */
const KINDS = {
  whatsapp: (to, text) => `https://wa.me/${to.replace(/\D/g, "")}${written("text", text)}`,
  telegram: (to, text) => `https://t.me/${encodeURIComponent(to.replace(/^@/, ""))}${written("text", text)}`,
  sms: (to, text) => `sms:${to.replace(/[^+\d]/g, "")}${written("body", text)}`,
  messenger: (to) => `https://m.me/${encodeURIComponent(to)}`,
  instagram: (to) => `https://ig.me/m/${encodeURIComponent(to.replace(/^@/, ""))}`,
};
/** Links that can say what is written already. */
const WRITTEN = ["whatsapp", "telegram", "sms"];

/** Accounts whose address is known here. @param {string} kind */
const known = (kind) => accounts.value.filter((account) => account.settings?.from && (
  kind === "whatsapp" ? account.channel === "twilio_whatsapp" : kind === "sms" && account.channel === "twilio_sms"));

export function Page() {
  const [kind, setKind] = useState("whatsapp");
  const [to, setTo] = useState("");
  const [text, setText] = useState("");
  const link = to.trim() ? KINDS[kind](to.trim(), text) : "";
  const kinds = Object.keys(KINDS).map((value) => ({ value, label: t(`settings.links.${value}`) }));
  return html`<${Frame} title=${t("settings.sections.links")} text=${t("settings.links.text")}>
    <${Card}>
      <${Segmented} label=${t("settings.links.kind")} value=${kind} options=${kinds} change=${(next) => (setKind(next), setTo(""))} />
      <${Field} label=${t(`settings.links.to_${kind}`)} hint=${t(`settings.links.to_${kind}_hint`)}>${(tied) => html`
        <input dir="ltr" list="known-addresses" autocomplete="off" spellcheck=${false} ...${tied} value=${to}
            onInput=${(event) => setTo(event.currentTarget.value)} />
        <datalist id="known-addresses">${known(kind).map((account) => html`<option key=${account.id}
            value=${account.settings.from}>${account.name} · ${channelName(account.channel)}</option>`)}</datalist>`}<//>
      ${WRITTEN.includes(kind) && html`<${Field} label=${t("settings.links.words")}
          hint=${t("settings.links.words_hint")}>${(tied) => html`
        <textarea dir="auto" rows="2" ...${tied} value=${text} onInput=${(event) => setText(event.currentTarget.value)} />`}<//>`}
    <//>
    ${link && html`<${Card}><${Copied} label=${t("settings.links.link")} text=${link} /><${Qr} link=${link} /><//>`}
  <//>`;
}

/** @param {{link: string}} props */
function Qr({ link }) {
  const [there, setThere] = useState(true);
  const source = address("/widget/qr.svg", { text: link });
  useEffect(() => setThere(true), [link]);
  const save = async () => download("qr.svg", await (await fetch(source)).text(), "image/svg+xml");
  if (!there) return null;
  return html`<div class="qr"><img src=${source} alt=${t("settings.links.qr", { link })} width="200" height="200"
      onError=${() => setThere(false)} />
    <button type="button" onClick=${save}><${Icon} name="download" class="small" />${t("settings.links.download")}</button></div>`;
}
