//! Each function may do what it needs, and nothing else.

use axum::http::StatusCode;
use serde_json::{Value, json};
use simulator::{Attempt, Outcome};

use crate::deployment::Deployment;
use crate::emulator::Call;
use crate::eventually::eventually;

/// No function was denied anything while all had their permissions.
pub(crate) async fn nothing_was_denied(deployment: &Deployment) {
    assert_eq!(denied(deployment).await, Vec::<String>::new());
}

/// Those from which permissions were taken were denied something, and `expiry`, which has run since,
/// was not.
pub(crate) async fn only_what_was_taken_was_denied(deployment: &Deployment) {
    assert_eq!(denied(deployment).await, ["ApiLogs", "WebhookLogs"]);
}

/// The logs that tell of calls which AWS denied.
async fn denied(deployment: &Deployment) -> Vec<String> {
    let (names, groups): (Vec<_>, Vec<_>) = deployment.resources_like("Logs").unzip();
    let of = |group: &&str| ("logs", "filter_log_events", json!({ "logGroupName": group }));
    let calls: Vec<_> = groups.iter().map(of).collect();
    let answers = deployment.emulator.calls(&calls).await;
    assert_eq!(names.len(), 13, "each function has its log: {names:?}");
    let mut denied = Vec::new();
    for (name, answer) in names.into_iter().zip(answers) {
        let events = answer.unwrap()["events"].to_string();
        // The schedule runs a minute after the deployment.
        assert!(name == "ExpiryLogs" || events.contains("START RequestId"), "{name}: {events}");
        if events.contains("AccessDenied") {
            denied.push(name.to_owned());
        }
    }
    denied
}

/// Nothing was given up on.
pub(crate) async fn nothing_is_among_the_dead_letters(deployment: &Deployment) {
    let lengths = deployment.lengths("DeadLetters").await;
    assert_eq!(lengths.len(), 9, "each queue has its own, and what could not be told: {lengths:?}");
    assert!(lengths.values().all(|length| *length == 0), "{lengths:?}");
}

/// Without its permissions the webhook function takes nothing, and the provider comes again.
pub(crate) async fn without_permission_nothing_is_taken(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550107"));
    let taken = take(deployment, "WebhookRole", "webhook", |_| false).await;
    let posted = phone.writes("Anybody there?").await;
    let Outcome::Posted(attempts) = posted.outcome else { panic!("{posted:?}") };
    let [Attempt::Answered { status, .. }] = attempts.as_slice() else { panic!("{attempts:?}") };
    assert_eq!(*status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(agent.conversations_with(&phone).await.is_empty());
    taken.give_back(deployment).await;
    agent.conversation_with(&phone).await;
}

/// What the API committed and could not hand on is handed on by `expiry`, with a role of its own.
pub(crate) async fn what_was_left_is_finished_on_schedule(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550108"));
    phone.writes("Can you call me?").await;
    let id = agent.conversation_with(&phone).await;
    deployment.quiet().await;
    let keeps = |statement: &Value| statement["Action"] != "sqs:SendMessage";
    let taken = take(deployment, "ApiRole", "api", keeps).await;
    let answer = agent.replies(&id, "In a minute.", "left").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.json());
    taken.give_back(deployment).await;
    let before = agent.messages(&id).await;
    assert_eq!(before[2]["delivery"]["status"], "queued", "{before:#?}");
    // As EventBridge writes it.
    let tick = json!({
        "version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {},
    });
    let invoke = || {
        let function = deployment.resource("ExpiryFunction");
        json!({ "FunctionName": function, "Payload": tick.to_string() })
    };
    eventually("what was left is finished", async || {
        let answer = deployment.emulator.call("lambda", "invoke", invoke()).await;
        assert_eq!(answer["FunctionError"], Value::Null, "{answer}");
        let messages = agent.messages(&id).await;
        (messages[2]["delivery"]["status"] == "delivered").then_some(())
    })
    .await;
    deployment.quiet().await;
    assert_eq!(phone.inbox().len(), 2, "the welcome and one answer");
}

