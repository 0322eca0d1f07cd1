// What stands in the way of writing, in words, with what can be done about it.
import { html, useState } from "../lib/html.js";
import { post } from "../lib/api.js";
import { attempt, inWords } from "../lib/commands.js";
import { duration, moment } from "../lib/format.js";
import { now } from "../lib/now.js";
import { part } from "../lib/parts.js";
import { accounts, fresh, learn } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { carries } from "./allowed.js";
import { claim } from "./claim.js";
import { inBrief } from "./content.js";
import { actorName } from "./lines.js";
import { apart } from "./words.js";

/** @import { AddressOf, Conversation } from "../lib/types.d.ts" */
/** @import { Problem } from "../lib/api.js" */
/** @import { Allowed } from "./allowed.js" */
/** @import { Log } from "./log.js" */

/** A window that closes within so many seconds is closing soon. */
const SOON = 2 * 3600;

/** @param {string} id */
export const accountName = (id) => accounts.value.find((one) => one.id === id)?.name ?? id;

/** How long what is written still arrives (R081). @param {{address: AddressOf | undefined}} props */
export function WindowLeft({ address }) {
  const window = address?.window;
  if (!window || window.state === "unlimited") return null;
  const left = window.closes_at ? (Date.parse(window.closes_at) - now.value) / 1000 : 0;
  if (window.state !== "open" || left <= 0) {
    return html`<span class="window closed"><${Icon} name="lock" class="small" />${t(window.state === "never_opened" ? "composer.window_never" : "composer.window_closed")}</span>`;
  }
  const closes = window.closes_at ?? "";
  return html`<span class=${`window ${left < SOON ? "soon" : ""}`} title=${t("composer.window_until", { at: moment(closes) })}>
    <${Icon} name="timer" class="small" />${t(left < SOON ? "composer.window_soon" : "composer.window_open", { left: duration(left) })}</span>`;
}

/** Which account a reply goes through (R051). @param {{head: Conversation, address: AddressOf | undefined, choose: (account: string) => void}} props */
export function Channels({ head, address, choose }) {
  const all = head.contact.addresses;
  if (!address) return null;
  const label = (one) => `${accountName(one.account)} · ${one.address}`;
  return html`<${WindowLeft} address=${address} /><span class="ways"><${ChannelIcon} channel=${address.channel} title=${accountName(address.account)} />
    ${all.length > 1 ? html`<select aria-label=${t("composer.through")} value=${address.account} onChange=${(event) => choose(event.currentTarget.value)}>
        ${all.map((one) => html`<option key=${one.account} value=${one.account}>${label(one)}</option>`)}</select>`
      : html`<span class="clip" title=${label(address)}>${accountName(address.account)}</span>`}</span>`;
}

/**
 * Why nothing, or only a template, may be said.
 * @param {{head: Conversation, allowed: Allowed, address: AddressOf | undefined, template: (content: any) => Promise<boolean>}} props
 */
export function Why({ head, allowed, address, template }) {
  const { what, why, values, next } = allowed;
  const [busy, setBusy] = useState(false);
  const run = async (deed) => {
    setBusy(true);
    await attempt(deed);
    setBusy(false);
  };
  const deeds = {
    reopen: async () => learn(await post(`/v1/conversations/${head.id}/reopen`)),
    unblock: async () => (await post(`/v1/contacts/${head.contact.id}/unblock`), await fresh(head.id)),
    take_over: () => claim(head.id, true),
    claim: () => claim(head.id),
  };
  const choose = async () => {
    const { chooseTemplate } = await part(() => import("../dialogs/template.js"));
    await chooseTemplate(accounts.value.find((one) => one.id === address?.account), template);
  };
  const ways = head.contact.addresses.filter((one) => one !== address && carries(one)).length;
  return html`<div class="why-not"><${Icon} name=${what === "template" ? "clipboard-list" : "lock"} />
    <div class="grow"><p>${t(`composer.why.${why}`, values)}</p>
      ${ways > 0 && (why === "opted_out" || why === "window_closed" || why === "never_opened") && html`<small>${t("composer.other_channel")}</small>`}</div>
    ${what === "template" && html`<button type="button" class="primary" disabled=${busy} onClick=${() => run(choose)}>${t("composer.choose_template")}</button>`}
    ${next && html`<button type="button" class="primary" disabled=${busy} onClick=${() => run(deeds[next])}>${t(`composer.next.${next}`)}</button>`}</div>`;
}

/**
 * What the server did not accept; what was written is in the composer again.
 * @param {{problem: Problem, log: Log, dismiss: () => void, anyway: () => void}} props
 */
export function Refused({ problem, log, dismiss, anyway }) {
  const meanwhile = problem.type === "colleague-answered";
  const answer = meanwhile && log.events.value.find((event) => event.seq === problem.said.seq);
  return html`<div class="banner bad" role="alert"><${Icon} name="triangle-alert" class="small" />
    <div class="grow"><strong>${meanwhile ? t("composer.meanwhile", { who: apart(actorName(problem.said.by ?? { kind: "system" })) }) : inWords(problem)}</strong>
      ${answer && html`<blockquote dir="auto">${inBrief(answer.content)}</blockquote>`}
      <small>${t("composer.kept")}</small></div>
    ${meanwhile && html`<button type="button" onClick=${anyway}>${t("composer.anyway")}</button>`}
    <button type="button" class="icon-button" aria-label=${t("common.dismiss")} onClick=${dismiss}><${Icon} name="x" class="small" /></button></div>`;
}
