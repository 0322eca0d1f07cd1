// What stands where something would: nothing yet, nothing there, something wrong.
import { html } from "../lib/html.js";
import { inWords } from "../lib/commands.js";
import { t } from "../lib/strings.js";
import { Icon } from "./icon.js";

/** @param {{label?: string}} props */
export const Loading = ({ label = t("common.loading") }) =>
  html`<div class="state" role="status"><span class="spinner" aria-hidden="true" /><span class="sr-only">${label}</span></div>`;

/** @param {{icon: string, title: string, children?: any}} props */
export const Empty = ({ icon, title, children }) =>
  html`<div class="state"><${Icon} name=${icon} class="big" /><p class="title">${title}</p>${children}</div>`;

/** @param {{failed: unknown, again?: () => void}} props */
export const Failure = ({ failed, again }) => html`<div class="state" role="alert">
  <${Icon} name="triangle-alert" class="big" />
  <p class="title">${inWords(failed)}</p>
  ${again && html`<button type="button" onClick=${again}>${t("common.try_again")}</button>`}
</div>`;
