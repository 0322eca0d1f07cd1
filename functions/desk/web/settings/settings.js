// Settings: loaded when they are first opened.
import { html, useEffect, useState } from "../lib/html.js";
import { part } from "../lib/parts.js";
import { Failure, Loading } from "../ui/states.js";

export function Settings() {
  const [{ Root, failed }, setLoaded] = useState(/** @type {{Root?: any, failed?: unknown}} */ ({}));
  const load = () => part(() => import("./root.js")).then(({ Root }) => setLoaded({ Root }), (failed) => setLoaded({ failed }));
  useEffect(() => void load(), []);
  if (Root) return html`<${Root} />`;
  return failed ? html`<${Failure} failed=${failed} again=${load} />` : html`<${Loading} />`;
}
