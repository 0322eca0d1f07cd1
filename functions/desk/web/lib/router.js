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

/** @param {string} to @param {{replace?: boolean}} [how] */
export function go(to, how = {}) {
  if (to === here.value) return;
  if (how.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  here.value = to;
}

addEventListener("popstate", () => (here.value = location.pathname + location.search));

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
