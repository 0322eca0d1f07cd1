//! A deployment of Confab: its stack, a provisioned workspace, and the played providers beside it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use local::deployed::{self, Deployment as Stack, NewToken};
use local::played;
use local::provision::{Provisioned, read};
use serde_json::{Value, json};
use simulator::{Delivery, Phone, Simulator};
use tokio::net::TcpListener;

use crate::agent::Agent;
use crate::custom_domain::{CustomDomain, serve};
use crate::emulator::Emulator;
use crate::eventually::eventually;
use crate::programs::{announce, kept, root};
use crate::python::Environment;
use crate::sam::{STACK, Sam};

/// The workspace that the stories in one process are told in.
const ACME: &str = include_str!("../../it/src/world/acme.toml");

/// Everything that is running.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) emulator: Emulator,
    pub(crate) simulator: Simulator,
    /// Where providers and agents find it, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) agent: Agent,
    /// The resources of the stack: physical names by logical ones.
    resources: BTreeMap<String, String>,
}

/// A cold start begins with reading the file (P3).
const WEBHOOK_BYTES_MAX: u64 = 6_000_000;
const BYTES_MAX: u64 = 10_000_000;
/// It has to be ten and is not yet: sign-in and all that people manage came to it, then FAQs, their
/// spreadsheets and the console that understands sentences, then files and accounts of the desk. It
/// must not grow meanwhile.
const API_BYTES_MAX: u64 = 14_700_000;

fn assert_small(sizes: &BTreeMap<String, u64>) {
    assert_eq!(sizes.len(), 13, "{sizes:#?}");
    assert!(sizes["WebhookFunction"] <= WEBHOOK_BYTES_MAX, "{sizes:#?}");
    let api = sizes["ApiFunction"];
    assert!(api > BYTES_MAX, "it holds: hold it like the others: {sizes:#?}");
    assert!(api <= API_BYTES_MAX, "{sizes:#?}");
    let others = sizes.iter().filter(|(name, _)| *name != "ApiFunction");
    assert!(others.clone().all(|(_, bytes)| *bytes <= BYTES_MAX), "{sizes:#?}");
}

impl Deployment {
    /// Builds and deploys as an operator does.
    pub(crate) async fn made() -> Self {
        assert_eq!(std::env::consts::OS, "linux", "the functions run natively here");
        let emulated = Environment::made("emulator", &root().join("tests/aws/emulator.txt")).await;
        let sam = Sam::made().await;
        announce("fetching the language model (once)");
        let model = model::ready(&root().join("target")).unwrap();
        sam.build().await;
        assert_small(&sam.sizes());
        let folder = fresh_folder();
        announce("deploying");
        let emulator = Emulator::start(emulated, &folder).await;
        let domain = CustomDomain::open().await;
        sam.deploy(&emulator, &domain.url, &model, &folder.join("deploy.log")).await;
        let resources = resources(&emulator).await;
        domain.map(&emulator, &resources["HttpApi"]);
        let (simulator, provisioned) = providers(&domain.url).await;
        let token = provision(&emulator, &provisioned).await;
        let agent = Agent::new(&domain.url, token);
        Self { emulator, simulator, public_url: domain.url, agent, resources }
    }

    /// What a resource of the template is called.
    pub(crate) fn resource(&self, logical: &str) -> &str {
        &self.resources[logical]
    }

