// What the desk knows: people, accounts, settings, and each conversation it has met, once.
import { batch, computed, signal } from "./html.js";
import { get } from "./api.js";

/** @import { Account, Channel, Conversation, Me, SavedView, User, Workspace } from "./types.d.ts" */

export const me = signal(/** @type {Me | null} */ (null));
export const workspace = signal(/** @type {Workspace | null} */ (null));
export const users = signal(/** @type {User[]} */ ([]));
export const groups = signal(/** @type {any[]} */ ([]));
export const accounts = signal(/** @type {Account[]} */ ([]));
export const channels = signal(/** @type {Channel[]} */ ([]));
/** Lists that were saved, one's own first; null until they are known. */
export const savedViews = signal(/** @type {SavedView[] | null} */ (null));
/** Who is there, by user: `online`, `away`, `offline`. */
export const presences = signal(/** @type {Map<string, string>} */ (new Map()));

const byId = computed(() => new Map(users.value.map((user) => [user.id, user])));

/** How a user is called. @param {string} id */
export const nameOf = (id) => byId.value.get(id)?.name ?? id;

/** Whether the user may do something, by the name of its permission. @param {string} permission */
export const may = (permission) => me.value?.permissions?.includes(permission) ?? false;

/** Loads everything that screens need to know first, side by side. */
export async function load() {
  const optional = (path) => get(path).catch((failed) => {
    if (failed.status === 403) return { items: [] };
    throw failed;
  });
  const [who, where, people, teams, lines, kinds, there, views] = await Promise.all([
    get("/v1/me"), get("/v1/workspace"), get("/v1/users"), get("/v1/groups"),
    optional("/v1/accounts"), get("/v1/channels"), get("/v1/presence"), optional("/v1/views"),
  ]);
  batch(() => {
    me.value = who;
    workspace.value = where;
    users.value = people.items;
    groups.value = teams.items;
    accounts.value = lines.items;
    channels.value = kinds.items;
    savedViews.value = views.items;
    presences.value = new Map(there.items.map((one) => [one.user, one.presence]));
  });
}

/** @type {Map<string, import("../vendor/signals.js").Signal<Conversation | null | undefined>>} */
const conversations = new Map();

/**
 * A conversation as it is known now: undefined until it was asked for, null if it cannot be seen.
 * @param {string} id
 */
export function conversation(id) {
  let known = conversations.get(id);
  if (!known) {
    known = signal(/** @type {Conversation | null | undefined} */ (undefined));
    conversations.set(id, known);
  }
  return known;
}

/** @type {Set<(id: string, known: Conversation | null) => void>} */
const listeners = new Set();

/**
 * Hears what becomes known of any conversation: null if it can no longer be seen. Until the answer is
 * called. @param {(id: string, known: Conversation | null) => void} listener
 */
export function onLearned(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Takes what the server said of a conversation, unless something newer is known. @param {Conversation} said */
export function learn(said) {
  const known = conversation(said.id);
  if (known.peek() && said.seq < (known.peek()?.seq ?? 0)) return;
  known.value = said;
  for (const listener of listeners) listener(said.id, said);
}

/** It can no longer be seen. @param {string} id */
export function forget(id) {
  conversation(id).value = null;
  for (const listener of listeners) listener(id, null);
}

/** @type {Map<string, Promise<void>>} */
const asking = new Map();
/** @type {Set<string>} */
const again = new Set();

/**
 * Asks for a conversation as it is now. Whoever asks while it is being asked for is served by one
 * more request, whatever their number.
 * @param {string} id @returns {Promise<void>}
 */
export function fresh(id) {
  const running = asking.get(id);
  if (running) {
    again.add(id);
    return running;
  }
  const run = async () => {
    do {
      again.delete(id);
      try {
        learn(await get(`/v1/conversations/${id}`));
      } catch (failed) {
        if (failed.status !== 404 && failed.status !== 403) throw failed;
        forget(id);
      }
    } while (again.has(id));
  };
  const asked = run().finally(() => asking.delete(id));
  asking.set(id, asked);
  return asked;
}
