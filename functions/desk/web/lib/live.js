// Live updates. Pushes come by a WebSocket and promise nothing; the feed of the workspace promises
// that nothing is missed. Both say the same: which conversations have changed.
import { effect, signal } from "./html.js";
import { get, post } from "./api.js";

/** @import { Change } from "./types.d.ts" */

/** `live`, `connecting`, or `offline`: then the feed alone is followed. */
export const state = signal(/** @type {"live" | "connecting" | "offline"} */ ("connecting"));
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

/** @param {Change[]} changes */
function tell(changes) {
  if (changes.length) for (const listener of listeners) listener(changes);
}

const FEED_EVERY = 60_000;
const FEED_EVERY_ALONE = 3_000;
const PING_EVERY = 240_000;
const WAIT_MIN = 1_000;
const WAIT_MAX = 30_000;

/** @type {string | null} */
let cursor = null;
/** @type {WebSocket | null} */
let socket = null;
let wait = WAIT_MIN;
let begun = false;
/** @type {number} */
let timer = 0;
/** @type {Promise<void> | null} */
let catching = null;

/** Follows the workspace from now on. */
export async function start() {
  if (begun) return;
  begun = true;
  cursor = (await get("/v1/events")).next;
  feedLater();
  connect();
  setInterval(() => say({ type: "ping" }), PING_EVERY);
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  effect(() => say({ type: "watch", ...watch.value }));
}

/** Tells the server something, if it listens. @param {object} frame */
export function say(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function wake() {
  catchUp();
  if (!socket) {
    wait = WAIT_MIN;
    connect();
  }
}

/** Asks the feed for what was missed. */
export function catchUp() {
  catching ??= follow().catch(() => {}).finally(() => (catching = null));
  return catching;
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

function feedLater() {
  const pause = state.peek() === "live" ? FEED_EVERY : FEED_EVERY_ALONE;
  setTimeout(async () => {
    if (document.visibilityState === "visible" || state.peek() === "live") await catchUp();
    feedLater();
  }, pause);
}

async function connect() {
  clearTimeout(timer);
  if (state.peek() === "live") state.value = "connecting";
  let ticket;
  try {
    ticket = await post("/v1/realtime/tickets");
  } catch {
    return later();
  }
  const opened = new WebSocket(`${ticket.url}?ticket=${encodeURIComponent(ticket.ticket)}`);
  socket = opened;
  opened.onopen = () => {
    wait = WAIT_MIN;
    state.value = "live";
    say({ type: "watch", ...watch.peek() });
    catchUp();
  };
  opened.onmessage = (message) => hear(JSON.parse(message.data));
  opened.onclose = () => {
    if (socket === opened) socket = null;
    later();
  };
}

/** @param {any} frame */
function hear(frame) {
  if (frame.type === "changes") tell(frame.items);
  else for (const listener of signs) listener(frame);
}

function later() {
  state.value = "offline";
  const jitter = wait * (0.5 + Math.random() / 2);
  wait = Math.min(wait * 2, WAIT_MAX);
  clearTimeout(timer);
  timer = setTimeout(connect, jitter);
}
