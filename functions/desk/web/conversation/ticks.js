// How far a message of ours has travelled (R065 to R069), and what can be done if it did not.
import { html } from "../lib/html.js";
import { post } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { exactly, moment } from "../lib/format.js";
import { may } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { replace, update } from "./log.js";

/** @import { Delivery, Event } from "../lib/types.d.ts" */
/** @import { Log } from "./log.js" */

const ICONS = {
  held: "clock", queued: "clock", sending: "clock", unknown: "circle-help", sent: "check",
  delivered: "check-check", read: "check-check", failed: "triangle-alert", cancelled: "ban",
};

/** A mark beside the time. @param {{delivery: Delivery}} props */
export function Tick({ delivery }) {
  const status = delivery.status ?? "queued";
  const label = known(`conversation.delivery.${status}`) ? t(`conversation.delivery.${status}`) : status;
  const title = delivery.at ? `${label}, ${exactly(delivery.at)}` : label;
  return html`<span class=${`log-tick ${status}`} title=${title}><${Icon} name=${ICONS[status] ?? "clock"} class="small" label=${label} /></span>`;
}

/**
 * What is to be said below a message: why it waits, why it failed.
 * @param {{log: Log, event: Event}} props
 */
export function Fate({ log, event }) {
  const delivery = event.delivery;
  if (!delivery) return null;
  const { status, failure, release_at: release } = delivery;
  if (status === "held") {
    const at = release ? moment(release) : "";
    return html`<div class="fate held"><span>${t("conversation.held", { at })}</span>
      ${may("conversation.reply") && html`<${Do} log=${log} event=${event} what="cancel" />`}</div>`;
  }
  if (status === "cancelled") return html`<div class="fate">${t("conversation.delivery.cancelled")}</div>`;
  if (status === "unknown") {
    return html`<div class="fate bad"><span>${t("conversation.fate_unknown")}</span>
      <${Do} log=${log} event=${event} what="send_again" /></div>`;
  }
  if (status !== "failed") return null;
  return html`<div class="fate bad">
    <span><strong>${failureWords(failure)}</strong> ${failure?.remedy && remedy(failure)}
      ${failure?.detail && html`<small dir="auto">${failure.detail}${failure.provider_code && ` (${failure.provider_code})`}</small>`}</span>
    <${Do} log=${log} event=${event} what="send_again" /></div>`;
}

/** @param {Delivery["failure"]} failure */
function failureWords(failure) {
  const key = `conversation.failures.${failure?.kind}`;
  return known(key) ? t(key) : t("conversation.delivery.failed");
}

/** @param {NonNullable<Delivery["failure"]>} failure */
function remedy(failure) {
  const key = `conversation.remedies.${failure.kind}`;
  return known(key) ? t(key) : failure.remedy;
}

/** @param {{log: Log, event: Event, what: "send_again" | "cancel"}} props */
function Do({ log, event, what }) {
  if (!may("conversation.reply")) return null;
  const path = `/v1/messages/${event.id}/${what.replace("_", "-")}`;
  const run = () => attempt(async () => {
    replace(log, [await post(path)]);
    log.stale.add(event.seq);
    await update(log);
  });
  return html`<button type="button" class="link" onClick=${run}>${t(`conversation.${what}`)}</button>`;
}
