//! Confab as it is deployed: the template and the release binaries, on an AWS that is played.
//!
//! Everything is what an operator uses: SAM builds and deploys, and the provisioning puts down a
//! workspace. Only the far ends are played, both on loopback: AWS by MiniStack, with permissions
//! enforced, and the providers by [`simulator`]. It wants Python 3.11 or later, and downloads SAM and
//! MiniStack when it first runs.
//!
//! | where | what |
//! | --- | --- |
//! | `programs`, `python` | programs that end with the test, and where they come from |
//! | `sam`, `emulator` | building, deploying, and AWS |
//! | `custom_domain` | the address in front of API Gateway |
//! | `deployment` | all of it, provisioned |
//! | `agent`, `http`, `eventually` | who works with it |
//! | `scenarios` | what happens |
//!
//! Time cannot be turned there, so what takes hours is tested in one process only.

#[cfg(test)]
mod agent;
#[cfg(test)]
mod custom_domain;
#[cfg(test)]
mod deployment;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod eventually;
#[cfg(test)]
mod http;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod python;
#[cfg(test)]
mod sam;
#[cfg(test)]
mod scenarios;

/// One deployment for all scenarios, in this order: what denies permissions on purpose comes after
/// the proof that nothing else was denied.
#[cfg(test)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deployed_works_with_the_permissions_it_has() {
    use scenarios::{conversations, desk, doors, faqs, files, live, permissions, tickets, webchat};

    let deployment = deployment::Deployment::made().await;
    doors::the_handshake_is_answered(&deployment).await;
    desk::the_desk_is_served(&deployment).await;
    conversations::whatsapp_goes_both_ways(&deployment).await;
    conversations::telegram_and_sms_go_both_ways(&deployment).await;
    conversations::a_closed_conversation_reopens(&deployment).await;
    conversations::a_webhook_twice_is_received_once(&deployment).await;
    tickets::a_ticket_is_worked_on(&deployment).await;
    faqs::questions_are_answered(&deployment).await;
    files::a_picture_can_be_downloaded(&deployment).await;
    live::a_connected_agent_hears_of_a_message(&deployment).await;
    webchat::a_visitor_is_answered(&deployment).await;
    doors::forged_webhooks_leave_nothing_behind(&deployment).await;
    doors::the_api_is_closed_without_a_key(&deployment).await;
    permissions::nothing_was_denied(&deployment).await;
    permissions::roles_deny_what_functions_do_not_need(&deployment).await;
    permissions::without_permission_nothing_is_taken(&deployment).await;
    permissions::what_was_left_is_finished_on_schedule(&deployment).await;
    permissions::only_what_was_taken_was_denied(&deployment).await;
    permissions::nothing_is_among_the_dead_letters(&deployment).await;
}
