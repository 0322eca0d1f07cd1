//! What is deployed: the template says what the functions need, no more and no less.

use std::collections::{BTreeMap, BTreeSet};

use domain::bus::{BESIDE_THE_LOG, BusKind, SOURCE};
use local::queues;
use platform::config::Env;
use yaml_serde::Value;

use crate::root;

/// The template's resources by name, with the short forms of its functions taken apart.
struct Template(Value);

impl Template {
    fn read() -> Self {
        let text = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
        Self(yaml_serde::from_str(&text).unwrap())
    }

    fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0["Resources"]
            .as_mapping()
            .unwrap()
            .iter()
            .map(|(name, resource)| (name.as_str().unwrap(), resource))
    }

    fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.resources()
            .filter(move |(_, resource)| resource["Type"].as_str() == Some(kind))
            .map(|(name, resource)| (name, &resource["Properties"]))
    }

    fn functions(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.of_type("AWS::Serverless::Function")
    }

    fn properties(&self, name: &str) -> &Value {
        &self.0["Resources"][name]["Properties"]
    }
}

/// The resource that `!Ref X`, `!GetAtt X.Arn` or `!Sub ${X.Arn}/…` names.
fn names(value: &Value) -> Option<String> {
    let Value::Tagged(tagged) = value else { return None };
    let text = tagged.value.as_str()?;
    let name = match tagged.tag.to_string().as_str() {
        "!Ref" => text,
        "!GetAtt" => text.split('.').next()?,
        "!Sub" => text.strip_prefix("${")?.split(['.', '}']).next()?,
        _ => return None,
    };
    Some(name.to_owned())
}

fn list(value: &Value) -> Vec<&Value> {
    match value.as_sequence() {
        Some(members) => members.iter().collect(),
        None if value.is_null() => Vec::new(),
        None => vec![value],
    }
}

fn text(value: &Value) -> &str {
    let bare = if let Value::Tagged(tagged) = value { &tagged.value } else { value };
    bare.as_str().unwrap_or_default()
}

fn statements(role: &Value) -> Vec<&Value> {
    list(&role["Policies"])
        .into_iter()
        .flat_map(|policy| list(&policy["PolicyDocument"]["Statement"]))
        .collect()
}

