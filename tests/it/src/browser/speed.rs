//! How soon things are seen. Printed as figures, for whoever runs the test to read and for the bench
//! to report at full size; held is only what is counted: a machine that does other things besides
//! would fail anything that is timed.

use std::time::Duration;

use bench::figure::Figure;
use bench::screens;
use platform::clock::now;
use serde_json::{Value, json};

use super::desk::{Desk, Phone, WRITE};
use super::window::Window;

/// What a test has time for. The bench asks for a hundred thousand conversations, and ten thousand
/// messages in one of them.
const CONVERSATIONS: usize = 2_000;
const MESSAGES: usize = 400;

/// Of which an agent has each before them once, and comes back.
const CUSTOMERS: usize = 12;
const TOLD: usize = 50;
const SCROLLED_FOR: Duration = Duration::from_secs(10);

/// Of a long list or log, at most so many rows are in the page.
const ROWS_MAX: u64 = 80;

#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn asked(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |asked| asked.parse().unwrap())
}

/// What half of them take, and what 95 of a hundred do not exceed, in milliseconds.
fn spread(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1];
    (at(50), at(95))
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Prints what 95 of a hundred did not exceed.
fn print(what: &str, times: Vec<f64>, must: [f64; 2]) {
    let count = times.len();
    let (half, most) = spread(times);
    let figure = Figure::at_most("desk", format!("{what}, p95"), most, "ms", must);
    figure.against(format!("p50 {half:.0} ms, {count} times")).print();
}

/// In every page: when the first row of a list was there, in milliseconds since it was asked for.
const FIRST_ROW: &str = "new MutationObserver(() => {
  if (!globalThis.firstRow && document.querySelector('[data-id] a')) globalThis.firstRow = performance.now();
}).observe(document, { subtree: true, childList: true });";

/// When each number was first seen in the last message, by the wall clock.
const WATCH: &str = "(() => {
  globalThis.seen = {};
  const look = () => {
    const last = [...document.querySelectorAll('article')].at(-1)?.textContent ?? '';
    const number = /number (\\d+)\\./.exec(last)?.[1];
    if (number) seen[number] ??= Date.now();
    requestAnimationFrame(look);
  };
  look();
})()";

/// Goes to conversations, and says how long each took to be there.
const SWITCH: &str = "(async () => {
  const times = [];
  for (const [id, words] of TARGETS) {
    const link = document.querySelector(`[data-id=\"${id}\"] a`);
    const begun = performance.now();
    link.click();
    while (![...document.querySelectorAll('main article')].some((one) => one.textContent.includes(words))) {
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
    times.push(performance.now() - begun);
    await new Promise((later) => setTimeout(later, 150));
  }
  return times;
})()";

/// Scrolls for a while, and says how long each frame took and how many rows there were at most.
const SCROLL: &str = "(async () => {
  const box = document.querySelector('BOX');
  const frames = [];
  let rows = 0;
  let last = performance.now();
  const until = last + LASTS;
  while (last < until) {
    box.scrollTop += STEP;
    await new Promise((drawn) => requestAnimationFrame(drawn));
    const now = performance.now();
    frames.push(now - last);
    last = now;
    rows = Math.max(rows, box.querySelectorAll('li, [role=listitem]').length);
  }
  return { frames, rows };
})()";

async fn told(window: &Window, maria: &Phone) {
    window.evaluate(WATCH).await;
    let mut sent = Vec::new();
    for number in 0..TOLD {
        sent.push(now().as_millisecond());
        maria.writes(&format!("number {number}.")).await;
        window.holds(&format!("seen[{number}] > 0")).await;
    }
    let seen = window.evaluate("Object.values(seen)").await;
    let times = numbers(&seen).into_iter().zip(sent).map(|(seen, sent)| seen - sent as f64);
    print("from a customer's tap to the agent's eyes", times.collect(), [300.0, 150.0]);
}

async fn switched(window: &Window, targets: &[(String, String)], what: &str) {
    let times = window.evaluate(&SWITCH.replace("TARGETS", &json!(targets).to_string())).await;
    let times = numbers(&times);
    assert_eq!(times.len(), targets.len());
    print(what, times, [100.0, 50.0]);
}

async fn scrolled(window: &Window, what: &str, list: &str, step: i32) {
    let script = SCROLL.replace("BOX", list).replace("STEP", &step.to_string());
    let script = script.replace("LASTS", &SCROLLED_FOR.as_millis().to_string());
    let seen = window.evaluate(&script).await;
    print(what, numbers(&seen["frames"]), [50.0, 20.0]);
    let rows = seen["rows"].as_u64().unwrap();
    assert!((1..=ROWS_MAX).contains(&rows), "{rows} rows in the page: {what}");
}

/// From a customer's tap to the agent's eyes, from one conversation to another, and through many.
#[tokio::test]
async fn how_soon_things_are_seen() {
    let conversations = asked(screens::CONVERSATIONS, CONVERSATIONS);
    let messages = asked(screens::MESSAGES, MESSAGES);
    let desk = Desk::filled(conversations).await;
    let maria = desk.phone("telegram", "Maria Lopez").await;
    for number in 0..messages {
        maria.writes(&format!("Message {number} of many, about a shoe that is too small.")).await;
    }
    let long = desk.conversation_of("Maria Lopez").await;
    desk.reaches(&long, messages as u64 + 1).await;
    let mut targets = Vec::new();
    for number in 0..CUSTOMERS {
        let name = format!("Customer {number:02}");
        let phone = desk.phone("telegram", &name).await;
        for _ in 0..8 {
            phone.writes(&format!("This is {name}, and I have a question about my order.")).await;
        }
        targets.push((desk.conversation_of(&name).await, format!("This is {name},")));
    }
    desk.host.settle().await;
    let window = desk.window("Ada Moreau").await;
    window.before_each_page(FIRST_ROW).await;
    window.reload().await;
    window.holds("globalThis.firstRow > 0").await;
    let ready = window.evaluate("globalThis.firstRow").await.as_f64().unwrap();
    let what = format!("the inbox with its first row, of {conversations} conversations");
    Figure::at_most("desk", what, ready, "ms", [1_000.0, 400.0]).print();
    // Whoever presses a row has moved the pointer there, which loads what shows a conversation.
    let moved = json!({ "type": "mouseMoved", "x": 300, "y": 300 });
    window.ask("Input.dispatchMouseEvent", moved).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // From the bottom up: those below are not loaded ahead.
    switched(&window, &targets, "to a conversation not seen before").await;
    switched(&window, &targets, "to a conversation seen before").await;
    scrolled(&window, "a frame of the scrolled list", ".virtual.scroll", 300).await;
    window.goto(&format!("{}/inbox/all/{long}", desk.host.origin)).await;
    window.find("textbox", WRITE).await;
    window.holds("document.querySelectorAll('article').length > 5").await;
    told(&window, &maria).await;
    let what = format!("a frame of a scrolled log of {messages} messages");
    scrolled(&window, &what, ".log.scroll", -300).await;
}
