// The lists there are: how an address names one, what it asks the server for, what stands in it and
// in which order. The server decides; what is said here lets rows come and go at once.
import { me, workspace } from "../lib/store.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/**
 * @typedef {object} Listing As `GET /v1/conversations` takes it.
 * @property {string} view
 * @property {string} [user]
 * @property {string} [group]
 * @property {string} [account]
 * @property {string} [status]
 * @property {string} [assignee]
 * @property {string} [label]
 * @property {string} [campaign]
 * @property {boolean} [unread]
 * @property {string} [sort]
 * @property {string} [q]
 */

/** The views everybody has, with their icons, in the order they are shown. */
export const MINE = { my_inbox: "inbox", mine: "user-check", sent: "send", internal: "messages-square" };
export const TEAM = {
  unassigned: "hand", team: "users", unreplied: "reply", unread: "mail", all: "message-square",
  active: "zap", inactive: "clock", snoozed: "alarm-clock", closed: "archive",
};

/** What narrows a list down, as the address and the API call it. */
export const FILTERS = ["status", "assignee", "label", "campaign", "account", "group", "unread"];
const FIELDS = [...FILTERS, "sort", "q"];

/** Statuses by the workspace's preset; the last ones are closed. */
const STATUSES = {
  five: ["new", "active", "pending", "inactive", "resolved"],
  three: ["new", "pending", "closed"],
  open_closed: ["open", "closed"],
};
const CLOSED = ["resolved", "closed"];

/** The statuses of this workspace. @returns {string[]} */
export const statuses = () => STATUSES[workspace.value?.rules?.preset] ?? STATUSES.five;

/** Orders that a view can be read in, its own first. @param {string} view */
export function orders(view) {
  if (view === "unreplied") return ["oldest_waiting"];
  if (["closed", "sent", "internal"].includes(view)) return ["newest_activity"];
  const own = view === "my_inbox" ? "unreplied_first" : "newest_activity";
  return [own, ...["newest_activity", "oldest_waiting", "unreplied_first"].filter((one) => one !== own)];
}

/**
 * What the list of an address asks for; null while the saved view it names is not known.
 * @param {string} name the address's part, such as `mine` or `account:shop`
 * @param {URLSearchParams} query @param {{id: string, filter: Listing}[] | null} saved
 * @returns {Listing | null}
 */
export function asked(name, query, saved) {
  const [kind, id] = name.split(":");
  /** @type {Listing | undefined} */
  let base = { view: name };
  if (kind === "account") base = { view: "all", account: id };
  if (kind === "group") base = { view: "team", group: id };
  if (kind === "user") base = { view: "my_inbox", user: id };
  if (kind === "saved") base = saved?.find((one) => one.id === id)?.filter;
  if (!base) return null;
  const listing = { ...base };
  for (const field of FIELDS) {
    const value = query.get(field);
    if (value) listing[field] = field === "unread" ? value === "true" : value;
  }
  if (listing.sort && !orders(listing.view).includes(listing.sort)) delete listing.sort;
  return listing;
}

/** The order of a list. @param {Listing} listing */
const orderOf = (listing) => listing.sort ?? orders(listing.view)[0];

const isClosed = (/** @type {Conversation} */ c) => c.base === "resolved";
const isInactive = (/** @type {Conversation} */ c, /** @type {number} */ now) =>
  !isClosed(c) && !c.internal && Date.parse(c.activity_expires_at) <= now;

/** The account used last. @param {Conversation} c */
export const accountOf = (c) => c.contact?.addresses?.at(-1)?.account ?? null;

