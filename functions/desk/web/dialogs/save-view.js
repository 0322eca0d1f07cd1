// Asks for the name of a saved view, and who has it.
import { html, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Dialog } from "../ui/dialog.js";

const NAME_MAX = 60;

/** @param {{title: string, name?: string, shared?: boolean, mayShare: boolean, close: (answer?: any) => void}} props */
export function SaveView({ title, name: before = "", shared: had = false, mayShare, close }) {
  const [name, setName] = useState(before);
  const [shared, setShared] = useState(had);
  const done = (event) => {
    event.preventDefault();
    if (name.trim()) close({ name: name.trim(), shared });
  };
  return html`<${Dialog} title=${title} close=${close} actions=${html`
      <button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button class="primary" form="save-view" disabled=${!name.trim()}>${t("common.save")}</button>`}>
    <form id="save-view" class="form" onSubmit=${done}>
      <label class="field"><span>${t("inbox.view_name")}</span>
        <input value=${name} maxlength=${NAME_MAX} required autofocus dir="auto" onInput=${(event) => setName(event.currentTarget.value)} /></label>
      ${(mayShare || had) && html`<label class="check"><input type="checkbox" checked=${shared}
        onChange=${(event) => setShared(event.currentTarget.checked)} />${t("inbox.view_shared")}</label>`}
    </form>
  <//>`;
}
