/** What was said, what is still to be sent, and when to ask again. */

/** What the server has, by name. */
let messages = new Map();
let next = null;
/** Files that wait for their upload: they last as long as the page. */
const files = new Map();
/** Called when anything is to be shown anew. */
let changed = () => {};
/** Whether the visitor is looking at the messages. */
let looking = () => false;
let problem = '';

const forget = () => {
  messages = new Map();
  next = null;
  files.clear();
  hangUp();
  kept = fresh();
  keep({});
  changed();
};

const ours = () => [...messages.values()].filter((message) => message.from === 'desk');

const unread = () => ours().filter((message) => !message.read && message.seq > kept.read).length;

/** Everything to be shown, in order: what the server has, then what it does not have yet. */
const thread = () => {
  const known = [...messages.values()].sort((a, b) => a.seq - b.seq);
  const names = new Set(known.map((message) => message.id));
  const mine = kept.outbox.filter((entry) => !names.has(entry.id));
  return [...known, ...mine.map((entry) => ({ ...entry, from: 'visitor', mine: true }))];
};

/** Asks what is new, until there is no more. */
const fetchNew = async () => {
  for (let more = true; more; ) {
    const after = next ? `?after=${encodeURIComponent(next)}` : '';
    const page = await asVisitor('GET', `${door}/messages${after}`);
    const conversation = (page.next || '').split('~')[0];
    if (conversation && conversation !== kept.conversation) {
      keep({ conversation, got: 0, read: 0 });
    }
    for (const item of page.items) messages.set(item.id, item);
    next = page.next || next;
    more = page.more;
    const arrived = new Set(page.items.map((item) => item.id));
    const outbox = kept.outbox.filter((entry) => !arrived.has(entry.id));
    if (outbox.length !== kept.outbox.length) keep({ outbox });
    if (page.items.length) changed();
  }
  await acknowledge();
};

/** Says which of our messages the visitor has, and which they have seen. */
const acknowledge = async () => {
  const seen = looking();
  const status = seen ? 'read' : 'delivered';
  const from = seen ? kept.read : Math.max(kept.got, kept.read);
  const fresh = ours().filter((message) => !message.read && message.seq > from);
  if (!fresh.length) return;
  const last = Math.max(...fresh.map((message) => message.seq));
  await post({ receipts: fresh.slice(-50).map(({ id }) => ({ id, status })) });
  keep(seen ? { read: last, got: last } : { got: last });
  changed();
};

let sending = false;
let tries = 0;

/** What an entry of the outbox is on the wire. */
const wired = ({ id, type, text, choice, title, quotes, caption, files: attached }) =>
  JSON.parse(JSON.stringify({ id, type, text, choice, title, quotes, caption, files: attached }));

const update = (id, changes) =>
  keep({ outbox: kept.outbox.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry)) });

/** Uploads what is attached to an entry. */
const uploaded = async (entry) => {
  if (entry.type !== 'media' || entry.files[0].upload) return entry;
  const file = files.get(entry.id);
  if (!file) throw new Refused(410);
  const attached = [{ ...entry.files[0], upload: await upload(file) }];
  update(entry.id, { files: attached });
  files.delete(entry.id);
  return { ...entry, files: attached };
};

const sendOne = async (entry) => {
  const ready = wired(await uploaded(entry));
  const url = location.origin + location.pathname;
  if (url !== kept.page) ready.page = { url, title: document.title };
  await session();
  const { details } = kept;
  // After the message: what welcomes a visitor answers the first thing they say.
  const form = details ? [{ id: details, type: 'details' }] : [];
  await post({ messages: [ready, ...form] });
  if (kept.details === details) keep({ details: null });
  keep({ page: url, spoke: true });
  update(entry.id, { state: 'sent' });
};

/** Sends what waits, one after the other; whatever is sent twice counts once. */
const flush = async () => {
  if (sending) return;
  sending = true;
  try {
    for (let entry; (entry = kept.outbox.find((one) => one.state === 'waiting')); ) {
      try {
        await sendOne(entry);
        tries = 0;
        problem = '';
      } catch (error) {
        const passing = !error.status || error.status === 429 || error.status >= 500;
        if (!passing) {
          update(entry.id, { state: error.status === 410 ? 'lost' : 'refused' });
          continue;
        }
        problem = navigator.onLine === false ? words.offline : words.trouble;
        tries += 1;
        const wait = Math.max(error.after || 0, Math.min(60, 2 ** tries));
        setTimeout(flush, wait * 1000 * (0.75 + Math.random() / 2));
        break;
      } finally {
        changed();
      }
    }
  } finally {
    sending = false;
  }
  soon();
};

/** Puts something the visitor says where it is not lost, and sends it. */
const say = (entry, file) => {
  const id = newId();
  if (file) files.set(id, file);
  keep({ outbox: [...kept.outbox, { ...entry, id, at: new Date().toISOString(), state: 'waiting' }], spoke: true });
  changed();
  flush();
};

const again = (id) => {
  update(id, { state: 'waiting', at: new Date().toISOString() });
  changed();
  flush();
};

const OPEN_MS = 2000;
const CLOSED_MS = 20000;
const LIVE_MS = 60000;
let timer = null;
let asking = false;
let failures = 0;
/** The connection by which changes are told, while it is open. */
let live = null;

const wait = () => {
  const usual = live ? LIVE_MS : looking() ? OPEN_MS : CLOSED_MS;
  return Math.min(LIVE_MS, usual * 2 ** Math.min(failures, 5));
};

/** Asks again in a while, as long as anybody looks at the page and anything was said. */
const soon = (delay = 300) => {
  clearTimeout(timer);
  if (!kept.spoke || document.hidden) return;
  timer = setTimeout(poll, delay);
};

const poll = async () => {
  if (asking) return;
  asking = true;
  try {
    await fetchNew();
    failures = 0;
  } catch {
    failures += 1;
  }
  asking = false;
  soon(wait());
  listen();
};

/** Where the page's policy or somebody's proxy lets no connection through. */
const REFUSED_MS = 300000;
let connecting = false;
let connectAfter = 0;

/** Has changes told over a connection once the panel was open; as long as there is none, we ask. */
const listen = async () => {
  if (live || connecting || !looking() || Date.now() < connectAfter) return;
  connecting = true;
  let pause = REFUSED_MS;
  let beat;
  const ended = () => {
    clearInterval(beat);
    live = null;
    connecting = false;
    connectAfter = Date.now() + pause;
    soon(wait());
  };
  try {
    const { url, ticket } = await asVisitor('POST', `${door}/tickets`, () => ({}));
    const socket = new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`);
    socket.onopen = () => {
      [live, connecting] = [socket, false];
      pause = 1000 + Math.random() * 4000;
      beat = setInterval(() => socket.send('{"type":"ping"}'), 240000);
      // Something may have been said while it was opened.
      soon(0);
    };
    socket.onmessage = ({ data }) => {
      if (JSON.parse(data).type === 'changes') soon(0);
    };
    socket.onclose = ended;
  } catch {
    ended();
  }
};

/** What is told is told to somebody else from now on. */
const hangUp = () => live && live.close();
