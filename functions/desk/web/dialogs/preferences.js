// What somebody likes on this browser: theme, notices, keys.
import { html, useState } from "../lib/html.js";
import { single } from "../lib/keys.js";
import { t } from "../lib/strings.js";
import { choose, theme } from "../lib/theme.js";
import { Dialog } from "../ui/dialog.js";
import { wants } from "../shell/notice.js";
import { sound } from "./ring.js";

/** @param {{kept: import("../vendor/signals.js").Signal<boolean>, words: string, disabled?: boolean, children?: any}} props */
const Switch = ({ kept, words, disabled, children }) => html`<div class="row"><label class="check grow">
  <input type="checkbox" role="switch" checked=${kept.value} disabled=${disabled}
    onChange=${(event) => (kept.value = event.currentTarget.checked)} />${t(`shell.${words}`)}</label>${children}</div>`;

/** Desktop notifications: the browser is asked when somebody switches them on, never before. */
function Desktop() {
  const there = "Notification" in globalThis;
  const [allowed, setAllowed] = useState(there ? Notification.permission : "denied");
  const change = async (event) => {
    const on = event.currentTarget.checked;
    wants.desktop.value = on;
    if (on && allowed === "default") setAllowed(await Notification.requestPermission());
  };
  const refused = allowed === "denied";
  return html`<div><label class="check"><input type="checkbox" role="switch" checked=${wants.desktop.value && !refused}
      disabled=${refused} onChange=${change} />${t("shell.pref_desktop")}</label>
    ${refused && html`<small>${t(there ? "shell.pref_desktop_denied" : "shell.pref_desktop_none")}</small>`}</div>`;
}

/** @param {{close: () => void}} props */
export const View = ({ close }) => html`<${Dialog} title=${t("shell.preferences")} close=${close}>
  <form class="form" onSubmit=${(event) => event.preventDefault()}>
    <label class="field"><span>${t("shell.pref_theme")}</span>
      <select value=${theme.value} onChange=${(event) => choose(event.currentTarget.value)}>
        ${["auto", "light", "dark"].map((one) => html`<option key=${one} value=${one}>${t(`shell.theme_${one}`)}</option>`)}</select></label>
    <${Desktop} />
    <${Switch} kept=${wants.sound} words="pref_sound"><button type="button" onClick=${() => void sound()}>${t("shell.pref_sound_try")}</button><//>
    <${Switch} kept=${wants.badge} words="pref_badge" />
    <${Switch} kept=${single} words="pref_keys" />
  </form>
<//>`;
