//! Python programs at fixed versions, each set in a virtual environment of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::programs::{announce, finish, kept, supervised};

/// A virtual environment with what a file of requirements asks for.
#[derive(Debug)]
pub(crate) struct Environment {
    folder: PathBuf,
}

/// Downloads through a slow mirror included.
const INSTALLED_WITHIN: Duration = Duration::from_mins(20);

impl Environment {
    /// The one of an earlier run, unless the requirements have changed since.
    pub(crate) async fn made(name: &str, requirements: &Path) -> Self {
        let environment = Self { folder: kept().join(name) };
        let wanted = std::fs::read_to_string(requirements).unwrap();
        let stamp = environment.folder.join("made-of.txt");
        let python = environment.program("python");
        if is_recent(&python) && std::fs::read_to_string(&stamp).is_ok_and(|is| is == wanted) {
            return environment;
        }
        announce(&format!("installing {name} into {}", environment.folder.display()));
        environment.make(requirements).await;
        std::fs::write(stamp, wanted).unwrap();
        environment
    }

    async fn make(&self, requirements: &Path) {
        let log = self.folder.with_extension("log");
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder).unwrap();
        }
        std::fs::create_dir_all(kept()).unwrap();
        let mut create = supervised(&python());
        create.args(["-m", "venv"]).arg(&self.folder);
        let what = "Making a virtual environment with Python's `venv` (on Debian and Ubuntu `apt \
                    install python3-venv` brings it)";
        finish(create, what, &log, INSTALLED_WITHIN).await;
        let mut install = supervised(&self.program("python"));
        install
            .args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(requirements);
        let file = requirements.display();
        let what = format!("Installing {file} from the Python package index (is it in reach?)");
        finish(install, &what, &log, INSTALLED_WITHIN).await;
    }

    /// A program that was installed.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs().join(name)
    }

    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }
}

/// The Python of this machine.
fn python() -> PathBuf {
    let names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];
    names.map(PathBuf::from).into_iter().find(|name| is_recent(name)).expect(
        "Python 3.11 or later is missing, which plays AWS: install it, on Debian and Ubuntu with \
         `apt install python3 python3-venv`, elsewhere from https://www.python.org/downloads",
    )
}

fn is_recent(python: &Path) -> bool {
    Command::new(python)
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
