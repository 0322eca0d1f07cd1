// Opening hours: spans of each weekday, and dates that are different.
import { html, useId, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Zone } from "./zone.js";

/** @typedef {{zone: string, week: string[][], days?: Record<string, string[]>}} Calendar Each span such as `09:00-17:30`. */

const USUAL = ["09:00-17:00"];
/** 1 January 2024 was a Monday. @param {number} day from Monday on */
const nameOf = (day) => new Intl.DateTimeFormat(undefined, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + day)));

/** Hours to begin with. @param {string} zone @returns {Calendar} */
export const usual = (zone) => ({ zone, week: [USUAL, USUAL, USUAL, USUAL, USUAL, [], []] });

/**
 * What is wrong with hours, in words, or null. @param {Calendar | null} hours
 */
export function wrongIn(hours) {
  const all = hours ? [...hours.week, ...Object.values(hours.days ?? {})].flat() : [];
  const bad = all.find((span) => {
    const [from, to] = span.split("-");
    return !from || !to || from >= to;
  });
  return bad === undefined ? null : t("settings.hours.bad", { span: bad });
}

/** @param {{value: Calendar, change: (hours: Calendar) => void, zone?: boolean}} props */
export function Hours({ value, change, zone = true }) {
  const setDay = (day, spans) => change({ ...value, week: value.week.map((one, at) => (at === day ? spans : one)) });
  const toAll = (spans) => change({ ...value, week: value.week.map((one, at) => (at < 5 || one.length ? spans : one)) });
  return html`<div class="column">
    ${zone && html`<${Zone} value=${value.zone} change=${(zone) => change({ ...value, zone })} />`}
    <div class="week">${value.week.map((spans, day) => html`
      <${Day} key=${day} name=${nameOf(day)} spans=${spans} change=${(spans) => setDay(day, spans)}
          toAll=${spans.length ? () => toAll(spans) : undefined} />`)}</div>
    <${Exceptions} days=${value.days ?? {}} change=${(days) => change({ ...value, days })} />
  </div>`;
}

/** @param {{name: string, spans: string[], change: (spans: string[]) => void, toAll?: () => void, end?: any}} props */
function Day({ name, spans, change, toAll, end }) {
  const set = (at, from, to) => change(spans.map((one, place) => (place === at ? `${from}-${to}` : one)));
  const next = () => {
    const last = spans[spans.length - 1]?.split("-")[1] ?? "08:00";
    const hour = Math.min(Number(last.slice(0, 2)) + 1, 22);
    const two = (number) => String(number).padStart(2, "0");
    change([...spans, spans.length ? `${two(hour)}:00-${two(Math.min(hour + 4, 24))}:00` : USUAL[0]]);
  };
  return html`<div class="day" role="group" aria-label=${name}>
    <label class="check"><input type="checkbox" checked=${spans.length > 0}
        onChange=${(event) => change(event.currentTarget.checked ? USUAL : [])} /><span>${name}</span></label>
    <div class="spans">
      ${spans.length === 0 && html`<span class="closed">${t("settings.hours.closed")}</span>`}
      ${spans.map((span, at) => {
        const [from, to] = span.split("-");
        return html`<span class="span" key=${at}>
          <input type="time" aria-label=${t("settings.hours.from", { day: name })} value=${from}
              aria-invalid=${from >= to ? "true" : undefined}
            onChange=${(event) => set(at, event.currentTarget.value, to)} />
          <span aria-hidden="true">–</span>
          ${to === "24:00"
            ? html`<button type="button" onClick=${() => set(at, from, "23:00")}>${t("settings.hours.midnight")}</button>`
            : html`<input type="time" aria-label=${t("settings.hours.to", { day: name })} value=${to}
                aria-invalid=${from >= to ? "true" : undefined}
                onChange=${(event) => set(at, from, event.currentTarget.value)}
                    onBlur=${() => to === "00:00" && set(at, from, "24:00")} />`}
          <button type="button" class="icon-button" aria-label=${t("settings.hours.remove", { day: name, span })}
              onClick=${() => change(spans.filter((_, place) => place !== at))}><${Icon} name="x" class="small" /></button>
        </span>`;
      })}
    </div>
    <span class="day-end">
      ${spans.length > 0 && html`<button type="button" class="icon-button" title=${t("settings.hours.add")}
          aria-label=${t("settings.hours.add_to", { day: name })} onClick=${next}><${Icon} name="plus" class="small" /></button>`}
      ${toAll && html`<button type="button" class="icon-button" title=${t("settings.hours.to_all")}
          aria-label=${t("settings.hours.to_all_of", { day: name })} onClick=${toAll}><${Icon} name="copy" class="small" /></button>`}
      ${end}
    </span>
  </div>`;
}

/** @param {{days: Record<string, string[]>, change: (days: Record<string, string[]>) => void}} props */
function Exceptions({ days, change }) {
  const id = useId();
  const dates = Object.keys(days).sort();
  const without = (date) => Object.fromEntries(Object.entries(days).filter(([one]) => one !== date));
  const said = (date) => new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
  const [date, setDate] = useState("");
  const add = () => {
    if (!days[date]) change({ ...days, [date]: [] });
    setDate("");
  };
  return html`<div class="column">
    <h3>${t("settings.hours.exceptions")}</h3>
    ${dates.length > 0 && html`<div class="week">${dates.map((date) => html`
      <${Day} key=${date} name=${said(date)} spans=${days[date]} change=${(spans) => change({ ...days, [date]: spans })}
        end=${html`<button type="button" class="icon-button" aria-label=${t("settings.hours.remove_date", { date: said(date) })}
            onClick=${() => change(without(date))}><${Icon} name="trash-2" class="small" /></button>`} />`)}</div>`}
    <div class="field"><label for=${id}>${t("settings.hours.add_date")}</label>
      <div class="row"><input type="date" id=${id} class="short" value=${date}
          onInput=${(event) => setDate(event.currentTarget.value)} />
        <button type="button" disabled=${!date} onClick=${add}>
          <${Icon} name="plus" class="small" />${t("settings.hours.add_this")}</button></div>
          <small>${t("settings.hours.add_date_hint")}</small></div>
  </div>`;
}
