// The rules of the workspace: every switch, with what it means.
import { html } from "../lib/html.js";
import { get } from "../lib/api.js";
import { nameOf, users } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Duration } from "./duration.js";
import { Area, Choice, Count, Form, Toggle, useForm } from "./form.js";
import { Asked, Card, Page as Frame, useAsked } from "./parts.js";
import { change } from "./workspace.js";

/** What may be chosen, by switch. */
const CHOICES = {
  preset: ["five", "three", "open_closed"],
  open_scope: ["contact", "contact_and_account"],
  lock: ["off", "assignees", "exclusive_claim"],
  close_policy: ["any_member", "assignee_or_admin"],
  closing_category: ["off", "optional", "required"],
  closing_summary: ["off", "optional", "required"],
  "routing.strategy": ["queue", "round_robin", "least_open", "sticky"],
};

/** Switches in the order in which they are read, by card. A name alone is something to be on or off. */
const CARDS = {
  life: [["preset", "choice"], ["open_scope", "choice"], ["reopen_grace", "grace"], ["open_on_welcome"], ["echo_opens"],
    ["inactive_after", "duration"], ["inactive_listed_for", "duration"], ["close_idle_after", "duration", "never"]],
  closing: [["close_policy", "choice"], ["closing_category", "choice"], ["closing_categories", "lines"],
    ["closing_summary", "choice"], ["unassign_on_close"], ["allow_delete"]],
  replying: [["lock", "choice"], ["claim_for", "duration"], ["hold_outside_hours"], ["ai_agent", "agent"]],
  routing: [["routing.strategy", "choice"], ["routing.last_replier"], ["routing.unknown_to_admin"], ["routing.ignores_presence"],
    ["routing.open_max", "count"], ["routing.first_reply_within", "duration", "never"], ["assignees_max", "count"]],
  seeing: [["team_hides_assigned"], ["admins_see_restricted"], ["internal_group_chat"], ["email_on_inbound"]],
};

/** @param {any} rules as the API says them @returns {Record<string, any>} by the names of its fields */
function flat(rules) {
  const { routing, ...others } = rules;
  const named = (prefix, switches) => Object.entries(switches).map(([name, value]) => [prefix + name, value]);
  return Object.fromEntries([...named("rules.", others), ...named("rules.routing.", routing ?? {})]);
}

/** @param {Record<string, any>} changes */
function nested(changes) {
  /** @type {Record<string, any>} */
  const rules = {};
  for (const [name, value] of Object.entries(changes)) {
    const [, first, second] = name.split(".");
    if (second) rules[first] = { ...rules[first], [second]: value };
    else rules[first] = value;
  }
  return rules;
}

export function Page() {
  const asked = useAsked(() => get("/v1/workspace"));
  return html`<${Frame} title=${t("settings.sections.rules")} text=${t("settings.rules.text")}>
    <${Asked} asked=${asked}>${(said) => html`<${Edit} key=${said.revision} said=${said} again=${asked.again}
        saved=${asked.set} />`}<//>
  <//>`;
}

/** @param {{said: any, again: () => void, saved: (said: any) => void}} props */
function Edit({ said, again, saved }) {
  const form = useForm(flat(said.rules), async (changes) => saved(await change(said, { rules: nested(changes) })));
  return html`<${Form} form=${form} theirs=${again}>
    ${Object.entries(CARDS).map(([card, switches]) => html`<${Card} key=${card} title=${t(`settings.rules.cards.${card}`)}
        text=${t(`settings.rules.cards.${card}_text`)}>
      ${switches.map(([name, kind, or]) => `rules.${name}` in form.values && html`<${Rule} key=${name} form=${form} name=${name}
          kind=${kind} or=${or} />`)}
    <//>`)}
  <//>`;
}

/** @param {{form: import("./form.js").Form, name: string, kind?: string, or?: string}} props */
function Rule({ form, name, kind, or }) {
  const key = `settings.rules.${name.replace("routing.", "routing_")}`;
  const of = { form, name: `rules.${name}`, label: t(`${key}.label`), hint: known(`${key}.hint`) ? t(`${key}.hint`) : undefined };
  if (kind === "choice") return html`<${Choice} ...${of}
      options=${CHOICES[name].map((value) => ({ value, label: t(`${key}.${value}`) }))} />`;
  if (kind === "duration") return html`<${Duration} ...${of} or=${or && t(`${key}.never`)} />`;
  if (kind === "count") return html`<${Count} ...${of} min="1" max=${name === "assignees_max" ? 20 : undefined} />`;
  if (kind === "grace") return html`<${Grace} form=${form} />`;
  if (kind === "agent") return html`<${Choice} ...${of}
      options=${[{ value: null, label: t(`${key}.none`) }, ...programs(form.values[of.name])]} />`;
  if (kind === "lines") return html`<${Lines} ...${of} />`;
  return html`<${Toggle} ...${of} />`;
}

/** Programs that may answer, and whoever is chosen already. @param {string | null} chosen */
function programs(chosen) {
  const ids = users.value.filter((user) => user.kind === "ai" && user.active).map((user) => user.id);
  const all = chosen && !ids.includes(chosen) ? [...ids, chosen] : ids;
  return all.map((id) => ({ value: id, label: nameOf(id) }));
}

/** How long after closing a message reopens: never, always, or within a time. @param {{form: import("./form.js").Form}} props */
function Grace({ form }) {
  const name = "rules.reopen_grace";
  const value = form.values[name];
  const kind = typeof value === "string" ? value : "within";
  const key = "settings.rules.reopen_grace";
  const inner = {
    ...form,
    values: { [name]: value?.within },
    set: (_, within) => form.set(name, { within }),
  };
  const options = ["never", "within", "always"].map((one) => ({ value: one, label: t(`${key}.${one}`) }));
  const chosen = { ...form, values: { [name]: kind }, set: (_, next) => form.set(name, next === "within" ? { within: "PT72H" } : next) };
  return html`<${Choice} form=${chosen} name=${name} label=${t(`${key}.label`)} hint=${t(`${key}.hint`)} options=${options} />
    ${kind === "within" && html`<${Duration} form=${inner} name=${name} label=${t(`${key}.within_label`)} />`}`;
}

/** A list, one on each line. @param {{form: import("./form.js").Form, name: string, label: string, hint?: string}} props */
function Lines({ form, name, label, hint }) {
  const lines = {
    ...form,
    values: { [name]: (form.values[name] ?? []).join("\n") },
    set: (_, text) => form.set(name, text.split("\n").map((line) => line.trimStart()).filter((line, at, all) => line || at === all.length - 1)),
  };
  return html`<${Area} form=${lines} name=${name} label=${label} hint=${hint} />`;
}
