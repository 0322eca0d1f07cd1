// A part of the screen that is loaded when it is shown first.
import { html, useEffect, useState } from "../lib/html.js";
import { part } from "../lib/parts.js";
import { Failure } from "./states.js";

/** What is loaded already. @type {Map<() => Promise<any>, any>} */
const loaded = new Map();

/** Loads a part before it is shown. @param {() => Promise<any>} load */
export async function prepare(load) {
  if (!loaded.has(load)) loaded.set(load, await part(load));
}

/**
 * @param {{load: () => Promise<any>, meanwhile?: any, props?: object}} props `load` is one function at
 *   all times, and answers with the component; `props` are the component's
 */
export function Later({ load, meanwhile = null, props = {} }) {
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const [, again] = useState(0);
  const ask = () => {
    setFailed(null);
    prepare(load).then(() => again((n) => n + 1), setFailed);
  };
  useEffect(() => {
    if (!loaded.has(load)) ask();
  }, [load]);
  if (failed) return html`<${Failure} failed=${failed} again=${ask} />`;
  const View = loaded.get(load);
  return View ? html`<${View} ...${props} />` : meanwhile;
}
