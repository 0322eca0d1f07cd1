/** Requests to Confab. */

/** A request that was answered with a refusal; without a status it was not answered at all. */
class Refused extends Error {
  constructor(status, after) {
    super(`confab: ${status || 'no answer'}`);
    this.status = status;
    /** In seconds. */
    this.after = after;
  }
}

const ask = async (method, path, body, session) => {
  const headers = {};
  if (body) headers['content-type'] = 'application/json';
  if (session) headers['confab-session'] = session;
  let answer;
  try {
    answer = await fetch(base + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    throw new Refused(0);
  }
  if (!answer.ok) throw new Refused(answer.status, Number(answer.headers.get('retry-after')) || 0);
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
};

const door = `/widget/${encodeURIComponent(account)}`;
const DAY = 86400000;

let starting = null;

/** Begins a session, or renews it with what has become known; one at a time. */
const begin = (more = {}) => {
  const run = async () => {
    const asked = kept.token ? { visitor: kept.token, ...more } : more;
    const begun = await ask('POST', `${door}/sessions`, asked);
    const before = kept.visitor;
    const { token, visitor } = begun;
    const same = !before || before.id === visitor.id || visitor.was === before.id;
    // Whoever is somebody else now finds nothing of who was here before.
    if (!same) forget();
    if (before && before.id !== visitor.id) hangUp();
    const said = visitor.name || visitor.email;
    const told = before && before.name === visitor.name && before.email === visitor.email;
    keep({
      token,
      visitor,
      expires: Date.parse(begun.expires_at),
      details: said && !told ? newId() : kept.details,
    });
    return begun;
  };
  starting = (starting || Promise.resolve()).catch(() => {}).then(run);
  return starting;
};

/** The session, renewed once a day. */
const session = async () => {
  if (!kept.token || kept.expires - Date.now() < 29 * DAY) await begin();
  return kept.token;
};

/** Asks with a session; one that does not count any more is replaced once. */
const asVisitor = async (method, path, body) => {
  const token = await session();
  try {
    return await ask(method, path, body && body(), token);
  } catch (error) {
    if (error.status !== 401 || kept.token !== token) throw error;
    keep({ expires: 0 });
    return ask(method, path, body && body(), await session());
  }
};

/** Posts what the visitor writes or has read, to where all channels post. */
const post = (parts) =>
  asVisitor('POST', `/webhooks/${encodeURIComponent(account)}`, () => ({
    visitor: kept.visitor,
    ...parts,
  }));

/** Puts a file into the storage, and gives the name it has in a message. */
const upload = async (file) => {
  const mime = file.type || 'application/octet-stream';
  const asked = () => ({ mime, bytes: file.size });
  const { upload: name, url } = await asVisitor('POST', `${door}/uploads`, asked);
  let put;
  try {
    put = await fetch(url, { method: 'PUT', body: file, headers: { 'content-type': mime } });
  } catch {
    throw new Refused(0);
  }
  if (!put.ok) throw new Refused(put.status);
  return name;
};
