// Signing in: the authorization code flow with PKCE at the issuer that `/config.json` names.
//
// The token is kept for this tab alone: another tab signs in by itself, as the same person or, on
// a laptop, as a colleague.

/**
 * @typedef {object} Config What the server tells the desk at `/config.json`.
 * @property {string} issuer
 * @property {string} client_id
 * @property {string} scope
 * @property {string} version Which desk the server has.
 * @property {boolean} laptop Whether the phones and the clock of the laptop host are there.
 */

const KEPT = "confab.session";
const BEGUN = "confab.signing-in";
const LAST_WORKSPACE = "confab.workspace";

/** @type {{token: string, refresh?: string, workspace?: string} | null} */
let session = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
/** @type {Promise<Config> | undefined} */
let asked;

/** What the server says of itself now. @returns {Promise<Config>} */
export async function told() {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

/** What it said first. @returns {Promise<Config>} */
export function config() {
  asked ??= told();
  asked.catch(() => (asked = undefined));
  return asked;
}

/** The token to call the API with. */
export const bearer = () => session?.token ?? null;
/** The workspace the user has named, if the token does not. */
export const workspace = () => session?.workspace ?? null;
/** The workspace named last on this machine. */
export const lastWorkspace = () => localStorage.getItem(LAST_WORKSPACE) ?? "";

/** @param {typeof session} next */
function keep(next) {
  session = next;
  if (next) sessionStorage.setItem(KEPT, JSON.stringify(next));
  else sessionStorage.removeItem(KEPT);
}

const library = () => import("../vendor/oauth4webapi.js");

/** The issuer, as it describes itself. */
async function server() {
  const [oauth, { issuer, client_id }] = await Promise.all([library(), config()]);
  const url = new URL(issuer);
  const options = { [oauth.allowInsecureRequests]: url.protocol === "http:" };
  const answer = await oauth.discoveryRequest(url, options);
  const as = await oauth.processDiscoveryResponse(url, answer);
  return { oauth, as, client: { client_id }, options };
}

const redirectUri = () => `${location.origin}/`;

/**
 * Leaves for the issuer's page, to come back to where the user is now.
 * @param {string} named the workspace, or empty if the token says it
 */
export async function signIn(named) {
  const { oauth, as, client } = await server();
  const { scope } = await config();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const back = location.pathname + location.search + location.hash;
  sessionStorage.setItem(BEGUN, JSON.stringify({ verifier, state, nonce, back, workspace: named }));
  if (named) localStorage.setItem(LAST_WORKSPACE, named);
  const url = new URL(as.authorization_endpoint);
  const asks = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri(),
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asks)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Finishes a sign-in if this page was opened by the issuer.
 * @returns {Promise<boolean>} whether somebody has just signed in
 */
export async function returned() {
  const here = new URL(location.href);
  const begun = JSON.parse(sessionStorage.getItem(BEGUN) ?? "null");
  if (!begun || !here.searchParams.has("state")) return false;
  sessionStorage.removeItem(BEGUN);
  history.replaceState(null, "", begun.back || "/");
  const { oauth, as, client, options } = await server();
  const parameters = oauth.validateAuthResponse(as, client, here, begun.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    as, client, oauth.None(), parameters, redirectUri(), begun.verifier, options,
  );
  const expects = { expectedNonce: begun.nonce, requireIdToken: true };
  const said = await oauth.processAuthorizationCodeResponse(as, client, answer, expects);
  keep({ token: said.id_token, refresh: said.refresh_token, workspace: begun.workspace || undefined });
  return true;
}

/** @type {Promise<boolean> | null} */
let refreshing = null;

/** Gets a new token without asking, if the issuer gives one. @returns {Promise<boolean>} */
export function refresh() {
  refreshing ??= renew().catch(() => false).finally(() => (refreshing = null));
  return refreshing;
}

async function renew() {
  if (!session?.refresh) return false;
  const { oauth, as, client, options } = await server();
  const answer = await oauth.refreshTokenGrantRequest(
    as, client, oauth.None(), session.refresh, options,
  );
  const said = await oauth.processRefreshTokenResponse(as, client, answer);
  if (!said.id_token) return false;
  keep({ ...session, token: said.id_token, refresh: said.refresh_token ?? session.refresh });
  return true;
}

/** Forgets who is here. */
export function signOut() {
  keep(null);
  location.assign("/");
}
