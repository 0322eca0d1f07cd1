// Whether the user is there: said when they say so, and again while they use the desk. Whoever has
// not said so for five minutes is offline to the server.
import { get, put } from "../lib/api.js";
import { pref } from "../lib/prefs.js";
import { me, presences } from "../lib/store.js";

export const PRESENCES = /** @type {const} */ (["online", "away", "offline"]);
/** What the user says of themselves. */
export const chosen = /** @type {import("../vendor/signals.js").Signal<typeof PRESENCES[number]>} */ (pref("presence", "online"));

const AGAIN = 120_000;
/** Somebody who touches nothing for so long is not there. */
const IDLE = 600_000;
let touched = Date.now();
let renewedAt = 0;

/** @param {"online" | "away" | "offline"} presence */
async function tell(presence) {
  const user = me.peek()?.user.id ?? "";
  presences.value = new Map(presences.peek()).set(user, presence);
  await put("/v1/me/presence", { presence }).catch(() => {});
}

/** @param {typeof PRESENCES[number]} presence */
export function say(presence) {
  chosen.value = presence;
  return tell(presence);
}

async function others() {
  const { items } = await get("/v1/presence");
  presences.value = new Map(items.map((one) => [one.user, one.presence]));
}

/** Says so from now on, until the answer is called. */
export function beThere() {
  const renew = () => {
    if (document.hidden || Date.now() - touched > IDLE) return;
    renewedAt = Date.now();
    if (chosen.peek() !== "offline") void tell(chosen.peek());
    void others().catch(() => {});
  };
  const touch = () => {
    touched = Date.now();
    if (touched - renewedAt > AGAIN) renew();
  };
  renew();
  const timer = setInterval(renew, AGAIN);
  const events = ["pointerdown", "keydown", "focus"];
  for (const event of events) addEventListener(event, touch, { passive: true });
  return () => {
    clearInterval(timer);
    for (const event of events) removeEventListener(event, touch);
  };
}
