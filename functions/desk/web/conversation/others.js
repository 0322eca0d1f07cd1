// Colleagues who look at the same conversation, or write in it.
import { html, useEffect, useState } from "../lib/html.js";
import { onSign, say, watch } from "../lib/live.js";
import { me, nameOf } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { apart } from "./words.js";

/** After so many milliseconds without a sign nobody is writing. */
const WRITES_FOR = 6_000;
/** At most one sign in so many milliseconds. */
const SAID_EVERY = 3_000;

let said = 0;

/** Tells colleagues that this user writes. @param {string} id */
export function writing(id) {
  if (Date.now() - said < SAID_EVERY) return;
  said = Date.now();
  say({ type: "typing", conversation: id });
}

/** Says which conversation is on the screen. @param {string} id */
export function useOpen(id) {
  useEffect(() => {
    watch.value = { ...watch.peek(), open: id };
    return () => {
      if (watch.peek().open === id) watch.value = { ...watch.peek(), open: null };
    };
  }, [id]);
}

/** @param {{id: string}} props */
export function Others({ id }) {
  const [writers, setWriters] = useState(/** @type {Map<string, number>} */ (new Map()));
  const [viewers, setViewers] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    setWriters(new Map());
    setViewers([]);
    const forget = setInterval(() => setWriters((known) => {
      const still = [...known].filter(([, at]) => Date.now() - at < WRITES_FOR);
      return still.length === known.size ? known : new Map(still);
    }), 1_000);
    const leave = onSign((frame) => {
      if (frame.conversation !== id) return;
      if (frame.type === "typing") setWriters((known) => new Map(known).set(frame.user, Date.now()));
      if (frame.type === "viewing") setViewers(frame.users);
    });
    return () => (clearInterval(forget), leave());
  }, [id]);
  const mine = me.value?.user.id;
  const names = (users) => users.map((user) => apart(nameOf(user))).join(", ");
  const write = [...writers.keys()].filter((user) => user !== mine);
  const look = viewers.filter((user) => user !== mine && !write.includes(user));
  if (!write.length && !look.length) return null;
  return html`<div class="others" role="status">
    ${write.length > 0 && html`<span class="writes"><span class="dots" aria-hidden="true"><i /><i /><i /></span>${t("composer.writes", { n: write.length, who: names(write) })}</span>`}
    ${look.length > 0 && html`<span>${t("composer.views", { n: look.length, who: names(look) })}</span>`}
  </div>`;
}
