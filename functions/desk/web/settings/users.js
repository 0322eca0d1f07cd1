// Users: who is here, inviting, their roles, groups and licences.
import { html, useState } from "../lib/html.js";
import { get, patch, post } from "../lib/api.js";
import { go } from "../lib/router.js";
import { groups, me, presences, users } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { confirmed } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { Choice, Form, Input, Several, Toggle, useForm } from "./form.js";
import { Asked, Card, Page as Frame, Rows, Search, finds, useAsked } from "./parts.js";

/** What the page shows, as it is now. */
async function everybody() {
  const [people, roles, teams] = await Promise.all([get("/v1/users"), get("/v1/roles"), get("/v1/groups")]);
  users.value = people.items;
  groups.value = teams.items;
  return { users: people.items, roles: roles.items, groups: teams.items };
}

/** @param {{at: string[]}} props */
export function Page({ at: [id] }) {
  const asked = useAsked(everybody);
  return html`<${Asked} asked=${asked}>${(data) => {
    if (id === "new") return html`<${Invite} data=${data} saved=${asked.again} />`;
    const found = data.users.find((user) => user.id === id);
    if (found) return html`<${Edit} key=${id} user=${found} data=${data} saved=${asked.again} />`;
    return html`<${All} data=${data} />`;
  }}<//>`;
}

/** @param {{data: any}} props */
function All({ data }) {
  const [q, setQ] = useState("");
  const roleOf = new Map(data.roles.map((role) => [role.id, role.name]));
  const wanted = finds(q);
  const shown = data.users.filter((user) => wanted(user.name, user.email, user.id, roleOf.get(user.role)));
  const sorted = [...shown].sort((one, other) => Number(other.active) - Number(one.active) || one.name.localeCompare(other.name));
  return html`<${Frame} title=${t("settings.sections.users")} text=${t("settings.users.text")}
      actions=${html`<a class="button primary" href="/settings/users/new">
        <${Icon} name="user-plus" class="small" />${t("settings.users.invite")}</a>`}>
    ${data.users.length > 8 && html`<${Search} label=${t("settings.users.search")} value=${q} change=${setQ} />`}
    ${sorted.length
      ? html`<${Rows} label=${t("settings.sections.users")} items=${sorted.map((user) => ({
        id: user.id, href: `/settings/users/${encodeURIComponent(user.id)}`, name: user.name, text: user.email || user.id, dim: !user.active,
        mark: html`<${Avatar} name=${user.name} presence=${user.active && presences.value.get(user.id)} small />`, end: html`<${Marks} user=${user}
            role=${roleOf.get(user.role) ?? user.role} />`,
      }))} />`
      : html`<${Empty} icon="users" title=${t("settings.nothing_found")} />`}
  <//>`;
}

/** @param {{user: any, role: string}} props */
const Marks = ({ user, role }) => html`<span class="settings-marks">
  ${user.kind !== "person" && html`<span class="badge">${t(`settings.users.kind_${user.kind}`)}</span>`}
  ${!user.active && html`<span class="badge warn">${t("settings.users.inactive")}</span>`}
  ${user.active && !user.licensed && html`<span class="badge warn">${t("settings.users.unlicensed")}</span>`}
  <span class="chip"><span>${role}</span></span></span>`;

const KINDS = ["person", "ai", "bot"];
const kinds = () => KINDS.map((value) => ({ value, label: t(`settings.users.kind_${value}`) }));
/** @param {any[]} items */
const named = (items) => items.map(({ id, name }) => ({ value: id, label: name }));

/** @param {{form: import("./form.js").Form, data: any}} props */
const Place = ({ form, data }) => html`
  <${Choice} form=${form} name="role" label=${t("settings.users.role")} hint=${t("settings.users.role_hint")}
      options=${named(data.roles)} />
  ${data.groups.length > 0 && html`<${Several} legend=${t("settings.users.groups")} hint=${t("settings.users.groups_hint")}
      chosen=${form.values.groups}
    change=${(chosen) => form.set("groups", chosen)} options=${named(data.groups)} columns />`}
  <${Toggle} form=${form} name="licensed" label=${t("settings.users.licensed")} hint=${t("settings.users.licensed_hint")} />`;

/** @param {{data: any, saved: () => void}} props */
function Invite({ data, saved }) {
  const role = data.roles.find((one) => one.id === "agent") ?? data.roles[data.roles.length - 1];
  const form = useForm({ name: "", email: "", kind: "person", id: "", role: role?.id, groups: [], licensed: true }, async (_, values) => {
    const { id, ...others } = values;
    const made = await post("/v1/users", id ? values : others);
    await saved();
    setTimeout(() => go(`/settings/users/${encodeURIComponent(made.id)}`));
  }, { fresh: true });
  const person = form.values.kind === "person";
  return html`<${Frame} title=${t("settings.users.invite")} text=${t("settings.users.invite_text")} back="/settings/users">
    <${Form} form=${form} save=${t("settings.users.invite")} always><${Card}>
      <${Choice} form=${form} name="kind" label=${t("settings.users.kind")} hint=${t("settings.users.kind_hint")} options=${kinds()} />
      <${Input} form=${form} name="name" label=${t("settings.users.name")} autocomplete="off" maxlength="200" />
      <${Input} form=${form} name="email" type="email" dir="ltr"
          label=${person ? t("settings.users.email") : t("settings.optional", { label: t("settings.users.email") })}
          hint=${t("settings.users.email_hint")} autocomplete="off" />
      ${!person && html`<${Input} form=${form} name="id" label=${t("settings.users.id")} hint=${t("settings.users.id_hint")} dir="ltr"
          spellcheck=${false} />`}
      <${Place} form=${form} data=${data} />
    <//><//>
  <//>`;
}

/** What may be changed of a user. @param {any} user */
const editable = ({ name, email, kind, role, groups, licensed, active }) => ({ name, email, kind, role, groups, licensed, active });

/** @param {{user: any, data: any, saved: () => void}} props */
function Edit({ user, data, saved }) {
  const { name, kind } = user;
  const own = user.id === me.value?.user.id;
  const form = useForm(editable(user), async (changes) => {
    if (changes.active === false && !(await leaves(name))) return false;
    const said = await patch(`/v1/users/${encodeURIComponent(user.id)}`, changes);
    saved();
    return editable(said);
  });
  return html`<${Frame} title=${name} text=${t("settings.users.called", { id: user.id })} back="/settings/users"
      actions=${html`<${Avatar} name=${name} />`}>
    <${Form} form=${form}>
      <${Card}>
        <${Input} form=${form} name="name" label=${t("settings.users.name")} maxlength="200" />
        <${Input} form=${form} name="email" type="email" dir="ltr" label=${t("settings.users.email")}
            hint=${t("settings.users.email_hint")} />
        ${kind !== "person" && html`<${Choice} form=${form} name="kind" label=${t("settings.users.kind")} options=${kinds()} />`}
      <//>
      <${Card} title=${t("settings.users.rights")}>
        <${Place} form=${form} data=${data} />
        <${Toggle} form=${form} name="active" label=${t("settings.users.active")}
            hint=${own ? t("settings.users.own_hint") : t("settings.users.active_hint")} />
      <//>
    <//>
  <//>`;
}

/** @param {string} name */
const leaves = (name) => confirmed({
  title: t("settings.users.deactivate", { name }), text: t("settings.users.deactivate_text"), yes: t("settings.users.deactivate_yes"), danger: true,
});