/// The name of a function's package: the last part of its `CodeUri`.
fn package(function: &Value) -> String {
    let uri = text(&function["CodeUri"]).trim_end_matches('/');
    uri.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn each_function_is_built_from_its_package() {
    let template = Template::read();
    let mut packages = BTreeSet::new();
    for (name, function) in template.functions() {
        let package = package(function);
        let folder = root().join("functions").join(&package);
        assert!(folder.join("Cargo.toml").exists(), "{name}");
        let metadata = &template.0["Resources"][name]["Metadata"];
        assert_eq!(metadata["BuildMethod"].as_str(), Some("rust-cargolambda"), "{name}");
        packages.insert(package);
    }
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(packages, folders);
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let together = &manifest["workspace"]["metadata"]["lambda"]["build"]["packages"];
    let together = together.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    assert_eq!(together.map(str::to_owned).collect::<BTreeSet<_>>(), packages);
}

#[test]
fn each_queue_has_dead_letters_and_each_of_those_an_alarm() {
    let template = Template::read();
    let alarmed: BTreeSet<String> = template
        .of_type("AWS::CloudWatch::Alarm")
        .filter(|(_, alarm)| {
            alarm["MetricName"].as_str() == Some("ApproximateNumberOfMessagesVisible")
                && alarm["Threshold"].as_i64() == Some(0)
                && !list(&alarm["AlarmActions"]).is_empty()
        })
        .filter_map(|(_, alarm)| names(&alarm["Dimensions"][0]["Value"]))
        .collect();
    let (mut living, mut dead) = (0, 0);
    for (name, queue) in template.of_type("AWS::SQS::Queue") {
        assert_eq!(queue["SqsManagedSseEnabled"].as_bool(), Some(true), "{name} is in the clear");
        if name.ends_with("DeadLetters") {
            assert!(alarmed.contains(name), "{name} has no alarm");
            dead += 1;
        } else {
            let target = names(&queue["RedrivePolicy"]["deadLetterTargetArn"]);
            assert_eq!(target, Some(name.replace("Queue", "DeadLetters")), "{name}");
            living += 1;
        }
    }
    // What connected clients could not be told of comes from no queue.
    assert_eq!((living, dead), (queues::ALL.len(), queues::ALL.len() + 1));
}

#[test]
fn the_queues_of_the_laptop_are_those_of_the_template() {
    let template = Template::read();
    for spec in queues::ALL {
        let name = format!("{}{}Queue", spec.name[..1].to_uppercase(), &spec.name[1..]);
        let queue = template.properties(&name);
        let fifo = queue["FifoQueue"].as_bool() == Some(true);
        assert_eq!(fifo, spec.kind == queues::Kind::Fifo, "{name}");
        assert_eq!(queue["VisibilityTimeout"].as_i64(), Some(spec.visibility_s), "{name}");
        let receives = queue["RedrivePolicy"]["maxReceiveCount"].as_i64();
        assert_eq!(receives, Some(i64::from(spec.receives_max)), "{name}");
    }
}

#[test]
fn every_feed_reports_single_failures_and_hides_records_long_enough() {
    let template = Template::read();
    let mut feeds = 0;
    for (name, function) in template.functions() {
        let timeout = function["Timeout"]
            .as_i64()
            .unwrap_or_else(|| template.0["Globals"]["Function"]["Timeout"].as_i64().unwrap());
        for (_, event) in function["Events"].as_mapping().into_iter().flatten() {
            if event["Type"].as_str() != Some("SQS") {
                continue;
            }
            feeds += 1;
            let event = &event["Properties"];
            let reports = list(&event["FunctionResponseTypes"]);
            assert_eq!(reports[0].as_str(), Some("ReportBatchItemFailures"), "{name}");
            assert!(event["ScalingConfig"]["MaximumConcurrency"].is_i64(), "{name}");
            let queue = template.properties(&names(&event["Queue"]).unwrap());
            let hidden = queue["VisibilityTimeout"].as_i64().unwrap();
            assert!(hidden >= 6 * timeout, "{name}: {hidden} s for a timeout of {timeout} s");
            let receives = queue["RedrivePolicy"]["maxReceiveCount"].as_i64().unwrap();
            let told = text(&function["Environment"]["Variables"]["RECEIVES_MAX"]).parse();
            assert_eq!(told, Ok(receives), "{name}");
        }
    }
    assert_eq!(feeds, queues::ALL.len());
}

#[test]
fn senders_share_the_pace_by_how_many_they_are() {
    let template = Template::read();
    let function = template.properties("OutboundFunction");
    let most = function["Events"]["Sends"]["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        .as_i64()
        .unwrap();
    let told = text(&function["Environment"]["Variables"]["SENDERS_MAX"]);
    assert_eq!(told.parse(), Ok(most));
}

/// What each function asks of its environment, beside what Lambda sets itself.
fn asked() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    fn of<T>(read: fn(&mut Env<'_>) -> Option<T>) -> BTreeSet<&'static str> {
        let nothing = |_: &str| None;
        let mut env = Env::new(&nothing);
        assert!(read(&mut env).is_none());
        env.asked().iter().copied().filter(|name| !name.starts_with("AWS_")).collect()
    }
    BTreeMap::from([
        ("api", of(api::Config::read)),
        ("autoresponder", of(autoresponder::Config::read)),
        ("desk", of(desk::Config::read)),
        ("expiry", of(expiry::Config::read)),
        ("inbound", of(inbound::Config::read)),
        ("media", of(media::Config::read)),
        ("outbound", of(outbound::Config::read)),
        ("projections", of(projections::Config::read)),
        ("publisher", of(publisher::Config::read)),
        ("realtime", of(realtime::Config::read)),
        ("router", of(router::Config::read)),
        ("webhook", of(webhook::Config::read)),
        ("widget", of(widget::Config::read)),
    ])
}

#[test]
fn each_function_is_given_exactly_what_it_reads() {
    let template = Template::read();
    let asked = asked();
    let everywhere = &template.0["Globals"]["Function"]["Environment"]["Variables"];
    for (name, function) in template.functions() {
        let given: BTreeSet<&str> = [everywhere, &function["Environment"]["Variables"]]
            .into_iter()
            .flat_map(|variables| variables.as_mapping().unwrap().keys())
            .map(|key| key.as_str().unwrap())
            .collect();
        assert_eq!(given, asked[package(function).as_str()], "{name}");
    }
}

#[test]
fn each_function_has_a_role_of_its_own_without_wildcards() {
    let template = Template::read();
    let mut roles = BTreeSet::new();
    for (name, function) in template.functions() {
        let role = names(&function["Role"]).unwrap();
        assert!(roles.insert(role.clone()), "{name} shares {role}");
        for statement in statements(template.properties(&role)) {
            assert_eq!(statement["Effect"].as_str(), Some("Allow"), "{role}");
            for action in list(&statement["Action"]) {
                assert!(!text(action).contains('*'), "{role} allows {}", text(action));
                assert_ne!(text(action), "dynamodb:Scan", "{role}");
            }
            for resource in list(&statement["Resource"]) {
                if is_of_sockets(text(resource)) {
                    assert_eq!(text(&statement["Action"]), "execute-api:ManageConnections");
                    assert_eq!(role, "RealtimeRole");
                    continue;
                }
                let named = names(resource).is_some();
                let folders =
                    ["${Files.Arn}/files/*", "${Files.Arn}/faqs/*", "${Files.Arn}/uploads/*"];
                let files = folders.contains(&text(resource));
                let wild = text(resource).contains('*') && !files;
                assert!(named && !wild, "{role} reaches {}", text(resource));
            }
        }
    }
}

/// The sockets of our own gateway: to post to, and to close.
fn is_of_sockets(resource: &str) -> bool {
    let gateway =
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RealtimeApi}/live";
    ["POST", "DELETE"].iter().any(|verb| resource == format!("{gateway}/{verb}/@connections/*"))
}

/// A function may write to the queues and read the keys it is told of, and to no others.
#[test]
fn what_is_granted_is_what_is_told() {
    let template = Template::read();
    for (name, function) in template.functions() {
        let told: BTreeSet<String> = function["Environment"]["Variables"]
            .as_mapping()
            .unwrap()
            .values()
            .filter_map(names)
            .collect();
        let fed: BTreeSet<String> = function["Events"]
            .as_mapping()
            .into_iter()
            .flatten()
            .filter_map(|(_, event)| names(&event["Properties"]["Queue"]))
            .collect();
        let failed =
            names(&function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]);
        let role = template.properties(&names(&function["Role"]).unwrap());
        let mut granted = BTreeSet::new();
        for statement in statements(role) {
            granted.extend(list(&statement["Resource"]).into_iter().filter_map(names));
        }
        granted.retain(|resource| !resource.ends_with("Logs"));
        let needed: BTreeSet<String> = told.union(&fed).cloned().chain(failed).collect();
        let untold: Vec<_> = granted.difference(&needed).collect();
        let ungranted: Vec<_> = needed
            .difference(&granted)
            .filter(|name| template.0["Parameters"][name.as_str()].is_null())
            .collect();
        assert!(untold.is_empty(), "{name} is granted {untold:?} and not told of it");
        assert!(ungranted.is_empty(), "{name} is told of {ungranted:?} and not granted it");
    }
}

/// R059: what was laid down and not sent goes after a day or two. Whoever has an address that was
/// signed may use it from any page: the web chat is on pages of others.
#[test]
fn unsent_files_go_after_a_day() {
    let template = Template::read();
    let files = template.properties("Files");
    for (place, prefix, days) in [(0, "uploads/", 1), (1, "files/uploads/", 2)] {
        let rule = &files["LifecycleConfiguration"]["Rules"][place];
        assert_eq!(
            (text(&rule["Prefix"]), rule["ExpirationInDays"].as_i64()),
            (prefix, Some(days))
        );
        assert_eq!(text(&rule["Status"]), "Enabled");
    }
    let cors = &files["CorsConfiguration"]["CorsRules"][0];
    let methods = list(&cors["AllowedMethods"]).into_iter().map(text).collect::<Vec<_>>();
    assert_eq!(methods, ["GET", "PUT"]);
    assert_eq!(list(&cors["AllowedOrigins"]).into_iter().map(text).collect::<Vec<_>>(), ["*"]);
    let access = &files["PublicAccessBlockConfiguration"];
    assert_eq!(access["RestrictPublicBuckets"].as_bool(), Some(true));
}

/// The laptop's bus plays this rule from the same list.
#[test]
fn the_bus_puts_what_tells_of_a_log_on_the_queue_of_changes() {
    let template = Template::read();
    let rule = template.properties("ChangesRule");
    assert_eq!(names(&rule["EventBusName"]).as_deref(), Some("Bus"));
    let pattern = &rule["EventPattern"];
    assert_eq!(pattern["source"][0].as_str(), Some(SOURCE));
    let but: Vec<&str> =
        list(&pattern["detail-type"][0]["anything-but"]).into_iter().map(text).collect();
    assert_eq!(but, BESIDE_THE_LOG.map(BusKind::as_str));
    let target = &rule["Targets"][0];
    assert_eq!(names(&target["Arn"]).as_deref(), Some("ChangesQueue"));
    assert_eq!(names(&target["DeadLetterConfig"]["Arn"]).as_deref(), Some("ChangesDeadLetters"));
    let policy = template.properties("ChangesPolicy");
    let statement = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Action"].as_str(), Some("sqs:SendMessage"));
    let only = &statement["Condition"]["ArnEquals"]["aws:SourceArn"];
    assert_eq!(names(only).as_deref(), Some("ChangesRule"));
}

/// Straight to its function, without a queue: a push that has to wait is not worth it.
#[test]
fn the_bus_has_everything_told_to_connected_clients() {
    let template = Template::read();
    let rule = template.properties("RealtimeRule");
    assert_eq!(names(&rule["EventBusName"]).as_deref(), Some("Bus"));
    assert_eq!(rule["EventPattern"]["source"][0].as_str(), Some(SOURCE));
    assert!(rule["EventPattern"]["detail-type"].is_null());
    let target = &rule["Targets"][0];
    assert_eq!(names(&target["Arn"]).as_deref(), Some("RealtimeFunction"));
    let dead = Some("RealtimeDeadLetters".to_owned());
    assert_eq!(names(&target["DeadLetterConfig"]["Arn"]), dead);
    let invoked = &template.properties("RealtimeFunction")["EventInvokeConfig"];
    assert_eq!(names(&invoked["DestinationConfig"]["OnFailure"]["Destination"]), dead);
    for (tries, age) in [
        (&invoked["MaximumRetryAttempts"], &invoked["MaximumEventAgeInSeconds"]),
        (
            &target["RetryPolicy"]["MaximumRetryAttempts"],
            &target["RetryPolicy"]["MaximumEventAgeInSeconds"],
        ),
    ] {
        assert_eq!((tries.as_i64(), age.as_i64()), (Some(1), Some(60)));
    }
    let permission = template.properties("RealtimeRulePermission");
    assert_eq!(names(&permission["SourceArn"]).as_deref(), Some("RealtimeRule"));
}

/// Everything that happens on a socket comes to one function, at a stage that both sides name.
#[test]
fn the_sockets_lead_to_their_function() {
    let template = Template::read();
    let routes = template.of_type("AWS::ApiGatewayV2::Route");
    let keys: BTreeSet<&str> = routes
        .filter(|(_, route)| names(&route["ApiId"]).as_deref() == Some("RealtimeApi"))
        .map(|(name, route)| {
            assert_eq!(text(&route["Target"]), "integrations/${RealtimeIntegration}", "{name}");
            text(&route["RouteKey"])
        })
        .collect();
    assert_eq!(keys, BTreeSet::from(["$connect", "$default", "$disconnect"]));
    let stage = text(&template.properties("RealtimeStage")["StageName"]).to_owned();
    for function in ["ApiFunction", "WidgetFunction"] {
        let told = text(&template.properties(function)["Environment"]["Variables"]["REALTIME_URL"]);
        assert!(told.starts_with("wss://${RealtimeApi}.") && told.ends_with(&format!("/{stage}")));
    }
}

#[test]
fn logs_end_and_the_table_can_be_restored() {
    let template = Template::read();
    for (name, function) in template.functions() {
        let logs = names(&function["LoggingConfig"]["LogGroup"]).unwrap();
        let retention = names(&template.properties(&logs)["RetentionInDays"]);
        assert_eq!(retention.as_deref(), Some("LogRetentionDays"), "{name}");
    }
    let table = template.properties("Table");
    let recovery = &table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"];
    assert_eq!(recovery.as_bool(), Some(true));
    assert_eq!(table["DeletionProtectionEnabled"].as_bool(), Some(true));
    assert_eq!(table["SSESpecification"]["SSEEnabled"].as_bool(), Some(true));
    assert!(table["StreamSpecification"].is_null(), "nothing reads a stream");
    for kept in ["Table", "Key", "Files"] {
        let policy = &template.0["Resources"][kept]["DeletionPolicy"];
        assert_eq!(policy.as_str(), Some("Retain"), "{kept}");
    }
}

#[test]
fn the_table_of_the_template_is_the_store_s() {
    let template = Template::read();
    let table = template.properties("Table");
    let attributes: Vec<(&str, &str)> = list(&table["AttributeDefinitions"])
        .into_iter()
        .map(|attribute| (text(&attribute["AttributeName"]), text(&attribute["AttributeType"])))
        .collect();
    assert_eq!(attributes, store::schema::KEY_ATTRIBUTES);
    let indexes: Vec<(&str, &str, &str)> = list(&table["GlobalSecondaryIndexes"])
        .into_iter()
        .map(|index| {
            assert_eq!(text(&index["Projection"]["ProjectionType"]), "KEYS_ONLY");
            let key = |place: usize| text(&index["KeySchema"][place]["AttributeName"]);
            (text(&index["IndexName"]), key(0), key(1))
        })
        .collect();
    assert_eq!(indexes, store::schema::INDEXES);
    assert_eq!(text(&table["TimeToLiveSpecification"]["AttributeName"]), store::schema::TTL);
}
