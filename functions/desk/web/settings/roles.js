// Roles: named sets of permissions, and which conversations they show.
import { html } from "../lib/html.js";
import { get, put } from "../lib/api.js";
import { go } from "../lib/router.js";
import { me, nameOf, users } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Choice, Form, Input, Several, useForm } from "./form.js";
import { Asked, Card, Delete, Page as Frame, Rows, slug, useAsked } from "./parts.js";

/** All permissions there are, in the groups they are read in. */
export const PERMISSIONS = {
  conversations: ["conversation.read", "conversation.reply", "conversation.status", "conversation.close", "conversation.close.any",
    "conversation.delete", "conversation.visibility", "conversation.see.restricted", "conversation.steal", "transcript.export"],
  team: ["assign.self", "assign.others", "note.write", "internal.chat", "internal.delete", "inbox.others", "read.override", "view.share"],
  contacts: ["contact.edit", "contact.block", "contact.merge", "consent.upload", "campaign.send", "invoice.manage"],
  answers: ["snippet.manage", "faq.manage"],
  workspace: ["settings.manage", "accounts.read", "accounts.manage", "users.manage", "groups.manage", "roles.manage", "keys.manage", "audit.read"],
};
const SEES = ["all", "team", "own", "nothing"];

/** A permission in words. @param {string} name */
export const meant = (name) => {
  const key = `settings.permissions.${name.replaceAll(".", "_")}`;
  return known(key) ? t(key) : name;
};

/** @param {string} id */
const pathOf = (id) => `/v1/roles/${encodeURIComponent(id)}`;

/** @param {{at: string[]}} props */
export function Page({ at: [id] }) {
  const asked = useAsked(async () => (await get("/v1/roles")).items);
  return html`<${Asked} asked=${asked}>${(items) => {
    const found = items.find((role) => role.id === id);
    if (found || id === "new") return html`<${Edit} key=${id} role=${found} all=${items} saved=${asked.again} />`;
    return html`<${All} items=${items} />`;
  }}<//>`;
}

/** @param {string} id */
const holders = (id) => users.value.filter((user) => user.role === id);

/** @param {{items: any[]}} props */
const All = ({ items }) => html`<${Frame} title=${t("settings.sections.roles")} text=${t("settings.roles.text")}
    actions=${html`<a class="button primary" href="/settings/roles/new">
      <${Icon} name="plus" class="small" />${t("settings.roles.add")}</a>`}>
  <${Rows} label=${t("settings.sections.roles")} items=${items.map((role) => ({
    id: role.id, href: `/settings/roles/${encodeURIComponent(role.id)}`, name: role.name, mark: html`<${Icon} name="shield" />`,
    text: `${t("settings.roles.may", { n: role.permissions.length })} · ${t(`settings.roles.sees_${role.sees}`)}`,
    end: html`<span class="badge">${t("settings.roles.users", { n: holders(role.id).length })}</span>`,
  }))} />
<//>`;

/** Permissions by group, with those this page has no words for at the end. @param {string[]} others */
function grouped(others) {
  const listed = Object.values(PERMISSIONS).flat();
  const more = others.filter((name) => !listed.includes(name));
  return Object.entries(more.length ? { ...PERMISSIONS, more } : PERMISSIONS);
}

/** @param {{role?: any, all: any[], saved: () => Promise<void>}} props */
function Edit({ role, all, saved }) {
  const mine = me.value?.permissions ?? [];
  const there = new Set([...all.flatMap((one) => one.permissions), ...mine]);
  const form = useForm({ name: role?.name ?? "", sees: role?.sees ?? "team", permissions: role?.permissions ?? ["conversation.read"] }, async (_, values) => {
    const id = role?.id ?? slug(values.name, all.map((one) => one.id));
    await put(pathOf(id), values);
    me.value = await get("/v1/me");
    await saved();
    if (!role) setTimeout(() => go(`/settings/roles/${encodeURIComponent(id)}`, { replace: true }));
  }, { fresh: !role });
  const { values, set } = form;
  const held = role ? holders(role.id) : [];
  const choose = (names, chosen) => set("permissions", [...values.permissions.filter((name) => !names.includes(name)), ...chosen]);
  const end = role && html`<${Delete} section="roles" words=${{ name: role.name }} path=${pathOf(role.id)} saved=${saved}
      disabled=${held.length > 0} />`;
  return html`<${Frame} title=${role?.name ?? t("settings.roles.add")} text=${t("settings.roles.edit_text")} back="/settings/roles">
    <${Form} form=${form} always=${!role} aside=${end}>
      <${Card}>
        <${Input} form=${form} name="name" label=${t("settings.roles.name")} maxlength="200" />
        <${Choice} form=${form} name="sees" label=${t("settings.roles.sees")} hint=${t("settings.roles.sees_hint")}
            options=${SEES.map((value) => ({ value, label: t(`settings.roles.sees_${value}`) }))} />
        ${held.length > 0 && html`<p class="lead">${t("settings.roles.held", { names: held.map((user) => nameOf(user.id)).join(", ") })}</p>`}
      <//>
      <${Card} title=${t("settings.roles.permissions")} text=${t("settings.roles.permissions_text")}>
        ${grouped(values.permissions).map(([group, names]) => {
          const shown = names.filter((name) => there.has(name));
          return shown.length > 0 && html`<${Several} key=${group} legend=${t(`settings.roles.groups.${group}`)} columns
            chosen=${values.permissions.filter((name) => shown.includes(name))} change=${(chosen) => choose(shown, chosen)}
            options=${shown.map((name) => ({ value: name, label: meant(name), disabled: !mine.includes(name) }))} />`;
        })}
      <//>
    <//>
  <//>`;
}
