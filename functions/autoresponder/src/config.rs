//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::Env;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub answers: String,
    pub answers_dead: String,
    pub outbound: String,
    pub bus: String,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let answers = env.required("ANSWERS_QUEUE");
        let answers_dead = env.required("ANSWERS_DEAD_LETTERS");
        let outbound = env.required("OUTBOUND_QUEUE");
        let bus = env.required("BUS");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            answers: answers?,
            answers_dead: answers_dead?,
            outbound: outbound?,
            bus: bus?,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
