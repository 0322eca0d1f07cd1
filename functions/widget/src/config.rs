//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::{ApiBase, BaseUrl, Env};
use platform::pace::Limit;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub key: String,
    pub objects: String,
    pub public_url: BaseUrl,
    pub realtime_url: String,
    pub api_base: ApiBase,
    /// How often one visitor may ask.
    pub visitors: Limit,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let key = env.required("KEY");
        let objects = env.required("OBJECTS");
        let public_url = env.required("PUBLIC_URL");
        let realtime_url = env.required("REALTIME_URL");
        let api_base = env.required("API_BASE");
        let per_second = env.required("VISITOR_REQUESTS_PER_SECOND");
        let at_once = env.required("VISITOR_REQUESTS_AT_ONCE");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            key: key?,
            objects: objects?,
            public_url: public_url?,
            realtime_url: realtime_url?,
            api_base: api_base?,
            visitors: Limit { per_second: per_second?, at_once: at_once? },
            log_level: log_level?,
        })
    }
}
