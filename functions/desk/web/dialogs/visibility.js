// Who sees a conversation (R130 to R132).
import { html, useState } from "../lib/html.js";
import { post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { learn, me } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { People } from "../ui/people.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/** @param {Conversation} head */
export const setVisibility = (head) => ask((close) => html`<${Visibility} head=${head} close=${close} />`);

/** @param {{head: Conversation, close: (answer?: any) => void}} props */
function Visibility({ head, close }) {
  const [only, setOnly] = useState(head.visibility !== null);
  const [users, setUsers] = useState(head.visibility ?? [...new Set([me.value?.user.id ?? "", ...head.assignees])]);
  const [failed, setFailed] = useState("");
  const save = async () => {
    try {
      learn(await post(`/v1/conversations/${head.id}/visibility`, { users: only ? users : null }));
      close(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  const lost = only ? head.assignees.filter((user) => !users.includes(user)) : [];
  const choice = (value, words) => html`<label class="check"><input type="radio" name="who" checked=${only === value} onChange=${() => setOnly(value)} /><span>${t(words)}</span></label>`;
  return html`<${Dialog} title=${t("conversation.visibility")} close=${close} actions=${html`
      <button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button type="button" class="primary" disabled=${only && !users.length} onClick=${save}>${t("common.save")}</button>`}>
    <div class="form"><div>${choice(false, "conversation.seen_by_group")}${choice(true, "conversation.seen_by_some")}</div>
      ${only && html`<${People} label=${t("conversation.seen_by_some")} chosen=${users} change=${setUsers} />`}
      ${lost.length > 0 && html`<p class="error-text">${t("conversation.loses_assignees", { n: lost.length })}</p>`}
      ${failed && html`<p class="error-text" role="alert">${failed}</p>`}</div><//>`;
}
