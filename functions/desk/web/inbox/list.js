// The list that is chosen: what it is called, what narrows it down, its rows.
import { html, signal, useEffect, useRef, useState } from "../lib/html.js";
import { config } from "../lib/auth.js";
import { attempt } from "../lib/commands.js";
import { awaited, useKeys } from "../lib/keys.js";
import { go } from "../lib/router.js";
import { may } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { begin } from "../shell/begin.js";
import { Icon } from "../ui/icon.js";
import { Later } from "../ui/later.js";
import { Empty, Failure } from "../ui/states.js";
import { Virtual, reveal } from "../ui/virtual.js";
import { choose, chosen, clear } from "./choice.js";
import { Filters } from "./filters.js";
import { toggle } from "./layout.js";
import { HEIGHT, Row, Skeleton } from "./row.js";
import { titleOf } from "./sidebar.js";
import { addressOf } from "./views.js";

/** @import { Listing } from "./views.js" */
/** @import { Rows } from "./listing.js" */

/** The rows in sight. */
export const inSight = signal(/** @type {string[]} */ ([]));

/** @typedef {{name: string, query: URLSearchParams, open: string | null}} Place Where the address is. */

/** Somebody whose pointer moved in the list so lately is about to press a row. */
const POINTED = 700;
const several = () => import("../dialogs/several.js");
const bulk = async () => (await several()).Bulk;
/** What is done with the conversation that the keyboard is at, while none is open. */
const DEEDS = { e: "close", a: "assign", l: "labels", s: "snooze", u: "unread" };

/** @param {{at: Place, rows: Rows | null, listing: Listing | null}} props */
export function List({ at, rows, listing }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [cursor, setCursor] = useState(at.open);
  const ids = rows?.ids.value ?? [];
  useEffect(() => (setCursor(at.open), clear), [rows]);
  useEffect(() => {
    const list = box.current;
    if (!rows || !list) return;
    let pointed = 0;
    const point = () => (pointed = Date.now());
    rows.held = () => Date.now() - pointed < POINTED;
    list.scrollTop = rows.scrolled;
    list.addEventListener("pointermove", point);
    return () => list.removeEventListener("pointermove", point);
  }, [rows, ids.length > 0]);

  const move = (step) => {
    const from = ids.indexOf(cursor ?? at.open ?? "");
    const to = Math.max(0, Math.min(ids.length - 1, from + step));
    if (!ids.length) return false;
    setCursor(ids[to]);
    reveal(box.current, to, HEIGHT);
    requestAnimationFrame(() => /** @type {HTMLElement | null | undefined} */ (
      box.current?.querySelector(`[data-id="${ids[to]}"] a`))?.focus({ preventScroll: true }));
  };
  const current = () => (cursor && ids.includes(cursor) ? cursor : at.open);
  const back = () => {
    if (chosen.peek().size) return clear();
    if (!at.open) return false;
    go(addressOf(at.name, at.query));
    requestAnimationFrame(() => move(0));
  };
  const doing = (name) => {
    const all = [...chosen.peek()];
    if (!all.length && (at.open || !cursor || !ids.includes(cursor))) return false;
    const those = all.length ? all : [/** @type {string} */ (cursor)];
    void attempt(async () => (await (await awaited(several)).deed(name, those)) && clear());
  };
  useKeys("inbox.keys_list", [
    { on: ["j", "ArrowDown"], does: "inbox.key_next", run: (event) => scrolls(event) ? false : move(1) },
    { on: ["k", "ArrowUp"], does: "inbox.key_previous", run: (event) => scrolls(event) ? false : move(-1) },
    { on: "Enter", does: "inbox.key_open", run: (event) => isRow(event) && open(at, current()) },
    { on: "x", does: "inbox.key_select", run: () => !!current() && choose(/** @type {string} */ (current()), ids, false) },
    ...Object.entries(DEEDS).map(([on, name]) => ({ on, does: `inbox.bulk_${name}`, run: () => doing(name) })),
    { on: "Escape", does: "inbox.key_back", run: back },
    { on: "[", does: "inbox.key_views", run: toggle },
  ]);

  return html`<section class="list-pane" aria-label=${titleOf(at.name)}>
    <${Head} name=${at.name} />
    <${Filters} at=${at} listing=${listing} />
    ${chosen.value.size > 0 && html`<${Later} load=${bulk} props=${{ key: listing?.view, ids, view: listing?.view ?? "all", done: () => rows?.reloadSoon() }} />`}
    <${Body} at=${at} rows=${rows} box=${box} cursor=${cursor} />
  </section>`;
}

