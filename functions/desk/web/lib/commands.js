// Things a user asks for: done once, said when they fail.
import { signal } from "./html.js";
import { Problem } from "./api.js";
import { part } from "./parts.js";
import { known, t } from "./strings.js";
import { toast } from "../ui/toast.js";

/** A problem in the user's words. @param {unknown} failed */
export function inWords(failed) {
  if (failed instanceof Problem) {
    const key = `problems.${failed.type}`;
    return known(key) ? t(key, failed.said) : failed.message;
  }
  return failed instanceof Error ? failed.message : String(failed);
}

/**
 * What may help, as a button.
 * @param {unknown} failed @param {() => void} again tries again
 * @returns {{label: string, run: () => void} | undefined}
 */
export function remedy(failed, again) {
  if (!(failed instanceof Problem)) return undefined;
  if (failed.type === "renewed") return { label: t("common.load_again"), run: () => location.reload() };
  return failed.passing ? { label: t("common.try_again"), run: again } : undefined;
}

/**
 * Runs something and says what went wrong, if it did.
 * @template T @param {() => Promise<T>} run @returns {Promise<T | undefined>}
 */
export async function attempt(run) {
  try {
    return await run();
  } catch (failed) {
    if (failed instanceof DOMException && failed.name === "AbortError") return undefined;
    toast(inWords(failed), { kind: "error", action: remedy(failed, () => void attempt(run)) });
    return undefined;
  }
}

/** A part, loaded where somebody asked for it: what went wrong is said. @template T @param {() => Promise<T>} load */
export const loaded = (load) => attempt(() => part(load));

/** Whether something is being done, for buttons that wait. */
export const busy = () => signal(false);
