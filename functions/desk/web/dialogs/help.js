// The help sheet: every key that does something on the screen that is shown.
import { html } from "../lib/html.js";
import { shown, single, tables } from "../lib/keys.js";
import { t } from "../lib/strings.js";
import { Dialog } from "../ui/dialog.js";

/** The tables by their headings, the first registered first. */
function groups() {
  /** @type {Map<string, import("../lib/keys.js").Key[]>} */
  const all = new Map();
  for (const { group, keys } of [...tables.value].reverse()) {
    all.set(group, [...(all.get(group) ?? []), ...keys.filter((key) => !key.hidden)]);
  }
  return [...all];
}

/** A key as it is on keyboards. @param {{of: string}} props */
export const Keys = ({ of }) => html`<span class="key-list">${of.split(" ").map((one, at) => html`${at > 0 && html` <small>${t("shell.then")}</small> `}
  <kbd>${one.replace(/^Arrow/, "").replace(/(^|\+)([a-z])$/, (all, before, letter) => `${before}${letter.toUpperCase()}`)}</kbd>`)}</span>`;

/** @param {{close: () => void}} props */
export const View = ({ close }) => html`<${Dialog} title=${t("shell.keys_help")} close=${close} wide>
  ${!single.value && html`<p>${t("shell.keys_off")}</p>`}
  <div class="key-groups" role="group" aria-label=${t("shell.keys_help")} tabindex="0">${groups().map(([group, keys]) => html`<section key=${group}><h3>${t(group)}</h3>
    <dl>${keys.map((key) => html`<div key=${key.does}><dt>${t(key.does)}</dt><dd><${Keys} of=${shown(key)} /></dd></div>`)}</dl></section>`)}
  </div>
<//>`;
