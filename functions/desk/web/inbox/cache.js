// The lists that were shown last stay loaded, so that going back to one takes no time.
import { Rows } from "./listing.js";

/** @import { Listing } from "./views.js" */

const KEPT = 6;
/** The latest last. @type {Map<string, Rows>} */
const kept = new Map();

/** The rows of a list. @param {Listing} listing */
export function rowsOf(listing) {
  const key = JSON.stringify(listing);
  const rows = kept.get(key) ?? new Rows(listing);
  kept.delete(key);
  kept.set(key, rows);
  for (const [old, one] of kept) {
    if (kept.size <= KEPT) break;
    one.end();
    kept.delete(old);
  }
  return rows;
}
