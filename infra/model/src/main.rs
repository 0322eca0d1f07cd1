//! `cargo run -p model`: leaves the packed language model in `target/model`, and prints where.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

#[expect(clippy::print_stdout, reason = "where it is is what it is asked for")]
fn main() -> ExitCode {
    match model::ready(Path::new("target")) {
        Ok(packed) => {
            println!("{}", packed.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let source = error.source().map(|source| format!(": {source}"));
            eprintln!("{error}{}", source.unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}