/** Whether a key was pressed on the list, not on a button. @param {KeyboardEvent} [event] */
const isRow = (event) => event?.target === document.body;

/** Whether a key was an arrow in something that scrolls by itself. @param {KeyboardEvent} [event] */
const scrolls = (event) => !!event?.key.startsWith("Arrow") && event.target instanceof Element &&
  event.target !== document.body && !event.target.closest(".rows");

/** @param {Place} at @param {string | null} id */
const open = (at, id) => (id ? go(addressOf(at.name, at.query, id)) : false);

/** @param {{name: string}} props */
const Head = ({ name }) => html`<header class="bar">
  <button type="button" class="icon-button" aria-label=${t("inbox.views_toggle")} title=${t("inbox.views_toggle")} onClick=${toggle}><${Icon} name="panel-left" /></button>
  <h1 class="clip grow" dir="auto">${titleOf(name)}</h1>
  ${(may("conversation.reply") || may("internal.chat")) && html`<button type="button" class="icon-button" aria-label=${t("shell.begin")}
    title=${t("shell.begin")} onClick=${() => begin()}><${Icon} name="message-square-plus" /></button>`}
</header>`;

/** @param {{at: Place, rows: Rows | null, box: {current: HTMLElement | null}, cursor: string | null}} props */
function Body({ at, rows, box, cursor }) {
  const ids = rows?.ids.value;
  const failed = rows?.failed.value;
  if (!rows) return html`<${Empty} icon="bookmark" title=${t("inbox.saved_gone")} />`;
  if (!ids) return failed ? html`<${Failure} failed=${failed} again=${() => rows.more()} />` : html`<${Skeleton} />`;
  if (!ids.length && !rows.loading.value) return html`<${Nothing} at=${at} />`;
  const shown = (there) => {
    rows.scrolled = box.current?.scrollTop ?? 0;
    inSight.value = there;
  };
  const row = (id) => html`<${Row} id=${id} href=${addressOf(at.name, at.query, id)} open=${id === at.open} at=${id === cursor}
    chosen=${chosen.value.has(id)} choosing=${chosen.value.size > 0} unread=${(c) => rows.unread(c)}
    onChoose=${(event) => choose(id, ids, event.shiftKey)} />`;
  const after = failed
    ? html`<${Failure} failed=${failed} again=${() => rows.more()} />`
    : rows.loading.value && html`<${Skeleton} />`;
  return html`<${Virtual} key=${rows.name} box=${box} items=${ids} height=${HEIGHT} row=${row} label=${titleOf(at.name)} after=${after}
    class="rows" onEnd=${() => !rows.failed.peek() && rows.more()} onShown=${shown} />`;
}

/** Lists that are to be worked off. */
const TO_DO = ["my_inbox", "mine", "unassigned", "team", "unreplied", "unread"];

/** @param {{at: Place}} props */
function Nothing({ at }) {
  const [laptop, setLaptop] = useState(false);
  useEffect(() => void config().then((said) => setLaptop(said.laptop)), []);
  if ([...at.query.keys()].some((key) => key !== "sort")) {
    return html`<${Empty} icon="search" title=${t("inbox.nothing_found")}>
      <a class="button" href=${addressOf(at.name, {}, at.open)}>${t("inbox.filters_clear")}</a><//>`;
  }
  if (at.name !== "all") {
    const done = TO_DO.includes(at.name);
    return html`<${Empty} icon=${done ? "circle-check" : "inbox"} title=${t(done ? "inbox.empty_done" : "inbox.empty")}><p>${t("inbox.empty_hint")}</p><//>`;
  }
  return html`<${Empty} icon="inbox" title=${t("inbox.first")}>
    <p>${t("inbox.first_hint")}</p>
    ${laptop && html`<a class="button primary" href="/phones" target="_blank" data-outside><${Icon} name="smartphone" />${t("inbox.first_phones")}</a>`}
    ${may("settings.manage") && html`<a class="button" href="/settings/accounts"><${Icon} name="plug" />${t("inbox.first_connect")}</a>`}
  <//>`;
}
