// Saving a view under a name, changing it, deleting it (R123).
import { html, useState } from "../lib/html.js";
import { get, put, remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { go, parts } from "../lib/router.js";
import { may, savedViews } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Dialog, ask, confirmed } from "../ui/dialog.js";
import { addressOf } from "../inbox/views.js";

/** @import { SavedView } from "../lib/types.d.ts" */
/** @import { Listing } from "../inbox/views.js" */

const NAME_MAX = 60;

/** @param {{title: string, name?: string, shared?: boolean, mayShare: boolean, close: (answer?: any) => void}} props */
function SaveView({ title, name: before = "", shared: had = false, mayShare, close }) {
  const [name, setName] = useState(before);
  const [shared, setShared] = useState(had);
  const done = (event) => {
    event.preventDefault();
    if (name.trim()) close({ name: name.trim(), shared });
  };
  return html`<${Dialog} title=${title} close=${close} actions=${html`
      <button type="button" onClick=${() => close()}>${t("common.cancel")}</button>
      <button class="primary" form="save-view" disabled=${!name.trim()}>${t("common.save")}</button>`}>
    <form id="save-view" class="form" onSubmit=${done}>
      <label class="field"><span>${t("inbox.view_name")}</span>
        <input value=${name} maxlength=${NAME_MAX} required autofocus dir="auto" onInput=${(event) => setName(event.currentTarget.value)} /></label>
      ${(mayShare || had) && html`<label class="check"><input type="checkbox" checked=${shared}
        onChange=${(event) => setShared(event.currentTarget.checked)} />${t("inbox.view_shared")}</label>`}
    </form>
  <//>`;
}

/** @param {SavedView} view */
async function keep({ id, name, shared, filter }) {
  await put(`/v1/views/${id}`, { name, shared, filter });
  savedViews.value = (await get("/v1/views")).items;
}

/** Asks how a view is to be called. @param {{title: string, name?: string, shared?: boolean}} what */
const named = (what) => ask((close) => html`<${SaveView} ...${what} mayShare=${may("view.share")} close=${close} />`);

/** Saves a list under a name. @param {Listing} listing */
export async function save(listing) {
  const answer = await named({ title: t("inbox.save_view") });
  if (!answer) return;
  const { q, ...filter } = listing;
  const id = `view-${crypto.randomUUID().slice(0, 8)}`;
  await attempt(async () => {
    await keep({ id, owner: "", ...answer, filter });
    go(addressOf(`saved:${id}`));
  });
}

/** @param {SavedView} view */
export async function edit(view) {
  const answer = await named({ title: t("inbox.edit_view"), name: view.name, shared: view.shared });
  if (answer) await attempt(() => keep({ ...view, ...answer }));
}

/** @param {SavedView} view */
export async function drop(view) {
  const text = t(view.shared ? "inbox.delete_shared_text" : "inbox.delete_view_text", { name: view.name });
  const sure = await confirmed({ title: t("inbox.delete_view"), text, yes: t("common.delete"), danger: true });
  if (!sure) return;
  await attempt(async () => {
    await remove(`/v1/views/${view.id}`);
    savedViews.value = (savedViews.peek() ?? []).filter((one) => one.id !== view.id);
    if (parts.peek()[1] === `saved:${view.id}`) go("/inbox/all");
  });
}
