// Groups: teams with their accounts, members and hours.
import { html, useState } from "../lib/html.js";
import { Problem, get, patch, put } from "../lib/api.js";
import { go } from "../lib/router.js";
import { accounts, groups, may, users, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { Form, Input, Several, useForm } from "./form.js";
import { wrongIn } from "./hours.js";
import { Asked, Card, Delete, Page as Frame, Rows, slug, useAsked } from "./parts.js";
import { Always } from "./workspace.js";

async function all() {
  const [teams, people] = await Promise.all([get("/v1/groups"), get("/v1/users")]);
  groups.value = teams.items;
  users.value = people.items;
  return teams.items;
}

/** @param {string} id */
const membersOf = (id) => users.value.filter((user) => user.groups.includes(id));

/** @param {string} id */
const pathOf = (id) => `/v1/groups/${encodeURIComponent(id)}`;

/** @param {{at: string[]}} props */
export function Page({ at: [id] }) {
  const asked = useAsked(all);
  return html`<${Asked} asked=${asked}>${(items) => {
    const found = items.find((group) => group.id === id);
    if (found || id === "new") return html`<${Edit} key=${id} group=${found} saved=${asked.again} />`;
    return html`<${All} items=${items} />`;
  }}<//>`;
}

/** @param {{items: any[]}} props */
function All({ items }) {
  const add = html`<a class="button primary" href="/settings/groups/new">
    <${Icon} name="plus" class="small" />${t("settings.groups.add")}</a>`;
  return html`<${Frame} title=${t("settings.sections.groups")} text=${t("settings.groups.text")} actions=${add}>
    ${items.length
      ? html`<${Rows} label=${t("settings.sections.groups")} items=${items.map((group) => ({
        id: group.id, href: `/settings/groups/${encodeURIComponent(group.id)}`, name: group.name, mark: html`<${Icon} name="users" />`,
        text: t("settings.groups.members_of", { n: membersOf(group.id).length }), end: group.hours && html`<span class="badge">${t("settings.groups.own_hours")}</span>`,
      }))} />`
      : html`<${Empty} icon="users" title=${t("settings.groups.none")}><p>${t("settings.groups.none_text")}</p><//>`}
  <//>`;
}

/** Puts users into a group, and takes others out. @param {string} id @param {string[]} members */
async function move(id, members) {
  for (const user of users.value) {
    const is = user.groups.includes(id);
    const wanted = members.includes(user.id);
    const groups = wanted ? [...user.groups, id] : user.groups.filter((one) => one !== id);
    if (is !== wanted) await patch(`/v1/users/${encodeURIComponent(user.id)}`, { groups });
  }
}

/** Another group that an account's conversations come to. @param {string} account @param {string} [group] */
function elsewhere(account, group) {
  const found = groups.value.find((one) => one.id !== group && one.accounts.includes(account));
  return found && t("settings.groups.also", { group: found.name });
}

/** @param {{group?: any, saved: () => Promise<void>}} props */
function Edit({ group, saved }) {
  const [id] = useState(group?.id);
  const members = group ? membersOf(group.id).map((user) => user.id) : [];
  const loaded = { name: group?.name ?? "", accounts: group?.accounts ?? [], hours: group?.hours ?? null, members };
  const form = useForm(loaded, async (changes, { members, ...values }) => {
    const wrong = wrongIn(values.hours);
    if (wrong) throw new Problem({ type: "bad-request", status: 400, detail: wrong, field: "hours" });
    const named = id ?? slug(values.name, groups.value.map((one) => one.id));
    await put(pathOf(named), values);
    if (changes.members) await move(named, members);
    await saved();
    if (!id) setTimeout(() => go(`/settings/groups/${encodeURIComponent(named)}`, { replace: true }));
  }, { fresh: !group });
  const { values, set } = form;
  const end = group && html`<${Delete} section="groups" words=${{ name: group.name }} path=${pathOf(group.id)} saved=${saved} />`;
  const listed = accounts.value.map((account) => ({
    value: account.id, label: html`<${ChannelIcon} channel=${account.channel} /> ${account.name}`, hint: elsewhere(account.id, group?.id),
  }));
  const people = users.value.filter((user) => user.active || members.includes(user.id)).map(({ id, name }) => ({ value: id, label: name }));
  return html`<${Frame} title=${group?.name ?? t("settings.groups.add")} text=${t("settings.groups.edit_text")} back="/settings/groups">
    <${Form} form=${form} always=${!group} aside=${end}>
      <${Card}>
        <${Input} form=${form} name="name" label=${t("settings.groups.name")} maxlength="200" />
        ${accounts.value.length > 0 && html`<${Several} legend=${t("settings.groups.accounts")}
            hint=${t("settings.groups.accounts_hint")} chosen=${values.accounts} change=${(chosen) => set("accounts", chosen)}
          options=${listed} />`}
      <//>
      ${may("users.manage") && html`<${Card}><${Several} legend=${t("settings.groups.members")} chosen=${values.members}
          change=${(chosen) => set("members", chosen)} columns
        options=${people} /><//>`}
      <${Card} title=${t("settings.hours.title")} text=${t("settings.groups.hours_text")}>
        <${Always} value=${values.hours} change=${(hours) => set("hours", hours)} zone=${workspace.value?.time_zone ?? "UTC"}
            none=${t("settings.groups.same_hours")} />
        ${form.errorAt("hours") && html`<p class="error-text">${form.errorAt("hours")}</p>`}
      <//>
    <//>
  <//>`;
}
