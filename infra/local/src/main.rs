//! `cargo run`: Confab on a laptop.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use answers::Model;
use desk::Files;
use domain::id::WorkspaceId;
use faqs::Language;
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::deployed::{self, Deployment, NewToken, Tables};
use local::options::{Asked, ClockKind, HELP, Options};
use local::provision::{Provisioned, apply, demo};
use local::{audit, host, options, played, provision, workers};
use platform::aws::Surroundings;
use platform::batch::chain;
use platform::config::{BaseUrl, from_process};
use platform::telemetry;
use simulator::{Delivery, Simulator};
use store::Hash;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing::warn;

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::init(telemetry::LevelFilter::INFO, telemetry::Sink::StandardError);
    let outcome = match options::read(std::env::args().skip(1)) {
        Ok(Asked::Run(options)) => start(options).await,
        Ok(Asked::Provision { deployment, config }) => {
            provision_deployment(&deployment, &config).await
        }
        Ok(Asked::Token(new)) => make_token(&new).await,
        Ok(Asked::VerifyTiles { tables, workspace }) => verify_tiles(&tables, &workspace).await,
        Ok(Asked::VerifyAudit { file, last }) => verify_audit(&file, last.as_ref()),
        Ok(Asked::Help) => {
            say(HELP.trim_end());
            Ok(())
        }
        Err(faults) => return refuse(&faults),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped::Faults(faults)) => refuse(&faults),
        Err(Stopped::Failed(error)) => {
            eprintln!("{}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn refuse(faults: &[String]) -> ExitCode {
    for fault in faults {
        eprintln!("{fault}");
    }
    ExitCode::from(2)
}

enum Stopped {
    /// What was asked for is wrong.
    Faults(Vec<String>),
    Failed(Box<dyn std::error::Error>),
}

impl<E: std::error::Error + 'static> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(Box::new(error))
    }
}

async fn start(options: Options) -> Result<(), Stopped> {
    let provisioned = wanted(&options)?;
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let own = format!("http://{address}");
    let public_url: BaseUrl = match options.public_url {
        Some(url) => url,
        None => own.parse().map_err(|error| Stopped::Faults(vec![format!("{own} {error}")]))?,
    };
    let clock = match options.clock {
        ClockKind::Real => Clock::Real,
        ClockKind::Turned => Clock::turned(platform::clock::now()),
    };
    let data = options.data.as_deref();
    let language = Language::default();
    let parts = Parts { data, clock, public_url, tap: None, language: language.clone() };
    let confab = Arc::new(Box::pin(Confab::open(parts)).await?);
    if let Some(folder) = options.model {
        std::thread::spawn(move || learn(&language, &folder));
    }
    let simulator = simulator(&confab, &provisioned, &own).await?;
    let phones = options.data.as_ref().map(|data| data.join("phones.json"));
    if let Some(file) = &phones {
        played::recall(&simulator, file)?;
    }
    let workspaces = provisioned.workspaces.iter().map(|known| known.workspace.id.clone());
    let files = options.desk.map_or(Files::packed(), Files::Folder);
    let router = host::router(&confab, &simulator, workspaces.collect(), files);
    announce(&own);
    let (quit, quitting) = oneshot::channel::<()>();
    let working = std::thread::spawn(move || work(&confab, quitting));
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopped());
    tokio::select! {
        served = serving => served?,
        Err(failed) = remember(&simulator, phones.as_deref()) => return Err(failed.into()),
    }
    drop(quit);
    if working.join().is_err() {
        return Err(Stopped::Faults(vec!["the workers died".to_owned()]));
    }
    Ok(())
}

/// Fetches the language model, if it is not there. Until it has come, and if it does not, FAQs are
/// found by their letters.
fn learn(language: &Language, folder: &Path) {
    let ready = model::ready(folder).map_err(|error| chain(&error));
    let model = ready.and_then(|path| Model::open(&path).map_err(|error| chain(&error)));
    match model {
        Ok(model) => language.learn(model),
        Err(error) => warn!("There is no language model; FAQs are found by their letters: {error}"),
    }
}

