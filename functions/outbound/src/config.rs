//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::{ApiBase, BaseUrl, Env};
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub outbound: String,
    pub outbound_dead: String,
    pub bus: String,
    pub key: String,
    pub objects: String,
    pub public_url: BaseUrl,
    pub api_base: ApiBase,
    pub senders_max: u32,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let outbound = env.required("OUTBOUND_QUEUE");
        let outbound_dead = env.required("OUTBOUND_DEAD_LETTERS");
        let bus = env.required("BUS");
        let key = env.required("KEY");
        let objects = env.required("OBJECTS");
        let public_url = env.required("PUBLIC_URL");
        let api_base = env.required("API_BASE");
        let senders_max = env.required("SENDERS_MAX");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            outbound: outbound?,
            outbound_dead: outbound_dead?,
            bus: bus?,
            key: key?,
            objects: objects?,
            public_url: public_url?,
            api_base: api_base?,
            senders_max: senders_max?,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
