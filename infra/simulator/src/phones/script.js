// The customers' phones. Everything shown is text: nothing here writes markup.

const API = "/phones/api";
const POLL_MS = 1000;
const CHANNELS = {
  whatsapp: { letter: "W", label: "WhatsApp" },
  telegram: { letter: "T", label: "Telegram" },
  twilio_sms: { letter: "S", label: "SMS" },
  twilio_whatsapp: { letter: "TW", label: "WhatsApp by Twilio" },
};
const EMOJI = ["👍", "❤️", "😂", "😮", "🙏"];
const HOW_OFTEN = [[0, "never"], [0.2, "sometimes"], [0.6, "often"], [1, "always"]];
const HOW_MANY = [[0, "never"], [1, "once"], [3, "3 times"]];
const TROUBLE = [
  ["duplicate", "Webhooks come twice", HOW_OFTEN],
  ["reorder", "Webhooks overtake each other", HOW_OFTEN],
  ["delay", "Webhooks come late", HOW_OFTEN],
  ["too_many_requests", "Sends: 429, not accepted", HOW_OFTEN],
  ["error_before", "Sends: 5xx, not accepted", HOW_OFTEN],
  ["error_after", "Sends: accepted, then 502", HOW_OFTEN],
  ["drop_connection_before", "Sends: cut off, not accepted", HOW_OFTEN],
  ["drop_connection_after", "Sends: accepted, cut off", HOW_OFTEN],
  ["media_missing", "Files answer 404 first", HOW_MANY],
];
const TICKS = {
  waiting: ["✓", "with the provider, not taken by the desk yet"],
  refused: ["!", "the desk's webhook did not take it"],
  arrived: ["✓✓", "taken by the desk"],
  read: ["✓✓", "read by the desk"],
};

const $ = (id) => document.getElementById(id);
const state = { accounts: [], account: null, phones: [], address: null, since: 0, shown: new Map(), about: null };

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function button(text, onClick, className) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

let hiding;
function tell(text) {
  const status = $("status");
  status.textContent = text;
  status.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { status.hidden = true; }, 6000);
}

