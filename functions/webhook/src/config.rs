//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::{ApiBase, BaseUrl, Env};
use platform::pace::Limit;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub inbound: String,
    pub receipts: String,
    pub key: String,
    pub public_url: BaseUrl,
    pub api_base: ApiBase,
    /// How often one visitor of a web page may write.
    pub visitors: Limit,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let inbound = env.required("INBOUND_QUEUE");
        let receipts = env.required("RECEIPTS_QUEUE");
        let key = env.required("KEY");
        let public_url = env.required("PUBLIC_URL");
        let api_base = env.required("API_BASE");
        let per_second = env.required("VISITOR_REQUESTS_PER_SECOND");
        let at_once = env.required("VISITOR_REQUESTS_AT_ONCE");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            inbound: inbound?,
            receipts: receipts?,
            key: key?,
            public_url: public_url?,
            api_base: api_base?,
            visitors: Limit { per_second: per_second?, at_once: at_once? },
            log_level: log_level?,
        })
    }
}
