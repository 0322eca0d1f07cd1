/** Pieces of the document. Text only ever becomes text. */

const el = (name, props = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key === 'on') for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (key in made) made[key] = value;
    else if (value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
};

const icon = (path) => {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
};

const icons = {
  chat: 'M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z',
  down: 'M6 9l6 6 6-6',
  send: 'M4 12h15M13 6l6 6-6 6',
  clip: 'M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.4 3.4 0 0 1 5 5l-8 8a1.7 1.7 0 0 1-2.500-2.500l7-7',
  file: 'M6 2h8l5 5v15H6zM14 2v5h5',
  clock: 'M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  tick: 'M5 13l4 4L19 7',
  ticks: 'M2 13l4 4L15 7M11 16l1 1L22 7',
};

/** An address that may be opened, or nothing. */
const safe = (url) => (/^https?:\/\//i.test(url || '') ? url : null);

const link = (url, ...children) =>
  el('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow ugc' }, ...children);

/** Words with their addresses as links. */
const linked = (text) =>
  String(text)
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/i)
    .map((part, place) => (place % 2 ? link(part, part) : part));

const size = (bytes) =>
  bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;

const fileOf = (file) => {
  const name = file.name || words.file;
  const label = file.bytes ? `${name} (${size(file.bytes)})` : name;
  const url = safe(file.url);
  const chip = () => el('span', { className: 'f' }, icon(icons.file), el('span', {}, label));
  if (!url) return chip();
  const opens = link(url);
  if (file.kind !== 'image') {
    opens.append(chip());
    return opens;
  }
  // The page's policy may not let us show it; it still can be opened.
  const instead = () => opens.replaceChildren(chip());
  opens.append(el('img', { alt: name, loading: 'lazy', referrerPolicy: 'no-referrer', on: { error: instead }, src: url }));
  return opens;
};

/** What a message says; `choose` is called with what the visitor takes of what is offered. */
const said = (content, choose) => {
  const text = (what) => (what ? [el('div', { dir: 'auto' }, ...linked(what))] : []);
  switch (content.type) {
    case 'text':
      return text(content.text);
    case 'media':
      return [...content.files.map(fileOf), ...text(content.caption)];
    case 'choices':
      return [
        ...text(content.text),
        content.footer ? el('div', { className: 'foot', dir: 'auto' }, content.footer) : null,
        el(
          'div',
          { className: 'choices' },
          ...content.choices.map((choice) =>
            el(
              'button',
              { type: 'button', dir: 'auto', disabled: !choose, on: { click: () => choose(choice) } },
              choice.title,
              choice.description ? el('small', {}, choice.description) : null,
            ),
          ),
        ),
      ];
    default:
      return text(words.other);
  }
};

const clock = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

const day = (at) => {
  const date = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
};
