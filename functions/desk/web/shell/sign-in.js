// The page for whoever is not signed in, and the one for when nothing works.
import { html, useState } from "../lib/html.js";
import { lastWorkspace, signIn } from "../lib/auth.js";
import { attempt, inWords } from "../lib/commands.js";
import { t } from "../lib/strings.js";
import { Toasts } from "../ui/toast.js";
import { Logo } from "./logo.js";

export function SignIn() {
  const [workspace, setWorkspace] = useState(lastWorkspace());
  const [going, setGoing] = useState(false);
  const go = async (event) => {
    event.preventDefault();
    setGoing(true);
    await attempt(() => signIn(workspace.trim()));
    setGoing(false);
  };
  return html`<main class="sign-in">
    <form class="card" onSubmit=${go}>
      <h1><${Logo} /></h1>
      <p class="tagline">${t("shell.tagline")}</p>
      <button class="primary large" autofocus disabled=${going}>${t("shell.sign_in")}</button>
      <details open=${!!lastWorkspace()}><summary>${t("shell.workspace_other")}</summary>
      <label class="field"><span>${t("shell.workspace")}</span>
        <input name="workspace" autocomplete="organization" autocapitalize="none" spellcheck=${false} value=${workspace}
          onInput=${(event) => setWorkspace(event.currentTarget.value)} />
        <small>${t("shell.workspace_hint")}</small></label></details>
    </form>
    <${Toasts} />
  </main>`;
}

/** @param {{failed: unknown, again: () => void}} props */
export function Broken({ failed, again }) {
  return html`<main class="sign-in"><div class="card" role="alert">
    <${Logo} />
    <h1>${t("shell.failed")}</h1>
    <p>${inWords(failed)}</p>
    <button class="primary" onClick=${again}>${t("common.try_again")}</button>
  </div></main>`;
}
