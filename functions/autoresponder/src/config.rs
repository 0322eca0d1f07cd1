//! What the function reads from its environment.

use std::path::PathBuf;

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
        let answers = env.required("ANSWERS_QUEUE");
        let answers_dead = env.required("ANSWERS_DEAD_LETTERS");
        let outbound = env.required("OUTBOUND_QUEUE");
        let bus = env.required("BUS");
        let objects = env.required("OBJECTS");
        let model = env.optional("MODEL");
        let receives_max = env.required("RECEIVES_MAX");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            answers: answers?,
            answers_dead: answers_dead?,
            outbound: outbound?,
            bus: bus?,
            objects: objects?,
            model,
            receives_max: receives_max?,
            log_level: log_level?,
        })
    }
}
