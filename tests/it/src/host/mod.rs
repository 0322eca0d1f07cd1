//! The laptop host, as its users have it: the program itself, over HTTP.

mod kills;
mod live;
mod payloads;
mod questions;
mod start;

use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, request};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};

/// How long a host may take to say that it is ready, on a machine that is busy with other tests.
const READY_WITHIN: Duration = Duration::from_secs(60);
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// The program, built once; or the one that `CONFAB_PROGRAM` names, such as a release.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn program() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| {
        if let Ok(named) = std::env::var(bench::screens::PROGRAM) {
            return named;
        }
        let mut cargo = bench::cargo();
        cargo.args(["build", "--quiet", "--package", "local", "--message-format", "json"]);
        let output = cargo.current_dir(crate::root()).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "the host does not build");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines().rev().filter_map(|line| serde_json::from_str(line).ok());
        lines.find_map(|line: Value| line["executable"].as_str().map(str::to_owned)).unwrap()
    })
}

/// A data folder with a configuration, and the address the host listens on.
pub(crate) struct Place {
    folder: TempDir,
    port: u16,
}

impl Place {
    pub(crate) fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("confab.toml"), config).unwrap();
        Self { folder, port: free_port() }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where the host keeps what it knows.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(["--listen", &format!("127.0.0.1:{}", self.port), "--no-demo", "--data"])
            .arg(self.data())
            .arg("--config")
            .arg(self.folder.path().join("confab.toml"))
            .args(if options.contains(&"--model") { &[][..] } else { &["--no-model"] })
            .args(options);
        command
    }

    /// Starts the host and waits until it says that it is ready.
    pub(crate) async fn start(&self, options: &[&str]) -> Host {
        let mut command = tokio::process::Command::from(self.command(options));
        let log = self.folder.path().join("log");
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let mut child =
            command.kill_on_drop(true).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
        let ready = ready.expect("the host is not ready").unwrap();
        assert_eq!(ready, Some(format!("ready {}", self.origin())), "{}", self.log());
        Host { child, origin: self.origin() }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A host that runs.
pub(crate) struct Host {
    child: tokio::process::Child,
    pub(crate) origin: String,
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Host {
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to end, and says how it did.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        tokio::time::timeout(ANSWERED_WITHIN, self.child.wait()).await.unwrap().unwrap()
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Answered {
        let uri = request.uri().clone();
        call(request).await.unwrap_or_else(|| panic!("{uri} was not answered"))
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let request = api(&self.origin, Method::GET, path, token).body(Body::empty()).unwrap();
        let answered = self.call(request).await;
        assert_eq!(answered.status, StatusCode::OK, "{path}: {}", answered.text);
        answered.body
    }

    async fn token(&self, user: &str) -> String {
        self.token_in("acme", user).await
    }

    pub(crate) async fn token_in(&self, workspace: &str, user: &str) -> String {
        let wanted = json!({ "workspace": workspace, "user": user }).to_string();
        let request = Request::post(format!("{}/dev/token", self.origin));
        let answered = self.call(request.body(Body::from(wanted)).unwrap()).await;
        answered.body["token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn settle(&self) -> Value {
        let request = Request::post(format!("{}/dev/settle", self.origin));
        self.call(request.body(Body::empty()).unwrap()).await.body
    }

    /// Turns its clock.
    pub(crate) async fn advance(&self, by: Duration) {
        let by = json!({ "advance_seconds": by.as_secs() }).to_string();
        let request = Request::post(format!("{}/dev/clock", self.origin));
        let answered = self.call(request.body(Body::from(by)).unwrap()).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    }

    /// All events of all conversations, by conversation.
    async fn logs(&self, token: &str) -> Vec<Vec<Value>> {
        let mut logs = Vec::new();
        for view in ["all", "closed"] {
            let mut path = format!("/v1/conversations?view={view}&limit=100");
            loop {
                let page = self.get(&path, token).await;
                for conversation in page["items"].as_array().unwrap() {
                    logs.push(self.log_of(conversation["id"].as_str().unwrap(), token).await);
                }
                let Some(next) = page["next"].as_str() else { break };
                path = format!("/v1/conversations?view={view}&limit=100&cursor={next}");
            }
        }
        logs
    }

    async fn log_of(&self, conversation: &str, token: &str) -> Vec<Value> {
        let mut events: Vec<Value> = Vec::new();
        loop {
            let after = events.last().map_or(0, |event| event["seq"].as_u64().unwrap());
            let path = format!("/v1/conversations/{conversation}/events?after={after}");
            let page = self.get(&path, token).await;
            events.extend(page["items"].as_array().unwrap().clone());
            if page["next"].is_null() {
                return events;
            }
        }
    }
}

pub(crate) fn api(origin: &str, method: Method, path: &str, token: &str) -> request::Builder {
    let request = Request::builder().method(method).uri(format!("{origin}{path}"));
    request.header("authorization", format!("Bearer {token}"))
}

/// `None` if there was no answer.
pub(crate) async fn call(request: Request<Body>) -> Option<Answered> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = async {
        let response = client.request(request).await.ok()?;
        let status = response.status();
        let bytes: Bytes = response.into_body().collect().await.ok()?.to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Some(Answered { status, text, body })
    };
    tokio::time::timeout(ANSWERED_WITHIN, answer).await.ok().flatten()
}
