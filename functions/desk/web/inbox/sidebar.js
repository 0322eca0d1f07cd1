// The column of views: one's own, the team's, one for each account, group and colleague, saved ones.
import { html } from "../lib/html.js";
import { accounts, groups, may, me, presences, savedViews, users } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { ChannelIcon } from "../ui/channel.js";
import { Icon } from "../ui/icon.js";
import { counts } from "./counts.js";
import { put, shown } from "./layout.js";
import { SavedMenu } from "./saved.js";
import { MINE, TEAM, addressOf } from "./views.js";

/** What a list is called. @param {string} name the address's part */
export function titleOf(name) {
  const [kind, id] = name.split(":");
  if (!id) return known(`inbox.view_${name}`) ? t(`inbox.view_${name}`) : name;
  const of = { account: accounts, group: groups, user: users, saved: savedViews }[kind]?.value ?? [];
  return of.find((one) => one.id === id)?.name ?? id;
}

/** @param {{name: string, at: string, mark: any, count?: number | null, more?: any}} props */
function Entry({ name, at, mark, count, more }) {
  return html`<li class=${name === at ? "views-entry here" : "views-entry"}>
    <a href=${addressOf(name)} aria-current=${name === at ? "page" : undefined} onClick=${put}>
      ${mark}<bdi class="clip grow" dir="auto">${titleOf(name)}</bdi>
      ${!!count && html`<span class="badge strong" title=${t("inbox.unreplied_n", { n: count })}>${count}<span class="sr-only"> ${t("inbox.unreplied")}</span></span>`}
    </a>${more}</li>`;
}

/** @param {{title: string, id: string, children?: any}} props */
const Section = ({ title, id, children }) => html`<details class="views-section" open>
  <summary id=${`views-${id}`}><${Icon} name="chevron-right" class="small" />${title}</summary>
  <ul aria-labelledby=${`views-${id}`}>${children}</ul>
</details>`;

/** @param {{name: string}} props the list that is shown */
export function Views({ name: at }) {
  if (!shown.value) return null;
  const count = counts.value;
  const icon = (name) => html`<${Icon} name=${name} class="small" />`;
  const entries = (views) => Object.entries(views).map(([name, mark]) =>
    html`<${Entry} key=${name} name=${name} at=${at} mark=${icon(mark)} count=${count[name]} />`);
  const colleagues = may("inbox.others") ? users.value.filter((user) =>
    user.active && user.licensed && user.id !== me.value?.user.id && user.kind === "person") : [];
  const sees = me.value?.role?.sees;
  return html`<nav class="views scroll" aria-label=${t("inbox.views")}>
    <ul>${entries(MINE)}</ul>
    ${sees !== "own" && html`<${Section} id="team" title=${t("inbox.team")}>${entries(TEAM)}<//>`}
    ${accounts.value.length > 1 && html`<${Section} id="accounts" title=${t("inbox.accounts")}>
      ${accounts.value.map((one) => html`<${Entry} key=${one.id} name=${`account:${one.id}`} at=${at}
        mark=${html`<${ChannelIcon} channel=${one.channel} />`} count=${count[`account:${one.id}`]} />`)}<//>`}
    ${groups.value.length > 0 && html`<${Section} id="groups" title=${t("inbox.groups")}>
      ${groups.value.map((one) => html`<${Entry} key=${one.id} name=${`group:${one.id}`} at=${at}
        mark=${icon("users")} count=${count[`group:${one.id}`]} />`)}<//>`}
    ${savedViews.value && savedViews.value.length > 0 && html`<${Section} id="saved" title=${t("inbox.saved")}>
      ${savedViews.value.map((one) => html`<${Entry} key=${one.id} name=${`saved:${one.id}`} at=${at}
        mark=${icon(one.shared ? "users" : "bookmark")} more=${html`<${SavedMenu} view=${one} />`} />`)}<//>`}
    ${colleagues.length > 0 && html`<${Section} id="colleagues" title=${t("inbox.colleagues")}>
      ${colleagues.map((one) => html`<${Entry} key=${one.id} name=${`user:${one.id}`} at=${at} count=${count[`user:${one.id}`]}
        mark=${html`<${Avatar} name=${one.name} presence=${presences.value.get(one.id) ?? "offline"} small />`} />`)}<//>`}
  </nav>
  <button type="button" class="views-shade" aria-label=${t("inbox.views_hide")} onClick=${put} />`;
}