/// Whatever a function is told of and does not need to do, its role denies.
pub(crate) async fn roles_deny_what_functions_do_not_need(deployment: &Deployment) {
    let name = |logical: &str| deployment.resource(logical).to_owned();
    let (table, files, key) = (name("Table"), name("Files"), name("Key"));
    let item = json!({ "pk": { "S": "A#x" }, "sk": { "S": "A" } });
    let get = json!({ "TableName": table, "Key": item });
    let put = json!({ "TableName": table, "Item": item });
    let object = json!({ "Bucket": files, "Key": "files/x" });
    let decrypt = json!({ "KeyId": key, "CiphertextBlob": "x" });
    let send = |queue: &str| json!({ "QueueUrl": name(queue), "MessageBody": "x" });
    let denied: [(&str, &[Call<'_>]); 10] = [
        (
            "WebhookRole",
            &[
                ("dynamodb", "put_item", put.clone()),
                ("dynamodb", "query", json!({ "TableName": table })),
                ("sqs", "receive_message", json!({ "QueueUrl": name("InboundQueue") })),
                ("sqs", "send_message", send("ReceiptsDeadLetters")),
            ],
        ),
        (
            "InboundRole",
            &[
                ("kms", "decrypt", decrypt.clone()),
                ("sqs", "send_message", send("ReceiptsQueue")),
                ("dynamodb", "scan", json!({ "TableName": table })),
            ],
        ),
        ("AutoresponderRole", &[("sqs", "send_message", send("MediaQueue"))]),
        (
            "OutboundRole",
            &[("dynamodb", "put_item", put.clone()), ("s3", "put_object", object.clone())],
        ),
        ("MediaRole", &[("dynamodb", "put_item", put.clone()), ("s3", "delete_object", object)]),
        ("ExpiryRole", &[("kms", "decrypt", decrypt.clone())]),
        ("ProjectionsRole", &[("sqs", "send_message", send("OutboundQueue"))]),
        ("RouterRole", &[("kms", "decrypt", decrypt.clone())]),
        (
            // The emulator does not look at which keys it may write.
            "RealtimeRole",
            &[
                ("dynamodb", "scan", json!({ "TableName": table })),
                ("sqs", "send_message", send("OutboundQueue")),
                ("kms", "decrypt", decrypt),
            ],
        ),
        (
            "ApiRole",
            &[
                ("dynamodb", "scan", json!({ "TableName": table })),
                ("sqs", "receive_message", json!({ "QueueUrl": name("OutboundQueue") })),
            ],
        ),
    ];
    for (role, calls) in denied {
        let answers = deployment.emulator.calls_in(Some(&arn(deployment, role)), calls).await;
        for (call, answer) in calls.iter().zip(answers) {
            let code = answer.expect_err("it is denied");
            assert!(code.starts_with("AccessDenied"), "{role} {call:?}: {code}");
        }
    }
    let (role, call) = (arn(deployment, "WebhookRole"), ("dynamodb", "get_item", get));
    let granted = deployment.emulator.calls_in(Some(&role), &[call]).await;
    assert!(granted[0].is_ok(), "what is granted is not denied: {granted:?}");
}

fn arn(deployment: &Deployment, role: &str) -> String {
    format!("arn:aws:iam::000000000000:role/{}", deployment.resource(role))
}

/// A policy of a role, as it is deployed.
struct Taken {
    role: String,
    policy: String,
    document: Value,
}

/// Takes those statements of a role's policy away that are not to be kept.
async fn take(
    deployment: &Deployment,
    role: &str,
    policy: &str,
    keeps: impl Fn(&Value) -> bool,
) -> Taken {
    let role = deployment.resource(role).to_owned();
    let named = json!({ "RoleName": role, "PolicyName": policy });
    let known = deployment.emulator.call("iam", "get_role_policy", named.clone()).await;
    let document = known["PolicyDocument"].clone();
    let mut left = document.clone();
    left["Statement"].as_array_mut().unwrap().retain(keeps);
    if left["Statement"] == json!([]) {
        deployment.emulator.call("iam", "delete_role_policy", named).await;
    } else {
        put(deployment, &role, policy, &left).await;
    }
    Taken { role, policy: policy.to_owned(), document }
}

impl Taken {
    async fn give_back(self, deployment: &Deployment) {
        put(deployment, &self.role, &self.policy, &self.document).await;
    }
}

async fn put(deployment: &Deployment, role: &str, policy: &str, document: &Value) {
    let document = document.to_string();
    let parameters = json!({ "RoleName": role, "PolicyName": policy, "PolicyDocument": document });
    deployment.emulator.call("iam", "put_role_policy", parameters).await;
}
