// How the user is told: on the desktop, by a sound, by the tab's mark.
import { go } from "../lib/router.js";
import { conversation, fresh } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { nameOfConversation } from "../inbox/row.js";
import { saw } from "../shell/notice.js";

/** @typedef {import("../shell/notice.js").Told} Told */

/** What it says, without the words of the message. @param {Told} one */
async function inWords(one) {
  if (conversation(one.conversation).peek() === undefined) await fresh(one.conversation);
  const known = conversation(one.conversation).peek();
  return { title: known ? nameOfConversation(known) : t("shell.gone"), text: t(`shell.told_${one.occasion}`) };
}

/** @param {Told} one */
export async function show(one) {
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

let waiting = false;

/** Puts a dot on the tab's mark, or takes it away. @param {boolean} waits */
export async function mark(waits) {
  const link = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel=icon]"));
  if (!link) return;
  waiting = waits;
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
  if (waiting) link.href = canvas.toDataURL();
}
