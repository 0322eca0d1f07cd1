// A conversation as a row of a list.
import { html } from "../lib/html.js";
import { when, exactly } from "../lib/format.js";
import { accounts, conversation, me, nameOf } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { kept } from "../conversation/draft.js";
import { Waiting } from "./waiting.js";
import { accountOf } from "./views.js";

/** @import { Conversation, LastMessage } from "../lib/types.d.ts" */

/** Height of a row, as the list counts it. */
export const HEIGHT = 84;
const LABELS_MAX = 2;

/** The address that people know a contact by: a phone number, if there is one. @param {Conversation} c */
function addressOf(c) {
  const all = c.contact?.addresses ?? [];
  return (all.find((one) => one.address.startsWith("+")) ?? all.at(-1))?.address ?? "";
}

/** How a conversation is called. @param {Conversation} c */
export function nameOfConversation(c) {
  if (!c.internal) return c.contact?.name || addressOf(c) || t("inbox.nobody");
  const others = c.assignees.filter((user) => user !== me.value?.user.id);
  return others.length ? others.map(nameOf).join(", ") : t("inbox.to_myself");
}

/** @param {LastMessage} last @param {Conversation} c */
function speaker(last, c) {
  const { kind, id } = last.actor ?? {};
  if (kind === "contact" || last.direction === "inbound") return "";
  if (kind === "user" && id) return id === me.value?.user.id ? t("inbox.you") : `${nameOf(id)}:`;
  return c.internal ? "" : t("inbox.automatic");
}

const TICKS = {
  queued: ["clock", ""], held: ["clock", ""], sending: ["clock", ""], sent: ["check", ""],
  delivered: ["check-check", ""], read: ["check-check", "read"],
  failed: ["triangle-alert", "bad"], cancelled: ["x", ""], unknown: ["circle-help", "warn"],
};

/** @param {{last: LastMessage}} props */
function Tick({ last }) {
  if (last.direction !== "outbound" || !last.delivery) return null;
  const [icon, tone] = TICKS[last.delivery] ?? [];
  return icon && html`<${Icon} name=${icon} class=${`small row-tick ${tone}`} label=${t(`inbox.delivery_${last.delivery}`)} />`;
}

/** What was said last. @param {{c: Conversation}} props */
function Preview({ c }) {
  const last = c.last_message;
  if (!last) return html`<span class="row-preview clip dim">${c.contact?.name ? addressOf(c) : ""}</span>`;
  const kind = `inbox.kind_${last.kind}`;
  const words = last.text || (known(kind) ? t(kind) : t("inbox.kind_other"));
  return html`<span class="row-preview clip"><${Tick} last=${last} />
    ${speaker(last, c) && html`<span class="row-who">${speaker(last, c)} </span>`}<bdi dir="auto">${words}</bdi></span>`;
}

/** What is to be known about it at a glance. @param {{c: Conversation}} props */
function Marks({ c }) {
  const labels = c.labels.slice(0, LABELS_MAX);
  const drafted = kept(c.id, "reply") || kept(c.id, "note");
  const by = c.claim && Date.parse(c.claim.until) > Date.now() ? c.claim.by : null;
  return html`<span class="row-marks">
    ${!c.internal && html`<span class=${`row-status ${c.status}`}>${t(`status.${c.status}`)}</span>`}
    ${c.snoozed_until && html`<${Icon} name="alarm-clock" class="small" label=${t("inbox.snoozed_until", { at: exactly(c.snoozed_until) })} />`}
    ${by && html`<${Icon} name="lock" class="small" label=${t("inbox.claimed_by", { name: nameOf(by) })} />`}
    ${drafted && html`<${Icon} name="pencil" class="small draft" label=${t("inbox.draft")} />`}
    ${c.visibility && !c.internal && html`<${Icon} name="eye-off" class="small" label=${t("inbox.restricted")} />`}
    ${c.blocked && html`<${Icon} name="ban" class="small" label=${t("inbox.blocked")} />`}
    ${labels.map((label) => html`<span class="chip" key=${label}><span dir="auto">${label}</span></span>`)}
    ${c.labels.length > labels.length && html`<span class="chip" title=${c.labels.join(", ")}>+${c.labels.length - labels.length}</span>`}
  </span>`;
}

/** @param {{c: Conversation}} props */
function Assignee({ c }) {
  if (c.internal || c.assignees.length === 0) return null;
  const names = c.assignees.map(nameOf).join(", ");
  return html`<span class="row-assignee" title=${t("inbox.assigned_to", { names })}>
    <${Avatar} name=${nameOf(c.assignees[0])} small /><span class="sr-only">${t("inbox.assigned_to", { names })}</span></span>`;
}

/**
 * @param {{
 *   id: string, href: string, open: boolean, at: boolean, chosen: boolean, choosing: boolean,
 *   unread: (c: Conversation) => boolean, onChoose: (event: Event) => void,
 * }} props `at`: the keyboard is here
 */
export function Row({ id, href, open, at, chosen, choosing, unread, onChoose }) {
  const c = conversation(id).value;
  if (!c) return html`<div class="conversation-row" />`;
  const name = nameOfConversation(c);
  const isUnread = unread(c);
  const last = c.last_message?.at ?? c.last_activity_at ?? c.closed_at ?? c.waiting_since ?? c.opened_at;
  const account = accounts.value.find((one) => one.id === accountOf(c));
  const state = `${open ? "is-open" : ""} ${at ? "is-at" : ""} ${chosen ? "is-chosen" : ""} ${isUnread ? "is-unread" : ""}`;
  return html`<div class=${`conversation-row ${state} ${choosing ? "is-choosing" : ""}`} data-id=${id}>
    <span class="row-face"><${Avatar} name=${name} />
      <${ChannelIcon} channel=${c.internal ? "internal" : account?.channel ?? c.contact?.addresses?.at(-1)?.channel} title=${account?.name} />
      <label class="row-choose"><input type="checkbox" checked=${chosen} onClick=${onChoose} aria-label=${t("inbox.choose", { name })} /></label></span>
    <a class="row-link" href=${href} aria-current=${open ? "true" : undefined}>
      <span class="row-line"><span class="row-name clip"><bdi dir="auto">${name}</bdi></span>
        ${isUnread && html`<span class="sr-only">${t("inbox.unread")}</span>`}
        <time class="dim" datetime=${last} title=${exactly(last)}>${when(last)}</time></span>
      <span class="row-line"><${Preview} c=${c} />
        ${c.unreplied > 0 && html`<span class="badge strong" title=${t("inbox.unreplied_n", { n: c.unreplied })}>${c.unreplied}<span class="sr-only"> ${t("inbox.unreplied")}</span></span>`}
        ${isUnread && html`<span class="unread-dot" aria-hidden="true" />`}</span>
      <span class="row-line"><${Marks} c=${c} /><span class="grow" /><${Waiting} since=${c.waiting_since} /><${Assignee} c=${c} /></span>
    </a>
  </div>`;
}

/** What stands where rows will be. */
export const Skeleton = () => html`<div class="skeletons" aria-hidden="true">
  ${[...Array(8).keys()].map((n) => html`<div key=${n} class="conversation-row row-skeleton">
    <span class="row-bone round" /><span class="row-bones"><span class="row-bone" /><span class="row-bone short" /></span></div>`)}
</div>`;
