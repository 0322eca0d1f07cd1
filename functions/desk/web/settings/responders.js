// What answers by itself: in which order, what it says, and when.
import { html } from "../lib/html.js";
import { Problem, get, put } from "../lib/api.js";
import { accounts, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { Chain } from "./chain.js";
import { Choice, Form, Segmented, Switch, useForm } from "./form.js";
import { Hours, usual, wrongIn } from "./hours.js";
import { Asked, Card, Page as Frame, slug, useAsked } from "./parts.js";
import { Words } from "./words.js";
import { unchanged } from "./workspace.js";

async function load() {
  const [said, { hours }, { serving }] = await Promise.all([
    get("/v1/responders"), get("/v1/workspace"), get("/v1/faqs/versions", { query: { limit: 1 } }),
  ]);
  return { said, hours, serving };
}

export function Page() {
  const asked = useAsked(load);
  return html`<${Frame} title=${t("settings.sections.responders")} text=${t("settings.responders.text")}
      actions=${html`<a class="button" href="/settings/test">
        <${Icon} name="flask-conical" class="small" />${t("settings.sections.test")}</a>`}>
    <${Asked} asked=${asked}>${(data) => html`<${Edit} key=${JSON.stringify(data.said)} data=${data} again=${asked.again} />`}<//>
  <//>`;
}

/** @param {any} said */
const opened = (said) => ({
  order: said.order, accounts: said.accounts ?? {}, faqs: said.faqs, sensitivity: said.sensitivity, offer: said.offer ?? null,
  quick_replies: said.quick_replies ?? [], away: said.away ?? null, welcome: said.welcome ?? null,
});

/** @param {Record<string, any>} values as the API takes them: what is not said is not there */
const closed = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/** @param {{data: any, again: () => Promise<void>}} props */
function Edit({ data, again }) {
  const form = useForm(opened(data.said), async (_, values) => {
    const wrong = values.quick_replies.map((reply) => wrongIn(reply.during.custom ?? null)).find(Boolean);
    if (wrong) throw new Problem({ type: "bad-request", status: 400, detail: wrong, field: "quick_replies" });
    unchanged(data.said, await get("/v1/responders"));
    await put("/v1/responders", closed(values));
    await again();
  });
  const { values, set } = form;
  return html`<${Form} form=${form} theirs=${again}>
    <${Card} title=${t("settings.responders.order")} text=${t("settings.responders.order_text")}>
      <${Chain} label=${t("settings.responders.order")} order=${values.order} change=${(order) => set("order", order)} />
      <${Orders} values=${values} set=${set} />
    <//>
    <${Faqs} form=${form} serving=${data.serving} />
    <${QuickReplies} form=${form} />
    <${Said} form=${form} name="away"
        note=${!data.hours && html`<a href="/settings/workspace">${t("settings.responders.no_hours")}</a>`} />
    <${Said} form=${form} name="welcome" />
  <//>`;
}

/** Orders of single accounts. @param {{values: any, set: (name: string, value: any) => void}} props */
function Orders({ values, set }) {
  const own = Object.entries(values.accounts);
  const rest = accounts.value.filter((account) => !values.accounts[account.id]);
  const without = (id) => Object.fromEntries(own.filter(([one]) => one !== id));
  const nameOf = (id) => accounts.value.find((account) => account.id === id)?.name ?? id;
  const add = (event) => {
    const id = event.currentTarget.value;
    event.currentTarget.value = "";
    if (id) set("accounts", { ...values.accounts, [id]: values.order });
  };
  return html`<details class="sub" open=${own.length > 0}><summary>${t("settings.responders.own_orders")}</summary>
    <div class="column">
      ${own.map(([id, order]) => html`<div key=${id} class="column tight">
        <div class="row"><${ChannelIcon} channel=${accounts.value.find((account) => account.id === id)?.channel ?? ""} />
          <h3 class="grow">${nameOf(id)}</h3>
          <button type="button" onClick=${() => set("accounts", without(id))}>${t("settings.responders.same_order")}</button></div>
        <${Chain} label=${nameOf(id)} order=${order} change=${(next) => set("accounts", { ...values.accounts, [id]: next })} /></div>`)}
      ${rest.length > 0 && html`<div class="field"><label for="own-order">${t("settings.responders.add_order")}</label>
        <select id="own-order" class="short" onChange=${add}><option value="">${t("settings.choose")}</option>
          ${rest.map((account) => html`<option key=${account.id} value=${account.id}>${account.name}</option>`)}</select></div>`}
    </div></details>`;
}

const SENSITIVITIES = ["strict", "balanced", "eager"];

/** @param {{form: import("./form.js").Form, serving: number | null}} props */
function Faqs({ form, serving }) {
  const { values, set } = form;
  return html`<${Card} title=${t("settings.responders.faq")}
      actions=${html`<a class="button" href="/settings/faqs">${t("settings.responders.edit_faqs")}</a>`}>
    <${Switch} label=${t("settings.responders.faqs_on")} checked=${values.faqs} change=${(on) => set("faqs", on)}
      hint=${serving === null ? t("settings.responders.none_published") : t("settings.responders.serving", { number: serving })} />
    ${values.faqs && html`
      <${Choice} form=${form} name="sensitivity" label=${t("settings.responders.sensitivity")}
          hint=${t(`settings.responders.${values.sensitivity}_hint`)}
        options=${SENSITIVITIES.map((value) => ({ value, label: t(`settings.responders.${value}`) }))} />
      <${Switch} label=${t("settings.responders.offers")} hint=${t("settings.responders.offers_hint")} checked=${values.offer !== null}
          change=${(on) => set("offer", on ? t("settings.responders.offer_begins") : null)} />
      ${values.offer !== null && html`<${Words} label=${t("settings.responders.offer")} error=${form.errorAt("offer")}
          value=${values.offer} change=${(text) => set("offer", text)} rows=${2} none />`}`}
  <//>`;
}

/** A text that may be there or not. @param {{form: import("./form.js").Form, name: string, note?: any}} props */
function Said({ form, name, note }) {
  const { values, set, errorAt } = form;
  const on = values[name] !== null;
  return html`<${Card} title=${t(`settings.responders.${name}`)}>
    <${Switch} label=${t(`settings.responders.${name}_on`)} hint=${t(`settings.responders.${name}_hint`)} checked=${on}
        change=${(now) => set(name, now ? t(`settings.responders.${name}_begins`) : null)} />
    ${on && note && html`<p class="lead">${note}</p>`}
    ${on && html`<${Words} label=${t("settings.responders.says")} error=${errorAt(name)} value=${values[name]}
        change=${(text) => set(name, text)} />`}
  <//>`;
}

/** @param {{form: import("./form.js").Form}} props */
function QuickReplies({ form }) {
  const { values, set } = form;
  const replies = values.quick_replies;
  const change = (at, changes) => set("quick_replies", replies.map((one, place) => (place === at ? { ...one, ...changes } : one)));
  const add = () => set("quick_replies", [...replies, { id: slug("reply", replies.map((one) => one.id)), text: "", during: "open" }]);
  const swap = (at) => set("quick_replies", replies.map((one, place) => (place === at - 1 ? replies[at] : place === at ? replies[at - 1] : one)));
  return html`<${Card} title=${t("settings.responders.quick_reply")} text=${t("settings.responders.quick_replies_text")}
      actions=${html`<button type="button" disabled=${replies.length >= 20} onClick=${add}>
        <${Icon} name="plus" class="small" />${t("settings.responders.add_reply")}</button>`}>
    ${replies.length === 0 && html`<p class="lead">${t("settings.responders.no_replies")}</p>`}
    ${replies.map((reply, at) => html`<div class="sub" key=${reply.id} role="group"
        aria-label=${t("settings.responders.reply", { number: at + 1 })}>
      <div class="row"><h3 class="grow">${t("settings.responders.reply", { number: at + 1 })}</h3>
        <button type="button" class="icon-button" disabled=${at === 0}
            aria-label=${t("settings.chain.up", { what: t("settings.responders.reply", { number: at + 1 }) })}
            onClick=${() => swap(at)}><${Icon} name="arrow-up" class="small" /></button>
        <button type="button" class="icon-button" aria-label=${t("settings.responders.remove_reply", { number: at + 1 })}
            onClick=${() => set("quick_replies", replies.filter((_, place) => place !== at))}>
            <${Icon} name="trash-2" class="small" /></button></div>
      <${Words} label=${t("settings.responders.says")} error=${form.errorAt(`quick_replies[${at}].text`)} value=${reply.text}
          change=${(text) => change(at, { text })} rows=${2} none />
      <${During} value=${reply.during} change=${(during) => change(at, { during })} />
    </div>`)}
  <//>`;
}

/** @param {{value: any, change: (during: any) => void}} props */
function During({ value, change }) {
  const kind = typeof value === "string" ? value : "custom";
  const options = ["open", "closed", "custom"].map((one) => ({ value: one, label: t(`settings.responders.during_${one}`) }));
  const zone = workspace.value?.time_zone ?? "UTC";
  return html`<${Segmented} label=${t("settings.responders.during")} value=${kind} options=${options}
      change=${(next) => change(next === "custom" ? { custom: usual(zone) } : next)} />
    ${kind === "custom" && html`<${Hours} value=${value.custom} change=${(custom) => change({ custom })} />`}`;
}
