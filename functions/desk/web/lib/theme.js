// Light, dark, or as the system says.
import { signal } from "./html.js";

const KEPT = "confab.theme";

/** `auto`, `light` or `dark`. */
export const theme = signal(localStorage.getItem(KEPT) ?? "auto");

/** Puts the chosen theme on the page. */
export function applyTheme() {
  document.documentElement.dataset.theme = theme.value;
}

/** @param {string} next */
export function choose(next) {
  theme.value = next;
  localStorage.setItem(KEPT, next);
  applyTheme();
}
