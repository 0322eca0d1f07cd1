// The labels of a conversation.
import { html, useState } from "../lib/html.js";
import { post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { learn } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";

/** @import { Conversation } from "../lib/types.d.ts" */

const USED = "confab.labels";
const USED_MAX = 30;
const CHARS_MAX = 50;

/** Labels that this user has given before. @returns {string[]} */
const used = () => JSON.parse(localStorage.getItem(USED) ?? "[]");

/** @param {Conversation} head */
export const editLabels = (head) => ask((close) => html`<${Labels} head=${head} close=${close} />`);

/** @param {{head: Conversation, close: (answer?: any) => void}} props */
function Labels({ head, close }) {
  const [labels, setLabels] = useState(head.labels);
  const [typed, setTyped] = useState("");
  const [failed, setFailed] = useState("");
  const add = (label) => label.trim() && !labels.includes(label.trim()) && setLabels([...labels, label.trim()]);
  const save = async () => {
    const set = typed.trim() && !labels.includes(typed.trim()) ? [...labels, typed.trim()] : labels;
    try {
      learn(await post(`/v1/conversations/${head.id}/labels`, { set }));
      localStorage.setItem(USED, JSON.stringify([...new Set([...set, ...used()])].slice(0, USED_MAX)));
      close(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  const submit = (event) => {
    event.preventDefault();
    if (!typed.trim()) return void save();
    add(typed);
    setTyped("");
  };
  const others = used().filter((label) => !labels.includes(label) && label.toLocaleLowerCase().includes(typed.trim().toLocaleLowerCase()));
  return html`<${Dialog} title=${t("conversation.labels")} close=${close} actions=${html`
      <button type="button" onClick=${() => close()}>${t("common.cancel")}</button><button type="button" class="primary" onClick=${save}>${t("common.save")}</button>`}>
    <form class="form" onSubmit=${submit}>
      ${labels.length > 0 && html`<div class="chip-row">${labels.map((label) => html`<span class="chip large" key=${label}><span dir="auto">${label}</span>
        <button type="button" class="icon-button" aria-label=${t("conversation.label_remove", { label })} onClick=${() => setLabels(labels.filter((one) => one !== label))}><${Icon} name="x" class="small" /></button></span>`)}</div>`}
      <label class="field"><span>${t("conversation.label_add")}</span><input autofocus dir="auto" maxlength=${CHARS_MAX} value=${typed} onInput=${(event) => setTyped(event.currentTarget.value)} /></label>
      ${others.length > 0 && html`<div class="chip-row" role="group" aria-label=${t("conversation.label_used")}>${others.slice(0, 12).map((label) => html`<button type="button" class="chip large" key=${label} onClick=${() => (add(label), setTyped(""))}><${Icon} name="plus" class="small" /><span dir="auto">${label}</span></button>`)}</div>`}
      ${failed && html`<p class="error-text" role="alert">${failed}</p>`}</form><//>`;
}
