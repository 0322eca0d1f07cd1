// Choosing users: searched by name, those who are there first.
import { html, useMemo, useState } from "../lib/html.js";
import { me, presences, users } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";

const RANK = { online: 0, away: 1, offline: 2 };
/** From so many users on they can be searched. */
const SEARCHED_FROM = 7;

/** @param {string} user */
const presenceOf = (user) => presences.value.get(user) ?? "offline";

/** Active users, those who are there first, then by name. */
function inOrder() {
  const mine = me.value?.user.id;
  const rank = (user) => (user.id === mine ? -1 : RANK[presenceOf(user.id)] ?? 3);
  return users.value.filter((user) => user.active).sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/**
 * @param {{chosen: string[], change: (chosen: string[]) => void, max?: number, only?: string[] | null, label: string, primary?: boolean}} props
 *   `only` are the users who can be chosen at all; `primary` marks the first and lets another be it
 */
export function People({ chosen, change, max = Infinity, only = null, label, primary }) {
  const [sought, setSought] = useState("");
  const all = useMemo(inOrder, [users.value, presences.value]);
  const word = sought.trim().toLocaleLowerCase();
  const found = all.filter((user) => (!only || only.includes(user.id)) && `${user.name} ${user.id} ${user.email}`.toLocaleLowerCase().includes(word));
  const flip = (id) => {
    if (chosen.includes(id)) return change(chosen.filter((one) => one !== id));
    change(max === 1 ? [id] : [...chosen, id].slice(-max));
  };
  return html`<fieldset class="people-field"><legend class="sr-only">${label}</legend>
    ${all.length >= SEARCHED_FROM && html`<input type="search" autofocus aria-label=${t("common.search")} placeholder=${t("common.search")} value=${sought}
      onInput=${(event) => setSought(event.currentTarget.value)} />`}
    <div class="people-list scroll">${found.map((user, at) => html`<div class="person" key=${user.id}>
      <label><input type=${max === 1 ? "radio" : "checkbox"} name="people" autofocus=${all.length < SEARCHED_FROM && at === 0} checked=${chosen.includes(user.id)} onChange=${() => flip(user.id)} />
        <${Avatar} name=${user.name} presence=${presenceOf(user.id)} small />
        <span class="grow"><bdi>${user.name}</bdi>${user.id === me.value?.user.id && html` <small>${t("people.you")}</small>`}</span>
        <small>${presenceWords(user.id)}</small></label>
      ${primary && chosen.length > 1 && chosen.includes(user.id) && html`<${First} is=${chosen[0] === user.id}
        make=${() => change([user.id, ...chosen.filter((one) => one !== user.id)])} name=${user.name} />`}
    </div>`)}</div></fieldset>`;
}

/** @param {string} user */
function presenceWords(user) {
  const key = `people.${presenceOf(user)}`;
  return known(key) ? t(key) : "";
}

/** @param {{is: boolean, make: () => void, name: string}} props */
const First = ({ is, make, name }) => is ? html`<span class="badge strong">${t("people.first")}</span>`
  : html`<button type="button" class="icon-button" title=${t("people.make_first", { name })} aria-label=${t("people.make_first", { name })} onClick=${make}><${Icon} name="star" class="small" /></button>`;
