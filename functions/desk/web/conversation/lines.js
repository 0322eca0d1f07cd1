// What happened between messages, each in one line.
import { html } from "../lib/html.js";
import { exactly, moment, time } from "../lib/format.js";
import { groups, nameOf } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { apart } from "./words.js";

/** @import { Actor, Event } from "../lib/types.d.ts" */

/** How somebody or something is called. @param {Actor} actor @param {string} [contact] */
export function actorName(actor, contact) {
  if (actor.kind === "contact") return contact || t("conversation.actors.contact");
  if (actor.kind === "responder") return t("conversation.actors.responder");
  if (actor.id) return nameOf(actor.id);
  const key = `conversation.actors.${actor.kind}`;
  return known(key) ? t(key) : actor.kind;
}

/** @param {string[] | null | undefined} users */
const names = (users) => (users ?? []).map((user) => apart(nameOf(user))).join(", ");

/** @param {string | null | undefined} id */
const group = (id) => apart(groups.value.find((one) => one.id === id)?.name ?? id);

/** What is to be filled into a line's words. @type {Record<string, (event: Event) => [string, Record<string, string>]>} */
const SAYS = {
  assigned: (event) => {
    const users = names(event.assignees);
    const why = known(`conversation.why.${event.why}`) ? ` (${t(`conversation.why.${event.why}`)})` : "";
    const where = event.group ? ` · ${group(event.group)}` : "";
    return [users ? "assigned" : "unassigned", { users: users + why + where }];
  },
  closed: (event) => [known(`conversation.lines.closed_${event.reason}`) ? `closed_${event.reason}` : "closed", {}],
  claimed: (event) => ["claimed", { from: apart(nameOf(event.from ?? "")) }],
  status_set: (event) => ["status_set", { status: statusName(event.base) }],
  snoozed: (event) => ["snoozed", { until: moment(event.until) }],
  labelled: (event) => event.labels.length ? ["labelled", { labels: event.labels.map(apart).join(", ") }] : ["unlabelled", {}],
  renamed: (event) => ["renamed", { name: apart(event.name) }],
  visibility_set: (event) => event.visibility ? ["restricted", { users: names(event.visibility) }] : ["unrestricted", {}],
  handed_back: (event) => ["handed_back", { to: apart(handlerName(event.to)) }],
  invoice_issued: (event) => ["invoice_issued", { invoice: apart(event.invoice) }],
  invoice_paid: (event) => ["invoice_paid", { invoice: apart(event.invoice) }],
  consent: (event) => [`consent_${event.change?.topic}_${event.change?.wish}`, {}],
};

/** @param {string} status */
export const statusName = (status) => known(`status.${status}`) ? t(`status.${status}`) : status;

/** @param {any} handler */
export function handlerName(handler) {
  if (typeof handler === "string") return known(`conversation.handlers.${handler}`) ? t(`conversation.handlers.${handler}`) : handler;
  return nameOf(String(Object.values(handler ?? {})[0] ?? ""));
}

/** @param {Event} event @param {string} [contact] */
export function lineText(event, contact) {
  const [key, values] = SAYS[event.type]?.(event) ?? [event.type, {}];
  const path = `conversation.lines.${key}`;
  const words = known(path) ? t(path, { who: apart(actorName(event.actor, contact)), ...values }) : event.type;
  return words;
}

/** @param {{event: Event, contact: string}} props */
export function Line({ event, contact }) {
  return html`<div class="log-line">
    <span class="log-words">${lineText(event, contact)}</span> · <time datetime=${event.at} title=${exactly(event.at)}>${time(event.at)}</time>
    ${event.type === "closed" && (event.category || event.summary) && html`<div class="log-more" dir="auto">
      ${event.category && html`<strong>${event.category}</strong>`} ${event.summary}</div>`}
    ${event.type === "handed_off" && event.reason && html`<div class="log-more" dir="auto">${event.reason}</div>`}
    ${event.type === "unanswered" && html`<${Nearest} matching=${event.matching} />`}
  </div>`;
}

/** What is less like a question than this is not worth naming. */
const NEAR = 0.25;

/** @param {{matching: any}} props */
function Nearest({ matching }) {
  const near = matching?.candidates?.[0];
  return near?.score >= NEAR && html`<div class="log-more">${t("conversation.nearest", { question: apart(near.question), score: Math.round(near.score * 100) })}</div>`;
}
