// A message in the log: who said it, what, how far it has come, and what was said of it since.
import { html } from "../lib/html.js";
import { post } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { exactly, time } from "../lib/format.js";
import { accounts, may } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { Icon } from "../ui/icon.js";
import { Content, inBrief } from "./content.js";
import { actorName } from "./lines.js";
import { seqOf } from "./rows.js";
import { Fate, Tick } from "./ticks.js";
import { safe } from "./words.js";

/** @import { Event } from "../lib/types.d.ts" */
/** @import { Log } from "./log.js" */
/** @import { About, MessageRow } from "./rows.js" */

/**
 * @typedef {object} Scene What messages need to know of the conversation they are in.
 * @property {Log} log
 * @property {string} contact The contact's name. @property {string} who The contact.
 * @property {boolean} several Whether the contact is reached through more than one account.
 * @property {(seq: number) => void} jump
 * @property {((event: Event) => void) | null} quote Answers a message; null where nothing can be quoted.
 */

/** Whose side a message stands on. @param {Event} event @param {string} me */
export function side(event, me) {
  if (event.type === "note") return "note";
  if (event.type === "internal_message") return event.actor.id === me ? "ours" : "theirs";
  if (event.direction === "inbound") return "theirs";
  return event.actor.kind === "user" || event.actor.kind === "business" ? "ours" : "ours automatic";
}

/** @param {{row: MessageRow, scene: Scene, me: string}} props */
export function Message({ row, scene, me }) {
  const { event, about, begins, ends } = row;
  const where = side(event, me);
  const name = actorName(event.actor, scene.contact);
  const inward = where === "theirs";
  const now = about?.edits.at(-1)?.content ?? event.content;
  const at = exactly(event.at);
  return html`<article class=${`message ${where} ${begins ? "begins" : ""} ${ends ? "ends" : ""}`} aria-label=${t(event.type === "note" ? "conversation.note_by" : "conversation.message_by", { who: name, at })} data-seq=${event.seq}>
    ${inward && html`<span class="message-face">${begins && html`<${Avatar} name=${name} small />`}</span>`}
    <div class="message-column">
      ${begins && html`<${Author} event=${event} name=${name} scene=${scene} />`}
      <div class="message-row">
        <div class="bubble">
          ${event.referral && html`<${Referral} referral=${event.referral} />`}
          ${event.forwarded && html`<small class="bubble-mark"><${Icon} name="corner-up-left" class="small" /> ${t("conversation.forwarded")}</small>`}
          ${event.quotes && html`<${Quote} log=${scene.log} id=${event.quotes} contact=${scene.contact} jump=${scene.jump} />`}
          ${about?.deleted ? html`<${Deleted} about=${about} content=${event.content} account=${event.via?.account} />`
            : html`<${Content} content=${now} account=${event.via?.account} />`}
          <${Foot} event=${event} about=${about} at=${at} />
        </div>
        <${Deeds} event=${event} scene=${scene} />
      </div>
      <${Reactions} about=${about} />
      ${event.delivery && html`<${Fate} log=${scene.log} event=${event} />`}
      <${Why} event=${event} about=${about} />
    </div>
  </article>`;
}

/** @param {{event: Event, name: string, scene: Scene}} props */
function Author({ event, name, scene }) {
  const account = scene.several && event.via && accounts.value.find((one) => one.id === event.via.account);
  return html`<div class="author">${event.type === "note" && html`<${Icon} name="notebook-pen" class="small" label=${t("conversation.note")} />`}
    <bdi>${name}</bdi>${account && html`<span class="through">${t("conversation.through", { account: account.name })}</span>`}</div>`;
}

/** @param {{event: Event, about: About | undefined, at: string}} props */
function Foot({ event, about, at }) {
  return html`<span class="foot">
    ${about?.edits.length && !about.deleted ? html`<${Edited} event=${event} about=${about} />` : null}
    <time datetime=${event.at} title=${at}>${time(event.at)}</time>
    ${event.delivery && html`<${Tick} delivery=${event.delivery} />`}</span>`;
}

/** @param {{event: Event, about: About}} props */
function Edited({ event, about }) {
  const versions = [event.content, ...about.edits.slice(0, -1).map((edit) => edit.content)];
  return html`<details class="edited"><summary>${t("conversation.edited")}</summary>
    <ol>${versions.map((content) => html`<li dir="auto">${inBrief(content)}</li>`)}</ol></details>`;
}

/** @param {{about: About, content: any, account?: string}} props */
function Deleted({ about, content, account }) {
  return html`<div class="placeholder" title=${exactly(about.deleted ?? "")}><${Icon} name="trash-2" class="small" /><span>${t("conversation.deleted")}</span></div>
    <details class="raw"><summary>${t("conversation.deleted_show")}</summary><${Content} content=${content} account=${account} /></details>`;
}

