//! Chromium: one process for all tests, spoken to in its own protocol over a pipe, so that it ends
//! when they do, however they end.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

/// How long the browser may take for one thing it is asked, on a machine that is busy.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// Where Debian has it.
const PROGRAM: &str = "/usr/bin/chromium";
const INSTALL: &str = "apt-get install --yes --no-install-recommends chromium fonts-dejavu-core \
                       fonts-inter fonts-noto-color-emoji";

/// What makes runs alike: no network of its own, no graphics card, colours and letters as the
/// machine next door has them.
const FLAGS: [&str; 21] = [
    "--headless",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--disable-gpu",
    // Where it runs in a container, shared memory is too small for pages.
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--hide-scrollbars",
    "--lang=en-US",
    "--mute-audio",
    "--no-default-browser-check",
];

const FONTS: &str = include_str!("fonts.conf");

/// The browser reads its third descriptor and writes its fourth. Its profile goes with it.
const SHELL: &str = r#""$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1; rm -rf "$PROFILE""#;

/// A browser that runs.
pub(super) struct Chromium {
    commands: Mutex<ChildStdin>,
    asked: AtomicU64,
    heard: Mutex<Heard>,
}

/// Who waits for what the browser says.
#[derive(Default)]
struct Heard {
    answers: HashMap<u64, oneshot::Sender<Result<Value, String>>>,
    sessions: HashMap<String, mpsc::UnboundedSender<Value>>,
}

/// A lock that a test may have failed under.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where browser tests leave what they have to show.
pub(super) fn folder() -> PathBuf {
    let folder = crate::root().join("target/browser");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl Chromium {
    /// The one of this process.
    pub(super) fn shared() -> &'static Self {
        static RUNS: OnceLock<Chromium> = OnceLock::new();
        let mut begun = None;
        let chromium = RUNS.get_or_init(|| {
            let (commands, said, child) = begin();
            begun = Some((said, child));
            let (commands, asked) = (Mutex::new(commands), AtomicU64::new(0));
            Self { commands, asked, heard: Mutex::default() }
        });
        if let Some((said, mut child)) = begun {
            std::thread::spawn(move || {
                chromium.listen(said);
                child.wait()
            });
        }
        chromium
    }

    /// Hands on what the browser says, until it has ended.
    fn listen(&self, said: ChildStdout) {
        let mut said = BufReader::new(said);
        let mut frame = Vec::new();
        while said.read_until(0, &mut frame).is_ok_and(|read| read > 0) {
            frame.pop();
            self.hear(serde_json::from_slice(&frame).unwrap());
            frame.clear();
        }
        *locked(&self.heard) = Heard::default();
    }

    fn hear(&self, mut frame: Value) {
        let mut heard = locked(&self.heard);
        if let Some(asked) = frame["id"].as_u64() {
            let answer = match frame.get("error") {
                Some(error) => Err(error["message"].as_str().unwrap_or_default().to_owned()),
                None => Ok(frame["result"].take()),
            };
            // Nobody waits any longer if the test has failed.
            let _heard = heard.answers.remove(&asked).map(|asker| asker.send(answer));
        } else if let Some(session) = frame["sessionId"].as_str() {
            let _heard = heard.sessions.get(session).map(|events| events.send(frame.clone()));
        }
    }

    /// What the browser tells a session beside its answers, from now on.
    pub(super) fn events(&self, session: &str) -> mpsc::UnboundedReceiver<Value> {
        let (events, heard) = mpsc::unbounded_channel();
        locked(&self.heard).sessions.insert(session.to_owned(), events);
        heard
    }

    /// Asks the browser something. Its own words are the error.
    pub(super) async fn ask(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, String> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        let (answer, waiting) = oneshot::channel();
        locked(&self.heard).answers.insert(asked, answer);
        let mut frame = json!({ "id": asked, "method": method, "params": parameters });
        if let Some(session) = session {
            frame["sessionId"] = session.into();
        }
        self.tell(&frame);
        match tokio::time::timeout(ANSWERED_WITHIN, waiting).await {
            Ok(Ok(answer)) => answer.map_err(|error| format!("{method}: {error}")),
            Ok(Err(_)) => panic!("the browser has ended"),
            Err(_) => panic!("the browser does not answer {method}"),
        }
    }

    fn tell(&self, frame: &Value) {
        let mut bytes = frame.to_string().into_bytes();
        bytes.push(0);
        // A browser that has ended answers nothing, which is seen there.
        let _written = locked(&self.commands).write_all(&bytes);
    }

    /// Throws away a window and all it keeps. Nobody waits for it.
    pub(super) fn forget(&self, context: &str, session: &str) {
        locked(&self.heard).sessions.remove(session);
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        let parameters = json!({ "browserContextId": context });
        let method = "Target.disposeBrowserContext";
        self.tell(&json!({ "id": asked, "method": method, "params": parameters }));
    }
}

fn begin() -> (ChildStdin, ChildStdout, Child) {
    assert!(
        std::path::Path::new(PROGRAM).exists(),
        "There is no browser to test the desk in. Install it: {INSTALL}"
    );
    let profile = folder().join(format!("profile-{}", std::process::id()));
    let fonts = folder().join("fonts.conf");
    let cache = folder().join("fonts").display().to_string();
    std::fs::write(&fonts, FONTS.replace("CACHE", &cache)).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", SHELL, "sh", PROGRAM]).args(FLAGS);
    shell.arg(format!("--user-data-dir={}", profile.display())).env("PROFILE", &profile);
    shell.env("FONTCONFIG_FILE", fonts).env("TZ", "UTC").env("LANGUAGE", "en_US");
    let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    (child.stdin.take().unwrap(), child.stdout.take().unwrap(), child)
}
