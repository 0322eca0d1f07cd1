// The ways a contact is reached: the channel, its window, and what the contact said of being written to.
import { html } from "../lib/html.js";
import { attempt, loaded } from "../lib/commands.js";
import { exactly, when } from "../lib/format.js";
import { accounts } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { toast } from "../ui/toast.js";
import { accountName, WindowLeft } from "../conversation/restrictions.js";

/** @import { Conversation } from "../lib/types.d.ts" */
/** @import { Contact } from "./panel.js" */

/** @param {string} account */
const channelOf = (account) => accounts.value.find((one) => one.id === account)?.channel;

/** @param {{contact: Contact, head: Conversation, changed: () => void}} props */
export function Addresses({ contact, head, changed }) {
  const here = (one) => head.contact.addresses.find((other) => other.account === one.account && other.address === one.address);
  return html`<section><div class="panel-title"><h3>${t("contact.addresses")}</h3></div>
    <ul class="addresses">${contact.addresses.map((one) => html`<${Address} key=${`${one.account} ${one.address}`} one=${one} reached=${here(one)} changed=${changed} />`)}</ul></section>`;
}

/** @param {{one: Contact["addresses"][number], reached: any, changed: () => void}} props */
function Address({ one, reached, changed }) {
  const copy = () => attempt(async () => (await navigator.clipboard.writeText(one.address), toast(t("contact.copied"))));
  const consents = async () => {
    const dialogs = await loaded(() => import("../dialogs/contact.js"));
    if (await dialogs?.consentsOf(one)) changed();
  };
  const key = `contact.consent.${one.consent.state}`;
  const said = known(key) ? t(key) : one.consent.state;
  const out = one.consent.state.includes("out");
  return html`<li class="address"><${ChannelIcon} channel=${reached?.channel ?? channelOf(one.account)} />
    <div class="grow"><bdi class="address-words">${one.address}</bdi>
      <small class="clip">${accountName(one.account)}</small>
      ${reached && html`<${WindowLeft} address=${reached} />`}
      <button type="button" class=${`link consent ${out ? "bad" : ""}`} title=${one.consent.at ? exactly(one.consent.at) : undefined} onClick=${consents}>
        ${said}${one.consent.at && ` · ${when(one.consent.at)}`}</button></div>
    <button type="button" class="icon-button" title=${t("contact.copy")} aria-label=${t("contact.copy_of", { address: one.address })} onClick=${copy}><${Icon} name="copy" class="small" /></button></li>`;
}

