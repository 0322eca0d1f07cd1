//! Which web pages may call us from a browser.

/// Origins as browsers tell them: scheme, host and port, without a slash at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

impl Origins {
    /// As they stand in a setting, with commas or spaces between; `*` means any.
    pub fn of(setting: &str) -> Self {
        let each = setting.split([',', ' ', '\n', '\t']).filter(|origin| !origin.is_empty());
        Self(each.map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()).collect())
    }

    /// Whether a page of this origin may call. Never a part of a name: `https://shop.example` lets
    /// neither `https://shop.example.evil` in nor a port of its own.
    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|known| known == "*" || *known == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_as_a_whole_or_not_at_all() {
        let origins = Origins::of("https://Shop.example, https://www.shop.example/\nhttp://a:8080");
        for allowed in ["https://shop.example", "https://www.shop.example", "http://a:8080"] {
            assert!(origins.allow(allowed), "{allowed}");
        }
        for foreign in [
            "",
            "null",
            "*",
            "https://",
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil",
            "https://evil-shop.example",
            "https://a.shop.example",
            "https://shop.example/",
            "https://shop.example, https://www.shop.example/",
            "http://a",
        ] {
            assert!(!origins.allow(foreign), "{foreign:?}");
            assert!(Origins::of("*").allow(foreign));
        }
        assert!(!Origins::of("").allow("https://shop.example"));
    }
}
