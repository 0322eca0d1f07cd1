//! Customers who are there before anybody wrote, so that a newcomer has somebody to be.

use crate::account::Channel;

/// A customer who is there from the start.
struct Person {
    name: &'static str,
    /// A number that its country keeps free for stories.
    phone: &'static str,
    chat: &'static str,
}

const PEOPLE: [Person; 4] = [
    Person { name: "Mia Okafor", phone: "+12025550143", chat: "700100101" },
    Person { name: "Priya Nair", phone: "+447700900142", chat: "700100102" },
    Person { name: "Léo Martin", phone: "+33639980142", chat: "700100103" },
    Person { name: "Jonas Weiß", phone: "+491713920042", chat: "700100104" },
];

/// Who is there before anybody wrote: addresses.
pub(crate) fn people(channel: Channel) -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(move |person| match channel {
        Channel::Telegram => person.chat,
        Channel::Whatsapp | Channel::TwilioSms | Channel::TwilioWhatsapp => person.phone,
    })
}

/// What a customer is called unless they say otherwise.
pub(crate) fn name_of(address: &str) -> String {
    let known = PEOPLE.iter().find(|person| person.phone == address || person.chat == address);
    match known {
        Some(person) => person.name.to_owned(),
        None => {
            let last = address.get(address.len().saturating_sub(4)..).unwrap_or(address);
            format!("Customer {last}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_name() {
        assert_eq!(name_of("+33639980142"), "Léo Martin");
        assert_eq!(name_of("700100102"), "Priya Nair");
        assert_eq!(name_of("+12025550199"), "Customer 0199");
        assert_eq!(name_of("7"), "Customer 7");
    }
}
