//! S3, by a folder.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use super::{Answer, COPY, Call};

/// Files by key, in a folder or in memory.
#[derive(Debug)]
pub struct Folder {
    folder: Option<PathBuf>,
    memory: Mutex<HashMap<String, Vec<u8>>>,
}

impl Folder {
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, memory: Mutex::new(HashMap::new()) }
    }

    /// The bytes kept under a key.
    pub fn read(&self, key: &str) -> Option<Vec<u8>> {
        match &self.folder {
            Some(folder) => fs::read(folder.join(inside(key)?)).ok(),
            None => self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned(),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        match &self.folder {
            None => {
                let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
                memory.insert(key.to_owned(), bytes.to_vec());
                Ok(())
            }
            Some(folder) => {
                let path = inside(key).ok_or(std::io::ErrorKind::InvalidInput)?;
                let path = folder.join(path);
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                // A file that is there is whole: a process that dies leaves the other name.
                let unfinished = path.with_extension("unfinished");
                fs::write(&unfinished, bytes)?;
                fs::rename(unfinished, path)
            }
        }
    }

    fn remove(&self, key: &str) -> std::io::Result<()> {
        let Some(folder) = &self.folder else {
            self.memory.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
            return Ok(());
        };
        let path = inside(key).ok_or(std::io::ErrorKind::InvalidInput)?;
        match fs::remove_file(folder.join(path)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Lays a file down from outside the process.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub(crate) fn lay_down(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.write(key, bytes)
    }

    fn copied(&self, source: &str, key: &str) -> Answer {
        let source = source.split_once('/').map_or("", |(_, key)| key);
        let Some(bytes) = self.read(source) else {
            return Answer::error(StatusCode::NOT_FOUND, "NoSuchKey", "there is no such file");
        };
        match self.write(key, &bytes) {
            Ok(()) => {
                let body = b"<CopyObjectResult></CopyObjectResult>".to_vec();
                Answer { status: StatusCode::OK, body }
            }
            Err(error) => {
                let words = error.to_string();
                Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", &words)
            }
        }
    }

    pub(super) fn answer(&self, call: &Call) -> Answer {
        let key = key_of(&call.path);
        if call.operation == "GET" {
            return match self.read(&key) {
                Some(body) => Answer { status: StatusCode::OK, body },
                None => Answer::error(StatusCode::NOT_FOUND, "NoSuchKey", "there is no such file"),
            };
        }
        if call.operation == COPY {
            return self.copied(&String::from_utf8_lossy(&call.body), &key);
        }
        let (done, status) = match call.operation.as_str() {
            "PUT" => (self.write(&key, &call.body), StatusCode::OK),
            "DELETE" => (self.remove(&key), StatusCode::NO_CONTENT),
            _ => {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                return Answer::error(status, "MethodNotAllowed", "only GET, PUT and DELETE");
            }
        };
        match done {
            Ok(()) => Answer { status, body: Vec::new() },
            Err(error) => {
                let words = error.to_string();
                Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", &words)
            }
        }
    }
}

/// What follows the endpoint and the bucket in an object's address.
pub(crate) fn key_of(address: &str) -> String {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split('?').next().unwrap_or_default();
    let bucket = format!("/{}/", crate::confab::BUCKET);
    path.split_once(&bucket).map_or(String::new(), |(_, key)| key.to_owned())
}

/// A key as a path that stays inside the folder.
fn inside(key: &str) -> Option<&Path> {
    let path = Path::new(key);
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}
