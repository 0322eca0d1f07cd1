//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::Env;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub inbound: String,
    pub inbound_dead: String,
    pub receipts: String,
    pub receipts_dead: String,
    pub answers: String,
    pub media: String,
    pub routing: String,
    pub bus: String,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let inbound = env.required("INBOUND_QUEUE");
        let inbound_dead = env.required("INBOUND_DEAD_LETTERS");
        let receipts = env.required("RECEIPTS_QUEUE");
        let receipts_dead = env.required("RECEIPTS_DEAD_LETTERS");
        let answers = env.required("ANSWERS_QUEUE");
        let media = env.required("MEDIA_QUEUE");
        let routing = env.required("ROUTING_QUEUE");
        let bus = env.required("BUS");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            inbound: inbound?,
            inbound_dead: inbound_dead?,
            receipts: receipts?,
            receipts_dead: receipts_dead?,
            answers: answers?,
            media: media?,
            routing: routing?,
            bus: bus?,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
