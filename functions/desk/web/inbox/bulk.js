// Doing something with all conversations that are chosen (R124, R143).
import { html, useState } from "../lib/html.js";
import { commandKey, post } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { fresh } from "../lib/store.js";
import { useKeys } from "../lib/keys.js";
import { t } from "../lib/strings.js";
import { ask } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { toast } from "../ui/toast.js";
import { may, users } from "../lib/store.js";
import { chooseAll, chosen, clear } from "./choice.js";

/** What the API takes at once. */
const AT_ONCE = 100;

/** @param {string[]} ids */
function* portions(ids) {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}

/** Does one thing with each, and says what became of it. @param {string[]} ids @param {object} action */
export async function act(ids, action) {
  /** @type {any[]} */
  const items = [];
  for (const portion of portions(ids)) {
    const answer = await post("/v1/conversations/bulk", { ids: portion, do: action }, { key: commandKey() });
    items.push(...answer.items);
  }
  await report(ids, items.filter((one) => one.problem));
}

/** @param {string[]} ids @param {"read" | "unread"} what */
export async function mark(ids, what) {
  /** @type {any[]} */
  const failed = [];
  for (const portion of portions(ids)) {
    const { not_found } = await post(`/v1/conversations/${what}`, { ids: portion });
    failed.push(...not_found.map((id) => ({ id, problem: { type: "not-found", title: t("inbox.gone") } })));
  }
  await report(ids, failed);
}

/** @param {string[]} ids @param {{id: string, problem: any}[]} failed */
async function report(ids, failed) {
  const done = ids.length - failed.length;
  await Promise.all(ids.slice(0, AT_ONCE).map((id) => fresh(id).catch(() => {})));
  if (!failed.length) return toast(t("inbox.bulk_done", { n: done }), { kind: "success" });
  const { BulkReport } = await import("../dialogs/bulk.js");
  await ask((close) => html`<${BulkReport} done=${done} failed=${failed} close=${close} />`);
}

/** Asks for what an action needs. @param {string} kind @param {number} n */
async function details(kind, n) {
  const { asks } = await import("../dialogs/bulk.js");
  return asks[kind](n);
}

/** @param {{ids: string[], done: () => void}} props all that is loaded; called when something was done */
export function Bulk({ ids, done }) {
  const [busy, setBusy] = useState(false);
  const all = [...chosen.value];
  const run = (what) => async () => {
    if (busy) return;
    setBusy(true);
    const did = await attempt(async () => (await what(), true));
    setBusy(false);
    if (did) (clear(), done());
  };
  const asking = (kind) => async () => {
    const action = await details(kind, all.length);
    if (action) await run(() => act(all, action))();
  };
  const tools = [
    { on: "a", icon: "user-plus", label: "assign", may: "assign.self", run: asking("assign") },
    { on: "l", icon: "tag", label: "labels", may: "conversation.status", run: asking("labels") },
    { on: "s", icon: "alarm-clock", label: "snooze", may: "conversation.status", run: asking("snooze") },
    { on: "e", icon: "archive", label: "close", may: "conversation.close", run: asking("close") },
    { on: "t", icon: "circle-check", label: "status", may: "conversation.status", run: asking("status") },
    { on: "i", icon: "eye", label: "read", may: "conversation.read", run: run(() => mark(all, "read")) },
    { on: "u", icon: "mail", label: "unread", may: "conversation.read", run: run(() => mark(all, "unread")) },
  ].filter((tool) => may(tool.may) && (tool.label !== "assign" || users.value.length > 0));
  useKeys("inbox.keys_bulk", tools.map((tool) => ({ on: tool.on, does: `inbox.bulk_${tool.label}`, run: () => void tool.run() })));
  return html`<div class="bulk" role="toolbar" aria-label=${t("inbox.chosen_n", { n: all.length })} aria-busy=${busy}>
    <label class="check"><input type="checkbox" checked=${all.length >= ids.length} indeterminate=${all.length < ids.length}
      onChange=${(event) => (event.currentTarget.checked ? chooseAll(ids) : clear())} />
      <span aria-live="polite">${t("inbox.chosen_n", { n: all.length })}</span></label>
    <span class="grow" />
    ${tools.map((tool) => html`<button type="button" key=${tool.label} class="icon-button" disabled=${busy}
      aria-label=${t(`inbox.bulk_${tool.label}`)} title=${`${t(`inbox.bulk_${tool.label}`)} (${tool.on})`} onClick=${tool.run}><${Icon} name=${tool.icon} /></button>`)}
    <button type="button" class="icon-button" aria-label=${t("inbox.choose_none")} title=${t("inbox.choose_none")} onClick=${clear}><${Icon} name="x" /></button>
  </div>`;
}
