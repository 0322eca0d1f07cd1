// Fields of contacts: what there is to be known of each, and in which order it is shown.
import { html, useRef, useState } from "../lib/html.js";
import { get, put } from "../lib/api.js";
import { t } from "../lib/strings.js";
import { confirmed } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { Field, Form, useForm } from "./form.js";
import { Asked, Card, Page as Frame, slug, useAsked } from "./parts.js";
import { unchanged } from "./workspace.js";

/**
 * A field as it is edited. One that is not saved yet has no id; its key tells it from others.
 * @typedef {{key: string, id: string | null, name: string, kind: string, was: string, choices: string}} Edited
 */

const PATH = "/v1/contact-fields";
const KINDS = ["text", "number", "date", "choice", "check", "url"];
const FIELDS_MAX = 50;
const NAME_CHARS_MAX = 60;

const load = async () => (await get(PATH)).items;

export function Page() {
  const asked = useAsked(load);
  return html`<${Frame} title=${t("settings.sections.fields")} text=${t("settings.fields.text")}>
    <${Asked} asked=${asked}>${(items) => html`<${Edit} key=${JSON.stringify(items)} items=${items} again=${asked.again} />`}<//>
  <//>`;
}

/** @param {any} item @returns {Edited} */
const opened = ({ id, name, kind, choices = [] }) => ({ key: id, id, name, kind, was: kind, choices: choices.join("\n") });

/** As the API takes them. @param {Edited[]} edited */
function closed(edited) {
  const taken = edited.flatMap(({ id }) => id ?? []);
  return edited.map(({ id, name, kind, choices }) => {
    const given = id ?? slug(name, taken);
    taken.push(given);
    const lines = choices.split("\n").map((line) => line.trim()).filter(Boolean);
    return { id: given, name: name.trim(), kind, ...(kind === "choice" && { choices: lines }) };
  });
}

/** @param {{items: any[], again: () => Promise<void>}} props */
function Edit({ items, again }) {
  const [said, setSaid] = useState("");
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const form = useForm({ items: items.map(opened) }, async (_, { items: edited }) => {
    unchanged(items, await load());
    await put(PATH, { items: closed(edited) });
    await again();
  });
  /** @type {Edited[]} */
  const edited = form.values.items;
  const set = (next) => form.set("items", next);
  /** Focuses the first of these that a field has, once it is drawn. @param {number} at @param {string[]} what */
  const focus = (at, ...what) => requestAnimationFrame(() => {
    const found = what.map((one) => list.current?.children[at]?.querySelector(one)).find(Boolean);
    /** @type {HTMLElement | undefined} */ (found)?.focus();
  });
  const add = () => {
    set([...edited, { key: crypto.randomUUID(), id: null, name: "", kind: "text", was: "text", choices: "" }]);
    focus(edited.length, "input");
  };
  const move = (from, to) => {
    const next = [...edited];
    next.splice(to, 0, ...next.splice(from, 1));
    set(next);
    setSaid(t("settings.fields.moved", { name: called(edited[from], from), place: to + 1, of: edited.length }));
    focus(to, to < from ? ".up:enabled" : ".down:enabled", ".icon-button:enabled");
  };
  const remove = async (at) => {
    const title = t("settings.fields.remove_title", { name: called(edited[at], at) });
    const asked = { title, text: t("settings.fields.remove_text"), yes: t("settings.fields.remove_do"), danger: true };
    if (edited[at].id !== null && !(await confirmed(asked))) return;
    set(edited.filter((_, place) => place !== at));
    focus(Math.max(at - 1, 0), "input");
  };
  return html`<${Form} form=${form} theirs=${again}>
    <${Card}>
      ${edited.length === 0 && html`<${Empty} icon="contact" title=${t("settings.fields.none")}><p>${t("settings.fields.none_text")}</p><//>`}
      <div class="column" ref=${list}>${edited.map((one, at) => html`<${One} key=${one.key} one=${one} at=${at} last=${at === edited.length - 1}
        errorAt=${(part) => form.errorAt(`items[${at}].${part}`)} move=${(to) => move(at, to)} remove=${() => remove(at)}
        change=${(changes) => set(edited.map((other, place) => (place === at ? { ...other, ...changes } : other)))} />`)}</div>
      <div class="row"><button type="button" disabled=${edited.length >= FIELDS_MAX} onClick=${add}>
        <${Icon} name="plus" class="small" />${t("settings.fields.add")}</button></div>
    <//>
    <span class="sr-only" role="status">${said}</span>
  <//>`;
}

/** What a field is called, also before it has a name. @param {Edited} one @param {number} at */
const called = (one, at) => one.name.trim() || t("settings.fields.field", { number: at + 1 });

/**
 * @param {{one: Edited, at: number, last: boolean, errorAt: (part: string) => string | null, change: (changes: object) => void,
 *   move: (to: number) => void, remove: () => void}} props
 */
function One({ one, at, last, errorAt, change, move, remove }) {
  const name = called(one, at);
  const act = (icon, label, run, disabled = false) => html`<button type="button" class=${`icon-button ${label}`} disabled=${disabled}
    aria-label=${t(`settings.fields.${label}`, { name })} title=${t(`settings.fields.${label}`, { name })} onClick=${run}>
    <${Icon} name=${icon} class="small" /></button>`;
  return html`<div class="sub" role="group" aria-label=${name}>
    <div class="row"><h3 class="grow clip" dir="auto">${name}</h3>
      ${act("arrow-up", "up", () => move(at - 1), at === 0)}${act("arrow-down", "down", () => move(at + 1), last)}
      ${act("trash-2", "remove", remove)}</div>
    <div class="two">
      <${Field} label=${t("settings.fields.name")} error=${errorAt("name") ?? errorAt("id")}>${(tied) => html`
        <input dir="auto" maxlength=${NAME_CHARS_MAX} autocomplete="off" ...${tied} value=${one.name}
            onInput=${(event) => change({ name: event.currentTarget.value })} />`}<//>
      <${Field} label=${t("settings.fields.kind")} error=${errorAt("kind")}
          hint=${one.id !== null && one.kind !== one.was && t("settings.fields.kind_hint")}>${(tied) => html`
        <select ...${tied} value=${one.kind} onChange=${(event) => change({ kind: event.currentTarget.value })}>
          ${KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`settings.fields.kinds.${kind}`)}</option>`)}</select>`}<//>
    </div>
    ${one.kind === "choice" && html`<${Field} label=${t("settings.fields.choices")} hint=${t("settings.fields.choices_hint")}
        error=${errorAt("choices")}>${(tied) => html`
      <textarea dir="auto" rows="3" ...${tied} value=${one.choices}
          onInput=${(event) => change({ choices: event.currentTarget.value })} />`}<//>`}
  </div>`;
}
