//! Packs the folder `web` into the binary: each file compressed, scripts without their comments, and
//! one name for all of them that changes when any of them does, so that browsers may keep what they
//! have for ever.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// As many hexadecimal digits of the hash as tell versions apart.
const VERSION_CHARS: usize = 16;
/// What is for developers, and not sent.
const KEPT_BACK: [&str; 2] = ["md", "ts"];
/// What others wrote is sent as they wrote it.
const OTHERS: &str = "vendor/";

#[expect(clippy::print_stdout, reason = "this is how a build script speaks")]
fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("web");
    println!("cargo::rerun-if-changed={}", root.display());
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut paths = Vec::new();
    walk(&root, &mut paths)?;
    paths.sort();
    let mut hash = Sha256::new();
    let mut table = String::from("&[\n");
    for (number, path) in paths.iter().enumerate() {
        let name = path.strip_prefix(&root)?.to_str().ok_or("a name that is not UTF-8")?;
        let mut bytes = std::fs::read(path)?;
        if name.ends_with(".js") && !name.starts_with(OTHERS) {
            bytes = without_comments(&String::from_utf8(bytes)?).into_bytes();
        }
        let plain = out.join(format!("{number}.plain"));
        std::fs::write(&plain, &bytes)?;
        for part in [name.as_bytes(), &bytes] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let packed = out.join(format!("{number}.gz"));
        let mut encoder = GzEncoder::new(std::fs::File::create(&packed)?, Compression::best());
        encoder.write_all(&bytes)?;
        encoder.finish()?;
        let (plain, packed) = (plain.display(), packed.display());
        writeln!(
            table,
            "Asset {{ path: {name:?}, plain: include_bytes!(\"{plain}\"), gzip: include_bytes!(\"{packed}\") }},"
        )?;
    }
    table.push(']');
    let mut version = String::new();
    for byte in hash.finalize() {
        write!(version, "{byte:02x}")?;
    }
    std::fs::write(out.join("assets.rs"), table)?;
    println!("cargo::rustc-env=DESK_VERSION={}", &version[..VERSION_CHARS]);
    Ok(())
}

/// A script without the comments that stand on lines of their own: they are for whoever reads the
/// source, and a fifth of what would be sent. No template of the desk begins a line like one.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.lines() {
        let text = line.trim_start();
        let begins = !inside && text.starts_with("/*");
        let rest = match (begins || inside, text.split_once("*/")) {
            (true, None) => {
                inside = true;
                continue;
            }
            (true, Some((_, rest))) => {
                inside = false;
                rest.trim_start()
            }
            (false, _) if text.starts_with("//") => continue,
            (false, _) => line,
        };
        if !rest.is_empty() {
            kept.push_str(rest);
            kept.push('\n');
        }
    }
    kept
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            walk(&path, paths)?;
        } else if extension.is_none_or(|extension| !KEPT_BACK.contains(&extension)) {
            paths.push(path);
        }
    }
    Ok(())
}
