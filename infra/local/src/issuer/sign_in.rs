//! Signing in: the page where one chooses who one is, and the two steps of the authorization code
//! flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use domain::id::{UserId, WorkspaceId};
use domain::workspace::User;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::rand::SecureRandom as _;
use serde::Deserialize;
use serde_json::{Value, json};
use store::StoreError;

use super::{Bearer, CLIENT, PATH, TOKENS_LAST, encode};
use crate::confab::Confab;

/// A code is fetched by the next request.
const CODES_LAST: SignedDuration = SignedDuration::from_mins(10);
/// More people at once do not sign in on a laptop.
const CODES_MAX: usize = 1_000;

#[derive(Debug)]
struct SignIn {
    confab: Arc<Confab>,
    workspaces: Vec<WorkspaceId>,
    codes: Mutex<HashMap<String, Granted>>,
}

/// What a code can be exchanged for, once.
#[derive(Debug)]
struct Granted {
    bearer: Bearer,
    challenge: String,
    redirect_uri: String,
    until: Timestamp,
}

/// The issuer's routes. People of `workspaces` can sign in.
pub fn router(confab: &Arc<Confab>, workspaces: Vec<WorkspaceId>) -> Router {
    let sign_in = SignIn { confab: Arc::clone(confab), workspaces, codes: Mutex::default() };
    let at = |path: &str| format!("{PATH}{path}");
    Router::new()
        .route(&at("/.well-known/openid-configuration"), get(discovery))
        .route(&at("/keys"), get(keys))
        .route(&at("/authorize"), get(choose).post(chosen))
        .route(&at("/sign_in.css"), get(style))
        .route(&at("/token"), post(exchange))
        .with_state(Arc::new(sign_in))
}

async fn discovery(State(sign_in): State<Arc<SignIn>>) -> Json<Value> {
    let url = sign_in.confab.issuer.url();
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": ["openid", "email", "profile"],
    }))
}

async fn keys(State(sign_in): State<Arc<SignIn>>) -> Json<Value> {
    Json(sign_in.confab.issuer.published())
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css")], include_str!("sign_in.css"))
}

/// What a client asks for when it sends somebody to sign in.
#[derive(Debug, Deserialize)]
struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    code_challenge: String,
    code_challenge_method: String,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
}

impl Asked {
    /// Where to send people back to: their own laptop, or Confab's public address.
    fn check(&self, confab: &Confab) -> Result<Uri, BadRequest> {
        let target: Option<Uri> = self.redirect_uri.parse().ok();
        let target = target.filter(|target| {
            let ours = format!("{}/", confab.public_url.as_str());
            let host = target.host().unwrap_or_default();
            let loopback = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
            let plain = target.authority().is_some_and(|at| !at.as_str().contains('@'));
            plain && (loopback || self.redirect_uri.starts_with(&ours))
        });
        let target = target.ok_or(BadRequest("redirect_uri is not on this laptop"))?;
        if self.client_id != CLIENT {
            return Err(BadRequest("client_id has to be `desk`"));
        }
        if self.response_type != "code" {
            return Err(BadRequest("response_type has to be `code`"));
        }
        if self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            return Err(BadRequest("a code_challenge of method S256 is needed"));
        }
        Ok(target)
    }

    fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![
            ("response_type", self.response_type.as_str()),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
        ];
        fields.extend(self.state.as_deref().map(|state| ("state", state)));
        fields.extend(self.nonce.as_deref().map(|nonce| ("nonce", nonce)));
        fields
    }
}

/// Why nobody can sign in this way.
#[derive(Debug)]
struct BadRequest(&'static str);

impl IntoResponse for BadRequest {
    fn into_response(self) -> Response {
        let body = json!({ "error": "invalid_request", "error_description": self.0 });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    }
}

#[derive(Debug)]
enum Failed {
    Asked(BadRequest),
    Store(StoreError),
}

impl From<BadRequest> for Failed {
    fn from(bad: BadRequest) -> Self {
        Self::Asked(bad)
    }
}

impl From<StoreError> for Failed {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self {
            Self::Asked(bad) => bad.into_response(),
            Self::Store(failed) => {
                tracing::error!("Nobody can sign in: {}", platform::batch::chain(&failed));
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }
}

/// Shows who one can be.
async fn choose(
    State(sign_in): State<Arc<SignIn>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let target = asked.check(&sign_in.confab)?;
    let mut people = String::new();
    for workspace in &sign_in.workspaces {
        let users = sign_in.confab.store.users(workspace).await?;
        let users = users.iter().filter(|user| can_sign_in(user));
        let _never_fails = write!(people, "<h2>{}</h2>", escaped(workspace.as_str()));
        for user in users {
            people.push_str(&form(&asked, workspace, user));
        }
    }
    let page = include_str!("sign_in.html").replace("{people}", &people);
    // A form may lead where the client wants its people back, and nowhere else.
    let authority = target.authority().map(|at| at.as_str()).unwrap_or_default();
    let scheme = target.scheme_str().unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self' {scheme}://{authority}"
    );
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response())
}

