//! KMS, by one key in a file.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

use super::{Answer, Call};

const KEY_BYTES: usize = 32;

/// The key that encrypts data keys.
pub struct KeyFile {
    key: LessSafeKey,
    random: SystemRandom,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("the key file cannot be used")]
    Io(#[from] std::io::Error),
    #[error("the key file does not hold a key of {KEY_BYTES} bytes")]
    NotAKey,
}

impl KeyFile {
    /// Opens the key of a file, making one if there is none; or a key that is forgotten.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn open(file: Option<&Path>) -> Result<Self, KeyFileError> {
        let random = SystemRandom::new();
        let mut bytes = [0; KEY_BYTES];
        match file {
            Some(file) if file.exists() => {
                let kept = fs::read(file)?;
                bytes = kept.try_into().map_err(|_| KeyFileError::NotAKey)?;
            }
            _ => {
                random.fill(&mut bytes).map_err(|_| KeyFileError::NotAKey)?;
                if let Some(file) = file {
                    write_private(file, &bytes)?;
                }
            }
        }
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| KeyFileError::NotAKey)?;
        Ok(Self { key: LessSafeKey::new(key), random })
    }

    pub(super) fn answer(&self, call: &Call) -> Answer {
        let request: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        // Members of an object are sorted here, so the same context is the same text.
        let context = request["EncryptionContext"].to_string();
        let answer = match call.operation.as_str() {
            "GenerateDataKey" => self.generate(&context),
            "Decrypt" => {
                self.decrypt(request["CiphertextBlob"].as_str().unwrap_or_default(), &context)
            }
            _ => None,
        };
        answer.map_or_else(
            || {
                let words = "the ciphertext, or its context, is not one of this key";
                Answer::error(StatusCode::BAD_REQUEST, "InvalidCiphertextException", words)
            },
            |answer| Answer::ok(&answer),
        )
    }

    fn generate(&self, context: &str) -> Option<Value> {
        let (mut plain, mut nonce) = ([0; KEY_BYTES], [0; NONCE_LEN]);
        self.random.fill(&mut plain).ok()?;
        self.random.fill(&mut nonce).ok()?;
        let mut sealed = plain.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed,
            )
            .ok()?;
        let blob = [nonce.as_slice(), &sealed].concat();
        Some(json!({
            "KeyId": "local",
            "Plaintext": STANDARD.encode(plain),
            "CiphertextBlob": STANDARD.encode(blob),
        }))
    }

    fn decrypt(&self, blob: &str, context: &str) -> Option<Value> {
        let blob = STANDARD.decode(blob).ok()?;
        let (nonce, sealed) = blob.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(context), &mut sealed).ok()?;
        Some(json!({ "KeyId": "local", "Plaintext": STANDARD.encode(plain) }))
    }
}

/// Writes a file that only its owner reads.
#[cfg(unix)]
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)?.write_all(bytes)
}

#[cfg(not(unix))]
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(file)?.write_all(bytes)
}
