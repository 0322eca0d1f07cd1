//! Packs the API's description, so that it takes a tenth of its room in the binary.

use std::error::Error;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;

#[expect(clippy::disallowed_methods, reason = "this is how a build script is spoken to")]
fn main() -> Result<(), Box<dyn Error>> {
    let document =
        PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../docs/openapi.json");
    println!("cargo::rerun-if-changed={}", document.display());
    let packed = PathBuf::from(std::env::var("OUT_DIR")?).join("openapi.json.gz");
    let mut encoder = GzEncoder::new(File::create(packed)?, Compression::best());
    encoder.write_all(&std::fs::read(document)?)?;
    encoder.finish()?;
    Ok(())
}
