// The command palette: lists, conversations by name, actions; found by writing a few letters.
import { html, useEffect, useMemo, useRef, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { shown, tables } from "../lib/keys.js";
import { go } from "../lib/router.js";
import { accounts, groups, learn, may, me, savedViews, users } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Dialog } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { nameOfConversation } from "../inbox/row.js";
import { titleOf } from "../inbox/sidebar.js";
import { MINE, TEAM, addressOf } from "../inbox/views.js";
import { Keys } from "./help.js";

/** @typedef {{id: string, group: string, icon: string, label: string, keys?: string, run: () => unknown}} Item */

const SHOWN_MAX = 12;
const ASK_AFTER = 200;

/** @param {string} text */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word that was written begins a word of the label. @param {string} label @param {string} written */
function fits(label, written) {
  const words = plain(label).split(/[^\p{L}\p{N}+]+/u);
  return plain(written).split(/\s+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)));
}

/** @returns {Item[]} */
function lists() {
  const named = (kind, icon, all) => all.map((one) => [`${kind}:${one.id}`, icon]);
  const others = may("inbox.others") ? users.value.filter((user) => user.active && user.id !== me.value?.user.id) : [];
  const all = [
    ...Object.entries(MINE), ...Object.entries(TEAM), ...named("account", "plug", accounts.value),
    ...named("group", "users", groups.value), ...named("saved", "bookmark", savedViews.value ?? []),
    ...named("user", "user", others),
  ];
  return all.map(([name, icon]) => ({ id: name, group: "lists", icon, label: titleOf(name), run: () => go(addressOf(name)) }));
}

/** What the keys of the screen behind do. @returns {Item[]} */
const actions = () => tables.peek().flatMap(({ keys }) => keys.filter((key) => !key.hidden && key.does !== "shell.key_palette")
  .map((key) => ({ id: `do-${key.does}`, group: "actions", icon: "zap", label: t(key.does), keys: shown(key), run: () => key.run() })));

/** Conversations by name or number, as the server finds them. @param {string} written */
function useFound(written) {
  const [found, setFound] = useState(/** @type {Item[]} */ ([]));
  useEffect(() => {
    const q = written.trim();
    if (q.length < 2) return setFound([]);
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const page = await get("/v1/conversations", { query: { q, limit: 8 }, signal: stop.signal }).catch(() => ({ items: [] }));
      page.items.forEach(learn);
      setFound(page.items.map((one) => ({
        id: one.id, group: "conversations", icon: "message-circle", label: nameOfConversation(one), run: () => go(`/inbox/all/${one.id}`),
      })));
    }, ASK_AFTER);
    return () => (clearTimeout(timer), stop.abort());
  }, [written]);
  return found;
}

/** @param {{close: () => void}} props */
export function View({ close }) {
  const [written, setWritten] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const all = useMemo(() => [...lists(), ...actions()], []);
  const known = all.filter((item) => fits(item.label, written)).slice(0, SHOWN_MAX);
  const items = [...known, ...useFound(written)];
  const current = items[Math.min(at, items.length - 1)];
  const run = (item) => {
    close();
    // What runs may open a dialog of its own, once this one is gone.
    setTimeout(() => item.run());
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && current) return event.preventDefault(), run(current);
    if (!step || !items.length) return;
    event.preventDefault();
    setAt((Math.min(at, items.length - 1) + step + items.length) % items.length);
  };
  useEffect(() => box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [current?.id]);
  return html`<${Dialog} title=${t("shell.palette")} close=${close}>
    <div class="palette">
      <input autofocus role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label=${t("shell.palette")}
        aria-activedescendant=${current && `palette-${current.id}`} placeholder=${t("shell.palette_hint")} value=${written} dir="auto"
        autocomplete="off" onInput=${(event) => (setAt(0), setWritten(event.currentTarget.value))} onKeyDown=${keys} />
      <div class="palette-list scroll" role="listbox" id="palette-list" aria-label=${t("shell.palette")} ref=${box}>
        ${items.map((item, index) => html`
          ${item.group !== items[index - 1]?.group && html`<div class="palette-group" role="presentation">${t(`shell.palette_${item.group}`)}</div>`}
          <div key=${item.id} id=${`palette-${item.id}`} role="option" aria-selected=${item === current} onClick=${() => run(item)}
            onPointerMove=${() => setAt(index)}><${Icon} name=${item.icon} class="small" /><bdi class="clip grow" dir="auto">${item.label}</bdi>
            ${item.keys && html`<${Keys} of=${item.keys} />`}</div>`)}
      </div>
      ${items.length === 0 && html`<p class="dim" role="status">${t("shell.palette_nothing")}</p>`}
    </div>
  <//>`;
}
