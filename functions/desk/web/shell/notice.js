// Telling the user that something waits for them: in the tab's title and mark, on the desktop, by a
// sound (R137, R178, R179).
import { computed, effect, signal } from "../lib/html.js";
import { get, post } from "../lib/api.js";
import { onChanges } from "../lib/live.js";
import { pref, reread } from "../lib/prefs.js";
import { go, parts } from "../lib/router.js";
import { conversation, fresh, may, me } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { tiles } from "../inbox/counts.js";
import { nameOfConversation } from "../inbox/row.js";

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
  if (isOn("sound")) void sound();
  if (isOn("desktop") && document.hidden) for (const one of news.slice(0, SHOWN_MAX)) void show(one);
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

/** What it says, without the words of the message. @param {Told} one */
export async function inWords(one) {
  if (conversation(one.conversation).peek() === undefined) await fresh(one.conversation);
  const known = conversation(one.conversation).peek();
  return { title: known ? nameOfConversation(known) : t("shell.gone"), text: t(`shell.told_${one.occasion}`) };
}

/** @param {Told} one */
async function show(one) {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  const { title, text } = await inWords(one);
  const icon = new URL("../favicon.svg", import.meta.url).href;
  const shown = new Notification(title, { body: text, tag: one.conversation, icon });
  shown.onclick = () => {
    focus();
    go(`/inbox/my_inbox/${one.conversation}`);
    shown.close();
    void saw([one.id]);
  };
}

/** Two short notes. */
export async function sound() {
  const audio = new AudioContext();
  if (audio.state === "suspended") await audio.resume().catch(() => {});
  const note = (pitch, from) => {
    const [voice, volume] = [audio.createOscillator(), audio.createGain()];
    const at = audio.currentTime + from;
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.22);
    voice.connect(volume).connect(audio.destination);
    voice.start(at);
    voice.stop(at + 0.24);
  };
  note(660, 0);
  note(880, 0.12);
  setTimeout(() => void audio.close(), 600);
}

/** Who opens a conversation has seen what they were told of it. */
function opened() {
  const open = parts.value[2];
  const ids = told.value.filter((one) => !one.read_at && one.conversation === open).map((one) => one.id);
  if (ids.length && document.hasFocus()) void saw(ids).catch(() => {});
}

/** Keeps the tab's title and mark: a dot for what is not seen, the number of messages to answer. */
function title() {
  const badge = wants.badge.value;
  const waits = badge ? (tiles.value?.my_unreplied?.count ?? 0) : 0;
  const news = badge && unseen.value > 0;
  document.title = `${news ? "● " : ""}${waits ? `(${waits}) ` : ""}Confab`;
  void mark(waits > 0 || news);
}

let marked = false;

/** @param {boolean} waits */
async function mark(waits) {
  const link = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel=icon]"));
  if (!link || waits === marked) return;
  marked = waits;
  const plain = new URL("../favicon.svg", import.meta.url).pathname;
  if (!waits) return void (link.href = plain);
  const image = new Image(64, 64);
  image.src = plain;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.drawImage(image, 0, 0, 64, 64);
  pen.fillStyle = "#e03131";
  pen.strokeStyle = "#fff";
  pen.lineWidth = 5;
  pen.beginPath();
  pen.arc(47, 17, 14, 0, 7);
  pen.fill();
  pen.stroke();
  if (marked) link.href = canvas.toDataURL();
}
