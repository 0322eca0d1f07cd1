// A conversation on the screen: its head, what was said, what can be said, and who with.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../lib/html.js";
import { useKeys } from "../lib/keys.js";
import { pref } from "../lib/prefs.js";
import { conversation } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Empty, Loading } from "../ui/states.js";
import { Panel } from "../contact/panel.js";
import { Composer } from "./composer.js";
import { deeds, Head, keysOf, titleOf } from "./head.js";
import { leave, look, prepare } from "./log.js";
import { useOpen } from "./others.js";
import { restore } from "./outbox.js";
import { Thread } from "./thread.js";

/** @import { Conversation as Known } from "../lib/types.d.ts" */

/** Where a conversation is as wide as this, in pixels, the contact is beside it unless it was put away. */
const WIDE = 860;

/** Whether the contact is wanted beside conversations. */
const beside = pref("panel", true);

/** Whether the contact is shown, and what shows and hides it. @param {{current: HTMLElement | null}} box */
function usePanel(box) {
  const [wide, setWide] = useState(false);
  const [over, setOver] = useState(false);
  useLayoutEffect(() => {
    const measure = () => setWide((box.current?.clientWidth ?? 0) >= WIDE);
    const sizes = new ResizeObserver(measure);
    measure();
    if (box.current) sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  const shown = wide ? beside.value : over;
  return { shown, show: (next) => (wide ? (beside.value = next) : setOver(next)) };
}

/** A pointer that rests on a link this long, in milliseconds, is likely to follow it. */
const RESTS = 60;
let resting = 0;

/** @param {Event} event */
function foresee(event) {
  clearTimeout(resting);
  const link = /** @type {Element} */ (event.target).closest?.("a[href^='/inbox/']");
  const id = link?.getAttribute("href")?.match(/\/(cv_\w+)/)?.[1];
  if (id) resting = setTimeout(() => prepare(id), RESTS);
}
document.addEventListener("pointerover", foresee);
document.addEventListener("focusin", foresee);

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
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const panel = usePanel(box);
  const flip = () => panel.show(!panel.shown);
  useKeys("conversation.keys", keysOf({ ...does, panel: flip }));
  const quote = head.internal ? null : (event) => desk.current?.quote(event);
  return html`<div class="cv" ref=${box}><div class=${`cv-frame ${panel.shown ? "with-panel" : ""}`}>
    <section class="cv-main" aria-label=${t("conversation.with", { who: titleOf(head) })}>
      <${Head} head=${head} does=${does} panel=${panel.shown} flipPanel=${flip} />
      <${Thread} head=${head} log=${log} contact=${titleOf(head)} quote=${quote} back=${(item) => desk.current?.back(item)} />
      <${Composer} head=${head} log=${log} desk=${desk} />
    </section>
    ${panel.shown && html`<${Panel} head=${head} away=${() => panel.show(false)} />`}
  </div></div>`;
}
