//! axe-core's rules, asked of what a window shows.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use super::chromium::folder;
use super::window::Window;

const REQUIREMENTS: &str = include_str!("axe.txt");

/// WCAG 2.2 up to AA, which takes all before it along.
const ASKED: &str = "(async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const said = await axe.run(document, {
    runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'],
  });
  return said.violations.flatMap((broken) => broken.nodes.map(
    (node) => `${broken.id}: ${broken.help}: ${node.target.join(' ')} ${node.html.slice(0, 200)} ${node.any.map((why) => why.message).join('; ').slice(0, 300)}`,
  ));
})()";

impl Window {
    /// What is in the way of somebody on this page.
    pub(super) async fn barriers(&self) -> Vec<String> {
        if self.evaluate("typeof globalThis.axe").await == "undefined" {
            let script = format!("{}; undefined", script());
            self.evaluate(&script).await;
        }
        let said = self.evaluate(ASKED).await;
        let said = said.as_array().unwrap().iter();
        said.map(|broken| broken.as_str().unwrap().to_owned()).collect()
    }
}

/// The rules' script, fetched once and kept below `target`.
fn script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let kept = folder().join("axe");
        let listed = kept.join("requirements.txt");
        let path = kept.join("axe_playwright_python/axe.min.js");
        if std::fs::read_to_string(&listed).is_ok_and(|is| is == REQUIREMENTS) && path.exists() {
            return std::fs::read_to_string(path).unwrap();
        }
        std::fs::create_dir_all(&kept).unwrap();
        std::fs::write(&listed, REQUIREMENTS).unwrap();
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]);
        pip.args(["--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement"]);
        let fetched = pip.arg(&listed).arg("--dest").arg(&kept).status().unwrap();
        assert!(fetched.success(), "axe-core could not be fetched with pip");
        let mut unpack = Command::new("python3");
        unpack.args(["-m", "zipfile", "--extract"]).arg(wheel(&kept)).arg(&kept);
        assert!(unpack.status().unwrap().success(), "what pip has fetched cannot be unpacked");
        std::fs::read_to_string(path).unwrap()
    })
}

fn wheel(folder: &std::path::Path) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "whl")).unwrap()
}
