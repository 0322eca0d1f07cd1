//! `cargo run -p model`: leaves the packed language model in `target/model`, and prints where.

use std::error::Error;
use std::path::Path;

#[expect(clippy::print_stdout, reason = "where it is is what it is asked for")]
fn main() -> Result<(), Box<dyn Error>> {
    let packed = model::ready(Path::new("target"))?;
    println!("{}", packed.display());
    Ok(())
}
