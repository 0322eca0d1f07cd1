// Whether the column of views is shown: beside the list where there is room, else above it.
import { computed, signal } from "../lib/html.js";
import { pref } from "../lib/prefs.js";

const wide = matchMedia("(min-width: 1100px)");
const isWide = signal(wide.matches);
wide.addEventListener("change", () => (isWide.value = wide.matches));

/** The list that was shown last. */
export const last = pref("list", /** @type {string} */ ("all"));

const column = pref("views", true);
const drawer = signal(false);

/** Whether it is shown. */
export const shown = computed(() => (isWide.value ? column.value : drawer.value));

/** Shows it, or puts it away. */
export function toggle() {
  const one = isWide.peek() ? column : drawer;
  one.value = !one.peek();
}

/** Puts the drawer away, once something in it was chosen. */
export const put = () => void (drawer.value = false);
