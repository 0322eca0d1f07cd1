//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::{ApiBase, Env};
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub media: String,
    pub media_dead: String,
    pub bus: String,
    pub key: String,
    pub objects: String,
    pub api_base: ApiBase,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let media = env.required("MEDIA_QUEUE");
        let media_dead = env.required("MEDIA_DEAD_LETTERS");
        let bus = env.required("BUS");
        let key = env.required("KEY");
        let objects = env.required("OBJECTS");
        let api_base = env.required("API_BASE");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            media: media?,
            media_dead: media_dead?,
            bus: bus?,
            key: key?,
            objects: objects?,
            api_base: api_base?,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
