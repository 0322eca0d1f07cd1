// A conversation on paper, or as a PDF: its whole log, files as symbols (R180 to R182).
import { html, useEffect, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { date, exactly, time } from "../lib/format.js";
import { parts } from "../lib/router.js";
import { me, workspace } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Failure, Loading } from "../ui/states.js";
import { mayExport } from "../conversation/allowed.js";
import { inBrief } from "../conversation/content.js";
import { titleOf } from "../conversation/head.js";
import { actorName, lineText, statusName } from "../conversation/lines.js";
import { accountName } from "../conversation/restrictions.js";
import { remarks } from "../conversation/rows.js";

/** @import { Conversation, Event } from "../lib/types.d.ts" */

/** A longer log is cut here, and says so. */
const EVENTS_MAX = 10_000;
const PAGE = 100;
const SAID = new Set(["message", "note", "internal_message"]);

/** @param {string} id @returns {Promise<{head: Conversation, events: Event[], cut: boolean}>} */
async function whole(id) {
  const head = await get(`/v1/conversations/${id}`);
  /** @type {Event[]} */
  const events = [];
  for (let after = 0; events.length < EVENTS_MAX; ) {
    const page = await get(`/v1/conversations/${id}/events`, { query: { after, limit: PAGE } });
    events.push(...page.items);
    if (!page.next) return { head, events, cut: false };
    after = events[events.length - 1].seq;
  }
  return { head, events, cut: true };
}

export function Print() {
  const id = parts.value[1];
  const [notes, setNotes] = useState(false);
  const [found, setFound] = useState(/** @type {{log?: Awaited<ReturnType<typeof whole>>, failed?: unknown}} */ ({}));
  const load = () => whole(id).then((log) => setFound({ log }), (failed) => setFound({ failed }));
  useEffect(() => void load(), [id]);
  if (found.failed) return html`<${Failure} failed=${found.failed} again=${load} />`;
  if (!found.log) return html`<${Loading} />`;
  const { head, events, cut } = found.log;
  if (!mayExport(head)) return html`<main class="print"><p>${t("conversation.print_not_permitted")}</p></main>`;
  document.title = `${titleOf(head)} – ${workspace.value?.name}`;
  const shown = events.filter((event) => SAID.has(event.type) ? notes || event.type !== "note" : event.type === "closed" || event.type === "reopened" || event.type === "assigned");
  return html`<main class="print">
    <div class="print-tools"><label class="check"><input type="checkbox" checked=${notes} onChange=${() => setNotes(!notes)} /><span>${t("conversation.print_notes")}</span></label>
      <button type="button" class="primary" onClick=${() => print()}>${t("conversation.print")}</button></div>
    <${Heading} head=${head} />
    <${Entries} events=${events} shown=${shown} contact=${titleOf(head)} />
    ${cut && html`<p><strong>${t("conversation.print_cut", { n: EVENTS_MAX })}</strong></p>`}
  </main>`;
}

/** @param {{head: Conversation}} props */
function Heading({ head }) {
  const addresses = head.contact.addresses.map((one) => `${accountName(one.account)}: ${one.address}`);
  return html`<header><h1><bdi>${titleOf(head)}</bdi></h1>
    <p>${workspace.value?.name} · ${statusName(head.status)} · <bdi>${addresses.join(", ")}</bdi></p>
    <p>${t("conversation.print_made", { at: exactly(new Date().toISOString()), by: me.value?.user.name ?? "" })}</p></header>`;
}

/** @param {{events: Event[], shown: Event[], contact: string}} props */
function Entries({ events, shown, contact }) {
  const about = remarks(events);
  let day = "";
  return html`<div class="print-log">${shown.map((event) => {
    const today = date(event.at);
    const heading = today !== day && html`<h2>${(day = today)}</h2>`;
    return html`${heading}<${Entry} key=${event.seq} event=${event} about=${about.get(event.seq)} contact=${contact} />`;
  })}</div>`;
}

/** @param {{event: Event, about: import("../conversation/rows.js").About | undefined, contact: string}} props */
function Entry({ event, about, contact }) {
  if (!SAID.has(event.type)) return html`<p class="print-line">${time(event.at)} · ${lineText(event, contact)}</p>`;
  const content = about?.edits.at(-1)?.content ?? event.content;
  const status = event.delivery?.status;
  return html`<section class=${event.type === "note" ? "print-entry print-note" : "print-entry"}>
    <div class="print-who"><time datetime=${event.at}>${time(event.at)}</time> <strong><bdi>${actorName(event.actor, contact)}</bdi></strong>
      ${event.type === "note" && html` <em>${t("conversation.note")}</em>`}${status && html` <span>${t(`conversation.delivery.${status}`)}</span>`}</div>
    ${about?.deleted ? html`<p><em>${t("conversation.deleted")}</em></p>` : html`<${Said} content=${content} />`}</section>`;
}

/** @param {{content: any}} props */
function Said({ content }) {
  const symbols = (content.files ?? []).map((file) => html`<p class="print-file">[${t(`conversation.kinds.${file.kind}`)}${file.name && html`: <bdi>${file.name}</bdi>`}]</p>`);
  const words = content.type === "text" ? content.text : content.type === "media" ? content.caption : inBrief(content);
  return html`${symbols}${words && html`<p class="print-words" dir="auto">${words}</p>`}`;
}
