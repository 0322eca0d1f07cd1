// The dashboard: what is to be done, mine and the team's, live; who is there; who waits longest
// (R183 to R188).
import { html, useEffect, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { groups, may, me, presences, users } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { Icon } from "../ui/icon.js";
import { Empty, Loading } from "../ui/states.js";
import { counts, tiles, waiting } from "../inbox/counts.js";
import { nameOfConversation } from "../inbox/row.js";
import { Waiting } from "../inbox/waiting.js";
import { addressOfList } from "../inbox/views.js";

/** @import { Conversation, User } from "../lib/types.d.ts" */

const MINE = { assigned_to_me: "user-check", my_unreplied: "reply" };
const TEAM = { unassigned: "hand", unreplied: "messages-square" };
const SHOWN_MAX = 6;

export function Dashboard() {
  const known = tiles.value;
  if (!known) return html`<${Loading} />`;
  const row = (all, title) => {
    const there = Object.keys(all).filter((name) => known[name]);
    return there.length > 0 && html`<section><h2>${t(`dashboard.${title}`)}</h2>
      <div class="dash-tiles">${there.map((name) => html`<${Tile} key=${name} name=${name} icon=${all[name]} tile=${known[name]} />`)}</div></section>`;
  };
  return html`<div class="dashboard scroll"><div class="dashboard-in">
    <header><h1 dir="auto">${greeting()}</h1></header>
    ${row(MINE, "mine")}${row(TEAM, "team")}
    <div class="dash-panels"><${Longest} /><${People} />${may("faq.manage") && html`<${Unanswered} />`}</div>
  </div></div>`;
}

function greeting() {
  const hour = new Date().getHours();
  const part = hour < 5 ? "night" : hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  return t(`dashboard.good_${part}`, { name: me.value?.user.name ?? "" });
}

/** @param {{name: string, icon: string, tile: {count: number, list: string}}} props */
const Tile = ({ name, icon, tile }) => html`<a class=${`dash-tile ${name.includes("unreplied") && tile.count ? "is-due" : ""}`} href=${addressOfList(tile.list)}>
  <span class="dash-icon"><${Icon} name=${icon} /></span>
  <span class="grow"><strong aria-live="polite">${tile.count.toLocaleString()}</strong><span>${t(`dashboard.${name}`)}</span></span>
  <${Icon} name="chevron-right" class="dim" /></a>`;

/** Those who have waited longest for an answer. */
function Longest() {
  const all = [...(waiting.value?.values() ?? [])].sort((a, b) => Date.parse(a.waiting_since ?? "") - Date.parse(b.waiting_since ?? ""));
  return html`<section class="card"><h2>${t("dashboard.longest")}</h2>
    ${all.length === 0 && html`<${Empty} icon="circle-check" title=${t("dashboard.nobody_waits")} />`}
    <ul>${all.slice(0, SHOWN_MAX).map((one) => html`<li key=${one.id}><a class="dash-entry" href=${`/inbox/unreplied/${one.id}`}>
      <${Avatar} name=${nameOfConversation(one)} small /><span class="clip grow"><bdi dir="auto">${nameOfConversation(one)}</bdi></span>
      <${Waiting} since=${one.waiting_since} /><span class="badge strong" title=${t("inbox.unreplied_n", { n: one.unreplied })}>${one.unreplied}</span></a></li>`)}</ul>
    ${all.length > SHOWN_MAX && html`<a href="/inbox/unreplied">${t("dashboard.all_waiting", { n: all.length })}</a>`}
  </section>`;
}

const ORDER = ["online", "away", "offline"];
/** @param {User} user */
const presenceOf = (user) => presences.value.get(user.id) ?? "offline";

/** Who is there, and how much waits for each. */
function People() {
  const all = users.value.filter((user) => user.active && user.licensed && user.kind === "person")
    .sort((a, b) => ORDER.indexOf(presenceOf(a)) - ORDER.indexOf(presenceOf(b)) || a.name.localeCompare(b.name));
  const online = all.filter((user) => presenceOf(user) === "online").length;
  const groupName = (id) => groups.value.find((one) => one.id === id)?.name ?? id;
  return html`<section class="card"><h2>${t("dashboard.people")} <small>${t("dashboard.online_n", { n: online })}</small></h2>
    <ul>${all.map((user) => {
      const n = counts.value[`user:${user.id}`] ?? 0;
      const words = html`<${Avatar} name=${user.name} presence=${presenceOf(user)} small />
        <span class="grow clip"><bdi dir="auto">${user.name}</bdi> <small>${[t(`shell.presence_${presenceOf(user)}`), ...(user.groups ?? []).map(groupName)].join(" · ")}</small></span>
        ${n > 0 && html`<span class="badge" title=${t("inbox.unreplied_n", { n })}>${n}<span class="sr-only"> ${t("inbox.unreplied")}</span></span>`}`;
      const list = user.id === me.value?.user.id ? "/inbox/my_inbox" : may("inbox.others") && `/inbox/user:${user.id}`;
      return html`<li key=${user.id}>${list ? html`<a class="dash-entry" href=${list}>${words}</a>` : html`<span class="dash-entry">${words}</span>`}</li>`;
    })}</ul></section>`;
}

/** Questions that no responder had an answer to. */
function Unanswered() {
  const [items, setItems] = useState(/** @type {any[]} */ ([]));
  useEffect(() => void get("/v1/responders/unanswered").then((said) => setItems(said.items ?? []), () => {}), []);
  if (!items.length) return null;
  return html`<section class="card"><h2>${t("dashboard.unanswered")}</h2>
    <p class="dim">${t("dashboard.unanswered_text", { n: items.length })}</p>
    <a class="button" href="/settings/report"><${Icon} name="sparkles" class="small" />${t("dashboard.unanswered_link")}</a></section>`;
}
