//! The words that opt out and in.
//!
//! A channel has its own, which its provider or its customers' habit gives it. Beside them stand
//! words by language, which count on every channel, and those of a workspace. A language has only
//! words that mean nothing else when they stand alone, in any of the languages here: *alto* is a
//! Spanish stop and an Italian tall, so it is for a workspace to add; *cancel* may be an order.

use super::Wish;

/// The words of a channel, or of a language, that opt out and in, in upper case.
#[derive(Debug, Clone, Copy)]
pub struct Keywords {
    pub out: &'static [&'static str],
    pub back_in: &'static [&'static str],
}

impl Keywords {
    pub const NONE: Self = Self { out: &[], back_in: &[] };

    /// A keyword counts only when it is all the contact wrote: "please stop by tomorrow" is talk.
    /// The channel's own words come first, then the workspace's, then those of all languages.
    pub fn wish(&self, own: &OwnWords<'_>, text: &str) -> Option<Wish> {
        let word = alone(text);
        self.says(&word)
            .or_else(|| own.says(&word))
            .or_else(|| LANGUAGES.iter().find_map(|(_, words)| words.says(&word)))
    }

    fn says(&self, word: &str) -> Option<Wish> {
        if self.out.contains(&word) {
            Some(Wish::Out)
        } else if self.back_in.contains(&word) {
            Some(Wish::In)
        } else {
            None
        }
    }
}

/// The words that a workspace has added.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnWords<'a> {
    pub out: &'a [String],
    pub back_in: &'a [String],
}

impl OwnWords<'_> {
    fn says(&self, word: &str) -> Option<Wish> {
        let has = |words: &[String]| words.iter().any(|own| alone(own) == word);
        if has(self.out) {
            Some(Wish::Out)
        } else if has(self.back_in) {
            Some(Wish::In)
        } else {
            None
        }
    }
}

/// What is left of a text without what people put around a word: upper case, single spaces.
fn alone(text: &str) -> String {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || ".,!¡\"'“”„«»".contains(c));
    bare.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase()
}

/// By language, as ISO 639-1 names it.
pub const LANGUAGES: [(&str, Keywords); 8] = [
    (
        "en",
        Keywords {
            out: &["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "OPT OUT", "OPT-OUT", "OPTOUT"],
            back_in: &["UNSTOP", "RESUBSCRIBE", "OPT IN", "OPT-IN", "OPTIN"],
        },
    ),
    (
        "de",
        Keywords {
            out: &["STOPP", "ABMELDEN", "ABBESTELLEN", "AUSTRAGEN"],
            back_in: &["WIEDER ANMELDEN"],
        },
    ),
    (
        "es",
        Keywords {
            out: &["BAJA", "PARAR", "DARSE DE BAJA", "DARME DE BAJA", "DESUSCRIBIR"],
            back_in: &["DARME DE ALTA", "DARSE DE ALTA"],
        },
    ),
    (
        "fr",
        Keywords {
            out: &[
                "ARRET",
                "ARRÊT",
                "DESINSCRIRE",
                "DÉSINSCRIRE",
                "SE DESINSCRIRE",
                "SE DÉSINSCRIRE",
                "DESABONNER",
                "DÉSABONNER",
                "SE DESABONNER",
                "SE DÉSABONNER",
            ],
            back_in: &["REABONNER", "RÉABONNER", "SE REABONNER", "SE RÉABONNER"],
        },
    ),
    (
        "pt",
        Keywords {
            out: &["PARAR", "DESCADASTRAR", "CANCELAR INSCRICAO", "CANCELAR INSCRIÇÃO"],
            back_in: &["REATIVAR INSCRICAO", "REATIVAR INSCRIÇÃO"],
        },
    ),
    (
        "it",
        Keywords {
            out: &["DISISCRIVERE", "DISISCRIVIMI", "DISISCRIVITI", "ANNULLA ISCRIZIONE"],
            back_in: &["REISCRIVIMI"],
        },
    ),
    (
        "nl",
        Keywords {
            out: &["AFMELDEN", "UITSCHRIJVEN"],
            back_in: &["WEER AANMELDEN", "OPNIEUW AANMELDEN"],
        },
    ),
    (
        "hi",
        Keywords {
            out: &[
                "BAND KARO",
                "BAND KARE",
                "BAND KAREN",
                "BAND KAREIN",
                "BAND KIJIYE",
                "बंद करो",
                "बंद करें",
                "बंद कीजिए",
            ],
            back_in: &["SHURU KARO", "SHURU KAREN", "शुरू करो", "शुरू करें"],
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: Keywords = Keywords { out: &["STOP", "/STOP"], back_in: &["START"] };

    #[test]
    fn a_keyword_counts_only_alone() {
        for (text, wish) in [
            ("STOP", Some(Wish::Out)),
            (" stop. ", Some(Wish::Out)),
            ("\"Stop!\"", Some(Wish::Out)),
            ("/stop", Some(Wish::Out)),
            ("start", Some(Wish::In)),
            ("please stop by tomorrow", None),
            ("stopp das bitte nicht", None),
            ("Stopover", None),
            ("", None),
        ] {
            assert_eq!(CHANNEL.wish(&OwnWords::default(), text), wish, "{text:?}");
        }
    }

    /// R085: the wish is understood in the language it is written in.
    #[test]
    fn each_language_has_its_words() {
        use Wish::{In, Out};
        for (text, wish) in [
            ("Unsubscribe", Some(Out)),
            ("opt  out", Some(Out)),
            ("opt in", Some(In)),
            ("Stopp!", Some(Out)),
            ("abmelden", Some(Out)),
            ("Wieder anmelden", Some(In)),
            ("¡Baja!", Some(Out)),
            ("parar", Some(Out)),
            ("Darme de alta", Some(In)),
            ("arrêt", Some(Out)),
            ("Arret", Some(Out)),
            ("«Désinscrire»", Some(Out)),
            ("réabonner", Some(In)),
            ("Descadastrar", Some(Out)),
            ("disiscrivimi", Some(Out)),
            ("Uitschrijven.", Some(Out)),
            ("band karo", Some(Out)),
            ("बंद करो", Some(Out)),
            ("शुरू करें", Some(In)),
            // Words that may mean something else are nobody's wish.
            ("cancel", None),
            ("end", None),
            ("alto", None),
            ("Ende", None),
            ("sair", None),
            ("anmelden", None),
            ("alta", None),
            ("yes", None),
            ("no", None),
        ] {
            assert_eq!(Keywords::NONE.wish(&OwnWords::default(), text), wish, "{text:?}");
        }
    }

    #[test]
    fn a_workspace_adds_words_of_its_own() {
        let (out, back_in) = (["Alto".to_owned()], ["Otra  vez".to_owned()]);
        let own = OwnWords { out: &out, back_in: &back_in };
        for (text, wish) in [
            ("ALTO.", Some(Wish::Out)),
            ("otra vez", Some(Wish::In)),
            ("stop", Some(Wish::Out)),
            ("alto o basso", None),
        ] {
            assert_eq!(Keywords::NONE.wish(&own, text), wish, "{text:?}");
        }
    }

    #[test]
    fn every_word_is_as_it_is_compared_and_has_one_meaning() {
        let all = |of: fn(&Keywords) -> &'static [&'static str]| -> Vec<&str> {
            LANGUAGES.iter().flat_map(|(_, words)| of(words).iter().copied()).collect()
        };
        let (outs, ins) = (all(|words| words.out), all(|words| words.back_in));
        for word in outs.iter().chain(&ins) {
            assert_eq!(alone(word), *word);
        }
        assert!(ins.iter().all(|word| !outs.contains(word)));
    }
}
