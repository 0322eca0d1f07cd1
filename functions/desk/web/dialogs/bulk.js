// What is asked before something is done with several conversations, and what is said after it.
import { html, useState } from "../lib/html.js";
import { inWords } from "../lib/commands.js";
import { Problem } from "../lib/api.js";
import { conversation, may, me, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { People } from "../ui/people.js";
import { nameOfConversation } from "../inbox/row.js";
import { statuses } from "../inbox/views.js";

/** @typedef {(action?: object) => void} Close */

/**
 * A dialog with a form; it answers with the action that `read` makes of the form, if it makes one.
 * @param {{what: string, n: number, close: Close, read: (form: FormData) => object | null, children?: any}} props
 */
function Asked({ what, n, close, read, children }) {
  const submit = (event) => {
    event.preventDefault();
    const action = read(new FormData(event.currentTarget));
    if (action) close(action);
  };
  return html`<${Dialog} title=${t(`inbox.bulk_${what}_title`, { n })} close=${close} actions=${html`
      <button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button class="primary" form="bulk-form">${t(`inbox.bulk_${what}`)}</button>`}>
    <form id="bulk-form" class="form" onSubmit=${submit}>${children}</form>
  <//>`;
}

/** @param {{n: number, close: Close}} props */
function Assign({ n, close }) {
  const [assignees, setAssignees] = useState(/** @type {string[]} */ ([]));
  const only = may("assign.others") ? null : [me.value?.user.id ?? ""];
  const max = workspace.value?.rules?.assignees_max ?? 1;
  return html`<${Asked} what="assign" n=${n} close=${close} read=${() => ({ action: "assign", assignees })}>
    <${People} label=${t("inbox.bulk_assign")} chosen=${assignees} change=${setAssignees} max=${max} only=${only} primary />
    <div class="row"><small class="grow">${t("inbox.bulk_assign_none")}</small>
      ${assignees.length > 0 && html`<button type="button" class="link" onClick=${() => setAssignees([])}>${t("inbox.choose_none")}</button>`}</div>
  <//>`;
}

/** @param {FormDataEntryValue | null} text */
const listed = (text) => String(text ?? "").split(",").map((one) => one.trim()).filter(Boolean);

/** @param {{n: number, close: Close}} props */
function Labels({ n, close }) {
  const read = (form) => {
    const [add, remove] = [listed(form.get("add")), listed(form.get("remove"))];
    return add.length + remove.length ? { action: "labels", add, remove } : null;
  };
  const field = (name, first) => html`<label class="field"><span>${t(`inbox.bulk_${name}_labels`)}</span>
    <input name=${name} autofocus=${first} dir="auto" autocomplete="off" /></label>`;
  return html`<${Asked} what="labels" n=${n} close=${close} read=${read}>
    ${field("add", true)}${field("remove", false)}<small>${t("inbox.bulk_labels_hint")}</small>
  <//>`;
}

const HOUR = 3_600_000;

/** @param {number} days @param {number} hour */
function morning(days, hour = 9) {
  const at = new Date();
  at.setDate(at.getDate() + days);
  at.setHours(hour, 0, 0, 0);
  return at;
}

/** Times that conversations are often put off to. */
const times = () => ({
  later: new Date(Date.now() + 3 * HOUR),
  tomorrow: morning(1),
  weekend: morning(3),
  next_week: morning(((8 - new Date().getDay()) % 7) || 7),
});

/** @param {Date} at as a form has it */
const local = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** @param {{n: number, close: Close}} props */
function Snooze({ n, close }) {
  const choices = times();
  const [picked, pick] = useState("tomorrow");
  const shown = new Intl.DateTimeFormat(navigator.language, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  const read = (form) => {
    const until = picked === "pick" ? new Date(String(form.get("until"))) : choices[picked];
    return Number.isNaN(until.getTime()) ? null : { action: "snooze", until: until.toISOString() };
  };
  return html`<${Asked} what="snooze" n=${n} close=${close} read=${read}>
    ${[...Object.keys(choices), "pick"].map((one) => html`<label class="check" key=${one}>
      <input type="radio" name="when" autofocus=${picked === one} checked=${picked === one} onChange=${() => pick(one)} />
      <span class="grow">${t(`inbox.snooze_${one}`)}</span>${choices[one] && html`<small>${shown.format(choices[one])}</small>`}</label>`)}
    ${picked === "pick" && html`<input type="datetime-local" name="until" required aria-label=${t("inbox.snooze_pick")}
      min=${local(new Date())} defaultValue=${local(choices.tomorrow)} />`}
  <//>`;
}

/** What the workspace asks for on closing: nothing, if it likes, or by all means (C20). */
function ClosingFields() {
  const rules = workspace.value?.rules ?? {};
  const field = (name, rule, input) => rule !== "off" && html`<label class="field">
    <span>${t(`inbox.bulk_${name}`)}</span>${input(rule === "required")}</label>`;
  const categories = rules.closing_categories ?? [];
  return html`
    ${field("category", rules.closing_category, (required) => (categories.length
      ? html`<select name="category" required=${required}><option value="" />${categories.map((one) => html`<option key=${one}>${one}</option>`)}</select>`
      : html`<input name="category" required=${required} dir="auto" />`))}
    ${field("summary", rules.closing_summary, (required) => html`<textarea name="summary" rows="3" required=${required} dir="auto" />`)}`;
}

/** @param {FormData} form */
function note(form) {
  const said = (name) => String(form.get(name) ?? "").trim() || null;
  return { category: said("category"), summary: said("summary") };
}

/** @param {{n: number, close: Close}} props */
const Close = ({ n, close }) => html`<${Asked} what="close" n=${n} close=${close} read=${(form) => ({ action: "close", ...note(form) })}>
  <${ClosingFields} />
<//>`;

const CLOSING = ["resolved", "closed"];

/** @param {{n: number, close: Close}} props */
function Status({ n, close }) {
  const [picked, pick] = useState("");
  const read = (form) => picked ? { action: "status", status: picked, ...(CLOSING.includes(picked) && { close: note(form) }) } : null;
  return html`<${Asked} what="status" n=${n} close=${close} read=${read}>
    ${statuses().filter((one) => one !== "inactive").map((one) => html`<label class="check" key=${one}>
      <input type="radio" name="status" required autofocus=${one === statuses()[0]} checked=${picked === one} onChange=${() => pick(one)} />${t(`status.${one}`)}</label>`)}
    ${CLOSING.includes(picked) && html`<${ClosingFields} />`}
  <//>`;
}

/** @param {any} View @returns {(n: number) => Promise<object | undefined>} */
const asking = (View) => (n) => ask((close) => html`<${View} n=${n} close=${close} />`);

/** What each action asks for: answers with the action as the API takes it. */
export const asks = {
  assign: asking(Assign), labels: asking(Labels), snooze: asking(Snooze), close: asking(Close), status: asking(Status),
};

/**
 * What was not done, each with its reason.
 * @param {{done: number, failed: {id: string, problem: any}[], close: () => void}} props
 */
export const BulkReport = ({ done, failed, close }) => html`<${Dialog} title=${t("inbox.bulk_partly")} close=${close}
    actions=${html`<button type="button" class="primary" autofocus onClick=${() => close()}>${t("common.close")}</button>`}>
  ${done > 0 && html`<p>${t("inbox.bulk_done", { n: done })}.</p>`}
  <p>${t("inbox.bulk_failed", { n: failed.length })}</p>
  <ul class="bulk-failures">${failed.map(({ id, problem }) => {
    const known = conversation(id).value;
    return html`<li key=${id}><bdi dir="auto">${known ? nameOfConversation(known) : id}</bdi>: ${inWords(new Problem(problem))}</li>`;
  })}</ul>
<//>`;
