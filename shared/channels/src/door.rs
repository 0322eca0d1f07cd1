//! What of a channel takes webhooks, and nothing else of it: a function that only takes them carries
//! none of what reads and sends.

use domain::account::{ChannelAccount, Secrets};

use crate::{
    Acknowledgement, Channel, Origins, Part, Rejected, UnverifiedWebhook, VerifiedWebhook,
};

/// A channel, as its webhooks see it. What each does is said at [`Channel`].
pub trait Door: Sync {
    fn name(&self) -> &'static str;

    fn pages(&self, account: &ChannelAccount) -> Option<Origins>;

    fn challenge(&self, query: &str, secrets: &Secrets) -> Option<String>;

    /// # Errors
    ///
    /// If the provider did not send this.
    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected>;

    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part>;

    fn acknowledgement(&self, webhook: &VerifiedWebhook<'_>) -> Acknowledgement;
}

impl<T: Channel> Door for T {
    fn name(&self) -> &'static str {
        Channel::name(self)
    }

    fn pages(&self, account: &ChannelAccount) -> Option<Origins> {
        Channel::pages(self, account)
    }

    fn challenge(&self, query: &str, secrets: &Secrets) -> Option<String> {
        Channel::challenge(self, query, secrets)
    }

    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected> {
        Channel::verify(self, webhook, secrets)
    }

    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part> {
        Channel::parts(self, webhook)
    }

    fn acknowledgement(&self, webhook: &VerifiedWebhook<'_>) -> Acknowledgement {
        Channel::acknowledgement(self, webhook)
    }
}
