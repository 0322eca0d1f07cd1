//! Packs the folder `web` into the binary: each file compressed, and one name for all of them that
//! changes when any of them does, so that browsers may keep what they have for ever.

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

#[expect(clippy::disallowed_methods, reason = "this is how a build script is spoken to")]
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
        let bytes = lean(name, std::fs::read(path)?)?;
        for part in [name.as_bytes(), &bytes] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let (plain, packed) =
            (out.join(format!("{number}.plain")), out.join(format!("{number}.gz")));
        std::fs::write(&plain, &bytes)?;
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

/// A file as it is sent: scripts and styles without the comments that begin a line. What others wrote
/// stays as they wrote it.
fn lean(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
    let ours = !name.starts_with("vendor/");
    if !ours || !(name.ends_with(".js") || name.ends_with(".css")) {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes)?;
    let mut kept = String::with_capacity(text.len());
    let mut within = false;
    for line in text.lines() {
        let mut rest = line;
        if !within && rest.trim_start().starts_with("/*") {
            within = true;
        }
        if within {
            let Some((_, after)) = rest.split_once("*/") else { continue };
            within = false;
            rest = after.trim_start();
        }
        let rest = rest.trim_start();
        if !rest.is_empty() && !rest.starts_with("//") {
            kept.push_str(rest);
            kept.push('\n');
        }
    }
    Ok(kept.into_bytes())
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
