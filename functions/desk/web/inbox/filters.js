// Searching and narrowing down: all of it stands in the address, so that it can be linked and reloaded.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { useKeys } from "../lib/keys.js";
import { go } from "../lib/router.js";
import { accounts, groups, users } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Later } from "../ui/later.js";
import { save } from "./saved.js";
import { FILTERS, addressOf } from "./views.js";

/** @import { Listing } from "./views.js" */
/** @import { Place } from "./list.js" */

const SEARCH_AFTER = 350;
const panel = async () => (await import("../dialogs/filters.js")).Panel;

/** Goes to the same list with something changed. @param {Place} at @param {Record<string, string | null>} changes */
export function change(at, changes) {
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
  return html`<div class="list-filters" role="search">
    <div class="row search-row">
      <${Search} at=${at} />
      <button type="button" class="icon-button" aria-label=${t("inbox.filter")} title=${t("inbox.filter")} aria-expanded=${shown}
        aria-pressed=${set.length > 0} onClick=${() => show(!shown)}><${Icon} name="sliders-horizontal" /></button>
    </div>
    ${shown && listing && html`<${Later} load=${panel} props=${{ at, listing, close: () => show(false) }} />`}
    ${set.length > 0 && html`<ul class="filter-chips">
      ${set.map((name) => html`<li class="chip" key=${name}><span dir="auto">${inWords(name, at.query.get(name) ?? "")}</span>
        <button type="button" class="icon-button" aria-label=${t("inbox.filter_remove", { name: t(`inbox.by_${name}`) })} onClick=${() => change(at, { [name]: null })}><${Icon} name="x" class="small" /></button></li>`)}
      <li><button type="button" class="link" onClick=${() => go(addressOf(at.name, {}, at.open))}>${t("inbox.filters_clear")}</button></li>
      ${listing && !shown && html`<li><button type="button" class="link" onClick=${() => save(listing)}>${t("inbox.save_view")}</button></li>`}
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
  return html`<label class="list-search grow"><span class="sr-only">${t("inbox.search")}</span><${Icon} name="search" class="small" />
    <input type="search" ref=${box} defaultValue=${asked} placeholder=${t("inbox.search_hint")} autocomplete="off" dir="auto"
      onInput=${later} onKeyDown=${keys} /></label>`;
}

/** The value of a filter as people know it. @param {string} name @param {string} value */
function inWords(name, value) {
  const by = t(`inbox.by_${name}`);
  if (name === "unread") return by;
  if (name === "status" && known(`status.${value}`)) return `${by}: ${t(`status.${value}`)}`;
  const of = { assignee: users, account: accounts, group: groups }[name]?.value ?? [];
  return `${by}: ${of.find((one) => one.id === value)?.name ?? value}`;
}
