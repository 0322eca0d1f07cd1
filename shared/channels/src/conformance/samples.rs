//! A content of each kind, as Confab would send it. What must not reach a log says `canary`.

use domain::content::{
    Answer, Card, Choice, Choices, Contacts, Content, File, FileKind, FileSource, Interactive,
    Location, Media, Parameter, Template, TemplateHeader, Unsupported,
};
use domain::private::{Private, Words};

/// Contents under a name that says what is special about them; every kind is among them.
pub(super) fn all() -> Vec<(&'static str, Content)> {
    let mut samples = vec![
        ("text", Content::text("canary: it ships today")),
        ("text beyond ASCII", Content::text("canary & “größer” = 100 % + 😀\nand a line")),
    ];
    samples.extend(media());
    samples.extend(places_and_people());
    samples.extend(choices());
    samples.extend(templates());
    samples.push((
        "answer",
        Content::Answer(Answer {
            id: Some("slot-3".to_owned()),
            title: Words::from("canary"),
            form: None,
        }),
    ));
    samples.push(("unsupported", Content::Unsupported(Unsupported::new("hologram", "canary"))));
    samples
}

pub(super) fn file(kind: FileKind) -> File {
    File {
        kind,
        mime: None,
        name: None,
        bytes: None,
        source: FileSource::Link(Words::new(format!("https://files.example/canary/{kind}"))),
    }
}

fn media() -> Vec<(&'static str, Content)> {
    let one = |kind, caption: Option<&str>| {
        Content::Media(Media { caption: caption.map(Words::from), files: vec![file(kind)] })
    };
    let named = File { name: Some(Words::from("canary.pdf")), ..file(FileKind::Document) };
    let inbound =
        File { source: FileSource::Handle(Words::from("canary-handle")), ..file(FileKind::Image) };
    vec![
        ("image with a caption", one(FileKind::Image, Some("canary caption"))),
        ("image", one(FileKind::Image, None)),
        ("video", one(FileKind::Video, Some("canary caption"))),
        ("audio", one(FileKind::Audio, None)),
        ("audio with a caption", one(FileKind::Audio, Some("canary caption"))),
        ("voice", one(FileKind::Voice, None)),
        (
            "document with a name",
            Content::Media(Media { caption: Some(Words::from("canary")), files: vec![named] }),
        ),
        ("sticker", one(FileKind::Sticker, None)),
        ("sticker with a caption", one(FileKind::Sticker, Some("canary caption"))),
        (
            "two files",
            Content::Media(Media {
                caption: Some(Words::from("canary caption")),
                files: vec![file(FileKind::Image), file(FileKind::Video)],
            }),
        ),
        (
            "file that only its own channel can fetch",
            Content::Media(Media { caption: None, files: vec![inbound] }),
        ),
    ]
}

fn places_and_people() -> Vec<(&'static str, Content)> {
    let place = |name: Option<&str>, address: Option<&str>| {
        Content::Location(Location {
            latitude: Private::new(37.461_197_8),
            longitude: Private::new(-122.216_438_5),
            name: name.map(Words::from),
            address: address.map(Words::from),
        })
    };
    let card = |name: &str, phone: &str| Card {
        name: Words::from(name),
        phones: vec![Words::from(phone)],
        emails: vec![Words::from("canary@example.com")],
    };
    let cards = vec![card("Robin Canary", "+15555550101"), card("Kim Canary", "+15555550102")];
    vec![
        ("place", place(Some("Canary Wharf"), Some("1 Canary Way"))),
        ("location", place(None, None)),
        ("location with an address", place(None, Some("1 Canary Way"))),
        ("contacts", Content::Contacts(Contacts { cards })),
    ]
}

fn choices() -> Vec<(&'static str, Content)> {
    let choice = |id: &str, title: &str, description: Option<&str>| Choice {
        id: id.to_owned(),
        title: Words::from(title),
        description: description.map(Words::from),
    };
    let buttons = vec![choice("yes", "Canary yes", None), choice("no", "Canary no", None)];
    let rows = vec![
        choice("slot-3", "Canary Tuesday", Some("with Canary")),
        choice("slot-4", "Canary Friday", None),
    ];
    let list = Choices::List { label: Words::from("Canary times"), rows };
    vec![
        (
            "buttons",
            Content::Interactive(Interactive {
                body: Words::from("Shall the canary come?"),
                footer: None,
                choices: Choices::Buttons(buttons),
            }),
        ),
        (
            "list with a footer",
            Content::Interactive(Interactive {
                body: Words::from("When shall the canary come?"),
                footer: Some(Words::from("canary footer")),
                choices: list,
            }),
        ),
    ]
}

fn templates() -> Vec<(&'static str, Content)> {
    let template = |parameters, header| {
        Content::Template(Template {
            name: "order_confirmation".to_owned(),
            language: "en_US".to_owned(),
            parameters,
            header,
        })
    };
    let placed = |text: &str| Parameter::Placed(Words::from(text));
    let named = Parameter::Named { name: "first_name".to_owned(), text: Words::from("Canary") };
    let file = TemplateHeader::File {
        kind: FileKind::Document,
        link: Words::from("https://files.example/canary.pdf"),
    };
    vec![
        ("template", template(Vec::new(), None)),
        (
            "template with placed parameters",
            template(vec![placed("Canary"), placed("4711 \"canary\"")], None),
        ),
        ("template with a named parameter", template(vec![named], None)),
        (
            "template with words in its header",
            template(
                vec![placed("Canary")],
                Some(TemplateHeader::Text(Words::from("Canary header"))),
            ),
        ),
        ("template with a file in its header", template(vec![placed("Canary")], Some(file))),
    ]
}
