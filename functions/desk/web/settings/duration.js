// Lengths of time: a number and a unit, written as ISO 8601 durations.
import { html, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Field } from "./form.js";

const UNITS = /** @type {const} */ ([["days", 86_400], ["hours", 3_600], ["minutes", 60], ["seconds", 1]]);
const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/;

/** @param {string | null | undefined} text such as `PT2M` @returns {number | null} */
export function seconds(text) {
  const found = text && DURATION.exec(text);
  if (!found) return null;
  const [days, hours, minutes, rest] = found.slice(1).map((part) => Number(part ?? 0));
  return days * 86_400 + hours * 3_600 + minutes * 60 + rest;
}

/** @param {number} count */
const written = (count) => `PT${count}S`;

/** The largest unit that a length is a whole number of. @param {number} length */
const unitOf = (length) => (UNITS.find(([, size]) => length % size === 0) ?? UNITS[3])[0];

/** @param {string} unit */
const sizeOf = (unit) => (UNITS.find(([name]) => name === unit) ?? UNITS[3])[1];

/**
 * @param {{form: import("./form.js").Form, name: string, label: string, hint?: any, or?: string, initial?: string}} props
 *   `or` is what no duration at all means, if there may be none; `initial` is what it begins with then
 */
export function Duration({ form, name, label, hint, or, initial = "PT1H" }) {
  const value = form.values[name];
  return html`<${Field} label=${label} hint=${hint} error=${form.errorAt(name)}>${(tied) => html`
    <div class="row duration">
      ${or && html`<select id=${tied.id} aria-describedby=${tied["aria-describedby"]} value=${value === null ? "none" : "some"}
          onChange=${(event) => form.set(name, event.currentTarget.value === "none" ? null : initial)}>
        <option value="none">${or}</option><option value="some">${t("settings.duration.after")}</option></select>`}
      ${value !== null && html`<${Length} tied=${or ? { "aria-invalid": tied["aria-invalid"] } : tied} label=${label}
        value=${value} change=${(next) => form.set(name, next)} />`}
    </div>`}<//>`;
}

/** @param {{tied: any, label: string, value: string, change: (value: string) => void}} props */
export function Length({ tied, label, value, change }) {
  const length = seconds(value);
  const [unit, setUnit] = useState(() => unitOf(length ?? 60));
  const size = sizeOf(length !== null && length % sizeOf(unit) ? unitOf(length) : unit);
  const shown = length === null ? "" : length / size;
  const set = (count, size) => change(count === "" ? "" : written(Math.max(0, Math.round(Number(count) * size))));
  const named = UNITS.find(([, one]) => one === size)?.[0] ?? unit;
  return html`<input type="number" min="1" step="1" inputmode="numeric" class="short" aria-label=${tied.id ? undefined : label}
      ...${tied}
      value=${shown} onInput=${(event) => set(event.currentTarget.value, size)} />
    <select class="short" aria-label=${t("settings.duration.unit", { of: label })} value=${named}
        onChange=${({ currentTarget }) => (setUnit(currentTarget.value), set(shown, sizeOf(currentTarget.value)))}>
      ${UNITS.map(([name]) => html`<option key=${name} value=${name}>${t(`settings.duration.${name}`)}</option>`)}
    </select>`;
}
