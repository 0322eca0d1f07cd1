// A chat with a colleague, or a note to oneself (R167, R170).
import { html, useRef, useState } from "../lib/html.js";
import { commandKey, post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { go } from "../lib/router.js";
import { learn, me, users, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { People } from "../ui/people.js";

/** @param {{close: () => void}} props */
export function Colleagues({ close }) {
  const [members, setMembers] = useState(/** @type {string[]} */ ([]));
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const key = useRef(commandKey());
  const several = workspace.value?.rules?.internal_group_chat === true;
  const others = users.value.filter((user) => user.active && user.kind === "person" && user.id !== me.value?.user.id).map((user) => user.id);
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFailed(null);
    try {
      const chat = await post("/v1/internal-chats", { members, content: { type: "text", text: text.trim() } }, { key: key.current });
      learn(chat);
      close();
      go(`/inbox/internal/${chat.id}`);
    } catch (problem) {
      setFailed(problem);
      if (!problem.passing) key.current = commandKey();
    }
    setBusy(false);
  };
  return html`<form class="form" onSubmit=${send}>
    <div class="field"><span>${t("shell.begin_colleagues")}</span>
      <${People} label=${t("shell.begin_colleagues")} chosen=${members} change=${setMembers} max=${several ? undefined : 1} only=${others} />
      <div class="row"><small class="grow">${t("shell.begin_colleagues_hint")}</small>
        ${members.length > 0 && html`<button type="button" class="link" onClick=${() => setMembers([])}>${t("inbox.choose_none")}</button>`}</div></div>
    <label class="field"><span>${t("shell.begin_message")}</span>
      <textarea rows="3" required dir="auto" value=${text} onInput=${(event) => setText(event.currentTarget.value)} /></label>
    ${!!failed && html`<p class="error-text" role="alert">${inWords(failed)}</p>`}
    <div class="actions"><button class="primary" disabled=${busy || !text.trim()}><${Icon} name="send" class="small" />${t("shell.begin_send")}</button></div>
  </form>`;
}
