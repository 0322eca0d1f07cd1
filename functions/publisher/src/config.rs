//! What the function reads from its environment.

use std::path::PathBuf;

use platform::aws::Surroundings;
use platform::config::Env;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub publishing: String,
    pub publishing_dead: String,
    pub objects: String,
    /// The packed language model; FAQs are found by their letters without.
    pub model: Option<PathBuf>,
    pub receives_max: u32,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let publishing = env.required("PUBLISHING_QUEUE");
        let publishing_dead = env.required("PUBLISHING_DEAD_LETTERS");
        let objects = env.required("OBJECTS");
        let model = env.optional("MODEL");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            publishing: publishing?,
            publishing_dead: publishing_dead?,
            objects: objects?,
            model,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
