//! How soon things are seen. Printed, with what is counted held: a machine that does other things
//! besides would fail anything that is timed.

use std::time::Duration;

use tokio::time::Instant;

use super::desk::{Desk, WRITE};

const MESSAGES: usize = 50;

/// The value that so many percent do not exceed.
fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    times[(times.len() * percent).div_ceil(100) - 1]
}

/// From a customer's tap to the agent's eyes, and from one conversation to another.
#[tokio::test]
async fn from_webhook_to_screen() {
    let desk = Desk::open().await;
    let maria = desk.phone("telegram", "Maria Lopez").await;
    maria.writes("first of all").await;
    desk.phone("telegram", "Jonas Weber").await.writes("Do you ship to Switzerland?").await;
    let (one, other) =
        (desk.conversation_of("Maria Lopez").await, desk.conversation_of("Jonas Weber").await);
    let window = desk.window("Ada Moreau").await;
    window.goto(&format!("{}/inbox/all/{one}", desk.host.origin)).await;
    window.find("textbox", WRITE).await;
    window.shows("first of all").await;
    let mut times = Vec::new();
    for number in 0..MESSAGES {
        let begun = Instant::now();
        maria.writes(&format!("number {number}.")).await;
        window.shows(&format!("number {number}.")).await;
        times.push(begun.elapsed());
    }
    let ready = window.evaluate("performance.getEntriesByType('navigation')[0].domComplete").await;
    eprintln!("page complete after {:.0} ms", ready.as_f64().unwrap());
    eprintln!("webhook to screen p50 {:?}", percentile(&mut times, 50));
    eprintln!("webhook to screen p95 {:?}", percentile(&mut times, 95));
    let switch = format!(
        "(async () => {{
          const times = [];
          for (let turn = 0; turn < 10; turn++) {{
            const [id, name] = turn % 2 ? ['{one}', 'Maria Lopez'] : ['{other}', 'Jonas Weber'];
            const link = document.querySelector(`[data-id=\"${{id}}\"] a`);
            const begun = performance.now();
            link.click();
            while (!document.querySelector('main h2')?.innerText.includes(name) || !document.querySelector('main article')) {{
              await new Promise((drawn) => requestAnimationFrame(drawn));
            }}
            times.push(performance.now() - begun);
          }}
          return times;
        }})()"
    );
    let switches = window.evaluate(&switch).await;
    eprintln!("from one conversation to another, in ms: {switches}");
    assert_eq!(switches.as_array().map(Vec::len), Some(10));
}
