// Saved views (R123): whoever saved one renames it, shares it, deletes it; others use it.
import { html } from "../lib/html.js";
import { get, put, remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { go, parts } from "../lib/router.js";
import { may, me, savedViews } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, confirmed } from "../ui/dialog.js";
import { Menu } from "../ui/menu.js";
import { addressOf } from "./views.js";

/** @import { SavedView } from "../lib/types.d.ts" */
/** @import { Listing } from "./views.js" */

/** @param {SavedView} view */
async function keep({ id, name, shared, filter }) {
  await put(`/v1/views/${id}`, { name, shared, filter });
  savedViews.value = (await get("/v1/views")).items;
}

/** Asks how a view is to be called. @param {{title: string, name?: string, shared?: boolean}} what */
async function named(what) {
  const { SaveView } = await import("../dialogs/save-view.js");
  return ask((close) => html`<${SaveView} ...${what} mayShare=${may("view.share")} close=${close} />`);
}

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
async function rename(view) {
  const answer = await named({ title: t("inbox.edit_view"), name: view.name, shared: view.shared });
  if (answer) await attempt(() => keep({ ...view, ...answer }));
}

/** @param {SavedView} view */
async function drop(view) {
  const text = t(view.shared ? "inbox.delete_shared_text" : "inbox.delete_view_text", { name: view.name });
  const sure = await confirmed({ title: t("inbox.delete_view"), text, yes: t("common.delete"), danger: true });
  if (!sure) return;
  await attempt(async () => {
    await remove(`/v1/views/${view.id}`);
    savedViews.value = (savedViews.peek() ?? []).filter((one) => one.id !== view.id);
    if (parts.peek()[1] === `saved:${view.id}`) go("/inbox/all");
  });
}

/** @param {{view: SavedView}} props */
export function SavedMenu({ view }) {
  if (view.owner !== me.value?.user.id) return null;
  const items = [
    { label: t("inbox.edit_view"), icon: "pencil", run: () => void rename(view) },
    { label: t("inbox.delete_view"), icon: "trash-2", danger: true, run: () => void drop(view) },
  ];
  return html`<${Menu} label=${t("inbox.view_menu", { name: view.name })} icon="ellipsis" items=${items} end />`;
}
