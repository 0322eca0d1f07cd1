// Who is asked first: an order that is changed by dragging or by keys.
import { html, useId, useRef, useState } from "../lib/html.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";

const RESPONDERS = ["faq", "quick_reply", "away", "welcome"];

/** @param {string[]} order @param {number} from @param {number} to */
function moved(order, from, to) {
  const next = [...order];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** @param {{order: string[], change: (order: string[]) => void, label: string}} props */
export function Chain({ order, change, label }) {
  const [said, setSaid] = useState("");
  const dragged = useRef(-1);
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const hint = useId();
  const nameOf = (one) => t(`settings.responders.${one}`);
  const move = (from, to) => {
    if (to < 0 || to >= order.length || from === to) return;
    change(moved(order, from, to));
    setSaid(t("settings.chain.moved", { what: nameOf(order[from]), place: to + 1, of: order.length }));
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (list.current?.children[to]?.querySelector(".grip"))?.focus());
  };
  const keys = (event, at) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) event.preventDefault(), move(at, at + step);
  };
  const out = RESPONDERS.filter((one) => !order.includes(one));
  return html`<div class="column tight">
    <small id=${hint}>${t("settings.chain.hint")}</small>
    <ol class="chain" aria-label=${label} ref=${list}>${order.map((one, at) => html`
      <li key=${one} draggable onDragStart=${() => (dragged.current = at)}
          onDragOver=${(event) => event.preventDefault()} onDrop=${(event) => (event.preventDefault(), move(dragged.current, at))}>
        <button type="button" class="icon-button grip" aria-label=${t("settings.chain.move", { what: nameOf(one), place: at + 1 })}
            aria-describedby=${hint} onKeyDown=${(event) => keys(event, at)}><${Icon} name="grip-vertical" class="small" /></button>
        <span class="badge">${at + 1}</span>
        <span class="grow"><b>${nameOf(one)}</b><small>${t(`settings.responders.${one}_hint`)}</small></span>
        <button type="button" class="icon-button" disabled=${at === 0} aria-label=${t("settings.chain.up", { what: nameOf(one) })}
            onClick=${() => move(at, at - 1)}><${Icon} name="arrow-up" class="small" /></button>
        <button type="button" class="icon-button" disabled=${at === order.length - 1}
            aria-label=${t("settings.chain.down", { what: nameOf(one) })} onClick=${() => move(at, at + 1)}>
            <${Icon} name="arrow-down" class="small" /></button>
        <button type="button" class="icon-button" aria-label=${t("settings.chain.out", { what: nameOf(one) })}
            title=${t("settings.chain.out", { what: nameOf(one) })} onClick=${() => change(order.filter((other) => other !== one))}>
            <${Icon} name="x" class="small" /></button>
      </li>`)}</ol>
    ${out.length > 0 && html`<div class="row wrap">${out.map((one) => html`
      <button type="button" key=${one} onClick=${() => change([...order, one])}>
        <${Icon} name="plus" class="small" />${nameOf(one)}</button>`)}</div>`}
    <span class="sr-only" role="status">${said}</span>
  </div>`;
}