    /// The resources whose logical names end like this.
    pub(crate) fn resources_like<'a>(
        &'a self,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.resources
            .iter()
            .filter(move |(logical, _)| logical.ends_with(end))
            .map(|(logical, physical)| (logical.as_str(), physical.as_str()))
    }

    pub(crate) fn phone(&self, account: &str, address: &str) -> Phone {
        self.simulator.phone(account, address)
    }

    /// Waits until nothing is on its way any more.
    pub(crate) async fn quiet(&self) {
        eventually("nothing is on its way", async || {
            let waiting: i64 = self.lengths("Queue").await.values().sum();
            (waiting == 0 && self.simulator.waiting() == 0).then_some(())
        })
        .await;
    }

    /// How many records are in each queue whose logical name ends like this, in hand or not.
    pub(crate) async fn lengths(&self, end: &str) -> BTreeMap<String, i64> {
        let (names, urls): (Vec<_>, Vec<_>) = self.resources_like(end).unzip();
        let of = |url: &&str| {
            let parameters = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
            ("sqs", "get_queue_attributes", parameters)
        };
        let calls: Vec<_> = urls.iter().map(of).collect();
        let answers = self.emulator.calls(&calls).await;
        let length = |answer: Value| {
            let number = |name: &str| answer["Attributes"][name].as_str()?.parse::<i64>().ok();
            let visible = number("ApproximateNumberOfMessages").unwrap();
            visible + number("ApproximateNumberOfMessagesNotVisible").unwrap()
        };
        let lengths = answers.into_iter().map(|answer| length(answer.unwrap()));
        names.into_iter().map(str::to_owned).zip(lengths).collect()
    }

    /// How many items are in the table.
    pub(crate) async fn items(&self) -> i64 {
        let parameters = json!({
            "TableName": self.resource("Table"), "Select": "COUNT", "ConsistentRead": true,
        });
        self.emulator.call("dynamodb", "scan", parameters).await["Count"].as_i64().unwrap()
    }
}

/// An empty folder for what one run leaves behind.
fn fresh_folder() -> PathBuf {
    let folder = kept().join("run");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn resources(emulator: &Emulator) -> BTreeMap<String, String> {
    let asked = json!({ "StackName": STACK });
    let answer = emulator.call("cloudformation", "describe_stack_resources", asked).await;
    let name = |resource: &Value, key: &str| resource[key].as_str().unwrap().to_owned();
    let both =
        |resource| (name(resource, "LogicalResourceId"), name(resource, "PhysicalResourceId"));
    answer["StackResources"].as_array().unwrap().iter().map(both).collect()
}

/// The providers, and the workspace with accounts at them.
async fn providers(public_url: &str) -> (Simulator, Provisioned) {
    let now = Arc::new(platform::clock::now);
    let simulator = Simulator::new(1, now, Delivery::Background);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    serve(listener, simulator.router());
    // Whoever wrote to a contact last has it again: so the router has something to look at.
    let routed = "status_preset = \"five\"\nassign_last_replier = true";
    let acme = ACME
        .replace("status_preset = \"five\"", routed)
        .replace("[workspace.responders]", "[workspace.responders]\nfaqs = true");
    let mut provisioned = read(&acme).unwrap();
    played::add_accounts(&simulator, &provisioned, public_url);
    let mut api_bases = played::api_bases(&origin);
    // Confab itself is what web chats are sent through.
    api_bases.insert("webchat".to_owned(), public_url.to_owned());
    for known in provisioned.workspaces.iter_mut().flat_map(|workspace| &mut workspace.accounts) {
        known.account.api_base = api_bases.get(&known.account.channel).cloned();
    }
    (simulator, provisioned)
}

/// Puts the workspace down, and makes a key for the API.
async fn provision(emulator: &Emulator, provisioned: &Provisioned) -> String {
    let outputs = emulator.call("cloudformation", "describe_stacks", json!({ "StackName": STACK }));
    let outputs = outputs.await["Stacks"][0]["Outputs"].take();
    let output = |key: &str| {
        let found = outputs.as_array().unwrap().iter().find(|output| output["OutputKey"] == key);
        found.unwrap()["OutputValue"].as_str().unwrap().to_owned()
    };
    let surroundings = emulator.surroundings();
    let stack = Stack { table: output("TableName"), key: output("KeyArn") };
    deployed::provision(&surroundings, &stack, provisioned).await.unwrap();
    let new = NewToken {
        table: stack.table,
        workspace: "acme".parse().unwrap(),
        user: "ada".parse().unwrap(),
        days: 1,
    };
    deployed::token(&surroundings, &new).await.unwrap()
}