/// Keeps the phones, if anything is kept.
async fn remember(simulator: &Simulator, file: Option<&Path>) -> std::io::Result<()> {
    match file {
        Some(file) => played::remember(simulator, file).await,
        None => std::future::pending().await,
    }
}

#[expect(clippy::print_stdout, reason = "what a program answers goes to standard output")]
fn say(text: &str) {
    println!("{text}");
}

fn announce(own: &str) {
    say(&format!("ready {own}"));
    eprintln!(
        "open {own}/ for the desk and {own}/phones to write as a customer; the API is at {own}/v1"
    );
}

/// The workers have a thread of their own; what they have in hand when the host stops is finished.
fn work(confab: &Arc<Confab>, quitting: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        tokio::select! {
            () = workers::run(Arc::clone(confab)) => {}
            _ = quitting => {}
        }
        let finished = tokio::time::timeout(FINISH_WITHIN, workers::quiet(confab));
        tokio::select! {
            () = workers::run(Arc::clone(confab)) => {}
            _ = finished => {}
        }
    });
}

/// What is not finished by then is finished after the next start.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

fn read_text(file: &Path) -> Result<String, Stopped> {
    std::fs::read_to_string(file).map_err(|error| {
        Stopped::Faults(vec![format!("{} cannot be read: {error}", file.display())])
    })
}

fn read_file(file: &Path) -> Result<Provisioned, Stopped> {
    provision::read(&read_text(file)?).map_err(Stopped::Faults)
}

fn verify_audit(file: &Path, last: Option<&Hash>) -> Result<(), Stopped> {
    match audit::check(&read_text(file)?, last) {
        Ok(holds) => {
            say(&holds);
            Ok(())
        }
        Err(wrong) => Err(Stopped::Faults(vec![wrong])),
    }
}

async fn provision_deployment(deployment: &Deployment, file: &Path) -> Result<(), Stopped> {
    let surroundings = from_process(Surroundings::from_env)?;
    Ok(deployed::provision(&surroundings, deployment, &read_file(file)?).await?)
}

async fn make_token(new: &NewToken) -> Result<(), Stopped> {
    let surroundings = from_process(Surroundings::from_env)?;
    say(&deployed::token(&surroundings, new).await?);
    Ok(())
}

async fn verify_tiles(tables: &Tables, workspace: &WorkspaceId) -> Result<(), Stopped> {
    let surroundings = || from_process(Surroundings::from_env);
    let verified = deployed::verify_tiles(tables, workspace, surroundings).await?;
    let wrong = verified.differences.iter().map(|one| {
        let (kept, right) = (one.kept, one.recomputed);
        format!(
            "{} has {} conversations and {} unreplied messages; the logs say {} and {}",
            one.key, kept.conversations, kept.unreplied, right.conversations, right.unreplied
        )
    });
    let wrong: Vec<String> = wrong.collect();
    if wrong.is_empty() {
        say(&format!(
            "the tiles are what the logs of {} conversations say",
            verified.conversations
        ));
        return Ok(());
    }
    Err(Stopped::Faults(wrong))
}

/// What the file and the demo ask for.
fn wanted(options: &Options) -> Result<Provisioned, Stopped> {
    let mut provisioned = match &options.config {
        Some(file) => read_file(file)?,
        None => Provisioned::default(),
    };
    if options.demo {
        let taken =
            provisioned.workspaces.iter().any(|known| known.workspace.id.as_str() == "demo");
        if !taken {
            provisioned.workspaces.extend(demo().workspaces);
        }
    }
    Ok(provisioned)
}

/// The providers, played, know all accounts; they are where those are sent that name no other.
async fn simulator(
    confab: &Confab,
    provisioned: &Provisioned,
    own: &str,
) -> Result<Simulator, Stopped> {
    let clock = Arc::clone(&confab.clock);
    let simulator = Simulator::new(1, Arc::new(move || clock.now()), Delivery::Background);
    apply(&confab.store, &confab.vault, provisioned, &played::api_bases(own))
        .await
        .map_err(|error| Stopped::Faults(vec![chain(&error)]))?;
    played::add_accounts(&simulator, provisioned, confab.public_url.as_str());
    Ok(simulator)
}

/// Ctrl-C or SIGTERM.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _interrupted = interrupt.await;
}
