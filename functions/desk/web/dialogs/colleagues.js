// A chat with a colleague, or a note to oneself (R167, R170).
import { html, useRef, useState } from "../lib/html.js";
import { commandKey, post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { go } from "../lib/router.js";
import { learn, me, presences, users, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { Icon } from "../ui/icon.js";

/** @param {{close: () => void}} props */
export function Colleagues({ close }) {
  const [members, setMembers] = useState(/** @type {string[]} */ ([]));
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const key = useRef(commandKey());
  const several = workspace.value?.rules?.internal_group_chat === true;
  const others = users.value.filter((user) => user.active && user.kind === "person" && user.id !== me.value?.user.id);
  const toggle = (id) => setMembers((now) => (now.includes(id) ? now.filter((one) => one !== id) : several ? [...now, id] : [id]));
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
    <fieldset class="field"><legend>${t("shell.begin_colleagues")}</legend>
      <ul class="pick-people">${others.map((user) => {
        const presence = presences.value.get(user.id) ?? "offline";
        return html`<li key=${user.id}><label class="check"><input type="checkbox" checked=${members.includes(user.id)} onChange=${() => toggle(user.id)} />
          <${Avatar} name=${user.name} id=${user.id} presence=${presence} small /><bdi class="clip" dir="auto">${user.name}</bdi>
          <small>${t(`shell.presence_${presence}`)}</small></label></li>`;
      })}</ul><small>${t("shell.begin_colleagues_hint")}</small></fieldset>
    <label class="field"><span>${t("shell.begin_message")}</span>
      <textarea rows="3" required dir="auto" value=${text} onInput=${(event) => setText(event.currentTarget.value)} /></label>
    ${!!failed && html`<p class="error-text" role="alert">${inWords(failed)}</p>`}
    <div class="actions"><button class="primary" disabled=${busy || !text.trim()}><${Icon} name="send" class="small" />${t("shell.begin_send")}</button></div>
  </form>`;
}
