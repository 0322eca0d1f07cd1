// Closing: the status it is left in, and what the workspace asks for (R028).
import { html, useState } from "../lib/html.js";
import { post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { learn, may, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { closes, statuses } from "../conversation/head.js";
import { statusName } from "../conversation/lines.js";

/** @import { Conversation } from "../lib/types.d.ts" */

const CATEGORIES = "confab.categories";
const CATEGORIES_MAX = 30;
const CHARS_MAX = 2_000;

/** @param {Conversation} head */
export const close = (head) => ask((done) => html`<${Close} head=${head} done=${done} />`);

/** @returns {string[]} those of the workspace, else those this user has named before */
const categories = () => workspace.value?.rules?.closing_categories ?? JSON.parse(localStorage.getItem(CATEGORIES) ?? "[]");

/** @param {{head: Conversation, done: (answer?: any) => void}} props */
function Close({ head, done }) {
  const rules = workspace.value?.rules ?? {};
  const [status, setStatus] = useState(statuses().find(closes) ?? "closed");
  const [category, setCategory] = useState("");
  const [summary, setSummary] = useState("");
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const words = { ...(category.trim() && { category: category.trim() }), ...(summary.trim() && { summary: summary.trim() }) };
      learn(closes(status) ? await post(`/v1/conversations/${head.id}/close`, words) : await post(`/v1/conversations/${head.id}/status`, { status }));
      if (words.category) localStorage.setItem(CATEGORIES, JSON.stringify([...new Set([words.category, ...categories()])].slice(0, CATEGORIES_MAX)));
      done(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
    setBusy(false);
  };
  const shown = statuses().filter((one) => closes(one) || (may("conversation.status") && one !== "new"));
  return html`<${Dialog} title=${t("conversation.close_title")} close=${done}><form class="form" onSubmit=${save}>
    ${head.unreplied > 0 && html`<p class="error-text">${t("conversation.close_unreplied", { n: head.unreplied })}</p>`}
    ${shown.length > 1 && html`<fieldset class="status-choice"><legend>${t("conversation.status")}</legend>${shown.map((one) => html`<label key=${one}><input type="radio" name="status" checked=${status === one} onChange=${() => setStatus(one)} /><span>${statusName(one)}</span></label>`)}</fieldset>`}
    ${closes(status) && rules.closing_category !== "off" && html`<${Category} required=${rules.closing_category === "required"} value=${category} change=${setCategory} />`}
    ${closes(status) && rules.closing_summary !== "off" && html`<label class="field"><span>${t("conversation.summary")}${rules.closing_summary !== "required" && html` <small>${t("conversation.optional")}</small>`}</span>
      <textarea rows="3" dir="auto" autofocus maxlength=${CHARS_MAX} required=${rules.closing_summary === "required"} value=${summary} onInput=${(event) => setSummary(event.currentTarget.value)}
        onKeyDown=${(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.currentTarget.form?.requestSubmit()} /></label>`}
    ${failed && html`<p class="error-text" role="alert">${failed}</p>`}
    <div class="actions"><button type="button" onClick=${() => done()}>${t("common.cancel")}</button>
      <button class="primary" disabled=${busy}>${t(closes(status) ? "conversation.close_do" : "common.save")}</button></div></form><//>`;
}

/** @param {{required: boolean, value: string, change: (value: string) => void}} props */
function Category({ required, value, change }) {
  const fixed = workspace.value?.rules?.closing_categories?.length > 0;
  const label = html`<span>${t("conversation.category")}${!required && html` <small>${t("conversation.optional")}</small>`}</span>`;
  if (fixed) {
    return html`<label class="field">${label}<select required=${required} value=${value} onChange=${(event) => change(event.currentTarget.value)}>
      <option value="">${t("conversation.category_none")}</option>${categories().map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select></label>`;
  }
  return html`<label class="field">${label}<input dir="auto" list="closing-categories" maxlength=${CHARS_MAX} required=${required} value=${value} onInput=${(event) => change(event.currentTarget.value)} />
    <datalist id="closing-categories">${categories().map((one) => html`<option key=${one} value=${one} />`)}</datalist></label>`;
}
