// How much waits in each inbox (R140). Two numbers are the server's tiles; those of accounts, groups
// and colleagues are counted here, and only shown while all that waits is known here.
import { batch, computed, signal } from "../lib/html.js";
import { get } from "../lib/api.js";
import { onFlood } from "../lib/follow.js";
import { onChanges } from "../lib/live.js";
import { learn, may, onLearned } from "../lib/store.js";
import { accountOf, holds } from "./views.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/**
 * The four tiles as the server counts them.
 * @type {import("../vendor/signals.js").Signal<Record<string, {count: number, list: string} | null> | null>}
 */
export const tiles = signal(null);
/** All that waits for an answer; null if that is more than is looked at. */
export const waiting = signal(/** @type {Map<string, Conversation> | null} */ (null));

const PAGE = 100;
const PAUSE = 1_000;
const PAUSE_HIDDEN = 10_000;
const UNREPLIED = { view: "unreplied" };
let timer = 0;

/** Counts from now on. */
export async function count() {
  if (!may("conversation.read")) return;
  onChanges(later);
  onLearned(heard);
  onFlood(() => void Promise.all([askTiles(), askWaiting()]));
  await Promise.all([askTiles(), askWaiting()]);
}

async function askTiles() {
  tiles.value = await get("/v1/tiles").catch(() => tiles.peek());
}

async function askWaiting() {
  const page = await get("/v1/conversations", { query: { ...UNREPLIED, limit: PAGE } }).catch(() => null);
  if (!page) return;
  batch(() => page.items.forEach(learn));
  waiting.value = page.next ? null : new Map(page.items.map((one) => [one.id, one]));
}

function later() {
  if (timer) return;
  timer = setTimeout(() => ((timer = 0), void askTiles()), document.hidden ? PAUSE_HIDDEN : PAUSE);
}

/** @param {string} id @param {Conversation | null} known */
function heard(id, known) {
  const before = waiting.peek();
  const waits = !!known && holds(UNREPLIED, known) === true;
  if (!before || (!waits && !before.has(id))) return;
  const next = new Map(before);
  if (known && waits) next.set(id, known);
  else next.delete(id);
  waiting.value = next;
}

/** Unreplied messages by the name of the list. */
export const counts = computed(() => {
  /** @type {Record<string, number>} */
  const sums = {};
  const mine = tiles.value?.my_unreplied?.count ?? 0;
  const all = tiles.value?.unreplied?.count ?? 0;
  Object.assign(sums, { my_inbox: mine, unreplied: all });
  for (const one of waiting.value?.values() ?? []) {
    const awake = !one.snoozed_until;
    const names = [`account:${accountOf(one)}`];
    if (awake && one.group) names.push(`group:${one.group}`);
    if (awake && one.assignees.length === 0) names.push("unassigned");
    if (awake && holds({ view: "team" }, one)) names.push("team");
    if (awake) names.push(...one.assignees.map((user) => `user:${user}`));
    for (const name of names) sums[name] = (sums[name] ?? 0) + one.unreplied;
  }
  return sums;
});
