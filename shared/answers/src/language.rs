//! Which language a message is in, as far as that can be told from a sentence.

use std::sync::LazyLock;

use whatlang::{Detector, Lang, Script};

/// Of a text in Latin letters the language has to be this sure. With [`ENGLISH`], two of eleven
/// thousand English questions are taken for another language, and most whole sentences of others are
/// recognised.
const CONFIDENCE_MIN: f64 = 0.5;

/// A text of which a quarter are these is English, whatever its letters look like.
const ENGLISH: [&str; 56] = [
    "the", "is", "are", "my", "how", "what", "whats", "to", "and", "i", "im", "you", "can", "of",
    "it", "for", "do", "does", "did", "with", "your", "was", "have", "has", "not", "where", "when",
    "why", "who", "this", "that", "these", "there", "will", "would", "should", "get", "need",
    "want", "please", "been", "be", "if", "on", "in", "at", "from", "by", "an", "just", "still",
    "could", "which", "they", "dont", "cant",
];

/// The rarer a language is, the likelier a short text only looks like it.
static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(vec![
        Lang::Eng,
        Lang::Spa,
        Lang::Deu,
        Lang::Fra,
        Lang::Ita,
        Lang::Por,
        Lang::Nld,
        Lang::Tur,
        Lang::Ind,
        Lang::Pol,
        Lang::Swe,
        Lang::Dan,
        Lang::Nob,
        Lang::Fin,
        Lang::Ces,
        Lang::Ron,
        Lang::Hun,
        Lang::Tgl,
        Lang::Vie,
        Lang::Rus,
        Lang::Ukr,
        Lang::Ell,
        Lang::Heb,
        Lang::Ara,
        Lang::Pes,
        Lang::Urd,
        Lang::Hin,
        Lang::Mar,
        Lang::Ben,
        Lang::Guj,
        Lang::Tam,
        Lang::Tel,
        Lang::Cmn,
        Lang::Jpn,
        Lang::Kor,
        Lang::Tha,
    ])
});

/// The language of a text (ISO 639-3) where that is surely not English; its normalised form has the
/// words that tell.
pub(crate) fn foreign(text: &str, normalised: &str) -> Option<String> {
    let found = DETECTOR.detect(text)?;
    let words = || normalised.split(' ');
    let english = words().filter(|word| ENGLISH.contains(word)).count();
    let sure = found.script() != Script::Latin
        || found.confidence() > CONFIDENCE_MIN && english * 4 < words().count();
    (found.lang() != Lang::Eng && sure).then(|| found.lang().code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalised;

    /// R102: other languages are told, where that is sure.
    #[test]
    fn other_languages_are_told_from_english() {
        for (text, language) in [
            ("Wo ist meine Bestellung geblieben, ich warte seit zwei Wochen?", Some("deu")),
            ("¿Dónde está mi pedido? Lo estoy esperando desde hace dos semanas", Some("spa")),
            ("comment puis-je changer mon mot de passe ?", Some("fra")),
            ("Где мой заказ?", Some("rus")),
            ("मेरा ऑर्डर कहाँ है", Some("hin")),
            ("我的订单在哪里", Some("cmn")),
            ("Where is the order that I have been waiting for?", None),
            ("create a pamphlet of the cafés in orléans", None),
            ("hola", None),
            ("ok", None),
            ("👍", None),
            ("", None),
        ] {
            let found = foreign(text, &normalised(text));
            assert_eq!(found.as_deref(), language, "{text}");
        }
    }
}
