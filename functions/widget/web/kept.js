/**
 * What a browser remembers of its visitor: the session, what was not sent yet, how far was read.
 * Never what was said.
 */
const tag = document.currentScript;
const base = new URL(tag.src).origin;
const account = tag.dataset.account || '';
const place = `confab:${account}`;

/** What the account has set, once it is known. */
let settings = null;

const fresh = () => ({
  token: null,
  visitor: null,
  expires: 0,
  /** Whether anything was ever said: before that, nothing is asked of the server. */
  spoke: false,
  /** What was written and is not known to have arrived. */
  outbox: [],
  /** What is being written. */
  draft: '',
  /** The conversation that the numbers below are of. */
  conversation: '',
  got: 0,
  read: 0,
  open: false,
  /** The name of the message that says who the visitor is, until it was sent. */
  details: null,
  page: '',
});

const load = () => {
  try {
    return { ...fresh(), ...JSON.parse(localStorage.getItem(place) || '{}') };
  } catch {
    return fresh();
  }
};

let kept = load();

const keep = (changes) => {
  Object.assign(kept, changes);
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing still chats until the page is left.
  }
};

const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};
