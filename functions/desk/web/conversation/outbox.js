// What this user has said and the server has not yet answered for. Each has a name of its own, so
// that sending it again does it once; all of it survives a reload and a new sign-in.
import { signal } from "../lib/html.js";
import { commandKey, post, Problem } from "../lib/api.js";
import { me } from "../lib/store.js";
import { append, here, update } from "./log.js";

/** @import { Log } from "./log.js" */

/**
 * @typedef {object} Pending
 * @property {string} key @property {string} conversation
 * @property {"messages" | "notes" | "internal-messages"} to
 * @property {any} content @property {any} more What else the command says.
 * @property {any} [shows] The content as the log shows it, where that is more than is sent.
 * @property {string} at
 * @property {boolean} sending
 * @property {string} [failed] Why it was not sent, in the user's words.
 */

/** @type {import("../vendor/signals.js").Signal<Pending[]>} */
export const outbox = signal([]);

const place = () => `confab.outbox.${me.peek()?.workspace.id}.${me.peek()?.user.id}`;
let read = false;

/** Brings back what an earlier page did not finish. */
export function restore() {
  if (read) return;
  read = true;
  const kept = JSON.parse(localStorage.getItem(place()) ?? "[]");
  outbox.value = kept.map((item) => ({ ...item, sending: false, failed: item.failed ?? "" }));
}

// What another tab has finished is not to be sent from this one.
addEventListener("storage", (event) => {
  if (event.key !== place()) return;
  const left = new Set(JSON.parse(event.newValue ?? "[]").map((item) => item.key));
  outbox.value = outbox.peek().filter((item) => item.sending || left.has(item.key));
});

// Whoever is back on the network need not ask.
addEventListener("online", () => {
  for (const item of outbox.peek()) {
    const log = here(item.conversation);
    if (log && !item.sending) void again(log, item);
  }
});

/** @param {Pending[]} next */
function keep(next) {
  outbox.value = next;
  if (next.length) localStorage.setItem(place(), JSON.stringify(next));
  else localStorage.removeItem(place());
}

/** @param {string} key @param {Partial<Pending>} change */
const set = (key, change) => keep(outbox.peek().map((item) => (item.key === key ? { ...item, ...change } : item)));

/** @param {string} key */
export const drop = (key) => keep(outbox.peek().filter((item) => item.key !== key));

/**
 * Sends something; it stands in the log at once.
 * @param {Log} log @param {Pending["to"]} to @param {any} content @param {any} more @param {any} [shows]
 * @returns {Promise<Problem | null>} why it will not be sent like this; null if it was, or may yet be
 */
export function send(log, to, content, more, shows) {
  const at = new Date().toISOString();
  /** @type {Pending} */
  const item = { key: commandKey(), conversation: log.id, to, content, more, shows, at, sending: true };
  keep([...outbox.peek(), item]);
  return deliver(log, item);
}

/** Tries once more, as the same command. @param {Log} log @param {Pending} item */
export function again(log, item) {
  set(item.key, { sending: true, failed: undefined });
  return deliver(log, item);
}

/** @param {Log} log @param {Pending} item @returns {Promise<Problem | null>} */
async function deliver(log, item) {
  const { to, content, more, key } = item;
  try {
    const said = await post(`/v1/conversations/${log.id}/${to}`, { ...more, content }, { key });
    // Notes are answered with the conversation, messages with themselves.
    if (to === "messages") append(log, [said]);
    else log.behind = true;
    if (log.behind) await update(log);
    drop(key);
    return null;
  } catch (failed) {
    const problem = failed instanceof Problem ? failed : new Problem({ type: "offline", status: 0, detail: String(failed) });
    if (problem.passing || problem.status === 401) {
      set(key, { sending: false, failed: problem.message });
      return null;
    }
    drop(key);
    return problem;
  }
}
