//! Tickets for live connections: a browser cannot send a header when it opens a socket, so it shows
//! a secret that is good once, for half a minute. The table keeps a hash of it only.

use std::str::FromStr;

use domain::id::WorkspaceId;
use domain::private::Secret;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};

/// `WORKSPACE.SECRET`, the latter in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub workspace: WorkspaceId,
    secret: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket of Confab")]
pub struct BadTicket;

const SECRET_BYTES: usize = 24;

impl Ticket {
    /// A new secret.
    ///
    /// # Errors
    ///
    /// If the operating system has no randomness to give.
    pub fn generate(workspace: WorkspaceId) -> Result<Self, ring::error::Unspecified> {
        let mut random = [0; SECRET_BYTES];
        SystemRandom::new().fill(&mut random)?;
        Ok(Self { workspace, secret: Secret::new(hex::encode(random)) })
    }

    /// What the table keeps.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.secret.reveal()))
    }

    /// The ticket itself, to be shown once.
    pub fn reveal(&self) -> String {
        format!("{}.{}", self.workspace, self.secret.reveal())
    }
}

impl FromStr for Ticket {
    type Err = BadTicket;

    fn from_str(text: &str) -> Result<Self, BadTicket> {
        // A workspace's name may hold dots; the secret cannot.
        let (workspace, secret) = text.rsplit_once('.').ok_or(BadTicket)?;
        let is_hex = secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        if secret.len() != SECRET_BYTES * 2 || !is_hex {
            return Err(BadTicket);
        }
        let workspace = workspace.parse().map_err(|_| BadTicket)?;
        Ok(Self { workspace, secret: Secret::from(secret) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_back_and_shows_itself_to_nobody() {
        let ticket = Ticket::generate("a.c-me_1".parse().unwrap()).unwrap();
        let read: Ticket = ticket.reveal().parse().unwrap();
        assert_eq!((read.hash(), &read), (ticket.hash(), &ticket));
        assert!(!format!("{ticket:?}").contains(ticket.secret.reveal().as_str()));
    }

    #[test]
    fn nonsense_is_no_ticket() {
        let short = "acme.0011".to_owned();
        let foreign = format!("a/b.{}", "0".repeat(48));
        for text in ["", ".", "acme", &short, &foreign, &"0".repeat(48)] {
            assert_eq!(text.parse::<Ticket>(), Err(BadTicket), "{text}");
        }
    }
}
