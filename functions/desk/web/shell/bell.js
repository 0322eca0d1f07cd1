// The bell: how much the user was told of that they have not seen; a press shows it.
import { html, useRef, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Later } from "../ui/later.js";
import { useOutside } from "../ui/menu.js";
import { unseen } from "./notice.js";

const told = async () => (await import("../dialogs/told.js")).Told;

export function Bell() {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  useOutside(open, root, setOpen);
  const keys = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  const n = unseen.value;
  const label = n ? t("shell.told_n", { n }) : t("shell.told");
  return html`<div class="bell" ref=${root} onKeyDown=${keys}>
    <button type="button" class="rail-link" aria-label=${label} title=${label} aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <${Icon} name="bell" /><span>${t("shell.told")}</span>${n > 0 && html`<span class="badge strong" aria-hidden="true">${n}</span>`}</button>
    ${open && html`<${Later} load=${told} props=${{ close: () => setOpen(false) }} />`}
  </div>`;
}
