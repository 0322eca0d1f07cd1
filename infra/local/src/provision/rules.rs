//! How conversations live, as the provisioning file says it: a preset, and what differs from it.

use domain::conversation::StatusPreset;
use domain::id::UserId;
use domain::workspace::{
    ASSIGNEES_MAX, Ask, ClosePolicy, LockMode, OpenScope, Preset, ReopenGrace, Routing, Rules,
    Strategy,
};
use jiff::SignedDuration;

use super::section::Section;

const STATUS_PRESETS: [(&str, (Preset, StatusPreset)); 3] = [
    ("five", (Preset::Clevertap5, StatusPreset::Five)),
    ("three", (Preset::Clevertap3, StatusPreset::Three)),
    ("open_closed", (Preset::Ucal, StatusPreset::OpenClosed)),
];

/// `preset` is a whole way of working, `status_preset` a vocabulary with every other switch at its
/// mildest; what stands beside them changes single switches.
pub(super) fn read(section: &mut Section<'_>) -> (Preset, Rules) {
    let status = section.text("status_preset");
    let preset = section.text("preset");
    let preset = preset.and_then(|name| section.choice("preset", &name, &Preset::ALL));
    let status = status.and_then(|name| section.choice("status_preset", &name, &STATUS_PRESETS));
    let (preset, mut rules) = match (preset, status) {
        (Some(preset), None) => (preset, preset.rules()),
        (Some(preset), Some((_, status))) => (preset, Rules { preset: status, ..preset.rules() }),
        (None, Some((preset, status))) => (preset, Rules::of(status)),
        (None, None) => (Preset::Clevertap5, Rules::of(StatusPreset::Five)),
    };
    times(section, &mut rules);
    closing(section, &mut rules);
    ownership(section, &mut rules);
    routing(section, &mut rules.routing);
    (preset, rules)
}

/// At most ten years.
fn hours(section: &mut Section<'_>, key: &str) -> Option<SignedDuration> {
    section.number(key).map(|hours| SignedDuration::from_hours(hours.min(87_600)))
}

fn choose<T: Copy>(section: &mut Section<'_>, key: &str, to: &mut T, choices: &[(&str, T)]) {
    if let Some(name) = section.text(key)
        && let Some(chosen) = section.choice(key, &name, choices)
    {
        *to = chosen;
    }
}

fn switch(section: &mut Section<'_>, key: &str, to: &mut bool) {
    *to = section.opt_flag(key).unwrap_or(*to);
}

fn times(section: &mut Section<'_>, rules: &mut Rules) {
    if let Some(grace) = hours(section, "reopen_grace_hours") {
        let never = grace.is_zero();
        rules.reopen_grace = if never { ReopenGrace::Never } else { ReopenGrace::Within(grace) };
    }
    if let Some(after) = hours(section, "inactive_after_hours").filter(|after| !after.is_zero()) {
        rules.inactive_after = after;
    }
    rules.close_idle_after = hours(section, "close_idle_after_hours").or(rules.close_idle_after);
    let scopes =
        [("contact", OpenScope::Contact), ("contact_and_account", OpenScope::ContactAndAccount)];
    choose(section, "open_scope", &mut rules.open_scope, &scopes);
    switch(section, "open_on_welcome", &mut rules.open_on_welcome);
    switch(section, "echo_opens", &mut rules.echo_opens);
    switch(section, "hold_outside_hours", &mut rules.hold_outside_hours);
}

fn closing(section: &mut Section<'_>, rules: &mut Rules) {
    let policies = [
        ("any_member", ClosePolicy::AnyMember),
        ("assignee_or_admin", ClosePolicy::AssigneeOrAdmin),
    ];
    choose(section, "close_policy", &mut rules.close_policy, &policies);
    let asks = [("off", Ask::Off), ("optional", Ask::Optional), ("required", Ask::Required)];
    choose(section, "closing_category", &mut rules.closing_category, &asks);
    choose(section, "closing_summary", &mut rules.closing_summary, &asks);
    switch(section, "allow_delete", &mut rules.allow_delete);
    switch(section, "unassign_on_close", &mut rules.unassign_on_close);
}

fn ownership(section: &mut Section<'_>, rules: &mut Rules) {
    let locks = [
        ("exclusive_claim", LockMode::ExclusiveClaim),
        ("assignees", LockMode::Assignees),
        ("off", LockMode::Off),
    ];
    choose(section, "lock_mode", &mut rules.lock, &locks);
    if let Some(max) = section.number("assignees_max") {
        rules.assignees_max = usize::try_from(max).unwrap_or(1).clamp(1, ASSIGNEES_MAX);
    }
    switch(section, "team_hides_assigned", &mut rules.team_hides_assigned);
    switch(section, "admins_see_restricted", &mut rules.admins_see_restricted);
    switch(section, "internal_group_chat", &mut rules.internal_group_chat);
    switch(section, "email_on_inbound", &mut rules.email_on_inbound);
    if let Some(ai) = section.text("ai_agent") {
        rules.ai_agent = section.parsed::<UserId>("ai_agent", Some(ai));
    }
}

fn routing(section: &mut Section<'_>, routing: &mut Routing) {
    let strategies = [
        ("queue", Strategy::Queue),
        ("round_robin", Strategy::RoundRobin),
        ("least_open", Strategy::LeastOpen),
        ("sticky", Strategy::Sticky),
    ];
    choose(section, "assign", &mut routing.strategy, &strategies);
    switch(section, "assign_last_replier", &mut routing.last_replier);
    switch(section, "unknown_to_admin", &mut routing.unknown_to_admin);
    switch(section, "assign_offline", &mut routing.ignores_presence);
    if let Some(max) = section.number("open_max") {
        routing.open_max = usize::try_from(max).ok().filter(|max| *max > 0);
    }
    if let Some(minutes) = section.number("first_reply_minutes").filter(|minutes| *minutes > 0) {
        routing.first_reply_within = Some(SignedDuration::from_mins(minutes.min(10_080)));
    }
}
