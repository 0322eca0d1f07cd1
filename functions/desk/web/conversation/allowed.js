// What may be said in a conversation now, and if it is not everything, why and what to do instead.
// The server has the last word; this is so that nobody writes what it will refuse.
import { channels, may, me, nameOf, workspace } from "../lib/store.js";

/** @import { AddressOf, Conversation } from "../lib/types.d.ts" */

/**
 * @typedef {object} Allowed
 * @property {"anything" | "template" | "nothing"} what
 * @property {string} [why] The key of the words in `composer.why`.
 * @property {Record<string, string>} [values] What they are filled in with.
 * @property {"reopen" | "unblock" | "take_over" | "claim"} [next] What would help, if the user may do it.
 */

/** @param {string | null | undefined} name */
export const channel = (name) => channels.value.find((one) => one.name === name);

/** What a channel can carry. @param {AddressOf | undefined} address */
export const carries = (address) => channel(address?.channel)?.capabilities;

/** @param {Conversation} head */
export const isClosed = (head) => head.closed_at !== null || ["resolved", "closed"].includes(head.status);

/** Who may take a conversation out of the desk: those who may export, and assignees (R181). @param {Conversation} head */
export const mayExport = (head) => may("transcript.export") || head.assignees.includes(me.value?.user.id ?? "");

/** The claim, unless it has ended. @param {Conversation} head @param {number} now */
export const liveClaim = (head, now) => (head.claim && Date.parse(head.claim.until) > now ? head.claim : null);

/**
 * @param {Conversation} head @param {AddressOf | undefined} address @param {number} now
 * @returns {Allowed}
 */
export function allowed(head, address, now) {
  if (!may(head.internal ? "internal.chat" : "conversation.reply")) return { what: "nothing", why: "not_permitted" };
  if (isClosed(head)) return { what: "nothing", why: "closed", next: may("conversation.close") ? "reopen" : undefined };
  if (head.internal) return { what: "anything" };
  if (head.blocked) return { what: "nothing", why: "blocked", next: may("contact.block") ? "unblock" : undefined };
  const others = lockedBy(head, now);
  if (others) return others;
  if (!address) return { what: "nothing", why: "no_address" };
  if (address.opted_out_at) return { what: "nothing", why: "opted_out" };
  return byWindow(address, now);
}

/** @param {Conversation} head @param {number} now @returns {Allowed | null} */
function lockedBy(head, now) {
  const lock = workspace.value?.rules?.lock;
  const mine = me.value?.user.id ?? "";
  if (lock === "exclusive_claim") {
    const claim = liveClaim(head, now);
    if (!claim || claim.by === mine) return null;
    const next = may("conversation.steal") || head.assignees.includes(mine) ? "take_over" : undefined;
    return { what: "nothing", why: "held", values: { who: nameOf(claim.by) }, next };
  }
  const mayAnswer = !head.assignees.length || head.assignees.includes(mine) || may("assign.others");
  if (lock !== "assignees" || mayAnswer) return null;
  return { what: "nothing", why: "not_assigned", values: { who: head.assignees.map(nameOf).join(", ") } };
}

/** @param {AddressOf} address @param {number} now @returns {Allowed} */
function byWindow({ window, channel: name }, now) {
  if (!window || window.state === "unlimited") return { what: "anything" };
  const ended = window.closes_at && Date.parse(window.closes_at) <= now;
  if (window.state === "open" && !ended) return { what: "anything" };
  const template = channel(name)?.capabilities?.sends?.includes("template");
  const why = window.state === "never_opened" ? "never_opened" : "window_closed";
  return { what: template ? "template" : "nothing", why };
}
