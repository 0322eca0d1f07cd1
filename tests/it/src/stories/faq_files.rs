//! FAQs from a spreadsheet and into one.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::faqs::{conflict, faq};
use crate::world::{Answered, Fault, World};

impl World {
    /// Has a file looked at, or applied by the digest of an earlier look.
    async fn imports(&mut self, file: impl Into<Vec<u8>>, apply: Option<&str>) -> Answered {
        let token = self.token("ada").await;
        let query = apply.map(|digest| format!("?apply={digest}")).unwrap_or_default();
        let request = Request::post(format!("/v1/faqs/import{query}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "text/csv")
            .body(Body::from(file.into()));
        self.send(request.unwrap()).await
    }

    /// What a look at a file says of it, which must be in order.
    async fn looks(&mut self, file: impl Into<Vec<u8>>) -> (Vec<(u64, String, String)>, String) {
        let looked = self.imports(file, None).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.body);
        assert_eq!(looked.body["errors"], json!([]), "{}", looked.body);
        assert_eq!(looked.body["applied"], false);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let items = looked.body["items"].as_array().unwrap().iter();
        let items = items
            .map(|item| (item["row"].as_u64().unwrap(), text(&item["faq"]), text(&item["result"])));
        (items.collect(), text(&looked.body["digest"]))
    }

    /// What is wrong with a file: row and field.
    async fn faults_of(&mut self, file: &str) -> Vec<(Value, String)> {
        let looked = self.imports(file, None).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.body);
        assert!(looked.body["digest"].is_null(), "{}", looked.body);
        let errors = looked.body["errors"].as_array().unwrap().iter();
        errors
            .map(|error| (error["row"].clone(), error["field"].as_str().unwrap().to_owned()))
            .collect()
    }
}

fn counts(answered: &Answered) -> [u64; 3] {
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
    ["added", "changed", "unchanged"].map(|count| answered.body[count].as_u64().unwrap())
}

