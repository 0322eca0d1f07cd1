//! What the function reads from its environment.

use platform::config::{BaseUrl, Env};
use platform::telemetry::LevelFilter;
use serde::Serialize;

#[derive(Debug)]
pub struct Config {
    pub tells: Tells,
    pub log_level: LevelFilter,
}

/// What the application is told before anybody has signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Tells {
    /// Who signs people in.
    pub issuer: String,
    /// What the issuer calls the desk.
    pub client_id: String,
    pub scope: &'static str,
    /// Whether it is the laptop's host, with phones and a clock.
    pub laptop: bool,
    /// Where else than here and at the issuer the application speaks to: sockets, uploads. Origins,
    /// as a content security policy writes them.
    #[serde(skip)]
    pub speaks_to: Vec<String>,
}

impl Tells {
    /// Every origin that the application speaks to beside its own.
    pub(crate) fn origins(&self) -> String {
        let issuer = url::Url::parse(&self.issuer).ok();
        let issuer = issuer.map(|issuer| issuer.origin().ascii_serialization());
        let all: Vec<String> = issuer.into_iter().chain(self.speaks_to.iter().cloned()).collect();
        all.join(" ")
    }
}

/// What the desk asks the issuer for.
pub const SCOPE: &str = "openid email profile";

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let issuer: Option<BaseUrl> = env.required("OIDC_ISSUER");
        let client_id = env.required("OIDC_AUDIENCE");
        let speaks_to: Option<String> = env.required("SPEAKS_TO");
        let log_level = env.required("LOG_LEVEL");
        let tells = Tells {
            issuer: issuer?.as_str().to_owned(),
            client_id: client_id?,
            scope: SCOPE,
            laptop: false,
            speaks_to: speaks_to?.split_whitespace().map(str::to_owned).collect(),
        };
        Some(Self { tells, log_level: log_level? })
    }
}
