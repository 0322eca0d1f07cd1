// A button that opens a list of things to do: arrow keys, Escape, a click elsewhere.
import { html, useEffect, useId, useRef, useState } from "../lib/html.js";
import { Icon } from "./icon.js";

/**
 * Closes what is open when somebody presses elsewhere.
 * @param {boolean} open @param {{current: HTMLElement | null}} root @param {(open: boolean) => void} setOpen
 */
export function useOutside(open, root, setOpen) {
  useEffect(() => {
    if (!open) return;
    const outside = (event) => !root.current?.contains(event.target) && setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
}

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [icon]
 * @property {() => void} [run]
 * @property {boolean} [chosen]
 * @property {boolean} [danger]
 * @property {boolean} [disabled]
 */

/** @param {{label: string, icon?: string, text?: any, items: Item[], class?: string, end?: boolean}} props */
export function Menu({ label, icon, text, items, class: more = "", end }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  useOutside(open, root, setOpen);
  useEffect(() => {
    if (open) /** @type {HTMLElement | null | undefined} */ (root.current?.querySelector("[role^=menuitem]:not(:disabled)"))?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  const keys = (event) => {
    if (!open) return;
    if (event.key === "Escape" || event.key === "Tab") return event.stopPropagation(), close();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(root.current?.querySelectorAll("[role^=menuitem]:not(:disabled)") ?? [])];
    const at = all.indexOf(/** @type {Element} */ (document.activeElement));
    /** @type {HTMLElement} */ (all[(at + step + all.length) % all.length])?.focus();
  };
  return html`<span class=${`menu ${more}`} ref=${root} onKeyDown=${keys}>
    <button type="button" class=${text ? "" : "icon-button"} aria-label=${text ? undefined : label} title=${label}
        aria-haspopup="menu" aria-expanded=${open} aria-controls=${id} onClick=${() => setOpen(!open)}>
      ${icon && html`<${Icon} name=${icon} />`}${text}
    </button>
    ${open && html`<div class=${end ? "menu-list end" : "menu-list"} role="menu" id=${id} aria-label=${label}>
      ${items.map((item) => html`<button type="button" key=${item.label} role=${item.chosen === undefined ? "menuitem" : "menuitemradio"}
          aria-checked=${item.chosen} disabled=${item.disabled} class=${item.danger ? "danger" : ""} tabindex="-1"
          onClick=${() => (close(), item.run?.())}>
        ${item.icon && html`<${Icon} name=${item.icon} />`}<span>${item.label}</span>${item.chosen && html`<${Icon} name="check" class="end" />`}
      </button>`)}
    </div>`}
  </span>`;
}
