// The dialog in which a template is chosen.
import { html, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";
import { TemplateForm } from "./template-form.js";

/** @import { Account } from "../lib/types.d.ts" */

/** @param {Account | undefined} account @param {(content: any) => Promise<boolean>} send */
export const chooseTemplate = (account, send) => ask((close) => html`<${Chooser} account=${account} send=${send} close=${close} />`);

/** @param {{account: Account | undefined, send: (content: any) => Promise<boolean>, close: (answer?: any) => void}} props */
function Chooser({ account, send, close }) {
  const [busy, setBusy] = useState(false);
  const go = (content) => {
    setBusy(true);
    void send(content);
    close(true);
  };
  return html`<${Dialog} title=${t("composer.choose_template")} close=${close}>
    <${TemplateForm} account=${account} templates=${account ? account.templates : null} busy=${busy} onSend=${go} /><//>`;
}
