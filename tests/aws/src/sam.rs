//! What an operator does with SAM: build, and deploy.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::emulator::{Emulator, REGION};
use crate::programs::{announce, finish, kept, path, root, supervised};
use crate::python::Environment;

/// SAM and Cargo Lambda, and what they have built.
#[derive(Debug)]
pub(crate) struct Sam {
    programs: Environment,
}

pub(crate) const STACK: &str = "confab";

/// On a small machine, from nothing.
const BUILT_WITHIN: Duration = Duration::from_mins(60);
const DEPLOYED_WITHIN: Duration = Duration::from_mins(5);

impl Sam {
    pub(crate) async fn made() -> Self {
        let requirements = root().join("tests/aws/sam.txt");
        Self { programs: Environment::made("sam", &requirements).await }
    }

    /// Builds every function for release. What has not changed is not compiled again.
    pub(crate) async fn build(&self) {
        announce("building the functions for release (many minutes the first time)");
        let mut command = self.command("build");
        command
            .arg("--build-dir")
            .arg(built())
            .args(["--parameter-overrides", &parameter("Architecture", architecture())])
            // Not where other builds go: Cargo Lambda links in a way of its own, and each would
            // undo what the other did.
            .env("CARGO_TARGET_DIR", kept().join("cargo"));
        finish(command, "sam build", &kept().join("build.log"), BUILT_WITHIN).await;
    }

    /// What was built for each function, in bytes, by its name in the template.
    pub(crate) fn sizes(&self) -> BTreeMap<String, u64> {
        let folders = std::fs::read_dir(built()).unwrap().map(|entry| entry.unwrap());
        let sizes = folders.filter_map(|folder| {
            let bootstrap = std::fs::metadata(folder.path().join("bootstrap")).ok()?;
            Some((folder.file_name().to_string_lossy().into_owned(), bootstrap.len()))
        });
        sizes.collect()
    }

    /// Deploys what was built.
    pub(crate) async fn deploy(
        &self,
        emulator: &Emulator,
        public_url: &str,
        model: &Path,
        log: &Path,
    ) {
        let mut command = self.command("deploy");
        command
            .arg("--template-file")
            .arg(built().join("template.yaml"))
            .arg("--config-file")
            .arg(root().join("samconfig.toml"))
            .args(["--stack-name", STACK, "--region", REGION])
            .args(["--no-confirm-changeset", "--no-progressbar", "--parameter-overrides"])
            .arg(parameter("Architecture", architecture()))
            .arg(parameter("PublicUrl", public_url))
            // The emulator unpacks layers, but not where functions look for them.
            .arg(parameter("ModelPath", &model.display().to_string()))
            // The gateway takes frames at a path of the emulator, which nothing resolves its hosts for.
            .arg(parameter("PushBase", &format!("{}/_aws/execute-api", emulator.url())))
            // The providers are played, and not where they publish to be.
            .arg(parameter("ApiBase", "of-account"));
        emulator.as_operator(&mut command);
        finish(command, "sam deploy", log, DEPLOYED_WITHIN).await;
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = supervised(&self.programs.program("sam"));
        let before = self.programs.programs().display().to_string();
        command
            .current_dir(root())
            .arg(verb)
            .env("PATH", format!("{before}:{}", path()))
            .env("SAM_CLI_TELEMETRY", "0")
            .env("__SAM_CLI_APP_DIR", kept().join("sam-settings"));
        command
    }
}

fn built() -> PathBuf {
    kept().join("build")
}

fn parameter(name: &str, value: &str) -> String {
    format!("ParameterKey={name},ParameterValue={value}")
}

/// The functions run natively here, so they are built for this machine.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "x86_64",
    }
}