/// R093, R095: a CSV is looked at, then applied; there is a sample, and it is a good one.
#[tokio::test]
async fn the_sample_is_looked_at_and_then_applied() {
    let mut world = World::new().await;
    let sample = world.text("ben", "/v1/faqs/sample.csv").await;
    let (items, digest) = world.looks(sample.clone()).await;
    let begins: Vec<(u64, &str)> = items.iter().map(|(row, faq, _)| (*row, faq.as_str())).collect();
    assert_eq!(begins, [(2, "cod"), (4, "hours"), (5, "hello"), (7, "bye"), (8, "moment")]);
    assert_eq!(world.faq_ids("").await, Vec::<String>::new(), "a look writes nothing");
    let applied = world.imports(sample.clone(), Some(&digest)).await;
    assert_eq!((counts(&applied), &applied.body["applied"]), ([5, 0, 0], &json!(true)));
    assert_eq!(world.faq_ids("").await, ["bye", "cod", "hello", "hours", "moment"]);
    assert_eq!(world.faq_ids("?kind=greeting").await, ["hello"]);
    let cod = world.get("/v1/faqs/cod").await;
    assert_eq!(cod["questions"][1], "Can I pay after the delivery is completed?");
    assert_eq!(world.get("/v1/faqs/hours").await["answer"]["media"]["kind"], "image");
    // Whoever has not heard the answer asks again, and hears the same.
    let again = world.imports(sample.clone(), Some(&digest)).await;
    assert_eq!(again.body, applied.body);
    assert_eq!(world.get("/v1/faqs/cod").await, cod);
    assert_eq!(world.audited().await, [("faq.import".to_owned(), "faqs".to_owned())]);
    let (items, _) = world.looks(sample).await;
    assert!(items.iter().all(|(_, _, result)| result == "unchanged"), "{items:?}");
    let refused = world.request("ben", Method::POST, "/v1/faqs/import", None, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// R093: what is applied is what was looked at, on what it was looked at against.
#[tokio::test]
async fn a_look_that_is_out_of_date_is_not_applied() {
    let mut world = World::new().await;
    world.adds("hours", &["When?"], "Always.").await;
    let file = "id,question,answer\nhours,When?,Never.\n,Where are you?,Here.\n,Where is that?,\n";
    let (items, digest) = world.looks(file).await;
    let results: Vec<&str> = items.iter().map(|(_, _, result)| result.as_str()).collect();
    assert_eq!(results, ["changed", "added"]);
    conflict(&world.imports(format!("{file}\n"), Some(&digest)).await, "changed-meanwhile");
    world.adds("other", &["Other?"], "Yes.").await;
    conflict(&world.imports(file, Some(&digest)).await, "changed-meanwhile");
    assert_eq!(world.faq_ids("").await, ["hours", "other"]);
    let (_, digest) = world.looks(file).await;
    let applied = world.imports(file, Some(&digest)).await;
    assert_eq!(counts(&applied), [1, 1, 0]);
    let hours = world.get("/v1/faqs/hours").await;
    assert_eq!((&hours["revision"], &hours["answer"]["text"]), (&json!(2), &json!("Never.")));
    let added = world.get("/v1/faqs/where-are-you").await;
    assert_eq!(added["questions"], json!(["Where are you?", "Where is that?"]));
}

/// R093: each thing that is wrong is told by its row, all of them at once, and nothing is written.
#[tokio::test]
async fn errors_are_told_by_row() {
    let mut world = World::new().await;
    world.adds("cod", &["COD?"], "Yes.").await;
    world.adds("old", &["Old?"], "Yes.").await;
    world.posts("ada", "/v1/faqs/old/archive", json!({})).await;
    let file = "id,kind,question,answer,media,media_kind\n\
        a b,,Is it?,Yes.,,\n\
        a,joke,Is it a?,Yes.,,\n\
        b,,,Yes.,,\n\
        c,,Is it c?,,,\n\
        d,,Is it d?,Yes.,,\n\
        d,,is it D,No.,,\n\
        e,,cod,Yes.,,\n\
        f,,Is it f?,Hi {{contact.age}},,\n\
        g,,Is it g?,Yes.,ftp://acme.test/g.png,\n\
        h,,Is it h?,,https://acme.test/h,hologram\n\
        old,,Is it old?,Yes.,,\n\
        export,,Is it export?,Yes.,,\n\
        i,,Is it i?,Yes.,,,too far\n\
        ,,,,,\n\
        ,,Is it mine?,,,\n";
    let faults = world.faults_of(file).await;
    let faults: Vec<(u64, &str)> =
        faults.iter().map(|(row, field)| (row.as_u64().unwrap(), field.as_str())).collect();
    let expected = [
        (2, "id"),
        (3, "kind"),
        (4, "question"),
        (5, "answer"),
        (7, "answer"),
        (7, "question"),
        (8, "question"),
        (9, "answer"),
        (10, "media"),
        (11, "media_kind"),
        (12, "id"),
        (13, "id"),
        (14, "question"),
        (16, "answer"),
    ];
    assert_eq!(faults, expected);
    let refused = world.imports(file, Some("0")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.body["errors"][0]["row"], 2);
    let twice = "question,answer\nIs it?,Yes.\nWas it?,Yes.\n\"is, it\",No.\n";
    let both = ["answer", "question"].map(|field| (json!(4), field.to_owned()));
    assert_eq!(world.faults_of(twice).await, both, "it is one FAQ");
    let clash = "id,question,answer\na,Is it?,Yes.\nb,is it,No.\n";
    assert_eq!(world.faults_of(clash).await, [(json!(3), "question".to_owned())]);
    assert_eq!(world.faults_of("question,answer\n").await, [(Value::Null, "body".to_owned())]);
    for file in ["", "question\nIs it?", "question,answer,colour\n", "question,answer,Answer\n"] {
        let refused = world.imports(file, None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{file}: {}", refused.body);
    }
    assert_eq!(world.faq_ids("").await, ["cod"]);
}

/// R093: what is exported can be imported, and no spreadsheet takes it for a formula.
#[tokio::test]
async fn an_export_is_no_formula_and_comes_back_as_it_was() {
    let mut world = World::new().await;
    let texts = ["=1+1", "+49 30 1", "-5", "@acme", "'=1+1", "'quoted'", "a;b,\"c\"\nd\te", "=\n+"];
    for (n, text) in texts.iter().enumerate() {
        let question = format!("{text} {n}");
        world.adds(&format!("-f{n}"), &[&question, &format!("={n}")], text).await;
    }
    let media = json!({ "url": "https://acme.test/x", "kind": "voice", "name": "=name.ogg" });
    let body = json!({ "id": "m", "questions": ["Media?"], "answer": { "media": media } });
    world.posts("ada", "/v1/faqs", body).await;
    world.adds("gone", &["Gone?"], "Yes.").await;
    world.posts("ada", "/v1/faqs/gone/archive", json!({})).await;
    let file = world.text("ben", "/v1/faqs/export").await;
    assert!(file.starts_with("\u{feff}\"id\",\"kind\",\"question\",\"answer\""));
    assert!(file.contains("\"'=1+1\"") && file.contains("\"''=1+1\"") && !file.contains("Gone"));
    for cell in file.split(['"', ',', ';', '\t']) {
        assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
    }
    let (items, digest) = world.looks(file.clone()).await;
    assert_eq!(items.len(), 9);
    assert!(items.iter().all(|(_, _, result)| result == "unchanged"), "{items:?}");
    let applied = world.imports(file, Some(&digest)).await;
    assert_eq!(counts(&applied), [0, 0, 9]);
    assert_eq!(world.get("/v1/faqs/-f4").await["revision"], 1);
    assert_eq!(world.get("/v1/faqs/-f4").await["answer"]["text"], "'=1+1");
}

/// R093: files as spreadsheets of any country write them; what cannot be told apart is refused.
#[tokio::test]
async fn encodings_are_read_or_refused() {
    let mut world = World::new().await;
    let rows = "question,answer\nGrüß Gott?,Grüße aus Köln — 5 €.\n";
    let wide = |text: &str, write: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(write).collect()
    };
    for file in [
        rows.as_bytes().to_vec(),
        format!("\u{feff}{}", rows.replace('\n', "\r\n")).into_bytes(),
        rows.replace(',', ";").into_bytes(),
        wide(&rows.replace(',', "\t"), u16::to_le_bytes),
        wide(rows, u16::to_be_bytes),
    ] {
        let (items, _) = world.looks(file).await;
        assert_eq!(items[0].1, "gr-gott-c004bf1d", "the same question");
    }
    let latin: Vec<u8> = rows.chars().map(|char| u8::try_from(char).unwrap_or(0x80)).collect();
    let headless: Vec<u8> = "question,answer\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut odd = wide(rows, u16::to_le_bytes);
    odd.pop();
    for (file, line) in
        [(latin, "line 2 "), (headless, "line 1 "), (vec![0xff, 0xfe, 0], "line 1 ")]
    {
        let refused = world.imports(file, None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains(line), "{}", refused.body);
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let mut world = World::new().await;
    let rows = format!("question,answer\n{}", "a,b\n".repeat(10_001));
    let refused = world.imports(rows, None).await;
    assert_eq!((refused.status, &refused.body["field"]), (StatusCode::BAD_REQUEST, &json!("body")));
    let refused = world.imports("x".repeat(4_000_001), None).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused.body["type"], "too-large");
    let looked = world.imports(format!("question,answer\na,{}", "x".repeat(3_900_000)), None).await;
    assert_eq!(looked.body["errors"][0]["field"], "answer", "that is only a long answer");
}

/// R093: an import of many dies halfway. Nobody changes an FAQ meanwhile, and the same request goes
/// on; when it does not come, others may after a minute, and it has to be looked at again.
#[tokio::test]
async fn a_large_import_goes_on_where_it_ended() {
    for goes_on in [true, false] {
        let mut world = World::new().await;
        let rows: String = (0..250).map(|n| format!("f{n:03},Is it {n}?,Yes.\n")).collect();
        let file = format!("id,question,answer\n{rows}");
        let (_, digest) = world.looks(file.clone()).await;
        world.token("ada").await;
        world.faults.count();
        world.faults.arm(4, Fault::CrashBefore);
        let died = world.imports(file.clone(), Some(&digest)).await;
        let effects = world.faults.end();
        assert_eq!(died.status, StatusCode::INTERNAL_SERVER_ERROR, "{effects:?} {}", died.body);
        let there = world.get("/v1/faqs?limit=100").await;
        assert!(there["next"].is_null() && there["items"].as_array().unwrap().len() == 97);
        let other = faq("other", &["Other?"], "Yes.");
        conflict(&world.posts("ada", "/v1/faqs", other.clone()).await, "being-imported");
        if goes_on {
            let applied = world.imports(file.clone(), Some(&digest)).await;
            assert_eq!(counts(&applied), [250, 0, 0]);
            assert_eq!(world.posts("ada", "/v1/faqs", other).await.status, StatusCode::CREATED);
            assert_eq!(world.get("/v1/faqs/f249").await["revision"], 1);
        } else {
            world.pass(SignedDuration::from_mins(1)).await;
            assert_eq!(world.posts("ada", "/v1/faqs", other).await.status, StatusCode::CREATED);
            conflict(&world.imports(file.clone(), Some(&digest)).await, "changed-meanwhile");
            let (_, digest) = world.looks(file.clone()).await;
            let applied = world.imports(file, Some(&digest)).await;
            assert_eq!(counts(&applied), [153, 0, 97]);
        }
        let imports =
            world.audited().await.into_iter().filter(|(action, _)| action == "faq.import");
        assert_eq!(imports.count(), if goes_on { 1 } else { 2 });
    }
}
