//! What the function reads from its environment.

use std::str::FromStr;

use platform::aws::Surroundings;
use platform::config::{BaseUrl, Env};
use platform::telemetry::LevelFilter;
use url::Url;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    /// Where the gateway takes frames for its sockets.
    pub push_url: BaseUrl,
    /// Whose pages open sockets for users.
    pub origins: Vec<Origin>,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let push_url = env.required("PUSH_URL");
        let desk = env.required("DESK_URL");
        let public = env.required("PUBLIC_URL");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            push_url: push_url?,
            origins: vec![desk?, public?],
            log_level: log_level?,
        })
    }
}

/// The origin of a page, as a browser tells it: of any address there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Whether this is what a browser says.
    pub fn is(&self, told: &str) -> bool {
        self.0 == told
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| "is not an address")?;
        let origin = url.origin();
        if origin.is_tuple() {
            Ok(Self(origin.ascii_serialization()))
        } else {
            Err("has no origin")
        }
    }
}
