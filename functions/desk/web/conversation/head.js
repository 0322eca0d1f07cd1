// The head of a conversation: with whom, how it stands, whose it is, and what can be done with it.
import { html } from "../lib/html.js";
import { call, post } from "../lib/api.js";
import { attempt, loaded } from "../lib/commands.js";
import { moment } from "../lib/format.js";
import { groups, learn, may, me, nameOf, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { nameOfConversation } from "../inbox/row.js";
import { Avatar } from "../ui/avatar.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { Menu } from "../ui/menu.js";
import { toast } from "../ui/toast.js";
import { isClosed, liveClaim, mayExport } from "./allowed.js";
import { claim, exclusive, release } from "./claim.js";
import { handlerName, statusName } from "./lines.js";
import { accountName } from "./restrictions.js";
import { apart } from "./words.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/** The statuses that people set, by the workspace's preset. */
const BY_HAND = {
  five: ["new", "active", "pending", "resolved"],
  three: ["new", "pending", "closed"],
  open_closed: ["open", "closed"],
};

export const statuses = () => BY_HAND[workspace.value?.rules?.preset] ?? BY_HAND.five;
/** @param {string} status */
export const closes = (status) => status === "resolved" || status === "closed";

/** How the other side is called: as in lists. */
export const titleOf = nameOfConversation;

/** @param {string} id @param {string} action @param {object} [body] */
const act = (id, action, body = {}) => attempt(async () => (learn(await post(`/v1/conversations/${id}/${action}`, body)), true));

/** Dialogs, loaded when they are first asked for. @type {Record<string, () => Promise<any>>} */
const LATER = {
  assign: () => import("../dialogs/assign.js"),
  close: () => import("../dialogs/close.js"),
  labels: () => import("../dialogs/labels.js"),
  conversation: () => import("../dialogs/conversation.js"),
  snooze: () => import("../dialogs/snooze.js"),
  visibility: () => import("../dialogs/visibility.js"),
};

/** @param {string} name */
const dialog = (name) => loaded(LATER[name]);

/** What keys do in a conversation. `desk` is its composer. @param {Conversation} head @param {any} desk */
export const deeds = (head, desk) => ({
  reply: () => desk.current?.focus("reply"),
  note: () => desk.current?.focus("note"),
  assign: async () => may("assign.self") && (await dialog("assign"))?.assign(head),
  labels: async () => may("conversation.status") && (await dialog("labels"))?.editLabels(head),
  snooze: async () => may("conversation.status") && (await dialog("snooze"))?.snooze(head),
  close: async () => may("conversation.close") && (isClosed(head) ? act(head.id, "reopen") : (await dialog("close"))?.close(head)),
  unread: async () => (await act(head.id, "unread")) && toast(t("conversation.marked_unread")),
});

/** @type {[string, string][]} key and what it does */
const KEYS = [["r", "reply"], ["n", "note"], ["a", "assign"], ["l", "labels"], ["s", "snooze"], ["e", "close"], ["u", "unread"], ["]", "panel"]];

/** The keys of a conversation. @param {Record<string, () => any>} does */
export const keysOf = (does) => KEYS.map(([on, name]) => ({ on, does: `conversation.key_${name}`, run: () => void does[name]() }));

/** @param {{head: Conversation, does: ReturnType<typeof deeds>, panel: boolean, flipPanel: () => void}} props */
export function Head({ head, does, panel, flipPanel }) {
  const title = titleOf(head);
  const address = head.contact.addresses[0];
  return html`<header class="head">
    <${Avatar} name=${title} />
    <div class="head-words"><h2><bdi>${title}</bdi></h2>
      <div class="head-facts"><${ChannelIcon} channel=${head.internal ? "internal" : address?.channel} />
        <span class="clip">${head.internal ? t("conversation.internal") : address ? accountName(address.account) : ""}</span>
        <${Marks} head=${head} /></div></div>
    <span class="grow" />
    <div class="head-deeds">
      ${may("conversation.status") && !head.internal ? html`<${Status} head=${head} close=${does.close} />` : html`<span class="chip">${statusName(head.status)}</span>`}
      ${!head.internal && html`<${Assignees} head=${head} assign=${does.assign} />`}
      ${!head.internal && may("conversation.status") && html`<${Snooze} head=${head} snooze=${does.snooze} />`}
      ${!head.internal && may("conversation.close") && html`<button type="button" class="head-close" aria-label=${t(isClosed(head) ? "conversation.reopen" : "conversation.close")} onClick=${does.close} title=${`${t(isClosed(head) ? "conversation.reopen" : "conversation.close")} (E)`}>
        <${Icon} name=${isClosed(head) ? "archive-restore" : "circle-check"} class="small" /><span>${t(isClosed(head) ? "conversation.reopen" : "conversation.close")}</span></button>`}
      <${More} head=${head} does=${does} />
      <button type="button" class="icon-button" aria-pressed=${panel} title=${t("contact.panel")} aria-label=${t("contact.panel")} onClick=${flipPanel}><${Icon} name="panel-right" /></button>
    </div>
  </header>`;
}

/** @param {{head: Conversation}} props */
function Marks({ head }) {
  const machine = typeof head.handler === "object" || head.handler === "auto";
  return html`${machine && html`<span class="chip"><${Icon} name="bot" class="small" /><span>${handlerName(head.handler)}</span></span>`}
    ${head.group && html`<span class="chip"><${Icon} name="users" class="small" /><span>${groups.value.find((one) => one.id === head.group)?.name ?? head.group}</span></span>`}
    ${head.visibility && !head.internal && html`<span class="chip" title=${head.visibility.map(nameOf).join(", ")}><${Icon} name="eye-off" class="small" /><span>${t("conversation.restricted")}</span></span>`}
    ${head.labels.map((label) => html`<span class="chip head-label" key=${label}><${Icon} name="tag" class="small" /><span dir="auto">${label}</span></span>`)}`;
}

/** @param {{head: Conversation, close: () => void}} props */
function Status({ head, close }) {
  const items = statuses().map((status) => ({
    label: statusName(status), chosen: status === head.status,
    run: () => status !== head.status && (closes(status) ? close() : act(head.id, "status", { status })),
  }));
  return html`<${Menu} class=${`head-status ${head.status}`} end label=${t("conversation.status")} items=${items}
    text=${html`<span class="head-dot" /><span>${statusName(head.status)}</span><${Icon} name="chevron-down" class="small" />`} />`;
}

/** @param {{head: Conversation, assign: () => void}} props */
function Assignees({ head, assign }) {
  const names = head.assignees.map(nameOf);
  const words = names.length ? t("conversation.assigned_to", { who: names.map(apart).join(", ") }) : t("conversation.assign");
  return html`<button type="button" class="assignees" disabled=${!may("assign.self")} title=${`${words} (A)`} onClick=${assign}>
    ${names.length > 0 && html`<span class="sr-only">${t("conversation.assigned_to", { who: "" })}</span>`}
    ${names.length ? head.assignees.slice(0, 3).map((user) => html`<${Avatar} key=${user} name=${nameOf(user)} small />`) : html`<${Icon} name="user-plus" class="small" />`}
    <span class="assignees-words">${names.length ? (names.length > 1 ? t("conversation.and_others", { who: apart(names[0]), n: names.length - 1 }) : names[0]) : t("conversation.assign")}</span></button>`;
}

/** @param {{head: Conversation, snooze: () => void}} props */
function Snooze({ head, snooze }) {
  if (!head.snoozed_until) {
    return html`<button type="button" class="icon-button" title=${`${t("conversation.snooze")} (S)`} aria-label=${t("conversation.snooze")} onClick=${snooze}><${Icon} name="alarm-clock" /></button>`;
  }
  const until = moment(head.snoozed_until);
  return html`<button type="button" class="snoozed" title=${t("conversation.wake")} onClick=${() => act(head.id, "wake")}>
    <${Icon} name="alarm-clock" class="small" /><span>${t("conversation.snoozed_until", { until })}</span></button>`;
}

/** @param {{head: Conversation, does: ReturnType<typeof deeds>}} props */
function More({ head, does }) {
  const open = async (name) => (await dialog("conversation"))?.[name](head);
  const item = (allowed, label, icon, run, danger = false) => (allowed ? [{ label: t(`conversation.${label}`), icon, run, danger }] : []);
  const reply = may("conversation.reply") && !head.internal;
  const held = liveClaim(head, Date.now());
  const mine = held?.by === me.value?.user.id;
  const outward = !head.internal;
  const transcribes = mayExport(head);
  const removable = head.internal ? may("internal.delete") : may("conversation.delete") && workspace.value?.rules?.allow_delete;
  const items = [
    ...item(true, "mark_unread", "mail", does.unread),
    ...item(outward && may("conversation.status"), "labels", "tag", does.labels),
    ...item(outward && may("conversation.visibility"), "visibility", "eye", async () => (await dialog("visibility"))?.setVisibility(head)),
    ...item(reply && !held, "claim", "lock", () => claim(head.id)),
    ...item(reply && mine, "release", "lock-open", () => release(head.id)),
    ...item(reply && held && !mine && exclusive() && may("conversation.steal"), "take_over", "hand", () => claim(head.id, true)),
    ...item(reply && head.handler !== "human" && head.handler !== "nobody", "handoff", "user-check", () => open("handoff")),
    ...item(reply && (head.handler === "human" || head.handler === "nobody"), "hand_back", "bot", () => open("handBack")),
    ...item(may("read.override"), "read_override", "history", () => open("overrideRead")),
    ...item(transcribes, "transcript", "download", () => transcript(head)),
    ...item(transcribes, "print", "printer", () => window.open(`/print/${head.id}`, "_blank", "noopener")),
    ...item(removable, "delete", "trash-2", () => open("removeConversation"), true),
  ];
  return html`<${Menu} end label=${t("common.more")} icon="ellipsis-vertical" items=${items} />`;
}

/** @param {Conversation} head */
const transcript = (head) => attempt(async () => {
  const text = await call("GET", `/v1/conversations/${head.id}/transcript`, { query: { format: "txt" }, text: true });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = `${titleOf(head).replace(/[^\p{L}\p{N}+-]+/gu, "-").slice(0, 60)}-${head.id.slice(-6)}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});
