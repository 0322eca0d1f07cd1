// Forms: what was loaded, what the user made of it, and what the API says about it.
import { html, useEffect, useId, useRef, useState } from "../lib/html.js";
import { Problem } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { guarded } from "../lib/router.js";
import { t } from "../lib/strings.js";
import { confirmed } from "../ui/dialog.js";
import { toast } from "../ui/toast.js";

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * @typedef {object} Form
 * @property {Record<string, any>} values By the names that the API gives the fields.
 * @property {(name: string, value: any) => void} set
 * @property {boolean} dirty
 * @property {boolean} busy
 * @property {unknown} problem What the API said last, unless something was changed since.
 * @property {(name: string) => string | null} errorAt
 * @property {(values: Record<string, any>) => void} reset Takes what is loaded, and forgets the rest.
 * @property {() => void} discard
 * @property {(event?: Event) => Promise<void>} submit
 */

/** Whether a field that the API names is this one, or a part of it. @param {string} field @param {string} name */
const within = (field, name) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`);

/** Fields of problems that do not name theirs. @type {Record<string, string>} */
const FIELDS = { "email-taken": "email", exists: "id", "no-such-role": "role", "no-such-group": "groups", "no-such-account": "accounts" };

/** What a problem is about. @param {unknown} problem @returns {string | undefined} */
const fieldOf = (problem) => (problem instanceof Problem ? problem.said.field ?? FIELDS[problem.type] : undefined);

/**
 * The values of a form. `save` is given what was changed, and all of it; its answer is what is
 * loaded from then on, or false if the user would rather not.
 * @param {Record<string, any>} loaded
 * @param {(changes: Record<string, any>, values: Record<string, any>) => Promise<Record<string, any> | void | false>} save
 * @param {{fresh?: boolean}} [how] `fresh`: there is nothing yet, so it may be saved as it is
 * @returns {Form}
 */
export function useForm(loaded, save, { fresh = false } = {}) {
  const [base, setBase] = useState(loaded);
  const [values, setValues] = useState(loaded);
  const [problem, setProblem] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const dirty = !same(base, values);
  const unsaved = useGuard(dirty);
  const reset = (next) => (setBase(next), setValues(next), setProblem(null));
  const field = fieldOf(problem);
  const submit = async (event) => {
    event?.preventDefault();
    if (busy || !(dirty || fresh)) return;
    setBusy(true);
    try {
      const changes = Object.fromEntries(Object.entries(values).filter(([name, value]) => !same(value, base[name])));
      const said = await save(changes, values);
      if (said !== false) {
        reset(said ?? values);
        unsaved.current = false;
        toast(t("common.saved"), { kind: "success" });
      }
    } catch (failed) {
      setProblem(failed);
    }
    setBusy(false);
  };
  return {
    values, dirty, busy, problem, reset, submit,
    set: (name, value) => (setValues((now) => ({ ...now, [name]: value })), setProblem(null)),
    errorAt: (name) => (field && within(String(field), name) ? inWords(problem) : null),
    discard: () => reset(base),
  };
}

/** Asks before what was not saved is lost. The answer is set to false once it is saved. @param {boolean} dirty */
export function useGuard(dirty) {
  const unsaved = useRef(dirty);
  unsaved.current = dirty;
  useEffect(() => {
    if (!dirty) return;
    const stay = (event) => event.preventDefault();
    addEventListener("beforeunload", stay);
    const end = guarded(async () => !unsaved.current || confirmed({
      title: t("settings.unsaved_title"), text: t("settings.unsaved_text"), yes: t("settings.unsaved_leave"), danger: true,
    }));
    return () => (removeEventListener("beforeunload", stay), end());
  }, [dirty]);
  return unsaved;
}

/**
 * A form with what is wrong on top and what can be done below.
 * @param {{form: Form, children?: any, save?: string, theirs?: () => void, always?: boolean, aside?: any}} props
 *   `theirs` loads what somebody else has made of it meanwhile; `always`: it is shown what can be done
 *   though nothing was changed
 */
export function Form({ form, children, save = t("common.save"), theirs, always, aside }) {
  const root = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => {
    const wrong = /** @type {HTMLElement | null | undefined} */ (root.current?.querySelector("[aria-invalid=true]"));
    wrong?.closest("details")?.setAttribute("open", "");
    const said = /** @type {HTMLElement | null | undefined} */ (root.current?.querySelector(".form-problem"));
    if (form.problem) (wrong ?? said)?.focus();
  }, [form.problem]);
  const keys = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") event.preventDefault(), root.current?.requestSubmit();
  };
  const shown = form.dirty || always;
  return html`<form class="form settings-form" ref=${root} novalidate onSubmit=${form.submit} onKeyDown=${keys}>
    ${form.problem && html`<${Wrong} form=${form} theirs=${theirs} />`}
    ${children}
    ${(shown || aside) && html`<div class=${form.dirty ? "save-bar dirty" : "save-bar"}>
      ${aside}<span class="grow">${form.dirty && !always && t("settings.unsaved")}</span>
      ${form.dirty && html`<button type="button" onClick=${form.discard}>${t("settings.discard")}</button>`}
      ${shown && html`<button class="primary" disabled=${form.busy || (!form.dirty && !always)}>${save}</button>`}
    </div>`}
  </form>`;
}

/** @param {{form: Form, theirs?: () => void}} props */
function Wrong({ form, theirs }) {
  const { problem } = form;
  const meanwhile = problem instanceof Problem && problem.type === "changed-meanwhile";
  const field = fieldOf(problem);
  return html`<div class="form-problem" role="alert" tabindex="-1">
    <span class="grow">${meanwhile && theirs ? t("settings.changed_meanwhile") : inWords(problem)}
      ${field && html` <code>${field}</code>`}</span>
    ${meanwhile && theirs && html`<button type="button" onClick=${theirs}>${t("settings.load_theirs")}</button>`}
  </div>`;
}

/**
 * @param {{label: string, hint?: any, error?: string | null, children: (attributes: any) => any, class?: string}} props
 *   `children` is given what ties the control to its label, hint and error
 */
export function Field({ label, hint, error, children, class: more = "" }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return html`<div class=${`field ${more}`}>
    <label for=${id}>${label}</label>
    ${children({ id, "aria-describedby": described, "aria-invalid": error ? "true" : undefined })}
    ${error && html`<span class="error" id=${`${id}-error`}>${error}</span>`}
    ${hint && html`<small id=${`${id}-hint`}>${hint}</small>`}
  </div>`;
}

/**
 * @typedef {{form: Form, name: string, label: string, hint?: any, class?: string, [more: string]: any}} Of A field of a form.
 */

/** @param {Of} props */
export const Input = ({ form, name, label, hint, class: more, ...rest }) => html`
  <${Field} label=${label} hint=${hint} error=${form.errorAt(name)} class=${more}>${(tied) => html`
    <input name=${name} dir="auto" ...${tied} ...${rest} value=${form.values[name] ?? ""}
      onInput=${(event) => form.set(name, event.currentTarget.value)} />`}<//>`;

