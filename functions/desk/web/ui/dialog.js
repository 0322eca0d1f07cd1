// Dialogs: the browser's own, so that focus, Escape and the backdrop are as users know them.
import { html, signal, useEffect, useRef } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "./icon.js";

/** @type {import("../vendor/signals.js").Signal<{id: number, view: (close: (answer?: any) => void) => any}[]>} */
const open = signal([]);
let last = 0;

/**
 * Shows a dialog and waits for its answer: undefined if it was left.
 * @param {(close: (answer?: any) => void) => any} view @returns {Promise<any>}
 */
export function ask(view) {
  const id = ++last;
  return new Promise((resolve) => {
    const close = (answer) => {
      open.value = open.value.filter((one) => one.id !== id);
      resolve(answer);
    };
    open.value = [...open.value, { id, view: () => view(close) }];
  });
}

/** Where dialogs appear. */
export function Dialogs() {
  return html`${open.value.map(({ id, view }) => html`<div key=${id}>${view(() => {})}</div>`)}`;
}

/**
 * @param {{title: string, close: (answer?: any) => void, children?: any, actions?: any, wide?: boolean}} props
 */
export function Dialog({ title, close, children, actions, wide }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    box.current?.showModal();
    if (box.current?.querySelector("[autofocus]")) return;
    /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector(".dialog-body :is(input, select, textarea)"))?.focus();
  }, []);
  return html`<dialog ref=${box} class=${wide ? "dialog wide" : "dialog"} aria-label=${title}
      onCancel=${(event) => (event.preventDefault(), close())}
      onMouseDown=${(event) => event.target === box.current && close()}>
    <div class="dialog-box">
      <header><h2>${title}</h2>
        <button type="button" class="icon-button" aria-label=${t("common.close")} onClick=${() => close()}><${Icon} name="x" /></button>
      </header>
      <div class="dialog-body">${children}</div>
      ${actions && html`<footer>${actions}</footer>`}
    </div>
  </dialog>`;
}

/**
 * Asks whether to do something. @param {{title: string, text: string, yes: string, danger?: boolean}} what
 * @returns {Promise<boolean>}
 */
export async function confirmed({ title, text, yes, danger }) {
  const answer = await ask((close) => html`<${Dialog} title=${title} close=${close} actions=${html`
      <button type="button" onClick=${() => close(false)}>${t("common.cancel")}</button>
      <button type="button" autofocus class=${danger ? "danger" : "primary"} onClick=${() => close(true)}>${yes}</button>`}>
    <p>${text}</p>
  <//>`);
  return answer === true;
}
