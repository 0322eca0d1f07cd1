//! Where a request may go.
//!
//! Addresses of files come from webhooks and from providers' answers, so they count as hostile: a
//! request may only go to public hosts by HTTPS, judged by the address it really connects to.
//! Otherwise a contact could make Confab fetch from the network it runs in, the Lambda runtime's
//! own address included.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Why a request is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    #[error("not an address")]
    NotAnAddress,
    #[error("only https is allowed")]
    NotHttps,
    #[error("credentials in the address are not allowed")]
    Credentials,
    #[error("only the standard port is allowed")]
    Port,
    #[error("the host is not a public one")]
    NotPublic,
}

/// Whether a request to `url` may be made. `own` is an origin that is allowed whatever it is: the
/// one an account names for its provider, on the laptop and in tests.
///
/// # Errors
///
/// The reason it may not. A name that passes here is still judged by what it resolves to.
pub fn check(url: &str, own: Option<&str>) -> Result<Url, Unreachable> {
    let parsed = Url::parse(url).map_err(|_| Unreachable::NotAnAddress)?;
    if let Some(own) = own.and_then(|own| Url::parse(own).ok())
        && own.origin() == parsed.origin()
        && parsed.username().is_empty()
        && parsed.password().is_none()
    {
        return Ok(parsed);
    }
    if parsed.scheme() != "https" {
        return Err(Unreachable::NotHttps);
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Unreachable::Credentials);
    }
    if parsed.port().is_some() {
        return Err(Unreachable::Port);
    }
    match parsed.host() {
        None => Err(Unreachable::NotAnAddress),
        Some(Host::Domain(name)) if is_local_name(name) => Err(Unreachable::NotPublic),
        Some(Host::Domain(_)) => Ok(parsed),
        Some(Host::Ipv4(ip)) if is_public(IpAddr::V4(ip)) => Ok(parsed),
        Some(Host::Ipv6(ip)) if is_public(IpAddr::V6(ip)) => Ok(parsed),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(Unreachable::NotPublic),
    }
}

/// Names that never leave a network, and names without a dot.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let local = ["localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp"];
    !name.contains('.')
        || local.iter().any(|end| name == *end || name.ends_with(&format!(".{end}")))
}

/// Whether an address is one of the public internet: not loopback, private, shared, link-local,
/// reserved, documentation or multicast, in either family and in any way of writing one in the
/// other (<https://www.iana.org/assignments/iana-ipv4-special-registry>).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = a == 0
        || a == 10
        || a == 127
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 168)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224;
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    // Only 2000::/3 is given out; everything else is special.
    let global = (0x2000..0x4000).contains(&segments[0]);
    let documentation = segments[0] == 0x2001 && segments[1] == 0x0db8
        || segments[0] == 0x3fff && segments[1] < 0x1000;
    let special = segments[0] == 0x2001 && segments[1] < 0x0200;
    let six_to_four = segments[0] == 0x2002;
    global && !documentation && !special && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way of writing an address that is not a public one, for S6.
    fn hosts_that_are_not_public() -> Vec<String> {
        let v4 = [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "0.0.0.0",
            "0",
            "10.0.0.1",
            "10.255.255.255",
            "0xa.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.1.1",
            "3232235777",
            "0xc0a80101",
            "169.254.169.254",
            "169.254.100.1",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "0.1.2.3",
            "127.255.255.254",
            "１２７.0.0.1",
            "①②⑦.0.0.1",
            "127。0。0。1",
        ];
        let v6 = [
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:169.254.169.254]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::1]",
            "[fe80::1]",
            "[febf::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2001:10::1]",
            "[2002:7f00:1::]",
            "[2002:a9fe:a9fe::]",
            "[3fff::1]",
            "[fec0::1]",
            "[4000::1]",
            "[0:0:0:0:0:0:0:1]",
            "[0:0:0:0:0:ffff:127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
        ];
        let names = [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "printer",
            "router.lan",
            "db.internal",
            "metadata.google.internal",
            "host.local",
            "nas.home.arpa",
            "wiki.corp",
            "intranet",
            "x.intranet",
            "sandbox.localdomain.local",
            "ｌｏｃａｌｈｏｓｔ",
            "loc%61lhost",
        ];
        v4.into_iter().chain(v6).chain(names).map(str::to_owned).collect()
    }

    #[test]
    fn nothing_but_public_https_is_reached() {
        let mut tried = 0;
        for host in hosts_that_are_not_public() {
            for url in [format!("https://{host}/"), format!("https://{host}/latest/meta-data/")] {
                assert!(check(&url, None).is_err(), "{url}");
                tried += 1;
            }
        }
        for url in [
            "http://example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com/",
            "https://user@example.com/",
            "https://user:pass@example.com/",
            "https://@127.0.0.1/",
            "https://example.com@127.0.0.1/",
            "https://127.0.0.1#@example.com/",
            "https://example.com:8443/",
            "https://example.com:22/",
            "https://example.com:80/",
            "https://127.0.0.1:443/",
            "https:///etc/passwd",
            "https://",
            "//example.com/",
            "",
            "data:text/plain,x",
            "javascript:alert(1)",
            "https://[::1",
            "https://exa mple.com/",
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.1:9001/2018-06-01/runtime/",
            "https://localhost:9001/",
            "unix:///var/run/docker.sock",
            "https:127.0.0.1/",
            "https:\\\\127.0.0.1\\",
            "https://127.0.0.1\\@example.com/",
            "https://0/",
            "https://%31%32%37.0.0.1/",
        ] {
            assert!(check(url, None).is_err(), "{url}");
            tried += 1;
        }
        assert!(tried >= 120, "{tried}");
    }

    #[test]
    fn public_addresses_are_reached() {
        for url in [
            "https://example.com/a?b=c",
            "https://graph.facebook.com/v25.0/1",
            "https://8.8.8.8/",
            "https://example.com:443/",
            "https://[2606:4700::1111]/",
            "https://EXAMPLE.com/",
            "https://127.0.0.1.example.com/",
            "https://localhost.example.com/",
        ] {
            assert!(check(url, None).is_ok(), "{url}");
        }
    }

    #[test]
    fn the_account_s_own_origin_is_allowed_and_nothing_like_it() {
        let own = Some("http://127.0.0.1:9999");
        assert!(check("http://127.0.0.1:9999/v25.0/1", own).is_ok());
        for url in [
            "http://127.0.0.1:9998/",
            "https://127.0.0.1:9999/",
            "http://127.0.0.2:9999/",
            "http://u@127.0.0.1:9999/",
            "http://127.0.0.1:9999.evil.example/",
            "http://localhost:9999/",
        ] {
            assert!(check(url, own).is_err(), "{url}");
        }
    }
}
