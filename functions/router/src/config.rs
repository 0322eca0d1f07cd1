//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::Env;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub routing: String,
    pub routing_dead: String,
    pub bus: String,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let routing = env.required("ROUTING_QUEUE");
        let routing_dead = env.required("ROUTING_DEAD_LETTERS");
        let bus = env.required("BUS");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            routing: routing?,
            routing_dead: routing_dead?,
            bus: bus?,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
