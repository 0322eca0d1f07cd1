// Times, sizes and names as people read them.
import { t } from "./strings.js";

const language = navigator.language || "en";
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const dated = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });

/** A day with its year, for paper. @param {string} at */
export const date = (at) => new Date(at).toLocaleDateString(language, { dateStyle: "full" });
/** @param {string} at */
export const time = (at) => clock.format(new Date(at));
/** Everything about a moment, for tooltips. @param {string} at */
export const exactly = (at) => whole.format(new Date(at));

/** @param {Date} one @param {Date} other */
const sameDay = (one, other) => one.toDateString() === other.toDateString();

/** A date separator: today, yesterday, or the day. @param {string} at @param {Date} [now] */
export function dayOf(at, now = new Date()) {
  const date = new Date(at);
  if (sameDay(date, now)) return t("time.today");
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (sameDay(date, yesterday)) return t("time.yesterday");
  return date.getFullYear() === now.getFullYear() ? day.format(date) : dated.format(date);
}

/** How a list shows when: the time today, else the day. @param {string} at @param {Date} [now] */
export function when(at, now = new Date()) {
  const date = new Date(at);
  if (sameDay(date, now)) return clock.format(date);
  return date.getFullYear() === now.getFullYear() ? short.format(date) : dated.format(date);
}

/** A moment in a sentence: the time today, else the day and the time. @param {string} at @param {Date} [now] */
export const moment = (at, now = new Date()) =>
  sameDay(new Date(at), now) ? time(at) : `${when(at, now)}, ${time(at)}`;

/** A length of time in its largest unit, such as `5 min`. @param {number} seconds */
export function duration(seconds) {
  const steps = /** @type {const} */ ([["day", 86400], ["hour", 3600], ["minute", 60]]);
  const [unit, size] = steps.find(([, size]) => seconds >= size) ?? ["second", 1];
  const style = { style: "unit", unit, unitDisplay: "short" };
  return new Intl.NumberFormat(language, /** @type {any} */ (style)).format(Math.floor(seconds / size));
}

/** @param {number} bytes */
export function size(bytes) {
  const steps = /** @type {const} */ ([["megabyte", 1e6], ["kilobyte", 1e3]]);
  const [unit, step] = steps.find(([, step]) => bytes >= step) ?? ["byte", 1];
  const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, /** @type {any} */ (style)).format(bytes / step);
}

/** Up to two letters that stand for somebody. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  const first = (word) => /[\p{L}\p{N}]/u.exec(word.normalize("NFC"))?.[0] ?? "";
  return ends.map(first).join("").toLocaleUpperCase() || "?";
}
