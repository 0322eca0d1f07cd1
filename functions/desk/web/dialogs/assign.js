// Whose a conversation is: users, the first before all, and the group (R126 to R135).
import { html, useState } from "../lib/html.js";
import { post, Problem } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { groups, learn, may, me, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { People } from "../ui/people.js";

/** @import { Conversation } from "../lib/types.d.ts" */

/** @param {Conversation} head */
export const assign = (head) => ask((close) => html`<${Assign} head=${head} close=${close} />`);

/** @param {{head: Conversation, close: (answer?: any) => void}} props */
function Assign({ head, close }) {
  const [chosen, setChosen] = useState(head.assignees);
  const [group, setGroup] = useState(head.group ?? "");
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const mine = me.value?.user.id ?? "";
  const others = may("assign.others");
  const only = others ? head.visibility : [mine, ...head.assignees];
  const save = async (assignees, force = false) => {
    setBusy(true);
    try {
      const moved = group !== (head.group ?? "") ? { group: group || null } : {};
      learn(await post(`/v1/conversations/${head.id}/assign`, { assignees, ...moved, ...(force && { force }) }));
      close(true);
    } catch (problem) {
      setFailed(problem);
    }
    setBusy(false);
  };
  const actions = html`
    ${head.assignees.length > 0 && html`<button type="button" disabled=${busy} onClick=${() => save([])}>${t("conversation.unassign")}</button>`}
    ${!head.assignees.includes(mine) && html`<button type="button" disabled=${busy} onClick=${() => save([mine])}>${t("conversation.assign_me")}</button>`}
    <span class="grow" />
    <button type="button" class="primary" disabled=${busy} onClick=${() => save(chosen)}>${t("conversation.assign")}</button>`;
  return html`<${Dialog} title=${t("conversation.assign_title")} close=${close} actions=${actions}>
    <div class="form">
      <${People} label=${t("conversation.assign_title")} chosen=${chosen} change=${setChosen} max=${workspace.value?.rules?.assignees_max ?? 1} only=${only} primary />
      ${others && groups.value.length > 0 && html`<label class="field"><span>${t("conversation.group")}</span>
        <select value=${group} onChange=${(event) => setGroup(event.currentTarget.value)}><option value="">${t("conversation.no_group")}</option>
          ${groups.value.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select></label>`}
      ${failed && html`<p class="error-text" role="alert">${inWords(failed)}
        ${failed instanceof Problem && failed.type === "over-cap" && html`<button type="button" class="link" onClick=${() => save(chosen, true)}>${t("conversation.assign_anyway")}</button>`}</p>`}
    </div><//>`;
}
