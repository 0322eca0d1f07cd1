//! How soon things are seen on the desk: measured by its browser tests, which are asked here for
//! all there has to be, before the host as it is released.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::{Failed, build, cargo};

/// Names the program that the tests start, in place of one they build.
pub const PROGRAM: &str = "CONFAB_PROGRAM";
/// How many conversations there are.
pub const CONVERSATIONS: &str = "CONFAB_CONVERSATIONS";
/// How many messages the longest of them has.
pub const MESSAGES: &str = "CONFAB_MESSAGES";

/// What the issue of the desk asks for.
const ASKED: [(&str, &str); 2] = [(CONVERSATIONS, "100000"), (MESSAGES, "10000")];
const TESTS: [&str; 2] = ["browser::speed::", "browser::weight::"];

/// Has the figures measured, and prints them.
///
/// # Errors
///
/// If there is no browser, or the tests fail.
#[expect(clippy::print_stdout, reason = "printing figures is what the bench is for")]
pub fn print() -> Result<(), Failed> {
    let program = build(&["-p", "local"])?.join("confab");
    let mut tests = cargo();
    tests.args(["test", "--quiet", "-p", "it", "--"]).args(TESTS).arg("--nocapture");
    tests.current_dir(env!("CARGO_MANIFEST_DIR")).envs(ASKED).env(PROGRAM, program);
    let mut child = tests.stdout(Stdio::piped()).spawn()?;
    let said = child.stdout.take().ok_or("the tests say nothing")?;
    for line in BufReader::new(said).lines() {
        let line = line?;
        // The harness says beside them how the tests go.
        if let Some(figure) = line.find("{\"id\":").and_then(|at| line.get(at..)) {
            println!("{figure}");
        }
    }
    if child.wait()?.success() { Ok(()) } else { Err("the desk's tests fail".into()) }
}
