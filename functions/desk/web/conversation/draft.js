// What a user has begun to write: kept on this machine at each key, on the server a moment later.
import { get, put, remove } from "../lib/api.js";
import { me } from "../lib/store.js";

/** How long after the last key the server is told, in milliseconds. */
const TELL_AFTER = 900;
/** The longest draft that the server takes, in characters. */
const CHARS_MAX = 10_000;

/** @type {Map<string, number>} */
const timers = new Map();

/** @param {string} id @param {"reply" | "note"} tab */
const place = (id, tab) => `confab.draft.${me.peek()?.workspace.id}.${me.peek()?.user.id}.${tab}.${id}`;

/** @param {string} id @param {"reply" | "note"} tab @returns {{text: string, at: number} | null} */
export const kept = (id, tab) => JSON.parse(localStorage.getItem(place(id, tab)) ?? "null");

/** @param {string} id @param {"reply" | "note"} tab @param {string} text */
export function keep(id, tab, text) {
  if (text) localStorage.setItem(place(id, tab), JSON.stringify({ text, at: Date.now() }));
  else localStorage.removeItem(place(id, tab));
  if (tab === "note") return;
  clearTimeout(timers.get(id));
  timers.set(id, setTimeout(() => void tell(id, text), TELL_AFTER));
}

/** @param {string} id @param {string} text */
async function tell(id, text) {
  const path = `/v1/conversations/${id}/draft`;
  try {
    if (text.trim()) await put(path, { text: text.slice(0, CHARS_MAX) });
    else await remove(path);
  } catch {
    // It is kept on this machine, and the next key tells it again.
  }
}

/** It was sent: the server has forgotten it by itself. @param {string} id @param {"reply" | "note"} tab */
export function sent(id, tab) {
  clearTimeout(timers.get(id));
  localStorage.removeItem(place(id, tab));
}

/**
 * What the user wrote here on another machine, if that is newer than what is kept on this one.
 * @param {string} id @returns {Promise<string | null>}
 */
export async function elsewhere(id) {
  try {
    const draft = await get(`/v1/conversations/${id}/draft`);
    return Date.parse(draft.changed_at) > (kept(id, "reply")?.at ?? 0) ? draft.text : null;
  } catch {
    return null;
  }
}
