//! AWS, played by MiniStack in a process of its own, with its permissions enforced.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use aws_credential_types::Credentials;
use axum::http::StatusCode;
use platform::aws::Surroundings;
use serde_json::{Value, json};

use crate::eventually::eventually;
use crate::http;
use crate::programs::{announce, path, root, said, supervised};
use crate::python::Environment;

pub(crate) const REGION: &str = "us-east-1";
/// Any other key than these is one that a role or a user was given.
const ROOT_KEY: &str = "test";
const ROOT_SECRET: &str = "test";

/// AWS as it is played. It ends with this value, with every function that it runs.
#[derive(Debug)]
pub(crate) struct Emulator {
    process: Child,
    programs: Environment,
    pub(crate) port: u16,
    log: PathBuf,
}

/// A call of an operation, as it is named in Python: service, operation, parameters.
pub(crate) type Call<'a> = (&'a str, &'a str, Value);

const CALLED_WITHIN: Duration = Duration::from_secs(60);

impl Emulator {
    /// Starts it; whatever it writes to the disk is in `folder`.
    pub(crate) async fn start(programs: Environment, folder: &Path) -> Self {
        let port = free_port();
        let log = folder.join("emulator.log");
        let temporary = folder.join("tmp");
        std::fs::create_dir_all(&temporary).unwrap();
        let written = File::create(&log).unwrap();
        let mut command = supervised(&programs.program("ministack"));
        // It hands its own environment down to the functions, which on AWS see none of it.
        command.env_clear();
        as_root(&mut command, port);
        command
            .env("PATH", path())
            .env("HOME", folder)
            .env("TMPDIR", temporary)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .stdout(written.try_clone().unwrap())
            .stderr(written);
        let process = command.spawn().expect("`sh` is there");
        let emulator = Self { process, programs, port, log };
        let ready = format!("{}/_ministack/ready", emulator.url());
        eventually("the emulator is ready", async || {
            let answer = http::get(&ready).await.ok()?;
            (answer.status == StatusCode::OK).then_some(())
        })
        .await;
        emulator
    }

    pub(crate) fn url(&self) -> String {
        url(self.port)
    }

    /// Who an operator is there.
    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            region: REGION.to_owned(),
            credentials: Credentials::from_keys(ROOT_KEY, ROOT_SECRET, None),
            endpoint: Some(self.url()),
        }
    }

    /// Gives a program the credentials of an operator.
    pub(crate) fn as_operator(&self, command: &mut Command) {
        as_root(command, self.port);
    }

    /// Calls AWS as an operator: each call's answer, or the code it was refused with.
    pub(crate) async fn calls(&self, calls: &[Call<'_>]) -> Vec<Result<Value, String>> {
        self.calls_in(None, calls).await
    }

    /// The same in a role. On AWS nobody but Lambda may assume a function's role; here the root
    /// user passes for any service.
    pub(crate) async fn calls_in(
        &self,
        role_arn: Option<&str>,
        calls: &[Call<'_>],
    ) -> Vec<Result<Value, String>> {
        let mut command = supervised(&self.programs.program("python"));
        command.arg(root().join("tests/aws/calls.py")).arg(json!(calls).to_string());
        command.args(role_arn);
        self.as_operator(&mut command);
        let answered = tokio::time::timeout(CALLED_WITHIN, said(command)).await;
        let said = answered.expect("AWS answers within a minute");
        let answers: Vec<Value> = serde_json::from_str(&said).unwrap();
        answers
            .into_iter()
            .map(|mut answer| match answer["error"].as_str() {
                Some(code) => Err(code.to_owned()),
                None => Ok(answer["ok"].take()),
            })
            .collect()
    }

    /// One call, which AWS must not refuse.
    pub(crate) async fn call(&self, service: &str, operation: &str, parameters: Value) -> Value {
        let mut answers = self.calls(&[(service, operation, parameters)]).await;
        answers.remove(0).unwrap_or_else(|code| panic!("{service} {operation}: {code}"))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            announce(&format!("what the emulator said is in {}", self.log.display()));
        }
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn as_root(command: &mut Command, port: u16) {
    command
        .env("AWS_ENDPOINT_URL", url(port))
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", ROOT_KEY)
        .env("AWS_SECRET_ACCESS_KEY", ROOT_SECRET)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_PROXY", "127.0.0.1,localhost");
}

/// A port that nobody listens on. Somebody may before the emulator does; then it says so and ends.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
