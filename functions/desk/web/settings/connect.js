// Connecting a channel, step by step: which one, what it needs, and the first message.
import { html, useEffect, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { onChanges } from "../lib/live.js";
import { go } from "../lib/router.js";
import { accounts, channels, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ChannelIcon, channelName } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { guideOf, refresh, save, webhookOf } from "./channel-accounts.js";
import { Form, Input, useForm } from "./form.js";
import { Markdown } from "./markdown.js";
import { Needs, body, valuesOf } from "./needs.js";
import { Card, Copied, Page as Frame, slug } from "./parts.js";
import { Install, Preview } from "./webchat.js";

/** @param {{channel?: string}} props */
export function Connect({ channel: name }) {
  const [made, setMade] = useState(/** @type {any} */ (null));
  const channel = channels.value.find((one) => one.name === name);
  const step = made ? 3 : channel ? 2 : 1;
  return html`<${Frame} title=${t("settings.connect.title")} text=${t("settings.connect.text")} wide=${step === 2}
      back=${step === 2 ? "/settings/accounts/new" : "/settings/accounts"}>
    <ol class="steps">${[1, 2, 3].map((one) => html`<li key=${one} class=${one < step ? "done" : ""}
        aria-current=${one === step ? "step" : undefined}>
      <span class="badge ${one === step ? "strong" : one < step ? "good" : ""}">${one < step ? html`<${Icon} name="check" class="small" />` : one}</span>
      ${t(`settings.connect.step_${one}`)}</li>`)}</ol>
    ${step === 1 && html`<ul class="channels">${channels.value.map((one) => html`<li key=${one.name}>
      <a class="card" href=${`/settings/accounts/new/${one.name}`}><${ChannelIcon} channel=${one.name} />
        <b>${channelName(one.name)}</b></a></li>`)}</ul>`}
    ${step === 2 && html`<${Enter} channel=${channel} made=${setMade} />`}
    ${step === 3 && html`<${First} account=${made} />`}
  <//>`;
}

/** Where what is to be done fits beside the form, in pixels. */
const WIDE = 1400;

/** @param {{channel: any, made: (account: any) => void}} props */
function Enter({ channel, made }) {
  // Accounts are named over all workspaces.
  const named = (name) => slug(`${workspace.value?.id} ${name}`, accounts.value.map((account) => account.id));
  const [own, setOwn] = useState(false);
  const [wide] = useState(innerWidth >= WIDE);
  const initial = { name: channelName(channel.name), id: named(channelName(channel.name)), ...valuesOf(channel, null) };
  const form = useForm(initial, async (_, values) => {
    const account = { id: values.id.trim(), channel: channel.name, name: values.name, settings: {} };
    const said = await save(account, { ...body(values) });
    await refresh();
    made({ ...account, settings: body(values).settings, ...said });
    return values;
  }, { fresh: true });
  const rename = { ...form, set: (name, value) => (form.set(name, value), !own && form.set("id", named(value))) };
  const renamed = { ...form, set: (name, value) => (setOwn(true), form.set(name, value)) };
  const guide = guideOf(channel, form.values.id);
  return html`<div class="beside">
    <details class="card guide" open=${wide}><summary>${t("settings.accounts.set_up")}</summary><${Markdown} text=${guide} /></details>
    <${Form} form=${form} save=${t("settings.connect.save")} always>
      <${Card} title=${channelName(channel.name)}>
        <${Input} form=${rename} name="name" label=${t("settings.accounts.name")} hint=${t("settings.accounts.name_hint")}
            maxlength="200" />
        <${Input} form=${renamed} name="id" label=${t("settings.accounts.id")} hint=${t("settings.accounts.id_hint")} dir="ltr"
            maxlength="64" spellcheck=${false} />
        <${Needs} form=${form} channel=${channel} />
      <//>
      ${channel.name === "webchat" && html`<${Preview} values=${form.values} />`}
    <//>
  </div>`;
}

/** What to give the provider, and waiting for the first message to come. @param {{account: any}} props */
function First({ account }) {
  const web = account.channel === "webchat";
  const heard = useFirst(account.id);
  return html`${web
      ? html`<${Install} account=${account} />`
      : html`<${Card} title=${t("settings.connect.paste")} text=${t("settings.connect.paste_text")}>
          <${Copied} label=${t("settings.accounts.webhook_label")} text=${webhookOf(account)} /><//>`}
    <${Card} title=${t("settings.connect.try")} text=${t("settings.connect.try_text")}>
      <div class="row settings-waiting" role="status">${heard
        ? html`<${Icon} name="circle-check" class="good" /><span class="grow">${t(`settings.connect.heard_${heard.kind}`)}</span>
            ${heard.conversation && html`<a class="button"
                href=${`/inbox/all/${heard.conversation}`}>${t("settings.connect.open")}</a>`}`
        : html`<span class="spinner" aria-hidden="true" /><span class="grow">${t("settings.connect.waiting")}</span>`}</div>
    <//>
    <div class="actions"><button type="button" class=${heard ? "primary" : ""}
        onClick=${() => go(`/settings/accounts/${encodeURIComponent(account.id)}`)}>${t("settings.connect.done")}</button></div>`;
}

const ASK_EVERY = 4_000;

/** The first thing that is heard of an account. @param {string} id */
function useFirst(id) {
  const [heard, setHeard] = useState(/** @type {{kind: string, conversation?: string} | null} */ (null));
  useEffect(() => {
    if (heard) return;
    const ask = async () => {
      const [notices, written] = await Promise.all([
        get(`/v1/accounts/${encodeURIComponent(id)}/notices`).catch(() => ({ items: [] })),
        get("/v1/conversations", { query: { account: id, limit: 1 } }).catch(() => ({ items: [] })),
      ]);
      if (written.items[0]) setHeard({ kind: "message", conversation: written.items[0].id });
      else if (notices.items.length) setHeard({ kind: "notice" });
    };
    const timer = setInterval(ask, ASK_EVERY);
    const end = onChanges(() => void ask());
    return () => (clearInterval(timer), end());
  }, [id, heard]);
  return heard;
}
