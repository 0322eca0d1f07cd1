//! The options of `cargo run`, and every fault in them at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use domain::id::WorkspaceId;
use lexopt::Arg;
use platform::config::BaseUrl;
use store::Hash;

use crate::deployed::{Deployment, NewToken, Tables};

/// How the host is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub listen: SocketAddr,
    pub public_url: Option<BaseUrl>,
    /// `None` keeps nothing.
    pub data: Option<PathBuf>,
    pub config: Option<PathBuf>,
    pub demo: bool,
    /// The folder the language model is kept in; `None` finds FAQs by their letters.
    pub model: Option<PathBuf>,
    /// A folder to serve the desk from in place of the desk in the program.
    pub desk: Option<PathBuf>,
    pub clock: ClockKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockKind {
    Real,
    Turned,
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Run(Options),
    /// Puts a file's workspaces and accounts into a deployment on AWS.
    Provision {
        deployment: Deployment,
        config: PathBuf,
    },
    /// Makes a key for the API of a deployment on AWS.
    Token(NewToken),
    /// Looks whether a workspace's tiles are what its logs say.
    VerifyTiles {
        tables: Tables,
        workspace: WorkspaceId,
    },
    /// Checks an exported audit.
    VerifyAudit {
        file: PathBuf,
        last: Option<Hash>,
    },
    Help,
}

pub const HELP: &str = "\
Confab, in one process.

  --listen ADDR:PORT    where to listen (127.0.0.1:8080; port 0 picks a free one)
  --public-url URL      what providers are told (http://ADDR:PORT)
  --data DIR            where everything durable is (./data; :memory: keeps nothing)
  --config FILE         workspaces, users and channel accounts to provision (TOML)
  --no-demo             do not create the demo workspace
  --model DIR           where the language model is kept, fetched once (./target)
  --no-model            find FAQs by their letters alone
  --desk DIR            serve the desk from this folder, to change it and load it again
                        (functions/desk/web)
  --clock real|turned   turned: time moves only by POST /dev/clock

For a deployment on AWS, with credentials and AWS_REGION in the environment:

  provision --table NAME --key ARN --config FILE
                        puts down workspaces, users and channel accounts
  token --table NAME --workspace ID --user ID [--days N]
                        makes a key for the API and prints its token once (30 days)

For either, while nothing happens (a laptop's host is stopped):

  verify-tiles --workspace ID [--data DIR | --table NAME]
                        looks whether the tiles are what the logs say

Without any of that:

  verify-audit FILE [--last HASH]
                        checks an exported audit, an entry on each line, and says
                        which entry is not what was written; HASH is what it ends in
";

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            data: Some(PathBuf::from("data")),
            config: None,
            demo: true,
            model: Some(PathBuf::from("target")),
            desk: None,
            clock: ClockKind::Real,
        }
    }
}

/// Reads the command line.
///
/// # Errors
///
/// Every fault.
pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Asked, Vec<String>> {
    let mut arguments = arguments.into_iter().peekable();
    match arguments.peek().map(String::as_str) {
        Some("provision") => read_provision(arguments.skip(1)),
        Some("token") => read_token(arguments.skip(1)),
        Some("verify-tiles") => read_verify(arguments.skip(1)),
        Some("verify-audit") => read_verify_audit(arguments.skip(1)),
        Some(_) | None => read_run(arguments),
    }
}

/// The values of options that all have one, and what is wrong with them.
fn values(
    arguments: impl Iterator<Item = String>,
    known: &[&'static str],
) -> (BTreeMap<&'static str, String>, Vec<String>) {
    let (mut values, mut faults) = (BTreeMap::new(), Vec::new());
    let mut parser = lexopt::Parser::from_args(arguments);
    loop {
        match parser.next() {
            Ok(None) => return (values, faults),
            Ok(Some(Arg::Long(name))) => match known.iter().find(|known| **known == name) {
                Some(known) => match parser.value() {
                    Ok(value) => {
                        values.insert(*known, value.to_string_lossy().into_owned());
                    }
                    Err(_) => faults.push(format!("--{known} needs a value")),
                },
                None => faults.push(Arg::Long(name).unexpected().to_string()),
            },
            Ok(Some(other)) => faults.push(other.unexpected().to_string()),
            Err(error) => faults.push(error.to_string()),
        }
    }
}

fn needed<T: FromStr>(
    values: &BTreeMap<&'static str, String>,
    name: &'static str,
    faults: &mut Vec<String>,
) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    let Some(value) = values.get(name) else {
        faults.push(format!("--{name} is missing"));
        return None;
    };
    value.parse().map_err(|error| faults.push(format!("--{name} `{value}` {error}"))).ok()
}

