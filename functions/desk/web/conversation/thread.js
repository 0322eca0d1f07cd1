// The messages of a conversation: from the newest up, live, with what is being sent at the end.
import { html, signal, useEffect, useMemo, useRef, useState } from "../lib/html.js";
import { post } from "../lib/api.js";
import { exactly } from "../lib/format.js";
import { learn, me } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Empty, Failure, Loading } from "../ui/states.js";
import { VirtualLog } from "../ui/virtual-log.js";
import { inBrief } from "./content.js";
import { actorName, Line } from "./lines.js";
import { begin, earlier, hasEarlier, last, reach } from "./log.js";
import { Message, Sending } from "./message.js";
import { again, drop, outbox } from "./outbox.js";
import { dayLabel, keyOf, rowsOf } from "./rows.js";

/** @import { Conversation, Event } from "../lib/types.d.ts" */
/** @import { Log } from "./log.js" */
/** @import { LogRow } from "./rows.js" */

/** How far this user has read, as far as this page knows: the server says only whether all is read. @type {Map<string, number>} */
const readTo = new Map();

/** The first entry that is news to whoever opens the conversation now; 0 if none. @param {Conversation} head @param {Event[]} events */
function newsIn(head, events) {
  if (!head.unread) return 0;
  const known = readTo.get(head.id);
  const mine = events.findLast((event) => event.actor.kind === "user" && event.actor.id === me.peek()?.user.id);
  const from = known ?? mine?.seq ?? 0;
  return events.find((event) => event.seq > from && event.direction === "inbound")?.seq ?? 0;
}

/** Reads what comes to be seen, once: what is marked as unread stays so. @param {Conversation} head @param {Log} log @param {boolean} there */
function useReading(head, log, there) {
  const newest = log.events.value.at(-1)?.seq ?? 0;
  const done = useRef(0);
  useEffect(() => {
    const read = async () => {
      if (!there || document.visibilityState !== "visible" || newest !== head.seq || done.current === newest) return;
      done.current = newest;
      readTo.set(head.id, newest);
      if (head.unread) await post(`/v1/conversations/${head.id}/read`, { seq: newest }).then(learn, () => {});
    };
    void read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [head.id, newest, head.unread, head.seq, there]);
}

/**
 * @param {{head: Conversation, log: Log, contact: string, quote: ((event: Event) => void) | null, back: (item: any) => void}} props
 *   `back` takes what was not sent into the composer again
 */
export function Thread({ head, log, contact, quote, back }) {
  const handle = useRef(/** @type {import("../ui/virtual-log.js").Handle | null} */ (null));
  const [there, setThere] = useState(true);
  const [flash] = useState(() => signal(0));
  const events = log.events.value;
  const state = log.state.value;
  const news = useMemo(() => (state === "ready" ? newsIn(head, log.events.peek()) : 0), [log, state]);
  const pending = outbox.value.filter((item) => item.conversation === head.id);
  const rows = useMemo(() => rowsOf(events, pending, news), [events, outbox.value, news]);
  useReading(head, log, there);
  useEffect(() => {
    if (pending.length) handle.current?.toEnd(), setThere(true);
  }, [pending.length]);
  if (state === "loading" && !events.length) return html`<div class="log"><${Loading} /></div>`;
  if (state !== "ready" && state !== "loading") return html`<div class="log"><${Failure} failed=${state} again=${() => begin(log)} /></div>`;
  const jump = async (seq) => {
    await reach(log, seq);
    requestAnimationFrame(() => {
      if (!handle.current?.jump(keyOf(String(seq)))) return;
      setThere(false);
      flash.value = seq;
      setTimeout(() => (flash.value = 0), 1_600);
    });
  };
  const scene = { log, contact, who: head.contact.id, several: head.contact.addresses.length > 1, jump, quote };
  const view = (row) => html`<${Row} row=${row} scene=${scene} flash=${flash} back=${back} />`;
  return html`<div class="thread">
    <${VirtualLog} rows=${rows} view=${view} label=${t("conversation.messages")} handle=${handle} onEnd=${setThere} onTop=${() => hasEarlier(log) && void earlier(log).catch(() => {})}>
      ${log.earlier.value && html`<div class="earlier" role="status">${t("conversation.loading_earlier")}</div>`}
    <//>
    ${!rows.length && html`<div class="thread-empty"><${Empty} icon="message-circle" title=${t("conversation.nothing_said")} /></div>`}
    ${!there && html`<${ToEnd} log=${log} go=${() => (handle.current?.toEnd(), setThere(true))} />`}
    <${Heard} log=${log} contact=${contact} />
  </div>`;
}

/** @param {{row: LogRow, scene: import("./message.js").Scene, flash: import("../vendor/signals.js").Signal<number>, back: (item: any) => void}} props */
function Row({ row, scene, flash, back }) {
  switch (row.type) {
    case "day": return html`<h3 class="log-day"><time datetime=${row.at} title=${exactly(row.at)}>${dayLabel(row)}</time></h3>`;
    case "news": return html`<div class="log-news" role="separator"><span>${t("conversation.news")}</span></div>`;
    case "line": return html`<${Line} event=${row.event} contact=${scene.contact} />`;
    case "pending": return html`<${Sending} item=${row.item} again=${() => void again(scene.log, row.item)}
      drop=${() => (drop(row.item.key), back(row.item))} />`;
    default: return html`<div class=${flash.value === row.event.seq ? "flash" : ""}><${Message} row=${row} scene=${scene} me=${me.value?.user.id ?? ""} /></div>`;
  }
}

/** @param {{log: Log, go: () => void}} props */
function ToEnd({ log, go }) {
  const [since] = useState(() => last(log));
  const count = log.events.value.filter((event) => event.seq > since && event.direction === "inbound").length;
  const label = count ? t("conversation.new_messages", { n: count }) : t("conversation.to_end");
  return html`<button type="button" class=${`to-end ${count ? "primary" : ""}`} onClick=${go} aria-label=${label} title=${label}>
    <${Icon} name="arrow-down" />${count > 0 && html`<span>${label}</span>`}</button>`;
}

/** Reads new messages out to those who do not see them. @param {{log: Log, contact: string}} props */
function Heard({ log, contact }) {
  const from = useRef(/** @type {number | null} */ (null));
  const newest = log.events.value.at(-1);
  if (from.current === null && newest) from.current = newest.seq;
  const fresh = newest && newest.seq > (from.current ?? 0) && newest.direction === "inbound";
  const words = fresh ? t("conversation.heard", { who: actorName(newest.actor, contact), text: inBrief(newest.content) }) : "";
  return html`<div class="sr-only" role="status" aria-live="polite">${words}</div>`;
}
