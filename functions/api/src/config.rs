//! What the function reads from its environment.

use std::path::PathBuf;

use platform::aws::Surroundings;
use platform::config::{BaseUrl, Env};
use platform::oidc::Trust;
use platform::telemetry::LevelFilter;

use platform::pace::Limit;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub outbound: String,
    pub routing: String,
    pub publishing: String,
    pub bus: String,
    pub objects: String,
    /// The key that seals the secrets of channel accounts.
    pub key: String,
    /// Where providers call us.
    pub public_url: BaseUrl,
    /// Where clients connect to hear of changes.
    pub realtime_url: String,
    /// The packed language model; FAQs are found by their letters without.
    pub model: Option<PathBuf>,
    /// Whose sign-in counts.
    pub trust: Trust,
    /// How often one caller may call.
    pub limit: Limit,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let outbound = env.required("OUTBOUND_QUEUE");
        let routing = env.required("ROUTING_QUEUE");
        let publishing = env.required("PUBLISHING_QUEUE");
        let bus = env.required("BUS");
        let objects = env.required("OBJECTS");
        let key = env.required("KEY");
        let public_url = env.required("PUBLIC_URL");
        let realtime_url = env.required("REALTIME_URL");
        let model = env.optional("MODEL");
        let issuer = env.required("OIDC_ISSUER");
        let audience = env.required("OIDC_AUDIENCE");
        let per_second = env.required("REQUESTS_PER_SECOND");
        let burst = env.required("REQUESTS_AT_ONCE");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            outbound: outbound?,
            routing: routing?,
            publishing: publishing?,
            bus: bus?,
            objects: objects?,
            key: key?,
            public_url: public_url?,
            realtime_url: realtime_url?,
            model,
            trust: Trust { issuer: issuer?, audience: audience? },
            limit: Limit { per_second: per_second?, at_once: burst? },
            log_level: log_level?,
        })
    }
}