fn read_provision(arguments: impl Iterator<Item = String>) -> Result<Asked, Vec<String>> {
    let (values, mut faults) = values(arguments, &["table", "key", "config"]);
    let table = needed(&values, "table", &mut faults);
    let key = needed(&values, "key", &mut faults);
    let config = needed(&values, "config", &mut faults);
    match (table, key, config) {
        (Some(table), Some(key), Some(config)) if faults.is_empty() => {
            Ok(Asked::Provision { deployment: Deployment { table, key }, config })
        }
        _ => Err(faults),
    }
}

fn read_token(arguments: impl Iterator<Item = String>) -> Result<Asked, Vec<String>> {
    let (mut values, mut faults) = values(arguments, &["table", "workspace", "user", "days"]);
    values.entry("days").or_insert_with(|| "30".to_owned());
    let table = needed(&values, "table", &mut faults);
    let workspace = needed(&values, "workspace", &mut faults);
    let user = needed(&values, "user", &mut faults);
    let days: Option<u16> = needed(&values, "days", &mut faults);
    match (table, workspace, user, days) {
        (Some(table), Some(workspace), Some(user), Some(days)) if faults.is_empty() => {
            Ok(Asked::Token(NewToken { table, workspace, user, days: days.into() }))
        }
        _ => Err(faults),
    }
}

fn read_verify(arguments: impl Iterator<Item = String>) -> Result<Asked, Vec<String>> {
    let (mut values, mut faults) = values(arguments, &["table", "data", "workspace"]);
    let workspace = needed(&values, "workspace", &mut faults);
    let tables = match (values.remove("table"), values.remove("data")) {
        (Some(_), Some(_)) => {
            faults.push("--table and --data name two tables".to_owned());
            None
        }
        (Some(table), None) => Some(Tables::Deployed(table)),
        (None, data) => Some(Tables::Local(data.map_or_else(|| "data".into(), PathBuf::from))),
    };
    match (tables, workspace) {
        (Some(tables), Some(workspace)) if faults.is_empty() => {
            Ok(Asked::VerifyTiles { tables, workspace })
        }
        _ => Err(faults),
    }
}

fn read_verify_audit(arguments: impl Iterator<Item = String>) -> Result<Asked, Vec<String>> {
    let mut arguments = arguments.peekable();
    let file = arguments.next_if(|first| !first.starts_with("--")).map(PathBuf::from);
    let (values, mut faults) = values(arguments, &["last"]);
    let last = match values.get("last") {
        Some(_) => needed(&values, "last", &mut faults),
        None => None,
    };
    match file {
        Some(file) if faults.is_empty() => Ok(Asked::VerifyAudit { file, last }),
        Some(_) => Err(faults),
        None => {
            faults.insert(0, "verify-audit needs a file".to_owned());
            Err(faults)
        }
    }
}

