//! The application's files: packed into the program, or read from a folder while they are written.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// A file as it was packed.
struct Asset {
    path: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Where the files are.
#[derive(Debug, Clone)]
pub enum Files {
    /// In the program.
    Packed,
    /// In a folder, read anew at each request: for whoever changes them.
    Folder(PathBuf),
}

/// A file's bytes, compressed if whoever asks can read that.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) gzip: bool,
}

impl Files {
    pub fn packed() -> Self {
        Self::Packed
    }

    /// What the addresses of all files begin with: it changes when any of them does.
    pub(crate) fn version(&self) -> &'static str {
        match self {
            Self::Packed => env!("DESK_VERSION"),
            Self::Folder(_) => "folder",
        }
    }

    /// May browsers keep what they have?
    pub(crate) fn immutable(&self) -> bool {
        matches!(self, Self::Packed)
    }

    pub(crate) fn find(&self, path: &str, gzip: bool) -> Option<File> {
        match self {
            Self::Packed => {
                let asset = ASSETS.iter().find(|asset| asset.path == path)?;
                let smaller = gzip && asset.gzip.len() < asset.plain.len();
                let bytes = Cow::Borrowed(if smaller { asset.gzip } else { asset.plain });
                Some(File { bytes, gzip: smaller })
            }
            Self::Folder(folder) => {
                let path = Path::new(path);
                let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
                let bytes = std::fs::read(folder.join(path)).ok().filter(|_| inside)?;
                Some(File { bytes: Cow::Owned(bytes), gzip: false })
            }
        }
    }

    /// The names of all files that end so, in a fixed order.
    pub(crate) fn ending(&self, end: &str) -> Vec<String> {
        let mut names = Vec::new();
        match self {
            Self::Packed => names.extend(ASSETS.iter().map(|asset| asset.path.to_owned())),
            Self::Folder(folder) => walk(folder, folder, &mut names),
        }
        names.retain(|name| name.ends_with(end));
        names.sort();
        names
    }
}

fn walk(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, names);
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            names.push(name.to_owned());
        }
    }
}
