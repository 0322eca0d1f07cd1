/** The beginning, and what the page may ask for: `confab('open')` and the like. */

/** Who the page says the visitor is. What is known already is not asked again. */
const identify = async (identity) => {
  let sub = '';
  try {
    const claims = String(identity).split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    sub = String(JSON.parse(atob(claims)).sub);
  } catch {
    // The server says what is wrong with it.
  }
  const known = kept.visitor && kept.visitor.id === `user:${sub}`;
  if (known && kept.expires - Date.now() > 29 * DAY) return;
  try {
    await begin({ identity });
    // What they said elsewhere is theirs here too.
    keep({ spoke: true });
    [messages, next] = [new Map(), null];
    show();
    soon(0);
  } catch (error) {
    console.warn('confab: the identity was not accepted', error.status);
  }
};

const commands = {
  open: () => open(),
  close: () => close(),
  identify,
  reset: () => forget(),
  words: (own) => Object.assign(words, own),
};

const run = (args) => {
  const [name, ...rest] = args;
  if (Object.hasOwn(commands, name)) return commands[name](...rest);
  console.warn(`confab: there is no “${name}”`);
};

const start = async () => {
  const queued = (window.confab && window.confab.q) || [];
  const early = [...queued].map((args) => [...args]);
  for (const args of early.filter(([name]) => name === 'words')) run(args);
  try {
    settings = await ask('GET', `${door}/settings`);
  } catch (error) {
    console.warn(`confab: the web chat “${account}” cannot be shown here`, error.status);
    return;
  }
  draw();
  window.confab = (...args) => run(args);
  for (const args of early.filter(([name]) => name !== 'words')) await run(args);
  if (kept.open && innerWidth > 480) open(true);
  flush();
  const awake = () => {
    failures = 0;
    flush();
    soon(0);
  };
  document.addEventListener('visibilitychange', () => !document.hidden && awake());
  addEventListener('online', awake);
  addEventListener('storage', (event) => {
    if (event.key !== place) return;
    const before = kept.visitor && kept.visitor.id;
    kept = load();
    if (before !== (kept.visitor && kept.visitor.id)) {
      [messages, next] = [new Map(), null];
      hangUp();
    }
    show();
    soon(0);
  });
};

if (account && !window.confabStarted) {
  window.confabStarted = true;
  const queue = window.confab || Object.assign((...args) => queue.q.push(args), { q: [] });
  window.confab = queue;
  start();
}
