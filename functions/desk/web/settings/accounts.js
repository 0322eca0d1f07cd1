// Channel accounts: those there are, connecting another, and each with its settings.
import { html } from "../lib/html.js";
import { channels } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ChannelIcon, channelName } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { Account } from "./account.js";
import { mayManage, refresh } from "./channel-accounts.js";
import { Connect } from "./connect.js";
import { Asked, Page as Frame, Rows, useAsked } from "./parts.js";

/** @param {{at: string[]}} props */
export function Page({ at: [id, step] }) {
  const asked = useAsked(refresh, [id]);
  if (id === "new" && mayManage()) return html`<${Connect} key=${step} channel=${step} />`;
  return html`<${Asked} asked=${asked}>${(items) => {
    const found = items.find((account) => account.id === id);
    if (found) return html`<${Account} key=${id} account=${found} saved=${asked.again} />`;
    return html`<${All} items=${items} missing=${id} />`;
  }}<//>`;
}

/** @param {{items: any[], missing?: string}} props */
function All({ items, missing }) {
  const connect = mayManage() && channels.value.length > 0 && html`<a class="button primary" href="/settings/accounts/new">
    <${Icon} name="plus" class="small" />${t("settings.accounts.connect")}</a>`;
  return html`<${Frame} title=${t("settings.sections.accounts")} text=${t("settings.accounts.text")} actions=${connect}>
    ${missing && html`<p class="error-text" role="alert">${t("settings.accounts.missing", { id: missing })}</p>`}
    ${items.length
      ? html`<${Rows} label=${t("settings.sections.accounts")} items=${items.map((account) => ({
        id: account.id, href: `/settings/accounts/${encodeURIComponent(account.id)}`, name: account.name,
        mark: html`<${ChannelIcon} channel=${account.channel} />`, text: `${channelName(account.channel)} · ${account.id}`,
        dim: account.disabled, end: account.disabled && html`<span class="badge warn">${t("settings.accounts.disabled")}</span>`,
      }))} />`
      : html`<${Empty} icon="plug" title=${t("settings.accounts.none")}><p>${t("settings.accounts.none_text")}</p>${connect}<//>`}
    ${!mayManage() && html`<p class="lead">${t("settings.accounts.read_only")}</p>`}
  <//>`;
}
