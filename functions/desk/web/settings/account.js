// One channel account: where its webhooks go, its settings, its templates, what its provider said.
import { html, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { channels } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { exactly } from "../lib/format.js";
import { ChannelIcon, channelName } from "../ui/channel.js";
import { guideOf, mayManage, save, webhookOf } from "./channel-accounts.js";
import { Form, Input, useForm } from "./form.js";
import { Markdown } from "./markdown.js";
import { Needs, body, valuesOf } from "./needs.js";
import { Asked, Card, Copied, Page as Frame, useAsked } from "./parts.js";
import { Templates } from "./templates.js";
import { Install, Preview } from "./webchat.js";

/** @param {{account: any, saved: () => void}} props */
export function Account({ account, saved }) {
  const channel = channels.value.find((one) => one.name === account.channel);
  const web = account.channel === "webchat";
  return html`<${Frame} title=${account.name} text=${`${channelName(account.channel)} · ${account.id}`} back="/settings/accounts"
      actions=${html`<${ChannelIcon} channel=${account.channel} />`}>
    ${web
      ? html`<${Install} account=${account} />`
      : html`<${Card} title=${t("settings.accounts.webhook")}><${Copied} label=${t("settings.accounts.webhook_label")}
          text=${webhookOf(account)} hint=${t("settings.accounts.webhook_hint")} /><//>`}
    ${channel && (mayManage() ? html`<${Edit} account=${account} channel=${channel}
        saved=${saved} />` : html`<${Settings} account=${account} />`)}
    ${channel?.capabilities?.sends?.includes("template") && html`<${Templates} key=${JSON.stringify(account.templates)}
        account=${account} saved=${saved} />`}
    <${Notices} account=${account.id} />
    ${channel && html`<details class="card settings-card"><summary>${t("settings.accounts.set_up")}</summary>
      <${Markdown} text=${guideOf(channel, account.id)} /></details>`}
  <//>`;
}

/** @param {{account: any, channel: any, saved: () => void}} props */
function Edit({ account, channel, saved }) {
  const form = useForm({ name: account.name, ...valuesOf(channel, account) }, async (_, values) => {
    await save(account, { name: values.name, ...body(values) });
    saved();
    return { name: values.name, ...valuesOf(channel, { settings: body(values).settings }) };
  });
  return html`<${Form} form=${form}><${Card} title=${t("settings.accounts.settings")}>
    <${Input} form=${form} name="name" label=${t("settings.accounts.name")} hint=${t("settings.accounts.name_hint")} maxlength="200" />
    <${Needs} form=${form} channel=${channel} stored />
  <//>${channel.name === "webchat" && html`<${Preview} values=${form.values} />`}<//>`;
}

/** @param {{account: any}} props */
const Settings = ({ account }) => html`<${Card} title=${t("settings.accounts.settings")}>
  <dl class="pairs">${Object.entries(account.settings ?? {}).map(([key, value]) => html`<dt key=${key}><code>${key}</code></dt>
    <dd dir="auto">${String(value)}</dd>`)}</dl>
<//>`;

/** @param {{account: string}} props */
function Notices({ account }) {
  const asked = useAsked(() => get(`/v1/accounts/${encodeURIComponent(account)}/notices`), [account]);
  const [all, setAll] = useState(false);
  return html`<${Card} title=${t("settings.accounts.notices")} text=${t("settings.accounts.notices_text")}>
    <${Asked} asked=${asked}>${({ items }) => (items.length
      ? html`<ul class="notices-list">${items.slice(0, all ? undefined : 5).map((notice) => html`<li key=${notice.at + notice.kind}>
          <details><summary><b>${notice.kind}</b> <small>${exactly(notice.at)}</small></summary><pre class="scroll"
              tabindex="0">${notice.raw}</pre></details></li>`)}</ul>
          ${items.length > 5 && !all && html`<button type="button" onClick=${() => setAll(true)}>${t("common.more")}</button>`}`
      : html`<p class="lead">${t("settings.accounts.no_notices")}</p>`)}<//>
  <//>`;
}
