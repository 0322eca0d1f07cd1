/** Makes links that open a chat; the code is drawn by the server. */
const form = document.getElementById('form');
const digits = (to) => to.replace(/[^0-9]/g, '');
const plain = (to) => encodeURIComponent(to.trim().replace(/^@/, ''));
const query = (name, text) => (text ? `?${name}=${encodeURIComponent(text)}` : '');

const NUMBER = 'Your number, with the country code';
const kinds = {
  whatsapp: [NUMBER, (to, text) => digits(to) && `https://wa.me/${digits(to)}${query('text', text)}`],
  telegram: ['The name of your bot', (to, text) => plain(to) && `https://t.me/${plain(to)}${query('text', text)}`],
  messenger: ['The name of your page', (to, text) => plain(to) && `https://m.me/${plain(to)}${query('text', text)}`],
  instagram: ['The name of your account', (to, text) => plain(to) && `https://ig.me/m/${plain(to)}${query('text', text)}`],
  sms: [NUMBER, (to, text) => digits(to) && `sms:+${digits(to)}${query('body', text)}`],
};

const show = () => {
  const { kind, to, words } = Object.fromEntries(new FormData(form));
  const [asks, made] = kinds[kind];
  document.getElementById('what').textContent = asks;
  const link = made(to, words.trim());
  const shown = document.getElementById('link');
  const code = document.getElementById('code');
  shown.replaceChildren();
  code.hidden = !link;
  if (!link) return;
  const anchor = document.createElement('a');
  anchor.href = link;
  anchor.textContent = link;
  shown.append(anchor);
  code.src = `/widget/qr.svg?text=${encodeURIComponent(link)}`;
};

form.addEventListener('input', show);
form.addEventListener('submit', (event) => event.preventDefault());
show();
