// What the workspace wants to know of its contacts, changed in its place (R156).
import { html, useEffect, useId, useRef, useState } from "../lib/html.js";
import { patch } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { may } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";

/** @import { Contact } from "./panel.js" */

/** @typedef {{id: string, name: string, kind: string, choices?: string[]}} Field */
/** @typedef {string | boolean | null} Value */
/** @typedef {{field: Field, value: Value, save: (value: Value) => Promise<void>}} Of A field of a contact. */

/**
 * @param {{contact: Contact, fields: Field[], filled: (id: string, value: Value) => void}} props
 *   `filled` is told what stands in a field from now on
 */
export function Fields({ contact, fields, filled }) {
  const writes = may("contact.edit");
  const shown = writes ? fields : fields.filter(({ id }) => (contact.fields[id] ?? null) !== null);
  const save = (id) => async (value) => {
    const said = await patch(`/v1/contacts/${contact.id}`, { fields: { [id]: value } });
    filled(id, said.fields[id] ?? null);
  };
  const one = (field) => ({ field, value: contact.fields[field.id] ?? null, save: save(field.id) });
  if (!shown.length) return null;
  return html`<section><div class="panel-title"><h3>${t("contact.fields")}</h3></div>
    ${writes
      ? html`<div class="fields">${shown.map((field) => html`<${KINDS[field.kind] ?? Typed} key=${field.id} ...${one(field)} />`)}</div>`
      : html`<dl class="facts">${shown.map((field) => html`<dt dir="auto">${field.name}</dt><dd dir="auto"><${Shown} ...${one(field)} /></dd>`)}</dl>`}</section>`;
}

/** @param {Of} props */
function Shown({ field, value }) {
  if (typeof value === "boolean") return t(value ? "contact.yes" : "contact.no");
  return field.kind === "url" ? html`<a href=${value} target="_blank" rel="noopener noreferrer">${value}</a>` : value;
}

/** What stands in a field, or what was given and is not kept yet: what is wrong with that is said. @param {Of} of */
function useSaved({ value, save }) {
  const [given, setGiven] = useState(/** @type {Value | undefined} */ (undefined));
  const [failed, setFailed] = useState("");
  const run = async (next) => {
    setGiven(next);
    try {
      await save(next);
      setGiven(undefined);
      setFailed("");
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  return { stands: given === undefined ? value : given, failed, setFailed, run };
}

/**
 * A label, its control, and what is wrong with what stands there.
 * @param {{field: Field, failed: string, beside?: any, children: (tied: any) => any}} props
 */
function Labelled({ field, failed, beside, children }) {
  const id = useId();
  const tied = { id, "aria-invalid": failed ? "true" : undefined, "aria-describedby": failed ? `${id}-error` : undefined };
  return html`<label for=${id} dir="auto">${field.name}</label><div class="row">${children(tied)}${beside}</div>
    ${failed && html`<p class="error-text" role="alert" id=${`${id}-error`}>${failed}</p>`}`;
}

/** How words of a kind are typed. @type {Record<string, object>} */
const TYPED = {
  text: { dir: "auto" },
  number: { dir: "ltr", inputmode: "decimal" },
  date: { type: "date" },
  url: { dir: "ltr", type: "url", inputmode: "url", spellcheck: false },
};

/** Saved when it is left, or by Enter; Escape brings back what stood there. @param {Of} of */
function Typed(of) {
  const { field, value } = of;
  const stands = String(value ?? "");
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const { failed, setFailed, run } = useSaved(of);
  const control = useRef(/** @type {HTMLInputElement | null} */ (null));
  const leave = async () => {
    // Half a date has no value, and would be taken for none.
    if (control.current?.validity.badInput) return setFailed(t("contact.field_bad"));
    const given = typed?.trim() ?? stands;
    if (given !== stands) return run(given || null);
    setTyped(null);
    setFailed("");
  };
  const left = useRef(leave);
  left.current = leave;
  useEffect(() => () => void left.current(), []);
  // Whoever goes on typing while it is saved keeps that.
  useEffect(() => setTyped((now) => (now?.trim() === stands ? null : now)), [stands]);
  const back = () => {
    if (control.current) control.current.value = stands;
    setTyped(null);
    setFailed("");
  };
  const keys = (event) => {
    if (event.key === "Enter" && !event.isComposing) void leave();
    if (event.key === "Escape") event.stopPropagation(), back();
  };
  const link = field.kind === "url" && stands && html`<a class="icon-button button" href=${stands} target="_blank" rel="noopener noreferrer"
    aria-label=${t("contact.field_open", { name: field.name })} title=${stands}><${Icon} name="external-link" class="small" /></a>`;
  return html`<${Labelled} field=${field} failed=${failed} beside=${link}>${(tied) => html`
    <input ref=${control} ...${TYPED[field.kind]} ...${tied} maxlength="500" autocomplete="off" value=${typed ?? stands}
      onInput=${(event) => setTyped(event.currentTarget.value)} onBlur=${leave} onKeyDown=${keys} />`}<//>`;
}

/** @param {Of} of */
function Chosen(of) {
  const { field } = of;
  const { stands, failed, run } = useSaved(of);
  return html`<${Labelled} field=${field} failed=${failed}>${(tied) => html`
    <select ...${tied} value=${stands ?? ""} onChange=${(event) => run(event.currentTarget.value || null)}>
      <option value="">${t("contact.field_none")}</option>
      ${(field.choices ?? []).map((choice) => html`<option key=${choice} value=${choice}>${choice}</option>`)}</select>`}<//>`;
}

/** @param {Of} of */
function Checked(of) {
  const { stands, failed, run } = useSaved(of);
  return html`<${Labelled} field=${of.field} failed=${failed}>${(tied) => html`
    <input type="checkbox" ...${tied} checked=${stands === true} onChange=${(event) => run(event.currentTarget.checked)} />`}<//>`;
}

/** The controls of kinds that are not typed. @type {Record<string, any>} */
const KINDS = { choice: Chosen, check: Checked };
