// What a log looks like: days, groups of messages, lines for what happened between, and what was
// later said of a message put upon it.
import { dayOf } from "../lib/format.js";

/** @import { Event } from "../lib/types.d.ts" */
/** @import { Pending } from "./outbox.js" */

/**
 * @typedef {object} About What later entries say of a message.
 * @property {{at: string, content: any}[]} edits Oldest first.
 * @property {string} [deleted] When.
 * @property {Map<string, string>} reactions The emoji of each side.
 * @property {boolean} [right] What a colleague said of an automatic answer.
 *
 * @typedef {object} DayRow
 * @property {"day"} type @property {string} key @property {number} guess @property {boolean} loose @property {string} at
 * @typedef {object} NewsRow
 * @property {"news"} type @property {string} key @property {number} guess @property {boolean} loose
 * @typedef {object} LineRow
 * @property {"line"} type @property {string} key @property {number} guess @property {Event} event
 * @typedef {object} MessageRow
 * @property {"message"} type @property {string} key @property {number} guess @property {Event} event
 * @property {About | undefined} about @property {boolean} begins Whether its author is said. @property {boolean} ends
 * @typedef {object} PendingRow
 * @property {"pending"} type @property {string} key @property {number} guess @property {Pending} item
 * @typedef {DayRow | NewsRow | LineRow | MessageRow | PendingRow} LogRow
 */

const SAID = new Set(["message", "note", "internal_message"]);
/** What is shown on the message that it is about. */
const REMARKS = new Set(["edited", "deleted", "reacted", "answer_marked"]);
/** What is told by the message itself, or by the banner above the composer. */
const SILENT = new Set(["released", "cancelled", "unclaimed"]);
/** Messages of one author within so many milliseconds stand together. */
const TOGETHER = 5 * 60_000;

/** The number of the entry that a message is. @param {string | null | undefined} id */
export const seqOf = (id) => Number(id?.split("-")[1] ?? 0);

/** @param {string} key */
export const keyOf = (key) => `e${key}`;

/** @param {Event[]} events @returns {Map<number, About>} */
export function remarks(events) {
  /** @type {Map<number, About>} */
  const found = new Map();
  for (const event of events) {
    if (!REMARKS.has(event.type)) continue;
    const seq = seqOf(event.message);
    /** @type {About} */
    const about = found.get(seq) ?? { edits: [], reactions: new Map() };
    found.set(seq, about);
    if (event.type === "edited") about.edits.push({ at: event.at, content: event.content });
    else if (event.type === "deleted") about.deleted = event.at;
    else if (event.type === "answer_marked") about.right = event.right;
    else if (event.emoji) about.reactions.set(event.by, event.emoji);
    else about.reactions.delete(event.by);
  }
  return found;
}

/** Who said it, as far as messages of one author stand together. @param {Event} event */
const author = ({ actor, type, via }) => `${type} ${actor.kind} ${actor.id ?? ""} ${via?.account ?? ""}`;

/** @param {Event | undefined} one @param {Event} next */
function together(one, next) {
  if (!one || author(one) !== author(next)) return false;
  return Date.parse(next.at) - Date.parse(one.at) < TOGETHER;
}

/** @param {Event} event @param {Event | undefined} before */
function isSilent(event, before) {
  if (SILENT.has(event.type)) return true;
  // Whoever answers has the claim from then on: only who takes it from somebody is told.
  if (event.type === "claimed") return !event.from;
  return event.type === "opened" && event.seq === 1 && before === undefined && event.by === "contact";
}

/** About how high a content is, in pixels. @param {any} content */
function guess(content) {
  const text = content?.text ?? content?.caption ?? content?.body ?? "";
  const lines = Math.min(24, Math.ceil(text.length / 52) + (text.match(/\n/g)?.length ?? 0));
  return 30 + lines * 21 + (content?.files?.length ? 210 : 0);
}

/**
 * @param {Event[]} events @param {Pending[]} pending
 * @param {number} news The first entry that is news to the reader; 0 if none is.
 * @returns {LogRow[]}
 */
export function rowsOf(events, pending, news) {
  /** @type {LogRow[]} */
  const rows = [];
  const about = remarks(events);
  const loaded = events[0]?.seq ?? 1;
  let day = -1;
  /** @type {Event | undefined} */
  let before;
  /** @type {MessageRow | undefined} */
  let open;
  for (const event of events) {
    if (REMARKS.has(event.type) && seqOf(event.message) >= loaded) continue;
    if (isSilent(event, before)) continue;
    const today = dayNumber(event.at);
    if (today !== day) {
      rows.push({ type: "day", key: `d${today}`, guess: 44, loose: true, at: event.at });
      day = today;
      before = undefined;
    }
    if (event.seq === news) {
      rows.push({ type: "news", key: "news", guess: 36, loose: true });
      before = undefined;
    }
    if (!SAID.has(event.type)) {
      rows.push({ type: "line", key: keyOf(String(event.seq)), guess: 32, event });
      before = undefined;
      continue;
    }
    const begins = !together(before, event);
    if (!begins && open) open.ends = false;
    open = { type: "message", key: keyOf(String(event.seq)), guess: guess(event.content) + (begins ? 26 : 0), event, about: about.get(event.seq), begins, ends: true };
    rows.push(open);
    before = event;
  }
  for (const item of pending) rows.push({ type: "pending", key: `p${item.key}`, guess: guess(item.content), item });
  return rows;
}

/** Days since some day, where the reader is. @param {string} at */
function dayNumber(at) {
  const date = new Date(at);
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / 86_400_000);
}

/** @param {DayRow} row */
export const dayLabel = (row) => dayOf(row.at);
