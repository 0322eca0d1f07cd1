// Live updates. Pushes come by a WebSocket and promise nothing; the feed of the workspace promises
// that nothing is missed. Both say the same: which conversations have changed.
import { effect, signal } from "./html.js";
import { expired, get, post } from "./api.js";

/** @import { Change } from "./types.d.ts" */

/**
 * `live`: pushes come. `following`: the feed is asked every few seconds. `offline`: the server cannot
 * be reached.
 */
export const state = signal(/** @type {"live" | "following" | "offline"} */ ("following"));
/** What this tab wants to hear of, beside what the feed says. */
export const watch = signal({ lists: "all", conversations: /** @type {string[]} */ ([]), open: /** @type {string | null} */ (null) });

/** @type {Set<(changes: Change[]) => void>} */
const listeners = new Set();
/** @type {Set<(frame: any) => void>} */
const signs = new Set();

/** Hears of changes, until the answer is called. @param {(changes: Change[]) => void} listener */
export function onChanges(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Hears of `typing`, `viewing`, `presence`, `gone`. @param {(frame: any) => void} listener */
export function onSign(listener) {
  signs.add(listener);
  return () => void signs.delete(listener);
}

/** @type {Set<() => void>} */
const losers = new Set();

/** Hears that changes were missed for good: what is shown is to be asked for again. @param {() => void} listener */
export function onLost(listener) {
  losers.add(listener);
  return () => void losers.delete(listener);
}

/** Hears that the server is there again, until the answer is called. @param {() => void} listener */
export function onReturn(listener) {
  let before = state.peek();
  return effect(() => {
    const now = state.value;
    const back = now !== before && (now === "live" || before === "offline");
    before = now;
    if (back) queueMicrotask(listener);
  });
}

/** @param {Change[]} changes */
function tell(changes) {
  if (changes.length) for (const listener of listeners) listener(changes);
}

const FEED_EVERY = 60_000;
const FEED_EVERY_ALONE = 3_000;
const FEED_EVERY_HIDDEN = 30_000;
const PING_EVERY = 240_000;
const PONG_WITHIN = 10_000;
const WAIT_MIN = 1_000;
const WAIT_MAX = 30_000;

/** @type {string | null} */
let cursor = null;
/** @type {WebSocket | null} */
let socket = null;
let connecting = false;
let wait = WAIT_MIN;
let begun = false;
let timer = 0;
let feedTimer = 0;
let pong = 0;
/** @type {Promise<void> | null} */
let catching = null;

/** Remembers where the feed is now. Whoever may read no conversations has none. */
export async function mark() {
  try {
    cursor = (await get("/v1/events")).next;
  } catch (failed) {
    if (failed.status !== 403) throw failed;
  }
}

/** Follows the workspace from where it was marked. */
export function start() {
  if (begun || !cursor) return;
  begun = true;
  feedLater();
  void connect();
  setInterval(ping, PING_EVERY);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  effect(() => tellWatch(watch.value));
}

/** Tells the server something, if it listens. @param {object} frame */
export function say(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

let watched = "";

/** @param {object} wanted @param {boolean} [anew] whether this connection does not know yet */
function tellWatch(wanted, anew) {
  const frame = { type: "watch", ...wanted };
  const text = JSON.stringify(frame);
  if (anew || text !== watched) say(frame);
  watched = text;
}

/** A connection that does not answer is none. */
function ping() {
  say({ type: "ping" });
  clearTimeout(pong);
  pong = setTimeout(() => socket?.close(), PONG_WITHIN);
}

function wake() {
  void catchUp();
  if (socket) return ping();
  wait = WAIT_MIN;
  void connect();
}

/** Asks the feed for what was missed. */
export function catchUp() {
  catching ??= follow().then(heard, missed).finally(() => (catching = null));
  return catching;
}

const heard = () => {
  if (state.peek() === "offline") state.value = "following";
};

/** @param {any} failed */
async function missed(failed) {
  if (failed.status === 0 || failed.status >= 500) state.value = "offline";
  if (failed.status !== 400) return;
  // The place in the feed is one that the server does not know any more.
  await mark().catch(() => {});
  for (const listener of losers) listener();
}

async function follow() {
  let more = true;
  while (more) {
    const said = await get("/v1/events", { query: { after: cursor } });
    cursor = said.next;
    more = said.more;
    tell(said.items.map((event) => ({ conversation: event.conversation, seq: event.seq, kind: event.type })));
  }
}

function feedPause() {
  if (state.peek() === "live") return FEED_EVERY;
  return document.hidden ? FEED_EVERY_HIDDEN : FEED_EVERY_ALONE;
}

function feedLater() {
  clearTimeout(feedTimer);
  feedTimer = setTimeout(async () => {
    if (!expired.peek()) await catchUp();
    feedLater();
  }, feedPause());
}

async function connect() {
  if (connecting || socket) return;
  connecting = true;
  clearTimeout(timer);
  try {
    const { url, ticket } = await post("/v1/realtime/tickets");
    open(new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`));
  } catch {
    later();
  } finally {
    connecting = false;
  }
}

/** @param {WebSocket} opened */
function open(opened) {
  socket = opened;
  opened.onopen = () => {
    wait = WAIT_MIN;
    state.value = "live";
    tellWatch(watch.peek(), true);
    void catchUp();
    feedLater();
  };
  opened.onmessage = (message) => hear(message.data);
  opened.onclose = () => {
    if (socket === opened) socket = null;
    if (state.peek() === "live") state.value = "following";
    clearTimeout(pong);
    feedLater();
    later();
  };
}

/** @param {string} text @returns {any} nothing, if it is no frame: the feed tells what it would have */
function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    void catchUp();
    return {};
  }
}

/** @param {string} text */
function hear(text) {
  const frame = read(text);
  if (frame.type === "pong") return clearTimeout(pong);
  if (frame.type === "error") return console.warn("live updates:", frame.detail);
  if (frame.type === "changes") tell(frame.items);
  else for (const listener of signs) listener(frame);
}

function later() {
  const jitter = wait * (0.5 + Math.random() / 2);
  wait = Math.min(wait * 2, WAIT_MAX);
  clearTimeout(timer);
  timer = setTimeout(connect, jitter);
}
