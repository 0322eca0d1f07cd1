//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::Env;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub outbound: String,
    pub routing: String,
    pub bus: String,
    pub objects: String,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let outbound = env.required("OUTBOUND_QUEUE");
        let routing = env.required("ROUTING_QUEUE");
        let bus = env.required("BUS");
        let objects = env.required("OBJECTS");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            outbound: outbound?,
            routing: routing?,
            bus: bus?,
            objects: objects?,
            log_level: log_level?,
        })
    }
}
