// Telling the user that something waits for them: in the tab's title and mark, on the desktop, by a
// sound (R137, R178, R179).
import { computed, effect, signal } from "../lib/html.js";
import { get, post } from "../lib/api.js";
import { onChanges } from "../lib/live.js";
import { pref, reread } from "../lib/prefs.js";
import { parts } from "../lib/router.js";
import { conversation, may, me } from "../lib/store.js";
import { tiles } from "../inbox/counts.js";

/** @typedef {{id: string, at: string, occasion: string, conversation: string, seq: number, read_at: string | null}} Told */

/** What the user was told of late, the newest first. */
export const told = signal(/** @type {Told[]} */ ([]));
/** How many of them they have not seen. */
export const unseen = computed(() => told.value.filter((one) => !one.read_at).length);
/** What the user wants: each is theirs to switch on or off. @type {Record<"desktop" | "sound" | "badge", import("../vendor/signals.js").Signal<boolean>>} */
export const wants = { desktop: pref("desktop", false), sound: pref("sound", true), badge: pref("badge", true) };

const KEPT = 50;
const AFTER = 2_500;
const EVERY = 60_000;
const SHOWN_MAX = 3;
/** What other tabs have told of already, and this one need not. */
const LAST = "confab.told";
let timer = 0;
let askedAt = "";

/** Follows what there is to tell, until the answer is called. */
export function notice() {
  if (!may("conversation.read")) return () => {};
  askedAt = new Date().toISOString();
  void ask();
  const concerns = (change) => {
    const known = conversation(change.conversation).peek();
    return !known || known.assignees.includes(me.peek()?.user.id ?? "") || /note|assign|said|internal/.test(change.kind);
  };
  const stops = [onChanges((changes) => changes.some(concerns) && later()), effect(title), effect(opened)];
  const regularly = setInterval(ask, EVERY);
  return () => (clearInterval(regularly), stops.forEach((stop) => stop()));
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, AFTER);
}

async function ask() {
  const page = await get("/v1/me/notifications/list", { query: { limit: KEPT } }).catch(() => null);
  if (!page) return;
  told.value = page.items;
  const since = [askedAt, localStorage.getItem(LAST) ?? ""].sort()[1];
  const news = page.items.filter((one) => !one.read_at && one.at > since && !isSeen(one));
  if (!news.length) return;
  localStorage.setItem(LAST, news[0].at);
  const ring = await import("../dialogs/ring.js").catch(() => null);
  if (isOn("sound")) void ring?.sound();
  if (isOn("desktop") && document.hidden) for (const one of news.slice(0, SHOWN_MAX)) void ring?.show(one);
}

/** Whether it is switched on, here or on the page of settings. @param {"desktop" | "sound"} name */
const isOn = (name) => reread(name) ?? wants[name].peek();

/** Whether it is before the user's eyes. @param {Told} one */
const isSeen = (one) => document.hasFocus() && parts.peek()[2] === one.conversation;

/** Marks them as seen. @param {string[]} ids */
export async function saw(ids) {
  if (!ids.length) return;
  const at = new Date().toISOString();
  told.value = told.peek().map((one) => (ids.includes(one.id) ? { ...one, read_at: one.read_at ?? at } : one));
  await post("/v1/me/notifications/read", { ids: ids.slice(0, 100) });
}

/** Who opens a conversation has seen what they were told of it. */
function opened() {
  const open = parts.value[2];
  const ids = told.value.filter((one) => !one.read_at && one.conversation === open).map((one) => one.id);
  if (ids.length && document.hasFocus()) void saw(ids).catch(() => {});
}

let marked = false;

/** Keeps the tab's title and mark: a dot for what is not seen, the number of messages to answer. */
function title() {
  const badge = wants.badge.value;
  const waits = badge ? (tiles.value?.my_unreplied?.count ?? 0) : 0;
  const news = badge && unseen.value > 0;
  document.title = `${news ? "● " : ""}${waits ? `(${waits}) ` : ""}Confab`;
  if (marked === (waits > 0 || news)) return;
  marked = !marked;
  void import("../dialogs/ring.js").then((ring) => ring.mark(marked), () => {});
}
