//! Checking an exported audit, without the deployment it comes from.

use store::{Entry, Hash, verify};

/// What a file of entries, one in JSON on each line, amounts to. They stand in order, or newest
/// first as the API gives them. `last` is the hash the chain has to end in, if somebody noted it.
///
/// # Errors
///
/// Which entry or line is wrong.
pub fn check(text: &str, last: Option<&Hash>) -> Result<String, String> {
    let mut entries = Vec::new();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let entry: Entry = serde_json::from_str(line)
            .map_err(|error| format!("line {} is no entry: {error}", place + 1))?;
        entries.push(entry);
    }
    if let (Some(first), Some(final_one)) = (entries.first(), entries.last())
        && first.number > final_one.number
    {
        entries.reverse();
    }
    let tip = verify(&entries).map_err(|tampered| tampered.to_string())?;
    if let Some(last) = last
        && *last != tip.hash
    {
        return Err(format!(
            "{} entries hold, but they end in {} and not in {last}: later ones are missing, or \
             all were written anew",
            tip.number, tip.hash
        ));
    }
    Ok(format!("{} entries hold; they end in {}", tip.number, tip.hash))
}
