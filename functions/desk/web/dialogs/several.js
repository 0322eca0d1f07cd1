// Doing something with several conversations (R124, R143): the bar over the list, and what it does.
import { html, useState } from "../lib/html.js";
import { commandKey, post } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { useKeys } from "../lib/keys.js";
import { fresh, may } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { toast } from "../ui/toast.js";
import { chooseAll, chosen, clear } from "../inbox/choice.js";
import { BulkReport, asks } from "./bulk.js";

/** What the API takes at once. */
const AT_ONCE = 100;

/** What can be done, by which key, and the permission it takes. */
const DEEDS = {
  reopen: { on: "o", icon: "archive-restore", needs: "conversation.close" },
  wake: { on: "w", icon: "sun", needs: "conversation.status" },
  assign: { on: "a", icon: "user-plus", needs: "assign.self" },
  labels: { on: "l", icon: "tag", needs: "conversation.status" },
  snooze: { on: "s", icon: "alarm-clock", needs: "conversation.status" },
  close: { on: "e", icon: "archive", needs: "conversation.close" },
  status: { on: "t", icon: "circle-check", needs: "conversation.status" },
  read: { on: "i", icon: "eye", needs: "conversation.read" },
  unread: { on: "u", icon: "mail", needs: "conversation.read" },
};

/** What is not offered, or only offered, in some lists. */
const NOT_IN = { closed: ["close", "snooze", "wake"], snoozed: ["snooze", "reopen"] };
const ELSEWHERE = ["reopen", "wake"];

/** @param {string[]} ids */
function* portions(ids) {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}

/** Does one thing with each, and says what became of it. @param {string[]} ids @param {object} action */
async function act(ids, action) {
  /** @type {any[]} */
  const items = [];
  for (const portion of portions(ids)) {
    const answer = await post("/v1/conversations/bulk", { ids: portion, do: action }, { key: commandKey() });
    items.push(...answer.items);
  }
  await report(ids, items.filter((one) => one.problem));
}

/** @param {string[]} ids @param {string} what `read` or `unread` */
async function mark(ids, what) {
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
  await ask((close) => html`<${BulkReport} done=${done} failed=${failed} close=${close} />`);
}

/**
 * Does something with conversations, asking first for what it takes.
 * @param {string} name of `DEEDS` @param {string[]} ids
 * @returns {Promise<boolean>} whether it was done
 */
export async function deed(name, ids) {
  if (!may(DEEDS[name].needs)) return false;
  const marks = name === "read" || name === "unread";
  const action = asks[name] ? await asks[name](ids.length) : { action: name };
  if (!action) return false;
  return !!(await attempt(async () => (await (marks ? mark(ids, name) : act(ids, action)), true)));
}

/** @param {{ids: string[], view: string, done: () => void}} props all that is loaded; called when something was done */
export function Bulk({ ids, view, done }) {
  const [busy, setBusy] = useState(false);
  const all = [...chosen.value];
  const run = async (name) => {
    if (busy) return;
    setBusy(true);
    const did = await deed(name, all);
    setBusy(false);
    if (did) (clear(), done());
  };
  const hidden = NOT_IN[view] ?? ELSEWHERE;
  const tools = Object.entries(DEEDS).filter(([name, { needs }]) => may(needs) && !hidden.includes(name));
  useKeys("inbox.keys_bulk", tools.map(([name, { on }]) => ({ on, does: `inbox.bulk_${name}`, run: () => void run(name) })), true);
  const label = t("inbox.chosen_n", { n: all.length });
  return html`<div class="bulk" role="toolbar" aria-label=${label} aria-busy=${busy}>
    <label class="check"><input type="checkbox" aria-label=${t("inbox.choose_all")} checked=${all.length >= ids.length} indeterminate=${all.length < ids.length}
      onChange=${(event) => (event.currentTarget.checked ? chooseAll(ids) : clear())} />
      <span aria-hidden="true">${all.length}</span><span class="sr-only" role="status">${label}</span></label>
    <span class="grow" />
    ${tools.map(([name, { on, icon }]) => html`<button type="button" key=${name} class="icon-button" disabled=${busy}
      aria-label=${t(`inbox.bulk_${name}`)} title=${`${t(`inbox.bulk_${name}`)} (${on.toUpperCase()})`} onClick=${() => run(name)}><${Icon} name=${icon} /></button>`)}
    <button type="button" class="icon-button" aria-label=${t("inbox.choose_none")} title=${t("inbox.choose_none")} onClick=${clear}><${Icon} name="x" /></button>
  </div>`;
}
