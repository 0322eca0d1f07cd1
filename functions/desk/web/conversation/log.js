// The logs of the conversations that were looked at last, kept up to date while they are here.
//
// A log has no gaps: from the first entry that is loaded, entry `seq` stands at `seq - first`.
import { batch, signal } from "../lib/html.js";
import { get } from "../lib/api.js";
import { onChanges, onLost } from "../lib/live.js";
import { conversation, fresh } from "../lib/store.js";

/** @import { Change, Event } from "../lib/types.d.ts" */
/** @typedef {import("../vendor/signals.js").Signal<Event[]>} Events */

/**
 * @typedef {object} Log
 * @property {string} id
 * @property {Events} events What is loaded, in order, without gaps, up to the newest.
 * @property {import("../vendor/signals.js").Signal<"loading" | "ready" | unknown>} state Else what failed.
 * @property {import("../vendor/signals.js").Signal<boolean>} earlier Whether more is being loaded at the top.
 * @property {Set<number>} stale Entries that have changed since they were loaded.
 * @property {boolean} behind Whether there is something newer than what is loaded.
 */

const KEPT_MAX = 20;
/** Entries of the first page: more than a screen shows, so that scrolling begins at once. */
const FIRST_PAGE = 60;
/** As many as the API gives at once. */
const PAGE = 100;
/** Changes within so many milliseconds are asked for together. */
const TOGETHER = 40;

/** @type {Map<string, Log>} the least recently looked at first */
const logs = new Map();
/** @type {string | null} */
let open = null;

/** @param {Log} log */
const first = (log) => log.events.peek()[0]?.seq ?? 1;
/** The number of the newest entry that is loaded. @param {Log} log */
export const last = (log) => log.events.peek().at(-1)?.seq ?? 0;

/**
 * The log of the conversation that is on the screen from now on.
 * @param {string} id @returns {Log}
 */
export function look(id) {
  open = id;
  const log = logs.get(id);
  if (log) {
    logs.delete(id);
    logs.set(id, log);
    if (log.state.peek() === "ready") void update(log);
    else void begin(log);
    return log;
  }
  return add(id);
}

/** @param {string} id @returns {Log} */
function add(id) {
  /** @type {Log} */
  const log = { id, events: signal([]), state: signal("loading"), earlier: signal(false), stale: new Set(), behind: false };
  logs.set(id, log);
  const oldest = [...logs.keys()].find((one) => one !== open && one !== id);
  if (logs.size > KEPT_MAX && oldest) logs.delete(oldest);
  void begin(log);
  return log;
}

/** Loads a log that is likely to be looked at next. @param {string} id */
export function prepare(id) {
  if (!logs.has(id)) add(id);
}

/** It is not on the screen any more. @param {string} id */
export function leave(id) {
  if (open === id) open = null;
}

/** @type {WeakMap<Log, Promise<void>>} */
const beginning = new WeakMap();

/** Loads the newest page. @param {Log} log @returns {Promise<void>} */
export function begin(log) {
  const running = beginning.get(log) ?? newest(log).finally(() => beginning.delete(log));
  beginning.set(log, running);
  return running;
}

/** @param {Log} log */
async function newest(log) {
  log.state.value = "loading";
  try {
    const head = conversation(log.id);
    if (!head.peek()) await fresh(log.id);
    const to = head.peek()?.seq;
    if (to === undefined) {
      log.state.value = "ready";
      return;
    }
    const found = await after(log.id, Math.max(0, to - FIRST_PAGE));
    batch(() => {
      log.events.value = found;
      log.state.value = "ready";
    });
  } catch (failed) {
    log.state.value = failed;
  }
}

/** All entries after one, up to the newest. @param {string} id @param {number} seq @returns {Promise<Event[]>} */
async function after(id, seq) {
  /** @type {Event[]} */
  const found = [];
  for (;;) {
    const from = found.at(-1)?.seq ?? seq;
    const page = await get(`/v1/conversations/${id}/events`, { query: { after: from, limit: PAGE } });
    found.push(...page.items);
    if (!page.next) return found;
  }
}

/** Whether there is more above. @param {Log} log */
export const hasEarlier = (log) => log.events.value.length > 0 && log.events.value[0].seq > 1;

/** Loads the page above. @param {Log} log @returns {Promise<void>} */
export async function earlier(log) {
  const to = first(log);
  if (log.earlier.peek() || to <= 1) return;
  log.earlier.value = true;
  try {
    const from = Math.max(0, to - 1 - PAGE);
    const limit = to - 1 - from;
    const page = await get(`/v1/conversations/${log.id}/events`, { query: { after: from, limit } });
    if (first(log) === to) log.events.value = [...page.items, ...log.events.peek()];
  } finally {
    log.earlier.value = false;
  }
}

/** Loads until an entry is there. @param {Log} log @param {number} seq */
export async function reach(log, seq) {
  while (first(log) > seq && first(log) > 1) await earlier(log);
}

/** @type {Map<string, Promise<void>>} */
const updating = new Map();

/**
 * Brings a log up to date: what is newer, and what has changed since.
 * @param {Log} log @returns {Promise<void>}
 */
export function update(log) {
  const running = updating.get(log.id);
  if (running) return running.then(() => (log.behind || log.stale.size ? update(log) : undefined));
  const run = catchUp(log).catch(() => {}).finally(() => updating.delete(log.id));
  updating.set(log.id, run);
  return run;
}

/** @param {Log} log */
async function catchUp(log) {
  if (log.state.peek() !== "ready") return;
  const head = conversation(log.id).peek()?.seq ?? 0;
  if (log.behind || head > last(log)) {
    log.behind = false;
    append(log, await after(log.id, last(log)));
  }
  const stale = [...log.stale].filter((seq) => seq >= first(log)).sort((one, other) => one - other);
  log.stale.clear();
  while (stale.length) {
    const from = stale[0];
    const run = stale.filter((seq) => seq < from + PAGE);
    stale.splice(0, run.length);
    const limit = run[run.length - 1] - from + 1;
    const page = await get(`/v1/conversations/${log.id}/events`, { query: { after: from - 1, limit } });
    replace(log, page.items);
  }
}

/** @param {Log} log @param {Event[]} items */
export function append(log, items) {
  const news = items.filter((event) => event.seq > last(log));
  if (!news.length) return;
  if (news[0].seq !== last(log) + 1) {
    log.behind = true;
    return void update(log);
  }
  log.events.value = [...log.events.peek(), ...news];
}

/** Puts entries in the place of what they were. @param {Log} log @param {Event[]} items */
export function replace(log, items) {
  const events = [...log.events.peek()];
  const from = first(log);
  for (const event of items) if (events[event.seq - from]) events[event.seq - from] = event;
  log.events.value = events;
}

/** @type {Set<Log>} */
const touched = new Set();
let timer = 0;

/** @param {Change[]} changes */
function hear(changes) {
  for (const { conversation: id, seq } of changes) {
    const log = logs.get(id);
    if (!log) continue;
    if (seq === null || seq === undefined || seq > last(log)) log.behind = true;
    else log.stale.add(seq);
    touched.add(log);
  }
  if (!touched.size || timer) return;
  timer = setTimeout(() => {
    timer = 0;
    for (const log of touched) if (log.id === open) void update(log);
    touched.clear();
  }, TOGETHER);
}

onChanges(hear);
// What was missed is not known: what is open is read on from where it is, the others are begun anew.
onLost(() => {
  for (const [id, log] of logs) {
    log.behind = true;
    if (id === open) void update(log);
    else log.state.value = "loading";
  }
});
