// What is done with a conversation now and then: handing over, reading for others, deleting.
import { html, useState } from "../lib/html.js";
import { post, remove } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { go, parts } from "../lib/router.js";
import { forget, learn, me, nameOf, users, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { People } from "../ui/people.js";
import { toast } from "../ui/toast.js";
import { titleOf } from "../conversation/head.js";
import { apart } from "../conversation/words.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/**
 * A dialog with a form; what goes wrong is said in it.
 * @param {{title: string, yes: string, danger?: boolean, ready?: boolean, close: (answer?: any) => void, run: () => Promise<any>, children?: any}} props
 */
function Asking({ title, yes, danger, ready = true, close, run, children }) {
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await run();
      close(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
    setBusy(false);
  };
  return html`<${Dialog} title=${title} close=${close}><form class="form" onSubmit=${submit}>${children}
    ${failed && html`<p class="error-text" role="alert">${failed}</p>`}
    <div class="actions"><button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button class=${danger ? "danger primary" : "primary"} disabled=${busy || !ready}>${yes}</button></div></form><//>`;
}

/** A program gives the conversation to people. @param {Conversation} head */
export const handoff = (head) => ask((close) => html`<${Handoff} head=${head} close=${close} />`);

function Handoff({ head, close }) {
  const [reason, setReason] = useState("");
  const run = async () => learn(await post(`/v1/conversations/${head.id}/handoff`, reason.trim() ? { reason: reason.trim() } : {}));
  return html`<${Asking} title=${t("conversation.handoff")} yes=${t("conversation.handoff_do")} close=${close} run=${run}>
    <label class="field"><span>${t("conversation.reason")} <small>${t("conversation.optional")}</small></span><textarea rows="2" dir="auto" autofocus value=${reason} onInput=${(event) => setReason(event.currentTarget.value)} /></label><//>`;
}

/** A person gives it to a program. @param {Conversation} head */
export const handBack = (head) => ask((close) => html`<${HandBack} head=${head} close=${close} />`);

function HandBack({ head, close }) {
  const programs = users.value.filter((user) => user.active && user.kind !== "person");
  const [to, setTo] = useState(programs[0]?.id ?? "");
  const none = !programs.length && !workspace.value?.rules?.ai_agent;
  const run = async () => learn(await post(`/v1/conversations/${head.id}/hand-back`, to ? { to } : {}));
  return html`<${Asking} title=${t("conversation.hand_back")} yes=${t("conversation.hand_back_do")} ready=${!none} close=${close} run=${run}>
    ${none ? html`<p>${t("conversation.no_programs")}</p>` : html`<label class="field"><span>${t("conversation.hand_back_to")}</span>
      <select value=${to} onChange=${(event) => setTo(event.currentTarget.value)}>${programs.map((user) => html`<option key=${user.id} value=${user.id}>${user.name}</option>`)}</select></label>`}<//>`;
}

/** R145. @param {Conversation} head */
export const overrideRead = (head) => ask((close) => html`<${Override} head=${head} close=${close} />`);

function Override({ head, close }) {
  const others = users.value.map((user) => user.id).filter((user) => user !== me.value?.user.id);
  const [who, setWho] = useState(head.assignees.filter((user) => others.includes(user)).slice(0, 1));
  const [read, setRead] = useState(true);
  const name = who[0] ? apart(nameOf(who[0])) : "";
  const run = async () => {
    await post(`/v1/conversations/${head.id}/read-override`, { user: who[0], read, confirm: true });
    toast(t(read ? "conversation.override_read_done" : "conversation.override_unread_done", { who: name }), { kind: "success" });
  };
  const choice = (value, words) => html`<label class="check"><input type="radio" name="read" checked=${read === value} onChange=${() => setRead(value)} /><span>${t(words)}</span></label>`;
  return html`<${Asking} title=${t("conversation.read_override")} yes=${t("conversation.override_do")} danger ready=${who.length === 1} close=${close} run=${run}>
    <p>${t("conversation.override_hint")}</p><${People} label=${t("conversation.read_override")} chosen=${who} change=${setWho} max=${1} only=${others} />
    <div>${choice(true, "conversation.override_read")}${choice(false, "conversation.override_unread")}</div>
    ${name && html`<p><strong>${t(read ? "conversation.override_confirm_read" : "conversation.override_confirm_unread", { who: name })}</strong></p>`}<//>`;
}

/** @param {Conversation} head */
export const removeConversation = (head) => ask((close) => html`<${Remove} head=${head} close=${close} />`);

function Remove({ head, close }) {
  const [typed, setTyped] = useState("");
  const title = titleOf(head);
  const run = async () => {
    await remove(`/v1/conversations/${head.id}`);
    forget(head.id);
    go(`/inbox/${parts.value[1] ?? "all"}`);
  };
  const word = t("conversation.delete_word");
  return html`<${Asking} title=${t("conversation.delete")} yes=${t("common.delete")} danger ready=${typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase()} close=${close} run=${run}>
    <p>${t("conversation.delete_hint", { who: apart(title) })}</p>
    <label class="field"><span>${t("conversation.delete_type", { word })}</span><input autofocus autocomplete="off" value=${typed} onInput=${(event) => setTyped(event.currentTarget.value)} /></label><//>`;
}
