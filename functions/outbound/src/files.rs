//! Files of ours, as a provider fetches them.

use domain::content::{Content, FileSource};
use domain::not_done::NotDone;
use platform::objects::Objects;

/// The content with an address for each file that is in our own keeping.
pub(crate) async fn with_addresses(
    objects: &Objects,
    content: &Content,
) -> Result<Content, NotDone> {
    let mut content = content.clone();
    if let Content::Media(media) = &mut content {
        for file in &mut media.files {
            if let FileSource::Kept(object) = &file.source {
                let address = objects.provider_url(object.reveal()).await?;
                file.source = FileSource::Link(address.into());
            }
        }
    }
    Ok(content)
}
