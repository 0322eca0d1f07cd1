/** What the visitor sees. */

const host = document.createElement('div');
const shadow = host.attachShadow({ mode: 'closed' });
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);

let root, launcher, badge, panel, log, form, box, status;

const isOpen = () => panel && !panel.hidden;
looking = () => isOpen() && !document.hidden;

const draw = () => {
  badge = el('span', { className: 'badge', hidden: true });
  launcher = el('button', { type: 'button', className: 'launch', on: { click: () => (isOpen() ? close() : open()) } }, icon(icons.chat), badge);
  launcher.setAttribute('aria-expanded', 'false');
  log = el('div', { className: 'log', role: 'log', tabIndex: 0, 'aria-label': words.log, 'aria-live': 'off' });
  status = el('div', { className: 'status', role: 'status', hidden: true });
  form = el('div');
  panel = el(
    'section',
    { className: 'panel', role: 'dialog', hidden: true, 'aria-label': settings.title, on: { keydown: keys } },
    el(
      'header',
      {},
      el('h2', {}, settings.title),
      el('button', { type: 'button', className: 'icon', 'aria-label': words.close, on: { click: () => close() } }, icon(icons.down)),
    ),
    log,
    status,
    form,
  );
  root = el('div', { className: 'w', dir: getComputedStyle(document.documentElement).direction }, panel, launcher);
  host.className = settings.position;
  shadow.adoptedStyleSheets = [sheet, coloured(settings.colour)];
  shadow.replaceChildren(root);
  document.documentElement.append(host);
  changed = show;
  show();
};

/** Escape closes; Tab stays inside. */
const keys = (event) => {
  event.stopPropagation();
  if (event.key === 'Escape' && !event.isComposing) close();
  if (event.key !== 'Tab') return;
  const all = [...panel.querySelectorAll('a[href],button:not(:disabled),input,textarea,[tabindex="0"]')];
  const able = all.filter((one) => one.offsetParent !== null && one.type !== 'file');
  const [first, last] = [able[0], able[able.length - 1]];
  const at = shadow.activeElement;
  if (event.shiftKey && at === first) last.focus();
  else if (!event.shiftKey && at === last) first.focus();
  else return;
  event.preventDefault();
};

const open = (quietly) => {
  if (!settings || isOpen()) return;
  panel.hidden = false;
  root.classList.add('open');
  launcher.setAttribute('aria-expanded', 'true');
  keep({ open: true });
  bottom = true;
  show();
  if (!quietly) (field() || log).focus();
  soon(0);
};

const close = () => {
  if (!isOpen()) return;
  panel.hidden = true;
  root.classList.remove('open');
  launcher.setAttribute('aria-expanded', 'false');
  keep({ open: false });
  show();
  launcher.focus();
};

/** Messages as they are drawn, kept while they stay what they are. */
const drawn = new Map();
let bottom = true;

const show = () => {
  if (!root) return;
  const count = isOpen() ? 0 : unread();
  badge.textContent = count > 99 ? '99+' : String(count);
  badge.hidden = !count;
  const label = isOpen() ? words.close : words.open;
  launcher.setAttribute('aria-label', count ? `${label}, ${words.unread(count)}` : label);
  if (!isOpen()) return;
  bottom ||= log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  status.textContent = problem;
  status.hidden = !problem;
  compose();
  arrange(lines());
  if (bottom) log.scrollTop = log.scrollHeight;
  bottom = false;
  // What was there before is not read out.
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 1000);
};

