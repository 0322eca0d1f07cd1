//! What is counted, exactly and the same every time: the table's units and requests.

use local::queues::{INBOUND, OUTBOUND, RECEIPTS};

use crate::Failed;
use crate::desk::{Desk, WORDS};
use crate::figure::Figure;
use crate::meter::Spent;
use crate::webhooks::text;

const WELCOME: &str = "[workspace.responders]\nwelcome = \"Welcome to the bench.\"";

/// Longer than a FIFO queue recognises a repeated job, and than a sandbox keeps settings.
const FORGOTTEN_S: i64 = 6 * 60;

const MESSAGES: usize = 1_000;
const CONVERSATIONS: usize = 50;
/// A contact writes as many messages in a row.
const BURST: usize = 4;
/// As many contacts write at the same time.
const AT_ONCE: usize = 5;

/// After as many messages there is a pause, and the sandbox forgets settings.
const STRETCH: usize = 40;

/// P5: the table's cost of an inbound text, webhook and inbound stage. Five contacts at a time write
/// four messages each, five seconds apart, and each of the fifty contacts comes round five times.
/// The sandbox is warm: after each pause it first works on somebody else's message, aside.
pub async fn inbound() -> Result<Vec<Figure>, Failed> {
    let desk = Desk::open(WELCOME).await?;
    for number in 0..MESSAGES {
        if number % STRETCH == 0 {
            desk.pass(FORGOTTEN_S);
            desk.meter.aside(arrives(&desk, CONVERSATIONS, MESSAGES + number)).await?;
        }
        let turn = number / (BURST * AT_ONCE);
        let contact = turn * AT_ONCE % CONVERSATIONS + number % AT_ONCE;
        arrives(&desk, contact, number).await?;
        desk.pass(1);
    }
    let spent = undisturbed(&desk)?;
    let alone = alone().await?;
    let each = |count: f64| count / MESSAGES as f64;
    let what = |unit: &str| format!("DynamoDB {unit} for an inbound text, indexes included");
    let worst = |count: f64| format!("{count} in a minute of its own with nothing cached");
    Ok(vec![
        Figure::at_most("P5", what("write units"), each(spent.write_units), "units", [8.0, 4.0])
            .against(worst(alone.write_units)),
        Figure::at_most("P5", what("read units"), each(spent.read_units), "units", [3.0, 1.0])
            .against(worst(alone.read_units)),
        Figure::at_most(
            "P5",
            what("requests"),
            each(spent.calls_of("dynamodb")),
            "requests",
            [3.0, 2.0],
        )
        .against(worst(alone.calls_of("dynamodb"))),
    ])
}

async fn arrives(desk: &Desk, contact: usize, number: usize) -> Result<(), Failed> {
    desk.posts(&text(contact, number, desk.now(), WORDS)).await?;
    desk.works(&INBOUND).await
}

/// The dearest a text in a conversation can be that goes on: the conversation moves in the list,
/// and the sandbox has forgotten everything.
async fn alone() -> Result<Spent, Failed> {
    let desk = Desk::open(WELCOME).await?;
    arrives(&desk, 0, 0).await?;
    desk.pass(600);
    desk.meter.take();
    arrives(&desk, 0, 1).await?;
    undisturbed(&desk)
}

/// What was spent, if nobody was in anybody's way.
fn undisturbed(desk: &Desk) -> Result<Spent, Failed> {
    let spent = desk.meter.take();
    match spent.called_off {
        0 => Ok(spent),
        number => Err(format!("{number} transactions were called off").into()),
    }
}

/// P6: a webhook comes once more, when only the table remembers it.
pub async fn duplicates() -> Result<Vec<Figure>, Failed> {
    let desk = Desk::open("").await?;
    let body = |number: usize, desk: &Desk| text(number, number, desk.now(), WORDS);
    let bodies: Vec<String> = (0..CONVERSATIONS).map(|number| body(number, &desk)).collect();
    for body in &bodies {
        desk.posts(body).await?;
    }
    desk.works(&INBOUND).await?;
    desk.pass(FORGOTTEN_S);
    // Somebody else's message warms the sandbox.
    arrives(&desk, CONVERSATIONS, CONVERSATIONS).await?;
    undisturbed(&desk)?;
    for body in &bodies {
        desk.posts(body).await?;
    }
    desk.works(&INBOUND).await?;
    let spent = undisturbed(&desk)?;
    let handed_on = spent.queues.iter().filter(|(name, _)| name.as_str() != INBOUND.name);
    let sends = handed_on.map(|(_, sent)| f64::from(sent.jobs)).sum::<f64>() + desk.sends() as f64;
    let units = spent.units() / bodies.len() as f64;
    let what = "DynamoDB units, reads and writes, for a webhook that comes again after minutes";
    Ok(vec![
        Figure::at_most("P6", what, units, "units", [3.0, 1.0]),
        Figure::at_most("P6", "sends and jobs of repeated webhooks", sends, "jobs", [0.0, 0.0]),
    ])
}

/// P7: an agent's send and the three receipts of it.
pub async fn sends() -> Result<Vec<Figure>, Failed> {
    let desk = Desk::open("").await?;
    for contact in 0..CONVERSATIONS {
        desk.phone(contact).writes(WORDS).await;
    }
    desk.simulator.flush().await;
    desk.works(&INBOUND).await?;
    let conversations = desk.conversations().await?;
    let (first, others) = conversations.split_first().ok_or("no conversations")?;
    // The first warms the sandboxes and does not count.
    desk.replies(first).await?;
    receipts(&desk).await?;
    undisturbed(&desk)?;
    let each = |count: f64| count / others.len() as f64;
    for conversation in others {
        desk.replies(conversation).await?;
    }
    let accepted = undisturbed(&desk)?;
    desk.works(&OUTBOUND).await?;
    let sent = undisturbed(&desk)?;
    let heard = receipts(&desk).await?;
    if desk.sends() != conversations.len() || heard != 3 * others.len() {
        return Err(format!("{} sends, {heard} receipts", desk.sends()).into());
    }
    let receipts = undisturbed(&desk)?;
    let what = "DynamoDB units, reads and writes, for an agent's send, from the queue to sent";
    let halves = |spent: &Spent| {
        format!("{} written, {} read", each(spent.write_units), each(spent.read_units))
    };
    let whole = each(accepted.units() + sent.units());
    let reference = format!(
        "{}; {whole} with the API's call that accepts it ({})",
        halves(&sent),
        halves(&accepted)
    );
    let a_receipt = "DynamoDB units, reads and writes, for a receipt (sent, delivered, read)";
    Ok(vec![
        Figure::at_most("P7", what, each(sent.units()), "units", [10.0, 4.0]).against(reference),
        Figure::at_most("P7", a_receipt, each(receipts.units()) / 3.0, "units", [2.0, 1.0]),
    ])
}

/// What is queued goes out, and everybody's phone reports it: sent, delivered and, once its owner
/// has looked, read. Returns how many receipts came.
async fn receipts(desk: &Desk) -> Result<usize, Failed> {
    desk.works(&OUTBOUND).await?;
    let mut heard = desk.simulator.flush().await;
    for contact in 0..CONVERSATIONS {
        desk.phone(contact).opens_chat();
    }
    heard += desk.simulator.flush().await;
    desk.works(&RECEIPTS).await?;
    Ok(heard)
}
