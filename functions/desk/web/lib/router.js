// Where in the desk the user is, as the address says.
import { computed, signal } from "./html.js";

/** The address's path and query. */
export const here = signal(location.pathname + location.search);

/** The path's parts: `/inbox/mine/cv_1` is `["inbox", "mine", "cv_1"]`. */
export const parts = computed(() =>
  here.value.split("?")[0].split("/").filter(Boolean).map(decodeURIComponent),
);

/** The query. */
export const query = computed(() => new URLSearchParams(here.value.split("?")[1] ?? ""));

/** @type {(() => Promise<boolean>) | null} */
let guard = null;

/**
 * Asks before the user leaves for another address: `ask` answers whether they may. Until the answer
 * is called.
 * @param {() => Promise<boolean>} ask
 */
export function guarded(ask) {
  guard = ask;
  return () => void (guard === ask && (guard = null));
}

/** @param {string} to @param {{replace?: boolean}} how */
async function goIfAllowed(to, how) {
  if (!(await guard?.())) return;
  guard = null;
  go(to, how);
}

/** @param {string} to @param {{replace?: boolean}} [how] */
export function go(to, how = {}) {
  if (to === here.value) return;
  if (guard) return void goIfAllowed(to, how);
  if (how.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  here.value = to;
}

/** Takes note of an address that was put there by something else. */
export const arrive = () => void (here.value = location.pathname + location.search);

addEventListener("popstate", () => {
  const to = location.pathname + location.search;
  if (!guard || to === here.value) return void (here.value = to);
  // The browser is there already: it stays here until the user has answered.
  history.pushState(null, "", here.value);
  void goIfAllowed(to, { replace: true });
});

// Links within the desk stay within the page; with a modifier they open as browsers do.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = /** @type {Element} */ (event.target).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.download) return;
  if (link.origin !== location.origin || link.dataset.outside !== undefined) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
