//! The words by which a customer stops, resumes and asks for help by SMS.
//!
//! <https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering->

const STOP: [&str; 8] =
    ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const START: [&str; 3] = ["START", "YES", "UNSTOP"];
const HELP: [&str; 2] = ["HELP", "INFO"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Stop,
    Start,
    Help,
}

impl Keyword {
    /// A keyword is the whole message, in any case.
    pub(super) fn of(text: &str) -> Option<Self> {
        let word = text.trim().to_uppercase();
        let is_among = |words: &[&str]| words.contains(&word.as_str());
        if is_among(&STOP) {
            Some(Self::Stop)
        } else if is_among(&START) {
            Some(Self::Start)
        } else {
            is_among(&HELP).then_some(Self::Help)
        }
    }

    /// The value of `OptOutType`.
    pub(super) fn opt_out_type(self) -> &'static str {
        match self {
            Self::Stop => "STOP",
            Self::Start => "START",
            Self::Help => "HELP",
        }
    }

    /// What Twilio itself answers.
    pub(super) fn confirmation(self) -> &'static str {
        match self {
            Self::Stop => {
                "You have successfully been unsubscribed. You will not receive any more messages \
                 from this number. Reply START to resubscribe."
            }
            Self::Start => {
                "You have successfully been re-subscribed to messages from this number. Reply \
                 HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
            }
            Self::Help => "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_the_whole_message_in_any_case() {
        assert_eq!(Keyword::of(" stop\n"), Some(Keyword::Stop));
        assert_eq!(Keyword::of("OptOut"), Some(Keyword::Stop));
        assert_eq!(Keyword::of("unstop"), Some(Keyword::Start));
        assert_eq!(Keyword::of("Info"), Some(Keyword::Help));
        for text in ["please stop", "stop.", "", "STOPP", "start now"] {
            assert_eq!(Keyword::of(text), None, "{text}");
        }
    }
}
