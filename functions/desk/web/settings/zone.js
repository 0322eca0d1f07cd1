// A time zone, searched by typing.
import { html, useId } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Field } from "./form.js";

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** What the clock shows there now, or nothing if there is no such zone. @param {string} zone */
function now(zone) {
  try {
    return new Intl.DateTimeFormat(undefined, { timeStyle: "short", timeZone: zone }).format(new Date());
  } catch {
    return "";
  }
}

/** @param {{value: string, change: (zone: string) => void, error?: string | null}} props */
export function Zone({ value, change, error }) {
  const list = useId();
  const clock = now(value);
  const hint = clock ? t("settings.zone_now", { time: clock }) : t("settings.zone_hint");
  return html`<${Field} label=${t("settings.zone")} hint=${hint} error=${error}>${(tied) => html`
    <input list=${list} name="time_zone" autocomplete="off" spellcheck=${false} ...${tied} value=${value}
      onFocus=${(event) => event.currentTarget.select()} onInput=${(event) => change(event.currentTarget.value)} />
    <datalist id=${list}>${ZONES.map((zone) => html`<option key=${zone} value=${zone} />`)}</datalist>`}<//>`;
}
