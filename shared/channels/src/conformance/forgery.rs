//! What is not signed by the provider is not believed.
//!
//! Every mutant differs from a valid request in one thing: the body, the address, the header that
//! proves, or the account's secret.

use domain::account::Secrets;
use http::HeaderValue;
use http::header::HeaderName;

use super::kit::{Arrival, Kit, Recording, kits};
use super::sign::{base64, hex};
use crate::Rejected;

const MUTANTS_MIN: usize = 1_000;

struct Mutant {
    what: String,
    arrival: Arrival,
    secrets: Secrets,
}

#[test]
fn every_valid_request_is_believed_and_no_mutant_of_one_is() {
    for kit in kits() {
        let (mut tried, mut believed) = (0, Vec::new());
        for (place, recording) in kit.recordings().iter().enumerate() {
            let valid = kit.arrival(recording);
            assert!(kit.channel.verify(valid.unverified(), &kit.recorded.secrets).is_ok());
            let mut mutants = of_body(&kit, &valid);
            mutants.extend(of_secret(&kit, &valid, place));
            // These say the same of every recording; a few show that it does not matter which.
            if place % 6 == 0 {
                mutants.extend(of_address(&kit, &valid));
                mutants.extend(of_header(&kit, &valid));
            }
            tried += mutants.len();
            let accepted = mutants.into_iter().filter(|mutant| {
                kit.channel.verify(mutant.arrival.unverified(), &mutant.secrets).is_ok()
            });
            believed.extend(accepted.map(|mutant| format!("{}: {}", recording.name, mutant.what)));
        }
        assert!(believed.is_empty(), "{} believes {believed:#?}", kit.name());
        assert!(tried >= MUTANTS_MIN, "{}: only {tried} mutants", kit.name());
    }
}

fn mutant(kit: &Kit, what: impl Into<String>, arrival: Arrival) -> Mutant {
    Mutant { what: what.into(), arrival, secrets: kit.recorded.secrets.clone() }
}

/// One bit, one byte more or less, the end cut off, another's body: under the header of the first.
fn of_body(kit: &Kit, valid: &Arrival) -> Vec<Mutant> {
    if !kit.recorded.signature.covers_body() {
        return Vec::new();
    }
    let body = &valid.body;
    let mut bodies = Vec::new();
    for place in (0..body.len()).step_by(body.len().div_ceil(12)) {
        let mut flipped = body.clone();
        flipped[place] ^= 1 << (place % 8);
        bodies.push((format!("bit of byte {place}"), flipped));
        let mut without = body.clone();
        without.remove(place);
        bodies.push((format!("without byte {place}"), without));
        let mut with = body.clone();
        with.insert(place, b'x');
        bodies.push((format!("a byte before {place}"), with));
    }
    bodies.push(("cut in half".to_owned(), body[..body.len() / 2].to_vec()));
    bodies.push(("nothing".to_owned(), Vec::new()));
    bodies.push(("twice".to_owned(), [body.as_slice(), body].concat()));
    bodies.push(("more".to_owned(), [body.as_slice(), b"&From=%2B15555550666"].concat()));
    let signed = |body: &[u8]| kit.recorded.signature.signed_text(&valid.url, body);
    bodies
        .into_iter()
        // `%2b` for `%2B`, `Bodyhi` for `Body=hi`: the provider signs what a form says in one word
        // after the other, so these have the same signature, and nobody can tell them apart.
        .filter(|(_, body)| signed(body) != signed(&valid.body))
        .map(|(what, body)| mutant(kit, what, Arrival { body, ..valid.clone() }))
        .collect()
}

fn of_address(kit: &Kit, valid: &Arrival) -> Vec<Mutant> {
    if !kit.recorded.signature.covers_url() {
        return Vec::new();
    }
    let url = &valid.url;
    let bare = url.trim_start_matches("https://");
    let mut urls = vec![
        format!("http://{bare}"),
        format!("{url}/"),
        format!("{url}x"),
        format!("{url}&mid=other"),
        format!("{url}?mid=other"),
        format!("https://x@{bare}"),
        url.to_uppercase(),
        url.replace("desk.example", "desk.example.evil"),
        url.replace("desk.example", "desk.example:8443"),
        url.replace("/webhooks", "/stage/webhooks"),
    ];
    urls.extend((0..url.len()).map(|place| {
        let mut changed = url.clone().into_bytes();
        changed[place] = if changed[place] == b'x' { b'y' } else { b'x' };
        String::from_utf8(changed).unwrap()
    }));
    urls.into_iter().map(|url| mutant(kit, url.clone(), Arrival { url, ..valid.clone() })).collect()
}

