//! What the function reads from its environment.

use platform::aws::Surroundings;
use platform::config::Env;
use platform::oidc::Trust;
use platform::telemetry::LevelFilter;

#[derive(Debug)]
pub struct Config {
    pub aws: Surroundings,
    pub table: String,
    pub outbound: String,
    pub bus: String,
    pub objects: String,
    /// Whose sign-in counts.
    pub trust: Trust,
    pub log_level: LevelFilter,
}

impl Config {
    pub fn read(env: &mut Env<'_>) -> Option<Self> {
        let aws = Surroundings::from_env(env);
        let table = env.required("TABLE");
        let outbound = env.required("OUTBOUND_QUEUE");
        let bus = env.required("BUS");
        let objects = env.required("OBJECTS");
        let issuer = env.required("OIDC_ISSUER");
        let audience = env.required("OIDC_AUDIENCE");
        let log_level = env.required("LOG_LEVEL");
        Some(Self {
            aws: aws?,
            table: table?,
            outbound: outbound?,
            bus: bus?,
            objects: objects?,
            trust: Trust { issuer: issuer?, audience: audience? },
            log_level: log_level?,
        })
    }
}