/** @param {Of} props */
export const Area = ({ form, name, label, hint, class: more, rows = 4, ...rest }) => html`
  <${Field} label=${label} hint=${hint} error=${form.errorAt(name)} class=${more}>${(tied) => html`
    <textarea name=${name} dir="auto" rows=${rows} ...${tied} ...${rest} value=${form.values[name] ?? ""}
      onInput=${(event) => form.set(name, event.currentTarget.value)} />`}<//>`;

/** A number, or null if it is left empty. @param {Of} props */
export const Count = ({ form, name, label, hint, class: more, ...rest }) => html`
  <${Field} label=${label} hint=${hint} error=${form.errorAt(name)} class=${more}>${(tied) => html`
    <input name=${name} type="number" inputmode="numeric" class="short" ...${tied} ...${rest} value=${form.values[name] ?? ""}
      onInput=${({ currentTarget: { value } }) => form.set(name, value === "" ? null : Number(value))} />`}<//>`;

/** One of a few. @param {Of & {options: {value: any, label: string}[]}} props */
export const Choice = ({ form, name, label, hint, class: more, options, ...rest }) => html`
  <${Field} label=${label} hint=${hint} error=${form.errorAt(name)} class=${more}>${(tied) => html`
    <select name=${name} ...${tied} ...${rest} value=${form.values[name] ?? ""}
        onChange=${(event) => form.set(name, event.currentTarget.value || null)}>
      ${options.map(({ value, label }) => html`<option key=${value} value=${value ?? ""}>${label}</option>`)}
    </select>`}<//>`;

/**
 * A switch with a sentence.
 * @param {{label: string, hint?: any, checked: boolean, change: (on: boolean) => void, disabled?: boolean, error?: string | null}} props
 */
export function Switch({ label, hint, checked, change, disabled, error }) {
  const id = useId();
  const described = hint || error ? `${id}-hint` : undefined;
  return html`<div class="switch-row">
    <label class="check"><input type="checkbox" role="switch" checked=${checked} disabled=${disabled} aria-describedby=${described}
      onChange=${(event) => change(event.currentTarget.checked)} /><span>${label}</span></label>
    ${(hint || error) && html`<small id=${described} class=${error ? "error-text" : ""}>${error ?? hint}</small>`}
  </div>`;
}

/** @param {Of} props */
export const Toggle = ({ form, name, label, hint, ...rest }) => html`<${Switch} label=${label} hint=${hint}
  error=${form.errorAt(name)} checked=${Boolean(form.values[name])} change=${(on) => form.set(name, on)} ...${rest} />`;

/**
 * One of two or three, all seen at once.
 * @param {{label: string, value: string, options: {value: string, label: string}[], change: (value: string) => void}} props
 */
export function Segmented({ label, value, options, change }) {
  const name = useId();
  return html`<div class="segmented" role="radiogroup" aria-label=${label}>${options.map((one) => html`
    <label key=${one.value}><input type="radio" name=${name} checked=${one.value === value} onChange=${() => change(one.value)} />
      <span>${one.label}</span></label>`)}</div>`;
}

/**
 * Several of many, as a list of checkboxes.
 * @typedef {{value: string, label: any, hint?: string, disabled?: boolean}} Option
 * @param {{legend: string, hint?: any, options: Option[], chosen: string[], change: (chosen: string[]) => void, columns?: boolean}} props
 */
export function Several({ legend, hint, options, chosen, change, columns }) {
  const id = useId();
  const toggle = (value, on) => change(options.map((one) => one.value).filter((one) => (one === value ? on : chosen.includes(one))));
  return html`<fieldset class="several" aria-describedby=${hint ? id : undefined}>
    <legend>${legend}</legend>
    ${hint && html`<small id=${id}>${hint}</small>`}
    <div class=${columns ? "columns" : "column tight"}>${options.map(({ value, label, hint, disabled }) => html`
      <label class="check" key=${value}><input type="checkbox" checked=${chosen.includes(value)} disabled=${disabled}
        onChange=${(event) => toggle(value, event.currentTarget.checked)} />
        <span dir="auto">${label}${hint && html`<small>${hint}</small>`}</span></label>`)}</div>
  </fieldset>`;
}
