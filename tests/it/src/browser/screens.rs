//! Every screen, light and dark, on a laptop and on a phone: as somebody has approved it, and
//! without a barrier for anybody.

use super::desk::Desk;
use super::pictures::compared;
use super::window::{LAPTOP, PHONE, Size, Window};

/// A Friday morning in Berlin, in November.
const MORNING: &str = "2026-11-20T09:41:00Z";

const THEMES: [&str; 2] = ["light", "dark"];
const SIZES: [(&str, Size); 2] = [("laptop", LAPTOP), ("phone", PHONE)];

/// What is wrong with a screen, in all its looks.
async fn looked_at(window: &Window, screen: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (on, size) in SIZES {
        window.resize(size).await;
        for theme in THEMES {
            window.prefers(theme, "reduce").await;
            let look = format!("{screen}-{on}-{theme}");
            wrong.extend(compared(window, &look).await);
            wrong
                .extend(window.barriers().await.iter().map(|barrier| format!("{look}: {barrier}")));
        }
    }
    wrong
}

async fn window(desk: &Desk) -> Window {
    let window = Window::open(LAPTOP).await;
    window.stop_the_clock(MORNING).await;
    window.goto(&desk.host.origin).await;
    window
}

#[tokio::test]
async fn the_page_to_sign_in_at() {
    let desk = Desk::open().await;
    let window = window(&desk).await;
    window.find("button", "Sign in").await;
    assert_eq!(looked_at(&window, "sign-in").await, Vec::<String>::new());
}
