// The time, for what counts down on the screen.
import { signal } from "./html.js";

const EVERY = 15_000;

/** Milliseconds since 1970, renewed every quarter of a minute. */
export const now = signal(Date.now());

setInterval(() => (now.value = Date.now()), EVERY);
document.addEventListener("visibilitychange", () => (now.value = Date.now()));
