//! Prints the project's figures, one JSON line each, beside what each has to reach.
//!
//! Counts are exact and the same every time; times are ratios against something measured in the
//! same run, CPU rather than wall time, because machines are shared and noisy. `bench P5 P9` prints
//! these alone; `bench answers --data PATH` says where the questions are that it asks.

mod batch;
mod functions;
mod laptop;
mod memory;
mod questions;
mod recorded;
mod runtime_api;
mod surroundings;

use std::path::Path;

use bench::figure::Figure;
use bench::lists::{self, Filled};
use bench::{Failed, bill, counts, logs, screens, sizes};

const ALL: [&str; 12] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P11", "P12", "P14"];

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (mut chosen, mut data) = (Vec::new(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--data" => data = Some(arguments.next().ok_or("--data needs a folder")?),
            _ => chosen.push(argument),
        }
    }
    surroundings::print();
    let is_chosen = |id| chosen.is_empty() || chosen.iter().any(|chosen| chosen == id);
    for id in ALL {
        if is_chosen(id) {
            measure(id).await?.iter().for_each(Figure::print);
        }
    }
    if is_chosen("desk") {
        screens::print()?;
    }
    if is_chosen("P13") || is_chosen("answers") {
        questions::print(data.as_deref().map(Path::new), is_chosen("answers"))?;
    }
    Ok(())
}

async fn measure(id: &str) -> Result<Vec<Figure>, Failed> {
    match id {
        "P1" => functions::cpu(&functions::build()?).await,
        "P2" => functions::start(&functions::build()?).await,
        "P3" => sizes::figures(&functions::build()?),
        "P4" => Ok(vec![memory::measure(&functions::build()?).await?]),
        "P5" => counts::inbound().await,
        "P6" => counts::duplicates().await,
        "P7" => counts::sends().await,
        "P8" => bill::million_turns().await,
        "P9" => Ok(vec![alone(laptop::measure)?]),
        "P11" => pages().await,
        "P12" => Ok(vec![batch::measure().await?]),
        "P14" => logs::bytes().await,
        other => Err(format!("there is no figure {other}").into()),
    }
}

/// P11, over a hundred thousand conversations and over a thousand.
async fn pages() -> Result<Vec<Figure>, Failed> {
    let (few, many) = (Filled::with(1_000).await?, Filled::with(100_000).await?);
    Ok(vec![lists::units(&few, &many).await?, lists::times(&few, &many).await?])
}

/// Measures on a runtime of one thread, which is what the laptop's workers have.
fn alone(measure: impl AsyncFnOnce() -> Result<Figure, Failed> + Send) -> Result<Figure, Failed> {
    let run = move || -> Result<Figure, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime.block_on(measure()).map_err(|error| error.to_string())
    };
    let measured = std::thread::scope(|scope| scope.spawn(run).join());
    Ok(measured.map_err(|_panic| "the measurement panicked")??)
}
