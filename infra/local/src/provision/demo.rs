//! The workspace that a newcomer finds.

use super::Provisioned;

/// The demo's workspace, users and accounts.
pub fn demo() -> Provisioned {
    super::read(include_str!("demo.toml")).expect("the demo's file is tested")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_an_account_of_every_channel() {
        let demo = demo();
        let of_demo: Vec<&str> = demo.workspaces[0]
            .accounts
            .iter()
            .map(|provisioned| provisioned.account.channel.as_str())
            .collect();
        for channel in channels::ALL {
            assert!(of_demo.contains(&channel.name()), "{}", channel.name());
        }
    }
}