async function call(method, path, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(API + path, body === undefined ? { method } : { method, headers, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The simulator answered ${response.status}.`);
  return answer;
}

const phonesPath = () => `/accounts/${encodeURIComponent(state.account.id)}/phones`;
const phonePath = () => `${phonesPath()}/${encodeURIComponent(state.address)}`;

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    tell(error.message);
    return null;
  }
}

async function act(gesture) {
  await attempt(async () => {
    const answer = await call("POST", `${phonePath()}/gestures`, gesture);
    if (answer.note) tell(answer.note);
    await refresh();
  });
}

// ---- Choosing an account and a customer

const initials = (name) => name.split(/\s+/).map((word) => [...word][0]).join("").slice(0, 2).toUpperCase();

async function chooseAccount(id, address) {
  state.account = state.accounts.find((account) => account.id === id) ?? state.accounts[0];
  $("account").value = state.account.id;
  document.body.dataset.channel = state.account.channel;
  $("badge").textContent = CHANNELS[state.account.channel].letter;
  for (const element of document.querySelectorAll("[data-needs]")) {
    element.hidden = !state.account.can.includes(element.dataset.needs);
  }
  state.phones = await call("GET", phonesPath());
  const known = state.phones.some((phone) => phone.address === address);
  choosePhone(known ? address : state.phones[0].address);
}

function choosePhone(address) {
  state.address = address;
  state.since = 0;
  state.shown.clear();
  $("log").replaceChildren();
  setAbout(null);
  history.replaceState(null, "", `#${encodeURIComponent(state.account.id)}/${encodeURIComponent(address)}`);
  showPhones();
  return attempt(refresh);
}

function showPhones() {
  const list = $("customers");
  const key = JSON.stringify(state.phones.map((phone) => [phone.address, phone.name, phone.unread])) + state.address;
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const focused = document.activeElement?.dataset?.address;
  list.replaceChildren(...state.phones.map((phone) => {
    const item = make("li");
    const row = button("", () => choosePhone(phone.address));
    row.dataset.address = phone.address;
    row.append(make("span", "face", initials(phone.name)));
    const names = make("span", "names");
    names.append(make("span", "", phone.name), make("span", "small", phone.address));
    row.append(names);
    if (phone.unread > 0) {
      const count = make("span", "count", String(phone.unread));
      count.append(make("span", "hidden", " unread"));
      row.append(count);
    }
    if (phone.address === state.address) row.setAttribute("aria-current", "true");
    item.append(row);
    return item;
  }));
  if (focused) list.querySelector(`[data-address="${CSS.escape(focused)}"]`)?.focus();
}

// ---- Messages

function describe(message) {
  if (message.text) return message.text;
  return { image: "Picture", voice: "Voice message", location: "Location", template: "Template" }[message.kind] ?? message.kind;
}

function place({ place: { latitude, longitude, name, address } }) {
  return [name, address].filter(Boolean).join(", ") || `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

const sameOrigin = (link) => URL.canParse(link, location.href) && new URL(link, location.href).origin === location.origin;

function attachment(message) {
  const source = message.file ? `${API}/files/${encodeURIComponent(message.file)}` : message.link;
  if (!source) return null;
  const own = message.file || sameOrigin(source);
  if (own && ["image", "sticker"].includes(message.kind)) {
    const image = Object.assign(make("img"), { src: source, alt: message.text ? "" : "Picture" });
    image.addEventListener("load", () => scrollDown(false));
    return image;
  }
  if (own && ["voice", "audio"].includes(message.kind)) {
    const audio = Object.assign(make("audio"), { controls: true, preload: "metadata", src: source });
    audio.setAttribute("aria-label", "Voice message");
    return audio;
  }
  const link = make("a", "", `Open the ${message.kind === "contact" ? "card" : "file"}`);
  Object.assign(link, { rel: "noreferrer", target: "_blank" });
  if (/^https?:|^\//.test(source)) link.href = source;
  return link;
}

function choices(message) {
  const box = make("div", "choices");
  for (const offered of message.buttons) {
    const what = message.kind === "list" ? "choose" : "tap";
    const choice = button(offered.title, () => act({ do: what, id: offered.id, title: offered.title }));
    if (offered.description) choice.append(make("small", "", offered.description));
    box.append(choice);
  }
  return box;
}

function template(message) {
  const box = make("div");
  const filled = message.template.parameters.map((text, place) => make("div", "text", `${place + 1}: ${text}`));
  box.append(make("div", "kind", `Template “${message.template.name}”`), ...filled);
  return box;
}

function menu(message) {
  if (message.deleted || message.by === "provider" || message.kind === "answer") return null;
  const can = (what) => state.account.can.includes(what);
  const own = message.by === "customer";
  const entries = [];
  if (can("quote")) entries.push(button("Reply", () => setAbout({ do: "quote", message })));
  if (own && can("edit") && message.kind === "text") entries.push(button("Edit", () => setAbout({ do: "edit", message })));
  if (own && can("delete")) entries.push(button("Delete", () => act({ do: "delete", target: message.id })));
  for (const emoji of !own && can("react") ? EMOJI : []) {
    const same = message.own_reaction === emoji;
    const react = button(emoji, () => act({ do: "react", target: message.id, emoji: same ? null : emoji }));
    react.setAttribute("aria-label", same ? `Take back ${emoji}` : `React with ${emoji}`);
    entries.push(react);
  }
  if (entries.length === 0) return null;
  const more = make("details", "more");
  const summary = make("summary", "", "⋯");
  summary.setAttribute("aria-label", "What to do with this message");
  const box = make("div", "menu");
  box.append(...entries);
  more.append(summary, box);
  return more;
}

function foot(message) {
  const line = make("div", "foot");
  for (const [emoji, whose] of [[message.own_reaction, "your"], [message.desk_reaction, "the desk's"]]) {
    if (emoji) {
      const reaction = make("span", "reaction", emoji);
      reaction.title = `${whose} reaction`;
      line.append(reaction);
    }
  }
  if (message.edited && !message.deleted) line.append(make("span", "", "edited"));
  const at = new Date(message.at);
  const time = make("time", "", at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = message.at;
  time.title = at.toLocaleString();
  line.append(time);
  if (message.by === "customer") {
    const [sign, meaning] = TICKS[message.progress];
    const ticks = make("span", `ticks ${message.progress}`, sign);
    ticks.title = meaning;
    ticks.append(make("span", "hidden", ` ${meaning}`));
    line.append(ticks);
  }
  const more = menu(message);
  if (more) line.append(more);
  return line;
}

function bubble(message) {
  const box = make("article", `bubble ${message.by}`);
  box.append(make("span", "hidden", { customer: "You:", desk: "Desk:", provider: "Provider:" }[message.by]));
  if (message.deleted) {
    box.append(make("div", "gone", "deleted"), foot(message));
    return box;
  }
  const quoted = message.quoted && state.shown.get(message.quoted);
  if (quoted) box.append(make("div", "quote", describe(quoted.message)));
  const attached = attachment(message);
  if (attached) box.append(attached);
  if (message.place) box.append(make("div", "kind", "Location"), make("div", "text", place(message)));
  if (message.template) box.append(template(message));
  if (message.kind === "unknown") box.append(make("div", "kind", "A message of a type nobody knows"));
  if (message.kind === "contact") box.append(make("div", "kind", "Contact"));
  if (message.kind === "answer") {
    box.append(make("div", `kind ${message.spins ? "spins" : ""}`, message.spins ? "Pressed, not answered yet" : "Pressed"));
  }
  if (message.text) box.append(make("div", "text", message.text));
  if (message.buttons.length > 0) box.append(choices(message));
  box.append(foot(message));
  return box;
}

function show(messages) {
  const log = $("log");
  log.querySelector(".empty")?.remove();
  for (const message of messages) {
    const before = state.shown.get(message.id);
    const element = bubble(message);
    if (before) before.element.replaceWith(element);
    else log.append(element);
    state.shown.set(message.id, { message, element });
  }
}

function scrollDown(always) {
  const log = $("log");
  if (always || log.scrollHeight - log.scrollTop - log.clientHeight < 400) log.scrollTop = log.scrollHeight;
}

function showEmpty() {
  const empty = state.shown.size === 0;
  $("starters").hidden = !empty;
  if (!empty || $("log").childElementCount > 0) return;
  const telegram = state.account.channel === "telegram";
  const hint = telegram
    ? "Nothing here yet. A bot cannot write to somebody who never wrote: press /start."
    : "Nothing here yet. Write to the desk.";
  $("log").append(make("p", "empty", hint));
  const starters = [telegram ? "/start" : "Hello!", "Where is my order 4711?", "Do you have this in blue?"];
  $("starters").replaceChildren(...starters.map((text) => button(text, () => act({ do: "write", text }))));
}

function showPhone(phone) {
  $("name").textContent = phone.name;
  $("address").textContent = `${CHANNELS[state.account.channel].label} · ${phone.address}`;
  $("typing").hidden = !phone.typing;
  const marks = [
    [phone.blocked, "blocked"], [phone.opted_out, "opted out"], [phone.marketing_stopped, "no marketing"],
    [!phone.reachable, "unreachable"], [phone.username, `@${phone.username}`],
  ];
  const plain = (text) => (text.startsWith("@") ? "plain" : "");
  $("marks").replaceChildren(...marks.filter(([on]) => on).map(([, text]) => make("li", plain(text), text)));
  const set = (id, key, value) => { if (document.activeElement !== $(id)) $(id)[key] = value; };
  set("receipts", "value", phone.receipts);
  set("reachable", "checked", phone.reachable);
  set("blocked", "checked", phone.blocked);
  set("marketing", "checked", phone.marketing_stopped);
  set("username", "value", phone.username ?? "");
}

async function refresh() {
  const { account, address } = state;
  const open = document.visibilityState === "visible";
  const path = `${phonePath()}/messages?since=${state.since}&open=${open}`;
  const [answer, phones] = await Promise.all([call("GET", path), call("GET", phonesPath())]);
  // Somebody may have chosen another phone meanwhile.
  if (account !== state.account || address !== state.address) return;
  if (answer.phone.revision < state.since) {
    // The simulator was started anew and has forgotten.
    choosePhone(address);
    return;
  }
  const first = state.since === 0;
  const isNew = answer.messages.some((message) => !state.shown.has(message.id));
  const spinning = new Set(answer.spinning);
  const settled = [...state.shown.values()].filter(({ message }) => message.spins && !spinning.has(message.id));
  show([...settled.map(({ message }) => ({ ...message, spins: false })), ...answer.messages]);
  state.since = answer.phone.revision;
  state.phones = phones;
  showPhone(answer.phone);
  showPhones();
  showEmpty();
  if (isNew) scrollDown(first);
}

// ---- Writing

function setAbout(about) {
  state.about = about;
  $("about").hidden = about === null;
  for (const open of document.querySelectorAll(".more[open]")) open.open = false;
  if (about === null) return;
  $("about-text").textContent = `${about.do === "edit" ? "Editing" : "Replying to"}: ${describe(about.message)}`;
  if (about.do === "edit") $("text").value = about.message.text;
  $("text").focus();
}

async function write() {
  const text = $("text").value;
  if (!text.trim()) return;
  const about = state.about;
  $("text").value = "";
  setAbout(null);
  await act(about ? { do: about.do, target: about.message.id, text } : { do: "write", text });
}

function base64Of(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.split(",", 2)[1] ?? ""));
    reader.addEventListener("error", () => reject(new Error("The file cannot be read.")));
    reader.readAsDataURL(blob);
  });
}

async function sample(name) {
  return base64Of(await (await fetch(`/phones/${name}`)).blob());
}

function takeText() {
  const text = $("text").value.trim();
  $("text").value = "";
  return text;
}

const SENDS = {
  image: async () => ({ do: "image", base64: await sample("sample.png"), caption: takeText() }),
  voice: async () => ({ do: "voice", base64: await sample("sample.ogg") }),
  location: async () => ({ do: "location", latitude: 52.52077, longitude: 13.40947, name: null }),
  contact: async () => ({ do: "contact", name: "Robin Example", phone: "+1 202-555-0101" }),
  ad: async () => ({ do: "ad", text: takeText() || (state.account.channel === "telegram" ? "summer" : "Can I get more info about this?") }),
  unknown: async () => ({ do: "unknown" }),
};

async function sendFile() {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  await attempt(async () => {
    const base64 = await base64Of(file);
    const picture = file.type === "image/png" || file.type === "image/jpeg";
    await act(picture
      ? { do: "image", base64, caption: takeText() }
      : { do: "document", base64, name: file.name, mime: file.type });
  });
}

// ---- Trouble

function showTrouble(chaos) {
  let count = 0;
  for (const [name, , levels] of TROUBLE) {
    const value = chaos[name];
    if (value > 0) count += 1;
    const nearest = levels.reduce((best, level) => Math.abs(level[0] - value) < Math.abs(best[0] - value) ? level : best);
    $(`chaos-${name}`).value = String(nearest[0]);
  }
  $("trouble-mark").textContent = count > 0 ? `· ${count} on` : "";
}

async function setTrouble(calm) {
  const chaos = {};
  for (const [name] of TROUBLE) chaos[name] = calm ? 0 : Number($(`chaos-${name}`).value);
  await attempt(async () => showTrouble(await call("PUT", "/chaos", chaos)));
}

function buildTrouble() {
  for (const [name, text, levels] of TROUBLE) {
    const field = make("div", "field");
    const label = make("label", "", text);
    label.htmlFor = `chaos-${name}`;
    const select = make("select");
    select.id = `chaos-${name}`;
    select.append(...levels.map(([value, word]) => new Option(word, value)));
    select.addEventListener("change", () => setTrouble(false));
    field.append(label, select);
    $("chaos").append(field);
  }
}

// ---- Start

function listen() {
  $("account").addEventListener("change", (event) => attempt(() => chooseAccount(event.target.value)));
  $("new-phone").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const phone = await call("POST", phonesPath(), { name: $("new-name").value });
      $("new-name").value = "";
      state.phones.push(phone);
      await choosePhone(phone.address);
      $("text").focus();
    });
  });
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); write(); });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); write(); }
    if (event.key === "Escape") setAbout(null);
  });
  $("about-cancel").addEventListener("click", () => setAbout(null));
  $("file").addEventListener("change", sendFile);
  for (const element of document.querySelectorAll("#attach [data-do]")) {
    element.addEventListener("click", () => {
      if (element.dataset.do === "file") $("file").click();
      else attempt(async () => act(await SENDS[element.dataset.do]()));
    });
  }
  const settings = (body) => attempt(async () => { await call("PUT", `${phonePath()}/settings`, body); await refresh(); });
  $("receipts").addEventListener("change", (event) => settings({ receipts: event.target.value }));
  $("reachable").addEventListener("change", (event) => settings({ reachable: event.target.checked }));
  $("username-form").addEventListener("submit", (event) => { event.preventDefault(); settings({ username: $("username").value }); });
  $("blocked").addEventListener("change", (event) => act({ do: event.target.checked ? "block" : "unblock" }));
  $("marketing").addEventListener("change", (event) => act({ do: event.target.checked ? "stop_marketing" : "resume_marketing" }));
  $("calm").addEventListener("click", () => setTrouble(true));
}

let lost = false;
async function poll() {
  try {
    await refresh();
    if (lost) { lost = false; $("status").hidden = true; }
  } catch (error) {
    if (!lost) { lost = true; tell("The simulator does not answer. Is it still running?"); }
  }
  setTimeout(poll, POLL_MS);
}

async function start() {
  buildTrouble();
  listen();
  state.accounts = await call("GET", "/accounts");
  if (state.accounts.length === 0) {
    $("log").append(make("p", "empty", "No account is played here. Provision one of WhatsApp, Telegram or Twilio."));
    return;
  }
  $("account").replaceChildren(...state.accounts.map(({ id, channel, name }) => new Option(`${CHANNELS[channel].letter} · ${name}`, id)));
  const [account, address] = location.hash.slice(1).split("/").map(decodeURIComponent);
  await chooseAccount(account, address);
  showTrouble(await call("GET", "/chaos"));
  setTimeout(poll, POLL_MS);
}

attempt(start);