fn of_header(kit: &Kit, valid: &Arrival) -> Vec<Mutant> {
    let name = kit.signature_header();
    let value = valid.headers[&name].to_str().unwrap().to_owned();
    let mut mutants: Vec<Mutant> = wrong_values(kit, valid, &value)
        .into_iter()
        .filter(|wrong| *wrong != value)
        .filter_map(|wrong| {
            let header = HeaderValue::try_from(&wrong).ok()?;
            Some(mutant(kit, format!("header {wrong:?}"), valid.with_header(&name, &header)))
        })
        .collect();
    mutants.push({
        let opaque = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
        mutant(kit, "opaque header", valid.with_header(&name, &opaque))
    });
    let mut without = valid.clone();
    let right = without.headers.remove(&name).unwrap();
    mutants.push(mutant(kit, "no header", without.clone()));
    for other in ["x-hub-signature", "x-signature", "authorization", "x-twilio-signature-2"] {
        let other = HeaderName::from_static(other);
        mutants.push(mutant(kit, format!("under {other}"), without.with_header(&other, &right)));
    }
    for second in [value.as_str(), "", "sha256=00"] {
        let mut twice = valid.clone();
        twice.headers.append(&name, second.parse().unwrap());
        mutants.push(mutant(kit, format!("and {second:?}"), twice));
    }
    mutants
}

fn wrong_values(kit: &Kit, valid: &Arrival, value: &str) -> Vec<String> {
    let secret = kit.signing_secret();
    let signature = kit.recorded.signature;
    let mut wrong = signature.in_other_encodings(secret, &valid.url, &valid.body);
    for place in 0..value.len() {
        let (before, rest) = value.split_at(place);
        let (letter, after) = rest.split_at(1);
        let other = if letter == "a" { "b" } else { "a" };
        wrong.push(format!("{before}{other}{after}"));
        wrong.push(format!("{before}{after}"));
        wrong.push(format!("{before}{letter}{letter}{after}"));
        wrong.push(before.to_owned());
        wrong.push(after.to_owned());
        let swapped = if letter.chars().all(char::is_lowercase) {
            letter.to_uppercase()
        } else {
            letter.to_lowercase()
        };
        wrong.push(format!("{before}{swapped}{after}"));
    }
    wrong.extend([
        format!(" {value}"),
        format!("{value} "),
        format!("\t{value}"),
        format!("\"{value}\""),
        format!("{value},{value}"),
        format!("{value}, {value}"),
        format!("{value}\u{e9}"),
        value.chars().rev().collect(),
        value.to_uppercase(),
        value.to_lowercase(),
        hex(value.as_bytes()),
        base64(value.as_bytes()),
        "null".to_owned(),
        "true".to_owned(),
        "0".repeat(value.len()),
    ]);
    wrong
}

/// The account has another secret than the one who signed.
fn of_secret(kit: &Kit, valid: &Arrival, place: usize) -> Vec<Mutant> {
    let secret = kit.signing_secret();
    let letter = place % secret.len();
    let wrong = [
        format!("{secret} "),
        format!("{secret}x"),
        secret[1..].to_owned(),
        secret[..secret.len() - 1].to_owned(),
        secret.to_uppercase(),
        secret.chars().rev().collect(),
        format!("{}~{}", &secret[..letter], &secret[letter + 1..]),
        hex(secret.as_bytes()),
        String::new(),
    ];
    let with = |what: String, arrival: &Arrival, secret: Option<&str>| Mutant {
        what,
        arrival: arrival.clone(),
        secrets: kit.secrets_with(secret),
    };
    let mut mutants: Vec<Mutant> =
        wrong.iter().map(|wrong| with(format!("secret {wrong:?}"), valid, Some(wrong))).collect();
    mutants.push(with("no secret".to_owned(), valid, None));
    // Whoever knows that a secret is empty can sign with it.
    let value = kit.recorded.signature.sign("", &valid.url, &valid.body);
    let forged = valid.with_header(&kit.signature_header(), &value.parse().unwrap());
    mutants.push(with("empty secret, signed".to_owned(), &forged, Some("")));
    mutants.push(with("no secret, signed with nothing".to_owned(), &forged, None));
    mutants
}

#[test]
fn without_a_secret_nobody_is_believed_and_the_log_says_why() {
    for kit in kits() {
        let valid = kit.arrival(&any(&kit));
        let reason = |arrival: &Arrival, secrets: &Secrets| {
            kit.channel.verify(arrival.unverified(), secrets).err()
        };
        assert_eq!(reason(&valid, &kit.secrets_with(None)), Some(Rejected::NoSecret));
        assert_eq!(reason(&valid, &kit.secrets_with(Some(""))), Some(Rejected::NoSecret));
        let mut unsigned = valid.clone();
        unsigned.headers.remove(kit.signature_header());
        assert_eq!(reason(&unsigned, &kit.recorded.secrets), Some(Rejected::NoSignature));
        let wrong = kit.secrets_with(Some("another"));
        assert_eq!(reason(&valid, &wrong), Some(Rejected::BadSignature));
    }
}

#[test]
fn a_signature_is_of_one_request_and_of_no_other() {
    for kit in kits().iter().filter(|kit| kit.recorded.signature.covers_body()) {
        let recordings = kit.recordings();
        let arrivals: Vec<Arrival> =
            recordings.iter().map(|recording| kit.arrival(recording)).collect();
        for (place, one) in arrivals.iter().enumerate() {
            let other = &arrivals[(place + 1) % arrivals.len()];
            let header = kit.signature_header();
            let forged = one.with_header(&header, &other.headers[&header]);
            let told = kit.channel.verify(forged.unverified(), &kit.recorded.secrets);
            assert_eq!(told.err(), Some(Rejected::BadSignature), "{}", recordings[place].name);
        }
    }
}

fn any(kit: &Kit) -> Recording {
    kit.recordings().swap_remove(0)
}