fn can_sign_in(user: &User) -> bool {
    !user.email.is_empty()
}

fn form(asked: &Asked, workspace: &WorkspaceId, user: &User) -> String {
    let mut form = format!("<form method=\"post\" action=\"{PATH}/authorize\">");
    let who = [("workspace", workspace.as_str()), ("user", user.id.as_str())];
    for (name, value) in asked.fields().into_iter().chain(who) {
        let value = escaped(value);
        let _never_fails =
            write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    let (name, email) = (escaped(&user.name), escaped(&user.email));
    form + &format!("<button>{name}</button><span>{email}</span></form>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[derive(Debug, Deserialize)]
struct Chosen {
    workspace: WorkspaceId,
    user: UserId,
    #[serde(flatten)]
    asked: Asked,
}

/// Sends whoever has chosen back to the client, with a code.
async fn chosen(
    State(sign_in): State<Arc<SignIn>>,
    Form(Chosen { workspace, user, asked }): Form<Chosen>,
) -> Result<Response, Failed> {
    asked.check(&sign_in.confab)?;
    let known = sign_in.workspaces.contains(&workspace);
    let user = sign_in.confab.store.user(&workspace, &user).await?;
    let user = user.filter(|user| known && can_sign_in(user));
    let user = user.ok_or(BadRequest("there is nobody of that name"))?;
    let code = sign_in.grant(Bearer { workspace, user, nonce: asked.nonce.clone() }, &asked)?;
    let mut target = asked.redirect_uri;
    target.push(if target.contains('?') { '&' } else { '?' });
    target.push_str(&format!("code={code}"));
    if let Some(state) = &asked.state {
        let state: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
        target.push_str(&format!("&state={state}"));
    }
    Ok((StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response())
}

impl SignIn {
    fn grant(&self, bearer: Bearer, asked: &Asked) -> Result<String, BadRequest> {
        let mut random = [0; 32];
        let made = ring::rand::SystemRandom::new().fill(&mut random);
        made.map_err(|_| BadRequest("the operating system has no randomness to give"))?;
        let code = encode(&random);
        let now = self.confab.clock.now();
        let granted = Granted {
            bearer,
            challenge: asked.code_challenge.clone(),
            redirect_uri: asked.redirect_uri.clone(),
            until: domain::window::after(now, CODES_LAST),
        };
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, granted| now < granted.until);
        if codes.len() >= CODES_MAX {
            codes.clear();
        }
        codes.insert(code.clone(), granted);
        Ok(code)
    }

    /// What a code was given for. It counts once, whatever comes of it.
    fn redeem(&self, code: &str) -> Option<Granted> {
        let granted = self.codes.lock().unwrap_or_else(PoisonError::into_inner).remove(code)?;
        (self.confab.clock.now() < granted.until).then_some(granted)
    }
}

#[derive(Debug, Deserialize)]
struct Exchange {
    grant_type: String,
    client_id: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

/// Exchanges a code for a token.
async fn exchange(State(sign_in): State<Arc<SignIn>>, Form(exchange): Form<Exchange>) -> Response {
    let confab = &sign_in.confab;
    let proof = encode(digest(&SHA256, exchange.code_verifier.as_bytes()).as_ref());
    let granted = sign_in.redeem(&exchange.code).filter(|granted| {
        exchange.grant_type == "authorization_code"
            && exchange.client_id == CLIENT
            && exchange.redirect_uri == granted.redirect_uri
            && proof == granted.challenge
    });
    let token = granted.map(|granted| confab.issuer.token(&granted.bearer, confab.clock.now()));
    let Some(Ok(token)) = token else {
        let body = json!({ "error": "invalid_grant" });
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    };
    let body = json!({
        "token_type": "Bearer",
        "expires_in": TOKENS_LAST.as_secs(),
        "id_token": token,
        "access_token": token,
    });
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
