//! Tells users what concerns them: what is given to them, what a contact writes in what is theirs,
//! what colleagues write to them.

use domain::bus::BusKind;
use domain::conversation::{Conversation, Event};
use domain::job::Change;
use domain::not_done::NotDone;
use domain::notifications::{Notification, Occasion, Told, concerned, ways};
use domain::rights::Viewer;
use domain::workspace::Workspace;

use crate::Deps;

/// What may concern somebody, by its name on the bus.
const CONCERNS: [BusKind; 5] = [
    BusKind::ConversationOpened,
    BusKind::ConversationAssigned,
    BusKind::ConversationNoted,
    BusKind::MessageReceived,
    BusKind::InternalSaid,
];

/// Whoever a change concerns, and may see it, is told of it once.
pub(crate) async fn notify(deps: &Deps, change: &Change) -> Result<(), NotDone> {
    let Change { kind, detail } = change;
    let Some(seq) = detail.seq.filter(|_| CONCERNS.iter().any(|one| one.as_str() == kind)) else {
        return Ok(());
    };
    let (workspace, id) = (&detail.workspace, detail.conversation);
    let Some(conversation) = deps.store.conversation(workspace, id).await? else { return Ok(()) };
    if conversation.assignees.is_empty() && kind != BusKind::ConversationNoted.as_str() {
        return Ok(());
    }
    let Some(logged) = deps.store.event(workspace, id, seq).await? else { return Ok(()) };
    let concerned = concerned(&logged.event, &conversation);
    if concerned.is_empty() {
        return Ok(());
    }
    let Some(settings) = deps.store.workspace(workspace).await? else { return Ok(()) };
    for (user, occasion) in concerned {
        let Some(user) = deps.store.user(workspace, user).await? else { continue };
        let sees = Viewer::of(&settings, &user).is_some_and(|viewer| viewer.sees(&conversation));
        if !sees || !user.licensed {
            continue;
        }
        let preferences = deps.store.notification_preferences(workspace, &user.id).await?;
        let told = told(&settings, &conversation, occasion);
        let centre = told.is_none_or(|told| ways(&told, &preferences).centre);
        if centre {
            let notification = notification(&logged.event, &conversation, occasion);
            deps.store.notify(workspace, &user.id, &notification).await?;
        }
    }
    Ok(())
}

/// `None` for a chat among users, which comes by no account.
fn told<'a>(
    settings: &Workspace,
    conversation: &'a Conversation,
    occasion: Occasion,
) -> Option<Told<'a>> {
    Some(Told {
        occasion,
        account: &conversation.identities.last()?.via.account,
        handler: &conversation.handler,
        email_by_default: settings.rules.email_on_inbound,
        licensed: true,
    })
}

fn notification(event: &Event, conversation: &Conversation, occasion: Occasion) -> Notification {
    Notification { at: event.at, occasion, conversation: conversation.id, seq: event.seq }
}
