// Opens the dialog that begins a conversation; it is loaded when it is asked for first.
import { html } from "../lib/html.js";
import { attempt } from "../lib/commands.js";
import { awaited } from "../lib/keys.js";
import { style } from "../lib/style.js";
import { ask } from "../ui/dialog.js";

/** @param {{internal?: boolean, to?: string}} [with_] whom it begins with, if that is known */
export async function begin(with_ = {}) {
  const loaded = await attempt(() => awaited(() => Promise.all([import("../dialogs/begin.js"), style("conversation")])));
  if (loaded) await ask((close) => html`<${loaded[0].Begin} ...${with_} close=${close} />`);
}
