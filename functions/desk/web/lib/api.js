// Requests to the API. Every answer that is not a success is a `Problem` (RFC 9457).
import { signal } from "./html.js";
import { bearer, refresh, workspace } from "./auth.js";

/** Set when the server no longer believes the token: the shell offers to sign in again. */
export const expired = signal(false);

/** Why something was not done, in the server's own words. */
export class Problem extends Error {
  /** @param {{type: string, title?: string, status: number, detail?: string, [more: string]: any}} said */
  constructor(said) {
    super(said.detail || said.title || said.type);
    /** What problems are told apart by, such as `window-closed`. */
    this.type = said.type;
    this.status = said.status;
    /** Everything the answer said. @type {Record<string, any>} */
    this.said = said;
  }

  /** Whether trying again may help by itself: the network, or the server, was at fault. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @typedef {object} Options
 * @property {any} [body] Sent as JSON, or as it is if it is a string (`type` says what it is).
 * @property {string} [type] The content type of a string.
 * @property {Record<string, any>} [query] What is null or undefined is left out.
 * @property {string} [key] The command's name (`Idempotency-Key`): the same twice is once.
 * @property {AbortSignal} [signal]
 * @property {boolean} [text] The answer is wanted as text.
 */

/** @param {string} path @param {Record<string, any>} [query] */
export function address(path, query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * Calls the API.
 * @param {string} method @param {string} path such as `/v1/me` @param {Options} [options]
 * @returns {Promise<any>} the answer's JSON; null if it has none
 * @throws {Problem}
 */
export async function call(method, path, options = {}) {
  const answer = await attempt(method, path, options);
  if (answer.status !== 401) return read(answer, options);
  if (await refresh()) {
    const again = await attempt(method, path, options);
    if (again.status !== 401) return read(again, options);
  }
  expired.value = true;
  throw await problem(answer);
}

/**
 * Where an address of the API that answers with another leads, such as a file's.
 * @param {string} path @returns {Promise<string>}
 */
export async function whereTo(path) {
  const stop = new AbortController();
  let answer = await attempt("GET", path, { signal: stop.signal });
  if (answer.status === 401 && (await refresh())) answer = await attempt("GET", path, { signal: stop.signal });
  if (answer.status === 401) expired.value = true;
  if (!answer.ok) throw await problem(answer);
  stop.abort();
  return answer.url;
}

/** @param {string} path @param {Options} [options] */
export const get = (path, options) => call("GET", path, options);
/** @param {string} path @param {any} [body] @param {Options} [options] */
export const post = (path, body = {}, options) => call("POST", path, { ...options, body });
/** @param {string} path @param {any} body @param {Options} [options] */
export const put = (path, body, options) => call("PUT", path, { ...options, body });
/** @param {string} path @param {any} body @param {Options} [options] */
export const patch = (path, body, options) => call("PATCH", path, { ...options, body });
/** @param {string} path @param {Options} [options] */
export const remove = (path, options) => call("DELETE", path, options);

/** A name for a command, so that sending it again does it once. */
export const commandKey = () => crypto.randomUUID();

/** @param {string} method @param {string} path @param {Options} options */
async function attempt(method, path, options) {
  const headers = new Headers({ accept: "application/json" });
  const token = bearer();
  if (token) headers.set("authorization", `Bearer ${token}`);
  const where = workspace();
  if (where) headers.set("confab-workspace", where);
  if (options.key) headers.set("idempotency-key", options.key);
  let body;
  if (typeof options.body === "string") {
    body = options.body;
    headers.set("content-type", options.type ?? "text/plain");
  } else if (options.body !== undefined && method !== "GET") {
    body = JSON.stringify(options.body);
    headers.set("content-type", "application/json");
  }
  try {
    const url = address(path, options.query);
    return await fetch(url, { method, headers, body, signal: options.signal });
  } catch (failed) {
    if (failed instanceof DOMException && failed.name === "AbortError") throw failed;
    throw new Problem({ type: "offline", status: 0, detail: "The server cannot be reached." });
  }
}

/** @param {Response} answer @param {Options} options */
async function read(answer, options) {
  if (!answer.ok) throw await problem(answer);
  if (options.text) return answer.text();
  if (answer.status === 204) return null;
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

/** @param {Response} answer */
async function problem(answer) {
  const fallback = { type: `http-${answer.status}`, status: answer.status, title: answer.statusText };
  try {
    return new Problem({ ...fallback, ...(await answer.clone().json()) });
  } catch {
    return new Problem(fallback);
  }
}
