// Follows what changes: each conversation that did is asked for as it is now, a few at a time.
import { onChanges, onLost, onSign } from "./live.js";
import { conversation, forget, fresh, presences } from "./store.js";

/** @import { Change } from "./types.d.ts" */

/** Requests at once. */
const AT_ONCE = 4;
/** From so many on, lists are asked for again instead. */
const FLOOD = 40;
/** @type {Set<string>} */
const waiting = new Set();
/** @type {Set<() => void>} */
const floods = new Set();
let running = 0;

/** Hears that too much has changed to ask for each. @param {() => void} listener */
export function onFlood(listener) {
  floods.add(listener);
  return () => void floods.delete(listener);
}

/** Whether its number says that it has been learned of already; deliveries have the message's. @param {Change} change */
const isKnown = ({ conversation: id, seq, kind }) =>
  seq !== null && seq <= (conversation(id).peek()?.seq ?? -1) && !kind.startsWith("message.delivery");

const flood = () => floods.forEach((listener) => listener());

/** Begins to follow. */
export function follow() {
  onLost(flood);
  onChanges((changes) => {
    const ids = new Set(changes.map((change) => change.conversation));
    if (ids.size > FLOOD) flood();
    for (const change of changes) {
      const id = change.conversation;
      if (!isKnown(change) && (ids.size <= FLOOD || conversation(id).peek())) waiting.add(id);
    }
    while (running < AT_ONCE && waiting.size) void next();
  });
  onSign((frame) => {
    if (frame.type === "gone") frame.conversations.forEach(forget);
    if (frame.type === "presence") presences.value = new Map(presences.peek()).set(frame.user, frame.presence);
  });
}

async function next() {
  running++;
  for (const id of waiting) {
    waiting.delete(id);
    await fresh(id).catch(() => {});
  }
  running--;
}
