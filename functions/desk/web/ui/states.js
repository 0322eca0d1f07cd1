// What stands where something would: nothing yet, nothing there, something wrong.
import { html, useEffect, useRef } from "../lib/html.js";
import { inWords, remedy } from "../lib/commands.js";
import { onReturn } from "../lib/live.js";
import { t } from "../lib/strings.js";
import { Icon } from "./icon.js";

/** @param {{label?: string}} props */
export const Loading = ({ label = t("common.loading") }) =>
  html`<div class="state" role="status"><span class="spinner" aria-hidden="true" /><span class="sr-only">${label}</span></div>`;

/** @param {{icon: string, title: string, children?: any}} props */
export const Empty = ({ icon, title, children }) =>
  html`<div class="state"><${Icon} name=${icon} class="big" /><p class="title">${title}</p>${children}</div>`;

/**
 * What was not to be had is asked for again as soon as the server is back.
 * @param {{failed: unknown, again: () => void}} props
 */
export function Failure({ failed, again }) {
  const latest = useRef(again);
  latest.current = again;
  const help = remedy(failed, again) ?? { label: t("common.try_again"), run: again };
  useEffect(() => (help.run === again ? onReturn(() => latest.current()) : undefined), [failed]);
  return html`<div class="state" role="alert">
    <${Icon} name="triangle-alert" class="big" />
    <p class="title">${inWords(failed)}</p>
    <button type="button" onClick=${help.run}>${help.label}</button>
  </div>`;
}
