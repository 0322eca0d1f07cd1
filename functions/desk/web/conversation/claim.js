// Who has the conversation to themselves (R125): taken by beginning to write where the workspace
// says so, prolonged while its holder writes, given back on leaving.
import { html, useEffect, useRef } from "../lib/html.js";
import { post, remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { time } from "../lib/format.js";
import { now } from "../lib/now.js";
import { conversation, fresh, learn, may, me, nameOf, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { liveClaim } from "./allowed.js";
import { apart } from "./words.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/** Whoever has not typed for so many milliseconds does not compose any more. */
const COMPOSES_FOR = 60_000;
/** A claim that was lost is asked for again while its user writes, at most once in so many milliseconds. */
const ASKED_EVERY = 5_000;

/** Whether claims decide who answers here. */
export const exclusive = () => workspace.value?.rules?.lock === "exclusive_claim";

/** @param {Conversation} head */
export const isMine = (head) => liveClaim(head, Date.now())?.by === me.value?.user.id;

/** A length of time as ISO 8601 writes it, in seconds. @param {string} text */
export function seconds(text) {
  const [, hours, minutes, rest] = text.match(/^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/) ?? [];
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
}

/** @param {string} id @param {boolean} [steal] */
export const claim = (id, steal = false) =>
  attempt(async () => learn(await post(`/v1/conversations/${id}/claim`, { steal })));

/** @param {string} id */
export const release = (id) => attempt(async () => learn(await remove(`/v1/conversations/${id}/claim`)));

/**
 * Keeps the claim while the user writes. The answer is to be called at each key.
 * @param {Conversation} head @returns {() => void}
 */
export function useClaiming(head) {
  const typed = useRef(0);
  const took = useRef(0);
  useEffect(() => {
    if (!exclusive()) return;
    const every = Math.max(5, seconds(workspace.value?.rules?.claim_for ?? "PT2M") / 3) * 1000;
    const renew = async () => {
      const known = conversation(head.id).peek();
      if (!known || !isMine(known) || Date.now() - typed.current > COMPOSES_FOR) return;
      try {
        learn(await post(`/v1/conversations/${head.id}/claim/renew`, { epoch: known.epoch }));
      } catch {
        void fresh(head.id).catch(() => {});
      }
    };
    const timer = setInterval(renew, every);
    return () => {
      clearInterval(timer);
      const known = conversation(head.id).peek();
      if (took.current && known && isMine(known)) void remove(`/v1/conversations/${head.id}/claim`).then(learn, () => {});
    };
  }, [head.id]);
  return () => {
    typed.current = Date.now();
    if (!exclusive() || Date.now() - took.current < ASKED_EVERY || liveClaim(head, Date.now())) return;
    took.current = Date.now();
    post(`/v1/conversations/${head.id}/claim`, {}).then(learn, () => fresh(head.id).catch(() => {}));
  };
}

/** Says who has it, and offers what can be done. @param {{head: Conversation}} props */
export function ClaimBanner({ head }) {
  const held = liveClaim(head, now.value);
  if (!held) return null;
  const mine = held.by === me.value?.user.id;
  const mayTake = may("conversation.steal") || head.assignees.includes(me.value?.user.id ?? "");
  const words = t(mine ? "composer.claim_mine" : "composer.claim_other", { who: apart(nameOf(held.by)), until: time(held.until) });
  return html`<div class=${`banner ${mine ? "good" : "warn"}`} role="status"><${Icon} name=${mine ? "lock-open" : "lock"} class="small" /><span>${words}</span>
    ${mine ? html`<button type="button" class="link" onClick=${() => release(head.id)}>${t("composer.release")}</button>`
      : mayTake && html`<button type="button" class="link" onClick=${() => claim(head.id, true)}>${t("composer.take_over")}</button>`}</div>`;
}