/** Puts rows in order and moves none that stands right: a screen reader reads what is moved. */
const arrange = (rows) => {
  let at = log.firstChild;
  for (const row of rows) {
    if (row === at) at = at.nextSibling;
    else log.insertBefore(row, at);
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
};

const cached = (key, make) => {
  if (!drawn.has(key)) drawn.set(key, make());
  return drawn.get(key);
};

/** The rows of the log: the greeting, days, messages. */
const lines = () => {
  const all = thread();
  const rows = [cached('greeting', () => el('div', { className: 'note', dir: 'auto' }, settings.greeting))];
  if (!settings.open) {
    rows.push(cached('offline', () => el('div', { className: 'note', dir: 'auto' }, settings.offline)));
  }
  const lastOffer = all.findLast((one) => one.from === 'desk');
  const answered = (one) => one !== lastOffer || all.some((other) => other.quotes === one.id);
  let shownDay = '';
  let speaker = '';
  for (const one of all) {
    const date = day(one.at);
    if (date !== shownDay) rows.push(cached(`day ${date}`, () => el('div', { className: 'day' }, date)));
    const who = one.from === 'desk' ? one.name || settings.title : '';
    const named = who && (who !== speaker || date !== shownDay) ? who : '';
    [shownDay, speaker] = [date, who];
    const offers = one.content && one.content.type === 'choices' && !answered(one);
    const row = cached(`${one.id} ${named} ${offers}`, () => bubble(one, named, offers));
    progress(row, one);
    rows.push(row);
  }
  return rows;
};

const bubble = (one, named, offers) => {
  const choose = offers
    ? (choice) => say({ type: 'choice', choice: choice.id, title: choice.title, quotes: one.id })
    : null;
  const content = one.mine ? { ...one, type: one.type === 'choice' ? 'text' : one.type, text: one.text || one.title } : one.content;
  const me = one.from === 'visitor';
  return el(
    'div',
    { className: me ? 'm me' : 'm' },
    named ? el('div', { className: 'who', dir: 'auto' }, named) : null,
    el('div', { className: 'b' }, ...said(content, choose)),
    el('div', { className: 't' }),
  );
};

/** Says below a message when it was and how far it has come. */
const progress = (row, one) => {
  const state = `${one.state || ''} ${!!one.mine} ${one.at}`;
  if (row.dataset.state === state) return;
  row.dataset.state = state;
  const time = el('time', { dateTime: one.at, dir: 'auto' }, clock(one.at));
  row.lastChild.replaceChildren(time, ...(one.from === 'visitor' ? ticks(one) : []));
};

/** How far the visitor's own message has come. */
const ticks = (one) => {
  const mark = (path, label) => {
    const drawing = icon(path);
    drawing.removeAttribute('aria-hidden');
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', label);
    return [drawing];
  };
  if (!one.mine) return mark(icons.ticks, words.arrived);
  const bad = (text) => el('span', { className: 'bad' }, text);
  switch (one.state) {
    case 'sent':
      return mark(icons.tick, words.sent);
    case 'lost':
      return [bad(words.lost)];
    case 'refused':
      return [bad(words.refused), el('button', { type: 'button', className: 'again', on: { click: () => again(one.id) } }, words.retry)];
    default:
      return mark(icons.clock, words.waiting);
  }
};

/** Where the visitor writes. */
const field = () => form.querySelector('textarea,label input');

/** What stands below: who are you, or what do you say. */
let below = '';
const compose = () => {
  const asks = ['name', 'email'].filter((key) => settings[`ask_${key}`] !== 'no');
  const known = kept.visitor && (kept.visitor.name || kept.visitor.email);
  const wanted = asks.length && !known && !kept.spoke ? 'ask' : 'say';
  if (wanted === below) return;
  const had = below && form.contains(shadow.activeElement);
  below = wanted;
  form.replaceChildren(wanted === 'ask' ? introduce(asks) : composer());
  if (had) field().focus();
};

const introduce = (asks) => {
  const fields = asks.map((key) => {
    const required = settings[`ask_${key}`] === 'required';
    const kind = key === 'email' ? 'email' : 'text';
    const input = el('input', { type: kind, name: key, required, maxLength: 200, autocomplete: key });
    return el('label', {}, required ? words[key] : `${words[key]} ${words.optional}`, input);
  });
  const submit = async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    try {
      await begin(given);
      problem = '';
      keep({ spoke: kept.spoke || !(given.name || given.email) });
    } catch {
      problem = words.trouble;
    }
    show();
  };
  return el('form', { className: 'ask', on: { submit } }, ...fields, el('button', { className: 'go' }, words.begin));
};

const FILE_BYTES_MAX = 20 * 1024 * 1024;

const attach = (list) => {
  for (const file of list) {
    problem = file.size > FILE_BYTES_MAX ? words.tooLarge : '';
    if (problem) continue;
    const told = { name: file.name, mime: file.type, bytes: file.size };
    say({ type: 'media', files: [told] }, file);
  }
  bottom = true;
  show();
};

const composer = () => {
  const send = el('button', { className: 'icon send', 'aria-label': words.send, disabled: !kept.draft }, icon(icons.send));
  const picker = el('input', { type: 'file', hidden: true, multiple: true, on: { change: () => attach(picker.files) } });
  const submit = (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = '';
    keep({ draft: '' });
    send.disabled = true;
    bottom = true;
    say({ type: 'text', text });
    box.focus();
  };
  const typed = () => {
    keep({ draft: box.value });
    send.disabled = !box.value.trim();
  };
  const enter = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  };
  const pasted = (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  };
  box = el('textarea', {
    rows: 1, dir: 'auto', maxLength: 8000, placeholder: words.write, 'aria-label': words.write,
    value: kept.draft || '', on: { input: typed, keydown: enter, paste: pasted },
  });
  const clip = el('button', { type: 'button', className: 'icon', 'aria-label': words.attach, on: { click: () => picker.click() } }, icon(icons.clip));
  const dropped = (event) => {
    event.preventDefault();
    attach(event.dataTransfer.files);
  };
  const over = (event) => event.preventDefault();
  return el('form', { on: { submit, drop: dropped, dragover: over } }, clip, picker, box, send);
};
