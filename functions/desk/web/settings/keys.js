// Keys for programs that call the API. A key's token is shown once.
import { html, useState } from "../lib/html.js";
import { get, post, remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { exactly, when } from "../lib/format.js";
import { me, nameOf, users } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Dialog, ask, confirmed } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { Choice, Form, Input, Several, Switch, useForm } from "./form.js";
import { Asked, Copied, Page as Frame, useAsked } from "./parts.js";
import { PERMISSIONS, meant } from "./roles.js";

export function Page() {
  const asked = useAsked(async () => (await get("/v1/keys")).items);
  const make = async () => {
    await ask((close) => html`<${Make} close=${close} />`);
    await asked.again();
  };
  const revoke = async (key) => {
    const [title, text] = [t("settings.keys.revoke", { name: key.name }), t("settings.keys.revoke_text")];
    if (!(await confirmed({ title, text, yes: t("settings.keys.revoke_yes"), danger: true }))) return;
    await attempt(async () => {
      await remove(`/v1/keys/${key.id}`);
      toast(t("settings.keys.revoked"), { kind: "success" });
      await asked.again();
    });
  };
  return html`<${Frame} title=${t("settings.sections.keys")} text=${t("settings.keys.text")}
      actions=${html`<button type="button" class="primary" onClick=${make}>
        <${Icon} name="plus" class="small" />${t("settings.keys.make")}</button>`}>
    <${Asked} asked=${asked}>${(items) => (items.length
      ? html`<ul class="settings-rows card" aria-label=${t("settings.sections.keys")}>${items.map((key) => html`<li key=${key.id}>
        <div class="settings-row">
          <${Icon} name="key-round" />
          <span class="grow"><span class="clip name" dir="auto">${key.name}</span>
            <small>${t("settings.keys.of", { who: nameOf(key.user), scopes: reach(key) })}</small>
            <small title=${key.last_used_at && exactly(key.last_used_at)}>${used(key)}</small></span>
          ${key.expires_at && html`<${Expiry} at=${key.expires_at} />`}
          <button type="button" class="danger"
              onClick=${() => revoke(key)}>${t("settings.keys.revoke_yes")}</button></div></li>`)}</ul>`
      : html`<${Empty} icon="key-round" title=${t("settings.keys.none")}><p>${t("settings.keys.none_text")}</p><//>`)}<//>
  <//>`;
}

/** @param {any} key */
const reach = ({ scopes }) => (scopes ? t("settings.keys.some", { n: scopes.length }) : t("settings.keys.all_rights"));
/** @param {any} key */
const used = ({ last_used_at: at }) => (at ? t("settings.keys.used", { when: when(at) }) : t("settings.keys.unused"));

/** @param {{at: string}} props */
const Expiry = ({ at }) => {
  const over = new Date(at).getTime() < Date.now();
  return html`<span class=${over ? "badge bad" : "badge"}>${t(over ? "settings.keys.expired" : "settings.keys.expires", { when: when(at) })}</span>`;
};

const DAYS = [30, 90, 365];

/** @param {{close: () => void}} props */
function Make({ close }) {
  const [made, setMade] = useState(/** @type {any} */ (null));
  const programs = users.value.filter((user) => user.kind !== "person" && user.active);
  const form = useForm({ name: "", user: "", limited: false, scopes: /** @type {string[]} */ ([]), days: "" }, async (_, { name, user, limited, scopes, days }) => {
    const rights = { ...(user ? { user } : {}), ...(limited ? { scopes } : {}) };
    setMade(await post("/v1/keys", { name, ...rights, expires_in_days: days ? Number(days) : null }));
  }, { fresh: true });
  if (made) return html`<${Dialog} title=${t("settings.keys.made")} close=${close}
      actions=${html`<button type="button" class="primary" onClick=${() => close()}>${t("settings.keys.done")}</button>`}>
    <div class="column"><p>${t("settings.keys.once")}</p><${Copied} label=${t("settings.keys.token")} text=${made.token} /></div><//>`;
  const { values, set } = form;
  const mine = me.value?.permissions ?? [];
  const whose = [{ value: "", label: t("settings.keys.mine") }, ...programs.map((user) => ({ value: user.id, label: user.name }))];
  const ends = [{ value: "", label: t("settings.keys.never") }, ...DAYS.map((n) => ({ value: String(n), label: t("settings.keys.days", { n }) }))];
  return html`<${Dialog} title=${t("settings.keys.make")} close=${close} wide>
    <${Form} form=${form} save=${t("settings.keys.make")} always>
      <${Input} form=${form} name="name" label=${t("settings.keys.name")} hint=${t("settings.keys.name_hint")} autofocus maxlength="200"
          autocomplete="off" />
      <div class="two"><${Choice} form=${form} name="user" label=${t("settings.keys.user")}
          hint=${programs.length ? undefined : t("settings.keys.user_hint")} options=${whose} />
        <${Choice} form=${form} name="days" label=${t("settings.keys.expiry")} options=${ends} /></div>
      <${Switch} label=${t("settings.keys.limit")} hint=${t("settings.keys.limit_hint")} checked=${values.limited}
          change=${(on) => set("limited", on)} />
      ${values.limited && Object.entries(PERMISSIONS).map(([group, names]) => {
        const shown = names.filter((name) => mine.includes(name));
        return shown.length > 0 && html`<${Several} key=${group} legend=${t(`settings.roles.groups.${group}`)} columns
            chosen=${values.scopes.filter((name) => shown.includes(name))}
          change=${(chosen) => set("scopes", [...values.scopes.filter((name) => !shown.includes(name)), ...chosen])}
              options=${shown.map((name) => ({ value: name, label: meant(name) }))} />`;
      })}
    <//><//>`;
}
