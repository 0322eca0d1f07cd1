// What a list can be narrowed down by, as a form under the search.
import { html } from "../lib/html.js";
import { accounts, conversation, groups, users } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { rowsOf } from "../inbox/cache.js";
import { change } from "../inbox/filters.js";
import { save } from "../inbox/saved.js";
import { orders, statuses } from "../inbox/views.js";

/** @import { Listing } from "../inbox/views.js" */
/** @import { Place } from "../inbox/list.js" */

/** @param {{at: Place, listing: Listing, close: () => void}} props */
export function Panel({ at, listing, close }) {
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
