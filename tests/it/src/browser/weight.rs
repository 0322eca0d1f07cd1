//! How much the desk loads.

use std::collections::BTreeMap;

use bench::figure::Figure;
use serde_json::json;

use super::desk::Desk;
use super::window::Window;

/// What is loaded before the first screen is there: pages, scripts, styles and icons, as they come
/// over the wire. The issue of the desk asks for it.
const FIRST_LOAD_MAX: u64 = 100_000;

/// The bytes of each file that came since the window was opened, by its address without the host.
fn came(window: &Window) -> BTreeMap<String, u64> {
    let mut addresses = BTreeMap::new();
    let mut bytes = BTreeMap::new();
    for event in window.events() {
        let parameters = &event["params"];
        let request = parameters["requestId"].to_string();
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let address = parameters["request"]["url"].as_str().unwrap_or_default();
                let path = address.splitn(4, '/').nth(3).unwrap_or_default();
                addresses.insert(request, format!("/{path}"));
            }
            "Network.loadingFinished" => {
                let length = parameters["encodedDataLength"].as_f64().unwrap_or_default();
                let path = addresses.get(&request).cloned().unwrap_or_default();
                *bytes.entry(path).or_default() += length as u64;
            }
            _ => {}
        }
    }
    bytes
}

fn is_ours(path: &str) -> bool {
    !path.starts_with("/v1/") && !path.starts_with("/oidc/")
}

#[tokio::test]
async fn the_first_screen_is_light() {
    let desk = Desk::open().await;
    let signed_in = desk.window("Ada Moreau").await;
    signed_in.holds("document.readyState === 'complete'").await;
    signed_in.ask("Network.clearBrowserCache", json!({})).await;
    let first = Load::of(&signed_in);
    signed_in.reload().await;
    signed_in.find("navigation", "Menu").await;
    signed_in.holds("performance.now() > 2000").await;
    let load = Load::of(&signed_in).since(&first);
    let sum: u64 = load.0.values().sum();
    for (path, bytes) in &load.0 {
        eprintln!("{bytes:>8}  {path}");
    }
    let what = "all that comes before the first screen, over the wire";
    Figure::at_most("desk", what, sum as f64, "bytes", [FIRST_LOAD_MAX as f64, 60_000.0]).print();
    assert!(load.0.len() > 10, "the files were not seen: {:?}", load.0);
    assert!(sum <= FIRST_LOAD_MAX, "{sum} bytes");
}

/// Bytes by file.
struct Load(BTreeMap<String, u64>);

impl Load {
    fn of(window: &Window) -> Self {
        Self(came(window).into_iter().filter(|(path, _)| is_ours(path)).collect())
    }

    fn since(mut self, before: &Self) -> Self {
        for (path, bytes) in &mut self.0 {
            *bytes -= before.0.get(path).unwrap_or(&0);
        }
        self.0.retain(|_, bytes| *bytes > 0);
        self
    }
}
