//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::Env;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub changes: String,
    pub changes_dead: String,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let changes = env.required("CHANGES_QUEUE");
        let changes_dead = env.required("CHANGES_DEAD_LETTERS");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            changes: changes?,
            changes_dead: changes_dead?,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
