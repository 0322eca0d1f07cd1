// A conversation on the screen: its head, what was said, what can be said, and who with.
import { html, signal, useEffect, useMemo, useRef } from "../lib/html.js";
import { useKeys } from "../lib/keys.js";
import { conversation } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Empty, Loading } from "../ui/states.js";
import { Panel } from "../contact/panel.js";
import { Composer } from "./composer.js";
import { deeds, Head, keysOf, titleOf } from "./head.js";
import { leave, look } from "./log.js";
import { useOpen } from "./others.js";
import { restore } from "./outbox.js";
import { Thread } from "./thread.js";

/** @import { Conversation as Known } from "../lib/types.d.ts" */

const PANEL = "confab.panel";
/** Where the window is as wide as this, the panel is there unless it was put away. */
const WIDE = 1280;

/** Whether the contact is shown beside the conversation. */
const panel = signal((localStorage.getItem(PANEL) ?? (innerWidth >= WIDE ? "shown" : "away")) === "shown");

/** @param {boolean} shown */
function showPanel(shown) {
  panel.value = shown;
  if (innerWidth >= WIDE) localStorage.setItem(PANEL, shown ? "shown" : "away");
}

/** @param {{id: string}} props */
export function Conversation({ id }) {
  const log = useMemo(() => (restore(), look(id)), [id]);
  useEffect(() => () => leave(id), [id]);
  useOpen(id);
  const head = conversation(id).value;
  if (head === undefined) return html`<div class="cv"><${Loading} /></div>`;
  if (head === null) return html`<div class="cv"><${Empty} icon="eye-off" title=${t("conversation.not_there")} /></div>`;
  return html`<${Shown} key=${id} head=${head} log=${log} />`;
}

/** @param {{head: Known, log: import("./log.js").Log}} props */
function Shown({ head, log }) {
  const desk = useRef(/** @type {import("./composer.js").Desk | null} */ (null));
  const does = deeds(head, desk);
  const flip = () => showPanel(!panel.value);
  useKeys("conversation.keys", keysOf({ ...does, panel: flip }));
  const quote = head.internal ? null : (event) => desk.current?.quote(event);
  const away = () => showPanel(false);
  return html`<div class="cv"><div class=${`cv-frame ${panel.value ? "with-panel" : ""}`}>
    <section class="cv-main" aria-label=${t("conversation.with", { who: titleOf(head) })}>
      <${Head} head=${head} does=${does} panel=${panel.value} flipPanel=${flip} />
      <${Thread} head=${head} log=${log} contact=${titleOf(head)} quote=${quote} back=${(item) => desk.current?.back(item)} />
      <${Composer} head=${head} log=${log} desk=${desk} />
    </section>
    ${panel.value && html`<${Panel} head=${head} away=${away} />`}
  </div></div>`;
}
