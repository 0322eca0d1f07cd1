// The other conversations with a contact.
import { html, useEffect, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { when } from "../lib/format.js";
import { parts } from "../lib/router.js";
import { t } from "../lib/strings.js";
import { statusName } from "../conversation/lines.js";

/** @import { Conversation } from "../lib/types.d.ts" */

const SHOWN_MAX = 20;

/** @param {{head: Conversation}} props */
export function Earlier({ head }) {
  const [items, setItems] = useState(/** @type {Conversation[]} */ ([]));
  useEffect(() => {
    let here = true;
    // A server that does not list them shows none.
    get(`/v1/contacts/${head.contact.id}/conversations`, { query: { limit: SHOWN_MAX } }).then((said) => here && setItems(said.items), () => {});
    return () => void (here = false);
  }, [head.contact.id]);
  const others = items.filter((one) => one.id !== head.id);
  if (!others.length) return null;
  return html`<section><div class="panel-title"><h3>${t("contact.earlier")}</h3></div>
    <ul class="earlier-list">${others.map((one) => html`<li key=${one.id}><a href=${`/inbox/${parts.value[1] ?? "all"}/${one.id}`}>
      <span>${statusName(one.status)}</span><small>${when(one.last_activity_at ?? one.opened_at)}</small>
      ${one.last_message?.text && html`<span class="clip" dir="auto">${one.last_message.text}</span>`}</a></li>`)}</ul></section>`;
}
