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
/** How soon rows move, and how long they wait at most for a pointer to leave. */
const SETTLE_AFTER = 60;
const HELD_MAX = 3_000;

/** A list that is shown. */
export class Rows {
  /** @param {Listing} listing */
  constructor(listing) {
    this.listing = listing;
    this.name = JSON.stringify(listing);
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
    /** What came and has no row yet. @type {Set<string>} */
    this.arrived = new Set();
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
    if (!stands && !belongs && belongs !== null) return;
    if (!stands && (belongs === null || isServers(this.listing))) return this.reloadSoon();
    if (!stands) this.arrived.add(id);
    if (!this.settling) this.settleSoon(Date.now());
  }

  /** Puts rows where they belong once nobody is about to press one. @param {number} since */
  settleSoon(since) {
    this.settling = setTimeout(() => {
      if (this.held() && Date.now() - since < HELD_MAX) return this.settleSoon(since);
      this.settling = 0;
      this.settle();
    }, SETTLE_AFTER);
  }

  settle() {
    const before = this.ids.peek() ?? [];
    const known = new Map([...before, ...this.arrived].flatMap((id) => {
      const one = conversation(id).peek();
      return one && holds(this.listing, one) !== false ? [[id, one]] : [];
    }));
    const at = (id) => /** @type {Conversation} */ (known.get(id));
    const ids = [...known.keys()];
    if (!isServers(this.listing)) ids.sort((a, b) => compare(this.listing, at(a), at(b)));
    // What would stand behind the last row comes with its page.
    while (this.next && ids.length && this.arrived.has(/** @type {string} */ (ids.at(-1)))) ids.pop();
    this.arrived.clear();
    if (ids.join() !== before.join()) this.ids.value = ids;
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