/** @type {Record<string, (c: Conversation, listing: Listing, now: number) => boolean | null>} */
const HOLDS = {
  all: (c, { status }) => !c.internal && isClosed(c) === CLOSED.includes(status ?? ""),
  active: (c, _, now) => !c.internal && !isClosed(c) && !isInactive(c, now),
  inactive: (c, _, now) => !c.internal && isInactive(c, now),
  closed: (c) => !c.internal && isClosed(c),
  snoozed: (c) => !c.internal && !isClosed(c) && !!c.snoozed_until,
  mine: (c, listing) => !c.internal && !isClosed(c) && isOf(c, listing),
  my_inbox: (c, listing) => !isClosed(c) && !c.snoozed_until && isOf(c, listing) && (c.internal || c.inbound_count > 0),
  unassigned: (c) => !c.internal && !isClosed(c) && !c.snoozed_until && c.assignees.length === 0,
  team: (c, { group }) => !c.internal && !isClosed(c) && !c.snoozed_until && isTeams(c, group),
  unreplied: (c) => !c.internal && !isClosed(c) && c.unreplied > 0,
  unread: (c) => !c.internal && !isClosed(c) && c.unread,
  internal: (c) => c.internal,
};

/** @param {Conversation} c @param {Listing} listing */
const isOf = (c, listing) => c.assignees.includes(listing.user ?? me.peek()?.user.id ?? "");

/** @param {Conversation} c @param {string | undefined} group */
function isTeams(c, group) {
  const own = !c.group || !!group || !!me.peek()?.user.groups?.includes(c.group);
  return own && !(workspace.peek()?.rules?.team_hides_assigned && c.assignees.length > 0);
}

/**
 * Whether a conversation stands in a list; null if only the server knows.
 * @param {Listing} listing @param {Conversation} c @returns {boolean | null}
 */
export function holds(listing, c, now = Date.now()) {
  const view = HOLDS[listing.view];
  if (!view || listing.q || (listing.user && listing.unread)) return null;
  const labelled = !listing.label || c.labels.includes(listing.label) || c.campaign?.label === listing.label;
  const answers = !listing.campaign || [c.campaign?.id, c.campaign?.name].includes(listing.campaign);
  const waits = orderOf(listing) !== "oldest_waiting" || c.unreplied > 0;
  return !!view(c, listing, now) && labelled && answers && waits &&
    (!listing.group || c.group === listing.group) &&
    (!listing.account || accountOf(c) === listing.account) &&
    (!listing.status || c.status === listing.status) &&
    (!listing.assignee || c.assignees.includes(listing.assignee)) &&
    (!listing.unread || c.unread);
}

const A_DAY = 86_400_000;

/** @param {Conversation} c */
function activity(c) {
  if (c.closed_at && isClosed(c)) return Date.parse(c.closed_at);
  if (c.internal) return Date.parse(c.last_message?.at ?? c.last_activity_at ?? c.opened_at) + A_DAY;
  return Date.parse(c.activity_expires_at);
}

/** What a list is sorted by: numbers, the smallest first. @param {Listing} listing @param {Conversation} c */
function place(listing, c) {
  const waiting = c.unreplied > 0 && c.waiting_since ? Date.parse(c.waiting_since) : null;
  const order = orderOf(listing);
  if (order === "oldest_waiting") return [0, waiting ?? Infinity];
  if (order === "unreplied_first" && waiting !== null) return [0, waiting];
  return [1, -activity(c)];
}

/**
 * Which of two comes first, as the server sorts them.
 * @param {Listing} listing @param {Conversation} a @param {Conversation} b
 */
export function compare(listing, a, b) {
  const [x, y] = [place(listing, a), place(listing, b)];
  return x[0] - y[0] || x[1] - y[1] || (a.id < b.id ? -1 : 1);
}

/** Whether the order is one that only the server knows. @param {Listing} listing */
export const isServers = (listing) => listing.view === "sent" || !!listing.q;

/** An address of a list. @param {string} name @param {Record<string, any> | URLSearchParams} [query] @param {string | null} [open] */
export function addressOf(name, query = {}, open = null) {
  const words = new URLSearchParams(query).toString();
  return `/inbox/${name}${open ? `/${open}` : ""}${words ? `?${words}` : ""}`;
}

/** The address of the list that the API names, such as a tile's. @param {string} list */
export function addressOfList(list) {
  const query = new URLSearchParams(list.split("?")[1] ?? "");
  const view = query.get("view") ?? "all";
  query.delete("view");
  return addressOf(view, query);
}
