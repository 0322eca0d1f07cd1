//! The responders of a workspace in the provisioning file.

use domain::calendar::Zone;
use domain::faq::Sensitivity;
use domain::private::Words;
use domain::responder::{Chain, QuickReply, QuickReplyHours, ResponderKind, Responders};

use super::file::calendar;
use super::section::Section;

pub(super) fn read(mut section: Section<'_>, zone: &Zone) -> Responders {
    let welcome = section.text("welcome").map(Words::new);
    let away = section.text("away").map(Words::new);
    let offer = section.text("offer").map(Words::new);
    let faqs = section.opt_flag("faqs").unwrap_or_default();
    let order = order(&mut section);
    let sensitivity = section.text("sensitivity").and_then(|word| {
        section.choice("sensitivity", &word, &Sensitivity::ALL.map(|one| (one.as_str(), one)))
    });
    let quick_replies = section.tables("quick_reply");
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let quick_replies = quick_replies.into_iter().enumerate().filter_map(|(place, table)| {
        quick(Section::new(&format!("{at}.quick_reply[{place}]"), table, faults), zone)
    });
    Responders {
        order: order.unwrap_or_default(),
        faqs,
        sensitivity: sensitivity.unwrap_or_default(),
        offer,
        quick_replies: quick_replies.collect(),
        away,
        welcome,
        ..Responders::default()
    }
}

fn order(section: &mut Section<'_>) -> Option<Chain> {
    const ORDER: &str = "order";
    if !section.table.contains_key(ORDER) {
        return None;
    }
    let kinds = ResponderKind::ALL.map(|kind| (kind.as_str(), kind));
    let names: Vec<String> = section.names(ORDER);
    let order: Vec<ResponderKind> =
        names.iter().filter_map(|name| section.choice(ORDER, name, &kinds)).collect();
    order.try_into().map_err(|repeated| section.fault(ORDER, repeated)).ok()
}

/// `text` with `during = "open"`, `"closed"`, or `"custom"` and `[….hours]`.
fn quick(mut section: Section<'_>, zone: &Zone) -> Option<QuickReply> {
    let id = section.needed("id");
    let id = section.parsed("id", id);
    let text = section.needed("text").map(Words::new);
    let during = section.text("during").unwrap_or_else(|| "closed".to_owned());
    let during =
        section.choice("during", &during, &[("open", 'o'), ("closed", 'c'), ("custom", 'x')]);
    let hours = section.table("hours");
    if during == Some('x') && hours.is_none() {
        section.fault("hours", "is missing");
    }
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let own =
        hours.map(|hours| calendar(Section::new(&format!("{at}.hours"), hours, faults), zone));
    let during = match (during?, own) {
        ('x', own) => QuickReplyHours::Custom(own?),
        ('o', _) => QuickReplyHours::Open,
        _ => QuickReplyHours::Closed,
    };
    Some(QuickReply { id: id?, text: text?, during })
}
