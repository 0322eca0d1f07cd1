// What the user was told of, and where it leads.
import { html, useEffect, useRef } from "../lib/html.js";
import { attempt } from "../lib/commands.js";
import { exactly, when } from "../lib/format.js";
import { conversation, fresh } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Avatar } from "../ui/avatar.js";
import { Empty } from "../ui/states.js";
import { nameOfConversation } from "../inbox/row.js";
import { saw, told } from "../shell/notice.js";

/** @param {{close: () => void}} props */
export function Told({ close }) {
  const all = told.value;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => box.current?.focus(), []);
  const unread = all.filter((one) => !one.read_at).map((one) => one.id);
  return html`<section class="told" aria-label=${t("shell.told")} ref=${box} tabindex="-1">
    <header class="row"><h2 class="grow">${t("shell.told")}</h2>
      ${unread.length > 0 && html`<button type="button" class="link" onClick=${() => attempt(() => saw(unread))}>${t("shell.told_all_seen")}</button>`}</header>
    ${all.length === 0 && html`<${Empty} icon="bell" title=${t("shell.told_nothing")} />`}
    <ul class="scroll">${all.map((one) => html`<${One} key=${one.id} one=${one} close=${close} />`)}</ul>
  </section>`;
}

/** @param {{one: import("../shell/notice.js").Told, close: () => void}} props */
function One({ one, close }) {
  const known = conversation(one.conversation).value;
  useEffect(() => {
    if (known === undefined) void fresh(one.conversation).catch(() => {});
  }, []);
  const name = known ? nameOfConversation(known) : known === null ? t("shell.gone") : "…";
  const go = () => {
    close();
    void attempt(() => saw([one.id]));
  };
  return html`<li class=${one.read_at ? "" : "is-unread"}>
    <a href=${`/inbox/my_inbox/${one.conversation}`} onClick=${go}>
      <${Avatar} name=${name} small />
      <span class="grow"><bdi class="row-name clip" dir="auto">${name}</bdi><small>${t(`shell.told_${one.occasion}`)}</small></span>
      ${!one.read_at && html`<span class="sr-only">${t("inbox.unread")}</span>`}
      <time class="dim" datetime=${one.at} title=${exactly(one.at)}>${when(one.at)}</time></a></li>`;
}
