//! Programs that the test starts: none outlives it, and each is waited for only so long.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Where everything that the test makes is kept between runs.
pub(crate) fn kept() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("aws")
}

/// Says what is being waited for, even where the test's own output is not shown.
pub(crate) fn announce(what: &str) {
    let _unheard = writeln!(std::io::stderr(), "aws: {what}");
}

/// Where programs are looked for.
pub(crate) fn path() -> String {
    #[expect(clippy::disallowed_methods, reason = "programs are found where the test was")]
    std::env::var("PATH").unwrap_or_default()
}

/// A program with all it starts in a process group of its own, which ends when the standard input
/// of the program is let go of. Who we are at the real AWS is none of its business.
pub(crate) fn supervised(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg(root().join("tests/aws/supervised.sh")).arg(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    for nowhere in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        command.env(nowhere, "/dev/null");
    }
    command.process_group(0).stdin(Stdio::piped());
    command
}

/// Runs a program that ends by itself. What it writes goes into the log.
///
/// # Panics
///
/// If it fails or takes longer than `within`: with `what` failed, and the end of the log.
pub(crate) async fn finish(command: Command, what: &str, log: &Path, within: Duration) {
    if let Err(why) = outcome(command, log, within).await {
        let said = std::fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        let end = lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n");
        panic!("{what} {why}. The end of {}:\n{end}", log.display());
    }
}

/// Runs a program that ends by itself, and returns what it writes.
///
/// # Panics
///
/// If it fails.
pub(crate) async fn said(mut command: Command) -> String {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = tokio::process::Command::from(command).spawn().unwrap();
    let _held = child.stdin.take();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const LINES_SHOWN: usize = 40;

async fn outcome(mut command: Command, log: &Path, within: Duration) -> Result<(), String> {
    let written = File::create(log).map_err(|error| format!("could not be logged: {error}"))?;
    let both = written.try_clone().map_err(|error| format!("could not be logged: {error}"))?;
    command.stdout(written).stderr(both);
    let child = tokio::process::Command::from(command).spawn();
    let mut child = child.map_err(|error| format!("could not be started: {error}"))?;
    // While this is held the program is let run; `wait` would let go of it.
    let _held = child.stdin.take();
    match tokio::time::timeout(within, child.wait()).await {
        Err(_) => Err(format!("was not done within {} minutes", within.as_secs() / 60)),
        Ok(Err(error)) => Err(format!("was lost: {error}")),
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("failed ({status})")),
    }
}
