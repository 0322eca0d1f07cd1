// Searching and narrowing down: all of it stands in the address, so that it can be linked and reloaded.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { useKeys } from "../lib/keys.js";
import { go } from "../lib/router.js";
import { accounts, conversation, groups, users } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { rowsOf } from "./cache.js";
import { save } from "./saved.js";
import { FILTERS, addressOf, orders, statuses } from "./views.js";

/** @import { Listing } from "./views.js" */
/** @import { Place } from "./list.js" */

const SEARCH_AFTER = 350;

/** Goes to the same list with something changed. @param {Place} at @param {Record<string, string | null>} changes */
function change(at, changes) {
  const query = new URLSearchParams(at.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  go(addressOf(at.name, query, at.open), { replace: true });
}

/** @param {{at: Place, listing: Listing | null}} props */
export function Filters({ at, listing }) {
  const [shown, show] = useState(false);
  const set = FILTERS.filter((name) => at.query.has(name));
  return html`<div class="filters" role="search">
    <div class="row search-row">
      <${Search} at=${at} />
      <button type="button" class="icon-button" aria-label=${t("inbox.filter")} title=${t("inbox.filter")} aria-expanded=${shown}
        aria-pressed=${set.length > 0} onClick=${() => show(!shown)}><${Icon} name="sliders-horizontal" /></button>
    </div>
    ${shown && listing && html`<${Panel} at=${at} listing=${listing} close=${() => show(false)} />`}
    ${set.length > 0 && html`<ul class="chips">
      ${set.map((name) => html`<li class="chip" key=${name}><span dir="auto">${t(`inbox.by_${name}`)}: ${inWords(name, at.query.get(name) ?? "")}</span>
        <button type="button" class="icon-button" aria-label=${t("inbox.filter_remove", { name: t(`inbox.by_${name}`) })} onClick=${() => change(at, { [name]: null })}><${Icon} name="x" class="small" /></button></li>`)}
      <li><button type="button" class="link" onClick=${() => go(addressOf(at.name, {}, at.open))}>${t("inbox.filters_clear")}</button></li>
      ${listing && html`<li><button type="button" class="link" onClick=${() => save(listing)}>${t("inbox.save_view")}</button></li>`}
    </ul>`}
  </div>`;
}

/** @param {{at: Place}} props */
function Search({ at }) {
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const timer = useRef(0);
  const asked = at.query.get("q") ?? "";
  useEffect(() => {
    if (box.current && document.activeElement !== box.current) box.current.value = asked;
  }, [asked]);
  useKeys("inbox.keys_list", [{ on: "/", does: "inbox.key_search", run: () => box.current?.focus() }]);
  const search = () => {
    clearTimeout(timer.current);
    change(at, { q: box.current?.value.trim() || null });
  };
  const later = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(search, SEARCH_AFTER);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const keys = (event) => {
    if (event.key === "Enter") search();
    if (event.key !== "Escape" || !box.current) return;
    event.preventDefault();
    if (!box.current.value) return box.current.blur();
    box.current.value = "";
    search();
  };
  return html`<label class="search grow"><span class="sr-only">${t("inbox.search")}</span><${Icon} name="search" class="small" />
    <input type="search" ref=${box} defaultValue=${asked} placeholder=${t("inbox.search_hint")} autocomplete="off" dir="auto"
      onInput=${later} onKeyDown=${keys} /></label>`;
}

/** The value of a filter as people know it. @param {string} name @param {string} value */
function inWords(name, value) {
  if (name === "status" && known(`status.${value}`)) return t(`status.${value}`);
  if (name === "unread") return t("inbox.yes");
  const of = { assignee: users, account: accounts, group: groups }[name]?.value ?? [];
  return of.find((one) => one.id === value)?.name ?? value;
}

/** @param {{at: Place, listing: Listing, close: () => void}} props */
function Panel({ at, listing, close }) {
  const now = (name) => at.query.get(name) ?? "";
  const set = (name) => (event) => change(at, { [name]: event.currentTarget.value.trim() || null });
  const named = (all) => all.filter((one) => one.active !== false).map((one) => [one.id, one.name]);
  const pick = (name, options) => html`<${Pick} name=${name} value=${now(name)} options=${options} onChange=${set(name)} />`;
  const isOf = (name) => at.name.startsWith(`${name}:`);
  const sorts = orders(listing.view);
  return html`<form class="filter-panel" aria-label=${t("inbox.filter")} onSubmit=${(event) => (event.preventDefault(), close())}
      onKeyDown=${(event) => event.key === "Escape" && (event.preventDefault(), close())}>
    ${pick("status", statuses().map((one) => [one, t(`status.${one}`)]))}
    ${pick("assignee", named(users.value))}
    ${!isOf("account") && accounts.value.length > 0 && pick("account", named(accounts.value))}
    ${!isOf("group") && groups.value.length > 0 && pick("group", named(groups.value))}
    <${Written} name="label" value=${now("label")} options=${seen(listing, (one) => one.labels)} onChange=${set("label")} />
    <${Written} name="campaign" value=${now("campaign")} options=${seen(listing, (one) => (one.campaign ? [one.campaign.name] : []))} onChange=${set("campaign")} />
    ${sorts.length > 1 && html`<label class="field"><span>${t("inbox.sort")}</span>
      <select value=${listing.sort ?? sorts[0]} onChange=${(event) => change(at, { sort: event.currentTarget.value === sorts[0] ? null : event.currentTarget.value })}>
        ${sorts.map((one) => html`<option key=${one} value=${one}>${t(`inbox.sort_${one}`)}</option>`)}</select></label>`}
    <label class="check"><input type="checkbox" checked=${now("unread") === "true"}
      onChange=${(event) => change(at, { unread: event.currentTarget.checked ? "true" : null })} />${t("inbox.unread_only")}</label>
    <div class="actions"><button type="button" onClick=${() => save(listing)}><${Icon} name="bookmark-plus" class="small" />${t("inbox.save_view")}</button>
      <button class="primary">${t("inbox.done")}</button></div>
  </form>`;
}

/** What the loaded rows have of something. @param {Listing} listing @param {(one: any) => string[]} of */
const seen = (listing, of) => [...new Set((rowsOf(listing).ids.peek() ?? []).flatMap((id) => {
  const one = conversation(id).peek();
  return one ? of(one) : [];
}))].sort();

/** @param {{name: string, value: string, options: string[][], onChange: (event: any) => void}} props */
const Pick = ({ name, value, options, onChange }) => html`<label class="field"><span>${t(`inbox.by_${name}`)}</span>
  <select value=${value} onChange=${onChange}><option value="">${t("inbox.any")}</option>
    ${options.map(([id, words]) => html`<option key=${id} value=${id}>${words}</option>`)}</select></label>`;

/** @param {{name: string, value: string, options: string[], onChange: (event: any) => void}} props */
const Written = ({ name, value, options, onChange }) => html`<label class="field"><span>${t(`inbox.by_${name}`)}</span>
  <input type="text" list=${`filter-${name}`} value=${value} onChange=${onChange} dir="auto" autocomplete="off" placeholder=${t("inbox.any")} />
  <datalist id=${`filter-${name}`}>${options.map((one) => html`<option key=${one} value=${one} />`)}</datalist></label>`;
