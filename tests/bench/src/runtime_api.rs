//! Lambda's Runtime API, played for one function: hands it events, takes its answers, and reads
//! from the system what it used.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;

/// What a function was given and what it answered.
type Job = (Bytes, oneshot::Sender<Bytes>);

struct Api {
    jobs: Mutex<mpsc::Receiver<Job>>,
    answers: Mutex<BTreeMap<String, oneshot::Sender<Bytes>>>,
    asked: mpsc::Sender<()>,
    number: Mutex<u64>,
}

/// A running function.
pub(crate) struct Function {
    child: Child,
    jobs: mpsc::Sender<Job>,
    asked: mpsc::Receiver<()>,
}

/// A function that does not ask for work within this long is broken.
const START_WITHIN: Duration = Duration::from_secs(20);

impl Function {
    /// Starts a bootstrap and waits until it asks for its first event.
    pub(crate) async fn start(
        program: &Path,
        variables: &[(&str, String)],
    ) -> Result<Self, bench::Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (jobs, receiver) = mpsc::channel(1);
        let (asked, was_asked) = mpsc::channel(1);
        let api = Arc::new(Api {
            jobs: Mutex::new(receiver),
            answers: Mutex::new(BTreeMap::new()),
            asked,
            number: Mutex::new(0),
        });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answer))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(answer))
            .with_state(api);
        #[expect(clippy::disallowed_methods, reason = "ends with the bench")]
        tokio::task::spawn(async move { axum::serve(listener, router).await });
        let mut child = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "bench")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut logs = child.stdout.take().ok_or("no standard output")?;
        // A pipe that nobody reads would stop the function when it is full.
        #[expect(clippy::disallowed_methods, reason = "ends with the function")]
        tokio::task::spawn(async move { tokio::io::copy(&mut logs, &mut tokio::io::sink()).await });
        let mut function = Self { child, jobs, asked: was_asked };
        timeout(START_WITHIN, function.asked.recv()).await?.ok_or("the function died")?;
        Ok(function)
    }

    /// Hands over an event and waits for the answer.
    pub(crate) async fn invoke(&mut self, event: &Bytes) -> Result<Bytes, &'static str> {
        let (sender, receiver) = oneshot::channel();
        self.jobs.send((event.clone(), sender)).await.map_err(|_| "the function died")?;
        receiver.await.map_err(|_| "the function did not answer")
    }

    /// CPU time of all its threads so far, in nanoseconds.
    pub(crate) fn cpu_ns(&self) -> u64 {
        let Some(pid) = self.child.id() else { return 0 };
        let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0 };
        tasks
            .filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
            .filter_map(|text| text.split(' ').next()?.parse::<u64>().ok())
            .sum()
    }

    /// The most memory it has had, in bytes.
    pub(crate) fn peak_bytes(&self) -> u64 {
        let Some(pid) = self.child.id() else { return 0 };
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|peak| peak.trim().split(' ').next()?.parse::<u64>().ok());
        kib.unwrap_or(0) * 1024
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> std::io::Result<()> {
        self.child.kill().await
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    // Only the first question is waited for.
    let _first = api.asked.try_send(());
    let Some((event, sender)) = api.jobs.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let id = {
        let mut number = api.number.lock().await;
        *number += 1;
        format!("{number:032}")
    };
    api.answers.lock().await.insert(id.clone(), sender);
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", "9999999999999".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:0:function:bench".to_owned(),
        ),
    ];
    (headers, event).into_response()
}

async fn answer(
    State(api): State<Arc<Api>>,
    UrlPath(id): UrlPath<String>,
    body: Bytes,
) -> StatusCode {
    if let Some(sender) = api.answers.lock().await.remove(&id) {
        // Whoever asked may have gone.
        let _told = sender.send(body);
    }
    StatusCode::ACCEPTED
}
