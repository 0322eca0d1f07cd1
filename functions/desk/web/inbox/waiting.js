// How long somebody has been waiting for an answer, ticking.
import { computed, html } from "../lib/html.js";
import { duration, exactly } from "../lib/format.js";
import { now } from "../lib/now.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";

/** Waiting becomes urgent, and then late: seconds. */
const URGENT = 15 * 60;
const LATE = 60 * 60;

/** @param {number} seconds */
const tone = (seconds) => (seconds >= LATE ? "bad" : seconds >= URGENT ? "warn" : "");

/** @param {{since: string | null}} props */
export function Waiting({ since }) {
  if (!since) return null;
  const seconds = computed(() => Math.max(0, (now.value - Date.parse(since)) / 1000)).value;
  const words = seconds < 60 ? t("inbox.just_now") : duration(seconds);
  return html`<span class=${`row-waiting ${tone(seconds)}`} title=${t("inbox.waiting_since", { at: exactly(since) })}>
    <${Icon} name=${seconds >= LATE ? "circle-alert" : "timer"} class="small" label=${t("inbox.waiting")} />${words}</span>`;
}
