// Saved views (R123) in the column of views; what is done with one is loaded when it is asked for.
import { html } from "../lib/html.js";
import { loaded } from "../lib/commands.js";
import { me } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Menu } from "../ui/menu.js";

/** @import { SavedView } from "../lib/types.d.ts" */
/** @import { Listing } from "./views.js" */

const dialogs = () => loaded(() => import("../dialogs/save-view.js"));

/** Saves a list under a name. @param {Listing} listing */
export const save = async (listing) => (await dialogs())?.save(listing);

/** Whoever saved a view changes it. @param {{view: SavedView}} props */
export function SavedMenu({ view }) {
  if (view.owner !== me.value?.user.id) return null;
  const items = [
    { label: t("inbox.edit_view"), icon: "pencil", run: async () => (await dialogs())?.edit(view) },
    { label: t("inbox.delete_view"), icon: "trash-2", danger: true, run: async () => (await dialogs())?.drop(view) },
  ];
  return html`<${Menu} label=${t("inbox.view_menu", { name: view.name })} icon="ellipsis" items=${items} end />`;
}
