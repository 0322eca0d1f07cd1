//! Looks up what a contact has written among the FAQs that the workspace has published.

use domain::capabilities::Capabilities;
use domain::content::{Content, FileSource, Media};
use domain::conversation::{Conversation, Facts, Handler};
use domain::faq::Matching;
use domain::job::EventName;
use domain::not_done::NotDone;
use domain::responder::chosen;
use domain::variables::{Values, filled};
use jiff::Timestamp;

use crate::Deps;

/// What a message was found to mean.
#[derive(Debug, Default)]
pub(crate) struct FoundFaq {
    /// `None` if FAQs were not asked.
    pub(crate) matching: Option<Matching>,
    /// What is answered to that, as the channel can carry it.
    pub(crate) answer: Option<Content>,
}

/// Nothing is looked up where no responder may speak, or none asks FAQs.
pub(crate) async fn look_up(
    deps: &Deps,
    conversation: &Conversation,
    message: &EventName,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<FoundFaq, NotDone> {
    let responders = &facts.workspace.responders;
    let asks = conversation.identity(None).is_some_and(|identity| {
        responders.asks_faqs(Some(&identity.via.account))
            && matches!(conversation.handler, Handler::Nobody | Handler::Auto)
    });
    if !asks {
        return Ok(FoundFaq::default());
    }
    let workspace = &message.workspace;
    let Some(version) = deps.store.faq_versions_known(workspace).await?.serving else {
        return Ok(FoundFaq::default());
    };
    let logged = deps.store.event(workspace, message.conversation, message.seq).await?;
    let received = logged.as_ref().and_then(|logged| logged.event.kind.received());
    let Some(content) = received.map(|received| &received.content) else {
        return Ok(FoundFaq::default());
    };
    let matcher = deps.faqs.matcher(workspace, version, now).await?;
    let sensitivity = responders.sensitivity;
    let matching = chosen(content)
        .and_then(|faq| faqs::chosen(&matcher, &faq, sensitivity))
        .or_else(|| content.words().map(|words| matcher.ask(words, sensitivity)));
    let values =
        Values { contact: conversation.contact_name.as_ref(), workspace: &facts.workspace.name };
    let answer = matching.as_ref().and_then(Matching::answer);
    let answer = answer.and_then(|candidate| matcher.set().faq(&candidate.faq));
    let answer = answer.map(|faq| carried(filled(&faq.answer, &values), facts.capabilities));
    Ok(FoundFaq { matching, answer })
}

/// A file that the channel cannot carry goes as its address, below the words.
fn carried(content: Content, can: &Capabilities) -> Content {
    let Content::Media(media) = &content else { return content };
    if can.check(&content).is_ok() {
        return content;
    }
    let Media { caption, files } = media;
    let links = files.iter().filter_map(|file| match &file.source {
        FileSource::Link(link) => Some(link.reveal().as_str()),
        FileSource::Handle(_) | FileSource::Kept(_) => None,
    });
    let words = caption.iter().map(|words| words.reveal().as_str()).chain(links);
    Content::text(words.collect::<Vec<_>>().join("\n\n"))
}