/** @param {{log: Log, id: string, contact: string, jump: (seq: number) => void}} props */
function Quote({ log, id, contact, jump }) {
  const seq = seqOf(id);
  const quoted = log.events.value.find((event) => event.seq === seq);
  return html`<button type="button" class="quote" title=${t("conversation.go_to_quoted")} onClick=${() => jump(seq)}>
    <strong><bdi>${quoted ? actorName(quoted.actor, contact) : t("conversation.quoted")}</bdi></strong>
    <span dir="auto">${quoted ? inBrief(quoted.content) : t("conversation.go_to_quoted")}</span></button>`;
}

/** @param {{referral: any}} props */
function Referral({ referral }) {
  const href = referral.url && safe(referral.url);
  const words = html`<${Icon} name="megaphone" class="small" /><span><strong dir="auto">${referral.headline || t("conversation.referral", { source: referral.source })}</strong>
    ${referral.body && html`<span dir="auto">${referral.body}</span>`}</span>`;
  return href ? html`<a class="referral" href=${href} target="_blank" rel="noopener noreferrer nofollow">${words}</a>` : html`<div class="referral">${words}</div>`;
}

/** @param {{about: About | undefined}} props */
function Reactions({ about }) {
  if (!about?.reactions.size) return null;
  return html`<div class="reactions">${[...about.reactions].map(([by, emoji]) => {
    const who = by === "contact" ? t("conversation.actors.contact") : t("conversation.actors.business");
    return html`<span class="reaction" title=${who} aria-label=${t("conversation.reaction", { who, emoji })}>${emoji}</span>`;
  })}</div>`;
}

/** What can be done with a message. @param {{event: Event, scene: Scene}} props */
function Deeds({ event, scene }) {
  const quotable = scene.quote && event.type === "message" && (event.direction === "inbound" || event.delivery?.status !== "failed");
  if (!quotable) return null;
  return html`<span class="deeds"><button type="button" class="icon-button" title=${t("conversation.quote")} aria-label=${t("conversation.quote")}
    onClick=${() => scene.quote?.(event)}><${Icon} name="reply" class="small" /></button></span>`;
}

/** Why a responder said it, and whether that was right. @param {{event: Event, about: About | undefined}} props */
function Why({ event, about }) {
  if (event.automatic === true) return html`<small class="why">${t("conversation.automatic")}</small>`;
  if (event.actor.kind !== "responder") return event.campaign && html`<small class="why">${t("conversation.campaign", { name: event.campaign.name })}</small>`;
  const matched = event.automatic?.matching;
  const answer = ["exact", "similar"].includes(matched?.verdict) ? matched.candidates[0] : null;
  const key = `conversation.responders.${event.actor.id}`;
  const mark = (right) => attempt(() => post(`/v1/messages/${event.id}/mark`, { right }));
  return html`<div class="why"><${Icon} name="bot" class="small" />
    <span>${known(key) ? t(key) : t("conversation.actors.responder")}${answer && html`: <q dir="auto">${answer.question}</q>`}</span>
    ${answer && event.actor.id === "faq" && html`<span class="right-wrong" role="group" aria-label=${t("conversation.was_right")}>
      <button type="button" class="icon-button" aria-pressed=${about?.right === true} title=${t("conversation.right")} aria-label=${t("conversation.right")} onClick=${() => mark(true)}><${Icon} name="thumbs-up" class="small" /></button>
      <button type="button" class="icon-button" aria-pressed=${about?.right === false} title=${t("conversation.wrong")} aria-label=${t("conversation.wrong")} onClick=${() => mark(false)}><${Icon} name="thumbs-down" class="small" /></button></span>`}
  </div>`;
}

/** What is being sent. @param {{item: import("./outbox.js").Pending, again: () => void, drop: () => void}} props */
export function Sending({ item, again, drop }) {
  const note = item.to === "notes";
  return html`<article class=${`message ${note ? "note" : "ours"} pending begins ends`} aria-label=${t("conversation.sending")}>
    <div class="message-column"><div class="message-row"><div class="bubble">
      <${Content} content=${item.shows ?? item.content} account=${item.more.account} />
      <span class="foot"><time>${time(item.at)}</time><span class="log-tick"><${Icon} name=${item.sending ? "clock" : "triangle-alert"} class="small" label=${item.sending ? t("conversation.sending") : t("conversation.not_sent")} /></span></span>
    </div></div>
    ${!item.sending && html`<div class="fate bad" role="alert"><span>${t("conversation.not_sent")} ${item.failed}</span>
      <button type="button" class="link" onClick=${again}>${t("common.try_again")}</button>
      <button type="button" class="link" onClick=${drop}>${t("conversation.back_to_draft")}</button></div>`}
    </div></article>`;
}
