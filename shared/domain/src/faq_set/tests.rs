//! What may stand beside what.

use super::*;
use crate::content::FileKind;

fn by(user: &UserId) -> By<'_> {
    By { user, at: Timestamp::UNIX_EPOCH }
}

fn ada() -> UserId {
    "ada".parse().unwrap()
}

fn id(text: &str) -> FaqId {
    text.parse().unwrap()
}

fn wording(questions: &[&str], answer: &str) -> Wording {
    let questions: Vec<String> = questions.iter().map(|text| (*text).to_owned()).collect();
    Wording::new(FaqKind::General, &questions, answer, None).unwrap()
}

fn set(faqs: &[(&str, &[&str])]) -> FaqSet {
    let user = ada();
    let faq = |(name, questions): &(&str, &[&str])| {
        by(&user).wrote(id(name), wording(questions, "Yes."), 1)
    };
    faqs.iter().map(faq).collect()
}

fn link(kind: FileKind, url: &str) -> File {
    let source = FileSource::Link(url.into());
    File { kind, mime: None, name: None, bytes: None, source }
}

/// R096: an FAQ without a question is none, and what is wrong is named.
#[test]
fn what_is_wrong_with_an_faq_is_named() {
    let many: Vec<String> = (0..=QUESTIONS_MAX).map(|n| format!("Is it {n}?")).collect();
    let long = "x".repeat(QUESTION_CHARS_MAX + 1);
    let one = || vec!["Is it?".to_owned()];
    let cases: [(&[String], String, &str); 9] = [
        (&[], "Yes.".to_owned(), "questions"),
        (&["Is it?".to_owned(), "  ".to_owned()], "Yes.".to_owned(), "questions[1]"),
        (&["Is it?".to_owned(), "is  IT".to_owned()], "Yes.".to_owned(), "questions[1]"),
        (&[long], "Yes.".to_owned(), "questions[0]"),
        (&["Is\u{7}it?".to_owned()], "Yes.".to_owned(), "questions[0]"),
        (&one(), " \n".to_owned(), "answer.text"),
        (&one(), "x".repeat(ANSWER_CHARS_MAX + 1), "answer.text"),
        (&one(), "{{contact.age}}".to_owned(), "answer.text"),
        (&one(), "Ye\0s".to_owned(), "answer.text"),
    ];
    for (questions, answer, wrong) in cases {
        let refused = Wording::new(FaqKind::General, questions, &answer, None).unwrap_err();
        let FaqRefusal::Invalid { part, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(part.to_string(), wrong);
    }
    let refused = Wording::new(FaqKind::General, &many, "Yes.", None).unwrap_err();
    assert!(matches!(refused, FaqRefusal::TooMany { max: QUESTIONS_MAX, .. }));
    let far = link(FileKind::Image, &format!("https://acme.test/{}", "x".repeat(2_000)));
    let refused = Wording::new(FaqKind::General, &one(), "", Some(far)).unwrap_err();
    assert!(matches!(refused, FaqRefusal::Invalid { part: Part::Media, .. }));
    let map = link(FileKind::Image, "https://acme.test/map.png");
    assert!(Wording::new(FaqKind::General, &one(), "", Some(map)).is_ok());
}

/// R098: related questions are one FAQ's, whatever their case and punctuation.
#[test]
fn no_two_faqs_have_an_equal_question() {
    let user = ada();
    let set = set(&[("cod", &["Do you have COD?", "Can I pay later?"]), ("hours", &["When?"])]);
    let refused = set.added(id("pay"), wording(&["Pay?", "can i pay LATER"], "Yes."), by(&user));
    let clash = FaqRefusal::EqualQuestion { part: Part::Question(1), faq: id("cod") };
    assert_eq!(refused.unwrap_err(), clash);
    let refused = set.asked(&id("hours"), "Do you have C.O.D?", by(&user));
    assert!(refused.is_ok(), "C O D is not COD");
    let refused = set.asked(&id("hours"), "do you have cod", by(&user)).unwrap_err();
    assert!(matches!(refused, FaqRefusal::EqualQuestion { faq, .. } if faq == id("cod")));
    let asked = set.asked(&id("hours"), " Until   when? ", by(&user)).unwrap();
    assert_eq!((asked.questions, asked.revision), (vec!["When?".into(), "Until when?".into()], 2));
    assert_eq!(set.asked(&id("hours"), "when", by(&user)).unwrap().revision, 1);
    assert_eq!(set.asked(&id("x"), "Why?", by(&user)).unwrap_err(), FaqRefusal::NotFound);
}

/// R094: an archived FAQ gives its questions up, and comes back only where they are free.
#[test]
fn an_archived_faq_holds_no_question() {
    let user = ada();
    let mut set = set(&[("cod", &["COD?"]), ("hours", &["When?"])]);
    let archived = set.archived(&id("cod"), by(&user)).unwrap();
    assert!(archived.archived && archived.revision == 2);
    set.faqs.insert(archived.id.clone(), archived);
    assert_eq!(set.archived(&id("cod"), by(&user)).unwrap().revision, 2);
    let other = set.added(id("other"), wording(&["cod"], "No."), by(&user)).unwrap();
    assert_eq!(set.restored(&id("cod"), by(&user)).unwrap().revision, 3);
    set.faqs.insert(other.id.clone(), other);
    let refused = set.restored(&id("cod"), by(&user)).unwrap_err();
    assert!(matches!(refused, FaqRefusal::EqualQuestion { faq, .. } if faq == id("other")));
}

#[test]
fn a_change_of_what_has_changed_is_refused() {
    let user = ada();
    let set = set(&[("hours", &["When?"])]);
    let new = || wording(&["When?"], "Always.");
    let written = set.rewritten(&id("hours"), 1, new(), by(&user)).unwrap();
    assert_eq!((written.revision, written.says(&new())), (2, true));
    let refused = set.rewritten(&id("hours"), 2, new(), by(&user)).unwrap_err();
    assert_eq!(refused, FaqRefusal::Stale { revision: 1 });
    let same = set.rewritten(&id("hours"), 1, wording(&["When?"], "Yes."), by(&user)).unwrap();
    assert_eq!(same.revision, 1, "the same words change nothing");
}

/// R093: an import moves questions from one FAQ to another at once, and tells all that is wrong.
#[test]
fn an_import_is_looked_at_as_a_whole() {
    let user = ada();
    let mut set = set(&[("cod", &["COD?", "Cash?"]), ("hours", &["When?"]), ("old", &["Old?"])]);
    let entries = |faqs: &[(&str, &[&str])]| -> Vec<(FaqId, Wording)> {
        faqs.iter().map(|(name, questions)| (id(name), wording(questions, "Yes."))).collect()
    };
    let moved = entries(&[("cod", &["COD?"]), ("cash", &["Cash?"]), ("hours", &["When?"])]);
    let import = set.imported(&moved, by(&user)).unwrap();
    assert_eq!((import.added, import.changed, import.unchanged), (1, 1, 1));
    let changes: Vec<(&str, u32)> =
        import.changes.iter().map(|faq| (faq.id.as_str(), faq.revision)).collect();
    assert_eq!(changes, [("cod", 2), ("cash", 1)]);
    let archived = set.archived(&id("old"), by(&user)).unwrap();
    set.faqs.insert(archived.id.clone(), archived);
    let wrong = entries(&[("a", &["Cash?", "New?"]), ("b", &["new"]), ("old", &["Old?"])]);
    let faults = set.imported(&wrong, by(&user)).unwrap_err();
    let clash =
        |place, faq| FaqRefusal::EqualQuestion { part: Part::Question(place), faq: id(faq) };
    assert_eq!(
        faults,
        [
            Fault { entry: Some(0), refusal: clash(0, "cod") },
            Fault { entry: Some(1), refusal: clash(0, "a") },
            Fault { entry: Some(2), refusal: FaqRefusal::Archived { faq: id("old") } },
        ]
    );
}

#[test]
fn what_clashes_is_not_published() {
    assert_eq!(FaqSet::default().publishable(), Err(FaqRefusal::Empty));
    assert_eq!(set(&[("a", &["When?"]), ("b", &["Where?"])]).publishable(), Ok(()));
    let clash = FaqRefusal::Clash { one: id("a"), other: id("b") };
    assert_eq!(set(&[("a", &["When?"]), ("b", &["when"])]).publishable(), Err(clash));
}

#[test]
fn there_is_an_end_to_a_set() {
    let user = ada();
    let one = |n: usize| (id(&format!("f{n}")), wording(&[&format!("Is it {n}?")], "Yes."));
    let full: Vec<_> = (0..FAQS_MAX).map(one).collect();
    let set: FaqSet =
        FaqSet::default().imported(&full, by(&user)).unwrap().changes.into_iter().collect();
    let (name, words) = one(FAQS_MAX);
    let refused = set.added(name.clone(), words.clone(), by(&user)).unwrap_err();
    assert!(matches!(refused, FaqRefusal::TooMany { max: FAQS_MAX, .. }));
    let faults = set.imported(&[(name.clone(), words)], by(&user)).unwrap_err();
    assert_eq!((faults.len(), faults[0].entry), (1, None));
    let long: Vec<_> = (0..500)
        .map(|n| (id(&format!("f{n}")), wording(&[&format!("{n}?")], &"x".repeat(4_000))))
        .collect();
    let faults = FaqSet::default().imported(&long, by(&user)).unwrap_err();
    assert!(matches!(faults[0].refusal, FaqRefusal::TooMany { max: SET_BYTES_MAX, .. }));
}
