// The workspace: its name, its time zone, its opening hours.
import { html, useState } from "../lib/html.js";
import { Problem, get, patch } from "../lib/api.js";
import { workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Form, Input, Segmented, useForm } from "./form.js";
import { Hours, usual, wrongIn } from "./hours.js";
import { Asked, Card, Page as Frame, useAsked } from "./parts.js";
import { Zone } from "./zone.js";

/** @param {unknown} one @param {unknown} other @throws {Problem} if they are not the same */
export function unchanged(one, other) {
  if (JSON.stringify(one) === JSON.stringify(other)) return;
  throw new Problem({ type: "changed-meanwhile", status: 409, detail: t("settings.changed_meanwhile") });
}

/**
 * Changes settings, unless somebody else has changed the same ones since they were loaded.
 * @param {any} loaded @param {Record<string, any>} changes as the API takes them
 * @returns {Promise<any>} the settings from then on
 * @throws {Problem}
 */
export async function change(loaded, changes) {
  const now = await get("/v1/workspace");
  const { rules = {}, ...others } = changes;
  for (const name of Object.keys(others)) unchanged(loaded[name], now[name]);
  for (const name of Object.keys(rules)) unchanged(loaded.rules[name], now.rules[name]);
  workspace.value = await patch("/v1/workspace", changes);
  return workspace.value;
}

export function Page() {
  const asked = useAsked(() => get("/v1/workspace"));
  return html`<${Frame} title=${t("settings.sections.workspace")} text=${t("settings.workspace.text")}>
    <${Asked} asked=${asked}>${(said) => html`<${Edit} key=${said.revision} said=${said} again=${asked.again}
        saved=${asked.set} />`}<//>
  <//>`;
}

/** @param {{said: any, again: () => void, saved: (said: any) => void}} props */
function Edit({ said, again, saved }) {
  const { name, time_zone, hours } = said;
  // Hours follow the clock of the workspace, unless they were given a zone of their own.
  const [apart] = useState(Boolean(hours && hours.zone !== time_zone));
  const zoned = (values) => (values.hours && !apart ? { ...values.hours, zone: values.time_zone } : values.hours);
  const form = useForm({ name, time_zone, hours }, async (changes, values) => {
    if (changes.hours || changes.time_zone) changes.hours = zoned(values);
    const wrong = wrongIn(changes.hours ?? null);
    if (wrong) throw new Problem({ type: "bad-request", status: 400, detail: wrong, field: "hours" });
    saved(await change(said, changes));
  });
  const { values, set } = form;
  return html`<${Form} form=${form} theirs=${again}>
    <${Card}>
      <${Input} form=${form} name="name" label=${t("settings.workspace.name")} hint=${t("settings.workspace.name_hint")} maxlength="200"
          required />
      <${Zone} value=${values.time_zone} change=${(zone) => set("time_zone", zone)} error=${form.errorAt("time_zone")} />
    <//>
    <${Card} title=${t("settings.hours.title")} text=${t("settings.hours.text")}>
      <${Always} value=${values.hours} change=${(hours) => set("hours", hours)} zone=${values.time_zone}
          none=${t("settings.hours.always")} apart=${apart} />
      ${form.errorAt("hours") && html`<p class="error-text">${form.errorAt("hours")}</p>`}
    <//>
  <//>`;
}

/**
 * Hours of its own, or none.
 * @param {{value: any, change: (hours: any) => void, zone: string, none: string, apart?: boolean}} props `apart`: they have a zone of their own
 */
export const Always = ({ value, change, zone, none, apart = true }) => html`
  <${Segmented} label=${t("settings.hours.title")} value=${value ? "own" : "none"}
    options=${[{ value: "none", label: none }, { value: "own", label: t("settings.hours.own") }]}
    change=${(which) => change(which === "own" ? usual(zone) : null)} />
  ${value && html`<${Hours} value=${value} change=${change} zone=${apart} />`}`;
