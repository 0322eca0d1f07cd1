// Parts of the desk that are loaded when they are needed first. What is open for a whole day may need
// one while the server is away, or when the desk was deployed anew and its parts fit no longer.
import { Problem } from "./api.js";
import { told } from "./auth.js";
import { signal } from "./html.js";

/** A part that could not be loaded and is no module. */
export class Missing extends Error {}

/** The desk that this page is of: `/assets/{version}/lib/parts.js`. */
const ours = new URL(import.meta.url).pathname.split("/")[2];

/** Whether the server is known to have another desk by now. */
export const renewed = signal(false);

/** The desk that the server has. @returns {Promise<string>} @throws {Problem} */
async function theirs() {
  try {
    return (await told()).version;
  } catch {
    throw new Problem({ type: "offline", status: 0, detail: "The server cannot be reached." });
  }
}

/** Looks whether the server has another desk by now. */
export const look = () => theirs().then((version) => void (renewed.value = version !== ours), () => {});

/** How browsers say that a module was not to be had: each in its own words. @param {unknown} failed */
const isMissing = (failed) => failed instanceof Missing || (failed instanceof TypeError && /\bmodule\b/.test(failed.message));

/**
 * Loads a part, twice if need be.
 * @template T @param {() => Promise<T>} load @returns {Promise<T>}
 * @throws {Problem} `offline`: it may help to try again; `renewed`: only to load the page again
 */
export async function part(load) {
  try {
    return await load();
  } catch (failed) {
    if (!isMissing(failed)) throw failed;
  }
  try {
    if ((await theirs()) === ours) return await load();
  } catch (failed) {
    if (!isMissing(failed)) throw failed;
  }
  throw new Problem({ type: "renewed", status: 409, detail: "The desk has been renewed." });
}