fn read_run(arguments: impl Iterator<Item = String>) -> Result<Asked, Vec<String>> {
    let mut options = Options::default();
    let mut faults = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments);
    loop {
        match parser.next() {
            Ok(None) => break,
            Ok(Some(Arg::Long("help") | Arg::Short('h'))) => return Ok(Asked::Help),
            Ok(Some(Arg::Long("no-demo"))) => options.demo = false,
            Ok(Some(Arg::Long("no-model"))) => options.model = None,
            Ok(Some(Arg::Long(
                name @ ("listen" | "public-url" | "data" | "config" | "clock" | "model" | "desk"),
            ))) => {
                let name = name.to_owned();
                match parser.value().map(|value| value.to_string_lossy().into_owned()) {
                    Ok(value) => set(&mut options, &name, &value, &mut faults),
                    Err(_) => faults.push(format!("--{name} needs a value")),
                }
            }
            Ok(Some(other)) => faults.push(other.unexpected().to_string()),
            Err(error) => faults.push(error.to_string()),
        }
    }
    if faults.is_empty() { Ok(Asked::Run(options)) } else { Err(faults) }
}

fn set(options: &mut Options, name: &str, value: &str, faults: &mut Vec<String>) {
    match name {
        "listen" => match value.parse() {
            Ok(listen) => options.listen = listen,
            Err(_) => {
                faults.push(format!("--listen `{value}` is not ADDR:PORT, such as 127.0.0.1:8080"));
            }
        },
        "public-url" => match value.parse() {
            Ok(url) => options.public_url = Some(url),
            Err(error) => faults.push(format!("--public-url `{value}` {error}")),
        },
        "clock" => match value {
            "real" => options.clock = ClockKind::Real,
            "turned" => options.clock = ClockKind::Turned,
            _ => faults.push(format!("--clock `{value}` is neither real nor turned")),
        },
        "model" => options.model = Some(PathBuf::from(value)),
        "desk" => options.desk = Some(PathBuf::from(value)),
        "data" if value == ":memory:" => options.data = None,
        "data" => options.data = Some(PathBuf::from(value)),
        _ => options.config = Some(PathBuf::from(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(read(arguments("")), Ok(Asked::Run(Options::default())));
    }

    #[test]
    fn every_option_is_read() {
        let given = "--listen 127.0.0.1:0 --public-url https://x.test/ --data :memory: \
                     --config c.toml --no-demo --model m --desk d --clock turned";
        let Ok(Asked::Run(options)) = read(arguments(given)) else { panic!("not read") };
        assert_eq!(options.listen.port(), 0);
        assert_eq!(options.public_url.unwrap().as_str(), "https://x.test");
        assert_eq!((options.data, options.demo), (None, false));
        assert_eq!(options.model, Some(PathBuf::from("m")));
        assert_eq!(options.desk, Some(PathBuf::from("d")));
        assert_eq!(options.config, Some(PathBuf::from("c.toml")));
        assert_eq!(options.clock, ClockKind::Turned);
    }

    #[test]
    fn tiles_are_verified_here_or_on_aws() {
        let acme = || "acme".parse().unwrap();
        let asked = |given: &str| read(arguments(given));
        assert_eq!(
            asked("verify-tiles --workspace acme --table t"),
            Ok(Asked::VerifyTiles { tables: Tables::Deployed("t".to_owned()), workspace: acme() })
        );
        let here = Tables::Local(PathBuf::from("data"));
        let here = Asked::VerifyTiles { tables: here, workspace: acme() };
        assert_eq!(asked("verify-tiles --workspace acme"), Ok(here));
        assert_eq!(asked("verify-tiles --table t --data d").unwrap_err().len(), 2);
    }

    #[test]
    fn an_audit_is_checked_with_or_without_its_end() {
        let file = PathBuf::from("audit.jsonl");
        let checked = |last| Ok(Asked::VerifyAudit { file: file.clone(), last });
        let hash = "ab".repeat(32);
        assert_eq!(read(arguments("verify-audit audit.jsonl")), checked(None));
        let given = format!("verify-audit audit.jsonl --last {hash}");
        assert_eq!(read(arguments(&given)), checked(Some(hash.parse().unwrap())));
        assert_eq!(read(arguments("verify-audit --last x")).unwrap_err().len(), 2);
    }

    #[test]
    fn all_faults_are_told_together() {
        let given = "--listen here --clock fast --public-url ftp://x --frobnicate --config";
        let faults = read(arguments(given)).unwrap_err();
        assert_eq!(faults.len(), 5, "{faults:?}");
    }
}
