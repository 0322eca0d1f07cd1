// A list as far as it is loaded, kept as it is now: rows come, go and move by what is learned of each
// conversation, and where only the server knows, its first page is asked for again.
import { batch, signal } from "../lib/html.js";
import { get } from "../lib/api.js";
import { conversation, learn, me, onLearned } from "../lib/store.js";
import { compare, holds, isServers } from "./views.js";

/** @import { Conversation } from "../lib/types.d.ts" */
/** @import { Listing } from "./views.js" */

const PAGE = 50;
/** Pages that are looked through at once when a filter leaves little of each. */
const PAGES_MAX = 5;
const RELOAD_AFTER = 400;

/** A list that is shown. */
export class Rows {
  /** @param {Listing} listing */
  constructor(listing) {
    this.listing = listing;
    /** In their order. @type {import("../vendor/signals.js").Signal<string[] | null>} */
    this.ids = signal(/** @type {string[] | null} */ (null));
    this.loading = signal(false);
    this.failed = signal(/** @type {unknown} */ (null));
    /** Where the next page begins; null at the end. @type {string | null} */
    this.next = null;
    /** Whether others' reading is shown, by conversation, in a list that is theirs. @type {Map<string, boolean> | null} */
    this.theirs = listing.user && listing.user !== me.peek()?.user.id ? new Map() : null;
    /** Whether rows stay where they are for now. @type {() => boolean} */
    this.held = () => false;
    /** What the server says here is in its page already. */
    this.learning = false;
    /** Whether something changed while the page it may be missing in was on its way. */
    this.missed = false;
    /** How far down it was left. */
    this.scrolled = 0;
    this.timer = 0;
    this.settling = 0;
    this.stop = onLearned((id, known) => this.heard(id, known));
  }

  /** It is not shown any more. */
  end() {
    this.stop();
    clearTimeout(this.timer);
    clearTimeout(this.settling);
  }

  get ended() {
    return this.next === null && this.ids.peek() !== null;
  }

  /** Loads the first page, or the next one. */
  async more() {
    if (this.loading.peek() || this.ended) return;
    batch(() => ((this.loading.value = true), (this.failed.value = null)));
    try {
      const page = await this.page(this.next);
      const known = this.ids.peek() ?? [];
      const old = new Set(known);
      this.next = page.next;
      this.ids.value = [...known, ...page.ids.filter((id) => !old.has(id))];
    } catch (failed) {
      this.failed.value = failed;
    } finally {
      this.loading.value = false;
      if (this.missed) this.reloadSoon();
    }
  }

  /** @param {string | null} cursor */
  async page(cursor) {
    /** @type {string[]} */
    const ids = [];
    for (let looked = 0; looked < PAGES_MAX && ids.length < PAGE / 2; looked++) {
      const query = { ...this.listing, cursor, limit: PAGE };
      const page = await get("/v1/conversations", { query });
      this.learning = true;
      batch(() => page.items.forEach((one) => this.learn(one)));
      this.learning = false;
      ids.push(...page.items.map((one) => one.id));
      cursor = page.next;
      if (!cursor) break;
    }
    return { ids, next: cursor };
  }

  /** In somebody else's list, what is unread is theirs (R144). @param {Conversation} said */
  learn(said) {
    if (!this.theirs) return learn(said);
    this.theirs.set(said.id, said.unread);
    const known = conversation(said.id).peek();
    learn({ ...said, unread: known?.unread ?? false });
  }

  /** @param {Conversation} known */
  unread(known) {
    return this.theirs?.get(known.id) ?? known.unread;
  }

  /** @param {string} id @param {Conversation | null} known */
  heard(id, known) {
    if (this.learning) return;
    const ids = this.ids.peek();
    if (!ids) return void (this.missed = true);
    const stands = ids.includes(id);
    const belongs = known ? holds(this.listing, known) : false;
    if (belongs === null) {
      if (!stands && !this.loading.peek()) this.reloadSoon();
      return;
    }
    if (!stands && !belongs) return;
    if (!stands && isServers(this.listing)) return this.reloadSoon();
    if (stands && !belongs) this.ids.value = ids.filter((one) => one !== id);
    else if (!stands) this.settle([...ids, id]);
    else if (!isServers(this.listing)) this.settleSoon();
  }

  /** Sorts again once nobody is about to press a row. */
  settleSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.held()) return this.settleSoon();
      this.settle(this.ids.peek() ?? []);
    }, 60);
  }

  /** @param {string[]} ids */
  settle(ids) {
    const known = new Map(ids.flatMap((id) => {
      const one = conversation(id).peek();
      return one ? [[id, one]] : [];
    }));
    const at = (id) => /** @type {Conversation} */ (known.get(id));
    const sorted = ids.filter((id) => known.has(id)).sort((a, b) => compare(this.listing, at(a), at(b)));
    const before = this.ids.peek() ?? [];
    const last = before.at(-1);
    // What would stand behind the last row comes with its page.
    while (this.next && last && sorted.length && !before.includes(/** @type {string} */ (sorted.at(-1)))) sorted.pop();
    if (sorted.length !== before.length || sorted.some((id, index) => id !== before[index])) this.ids.value = sorted;
  }

  reloadSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.reload().catch(() => {}), RELOAD_AFTER);
  }

  /** Asks for the first page again; what is loaded behind it stays. */
  async reload() {
    if (this.loading.peek()) return this.reloadSoon();
    this.missed = false;
    const page = await this.page(null);
    const now = new Set(page.ids);
    const before = this.ids.peek() ?? [];
    if (before.length <= PAGE || !page.next) {
      this.next = page.next;
      this.ids.value = page.ids;
    } else {
      this.ids.value = [...page.ids, ...before.slice(page.ids.length).filter((id) => !now.has(id))];
    }
  }
}
