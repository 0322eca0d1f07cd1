// The inbox: which lists there are, the list that is chosen, the conversation that is open.
import { html, useEffect, useMemo } from "../lib/html.js";
import { onFlood } from "../lib/follow.js";
import { watch } from "../lib/live.js";
import { parts, query } from "../lib/router.js";
import { savedViews } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { style } from "../lib/style.js";
import { Empty, Loading } from "../ui/states.js";
import { Icon } from "../ui/icon.js";
import { Later, prepare } from "../ui/later.js";
import { List, inSight } from "./list.js";
import { rowsOf } from "./cache.js";
import { last, shown } from "./layout.js";
import { Views } from "./sidebar.js";
import { addressOf, asked } from "./views.js";

/** Lists of what is one's own: others' changes need not be told at once. */
const OWN = ["mine", "my_inbox", "sent", "internal"];

/** What somebody does who is about to open a conversation. */
const ACTIVITY = ["pointermove", "pointerdown", "keydown"];
/** The conversation comes after the list, and before somebody opens one. */
const conversation = async () =>
  (await Promise.all([import("../conversation/conversation.js"), style("conversation"), style("contact")]))[0].Conversation;
const AHEAD = 4_000;

/** Rows may fly past: those that stay a moment are watched. */
const WATCH_AFTER = 400;

/**
 * Says what this tab wants to hear of: where not all conversations are told of, the rows in sight.
 * @param {"mine" | "all"} lists @param {string | null} open
 */
function useWatch(lists, open) {
  const conversations = lists === "all" ? [] : inSight.value;
  const names = conversations.join();
  useEffect(() => {
    const timer = setTimeout(() => (watch.value = { lists, conversations, open }), WATCH_AFTER);
    return () => clearTimeout(timer);
  }, [lists, open, names]);
}

export function Inbox() {
  const [, name = "all", open = null] = parts.value;
  const listing = asked(name, query.value, savedViews.value);
  const key = JSON.stringify(listing);
  const rows = useMemo(() => listing && rowsOf(listing), [key]);
  useEffect(() => void (listing && (last.value = name)), [name]);
  useEffect(() => {
    if (!rows) return;
    if (!rows.ids.peek()) void rows.more();
    return onFlood(() => rows.reloadSoon());
  }, [rows]);
  useWatch(!listing || OWN.includes(listing.view) ? "mine" : "all", open);
  useEffect(() => {
    const ahead = () => void prepare(conversation).catch(() => {});
    const timer = setTimeout(ahead, AHEAD);
    for (const event of ACTIVITY) addEventListener(event, ahead, { once: true });
    return () => {
      clearTimeout(timer);
      for (const event of ACTIVITY) removeEventListener(event, ahead);
    };
  }, []);
  const at = { name, query: query.value, open };
  return html`<div class=${`inbox ${open ? "has-open" : ""} ${shown.value ? "with-views" : ""}`}>
    <${Views} name=${name} />
    <${List} at=${at} rows=${rows} listing=${listing} />
    <section class="opened" aria-label=${t("inbox.conversation")}>
      ${open
        ? html`<a class="opened-back" href=${addressOf(name, query.value)}><${Icon} name="arrow-left" />${t("inbox.back")}</a>
            <${Later} load=${conversation} meanwhile=${html`<${Loading} />`} props=${{ key: open, id: open }} />`
        : html`<${Empty} icon="messages-square" title=${t("inbox.nothing_open")}><p><kbd>?</kbd> ${t("inbox.keys_hint")}</p><//>`}
    </section>
  </div>`;
}
