//! Signing in, and out.

use super::desk::{Desk, sign_in};
use super::window::{LAPTOP, Window};

/// R162: who signs in sees what they may, and is asked again after signing out.
#[tokio::test]
async fn somebody_signs_in_and_out() {
    let desk = Desk::open().await;
    let window = Window::open(LAPTOP).await;
    window.goto(&format!("{}/inbox/all", desk.host.origin)).await;
    sign_in(&window, "Ada Moreau").await;
    window.holds("location.pathname === '/inbox/all'").await;
    window.reload().await;
    window.find("navigation", "Menu").await;
    window.find_with("button", "Ada Moreau:").await.click().await;
    window.find("menuitem", "Sign out").await.click().await;
    window.find("button", "Sign in").await;
    assert_eq!(window.faults(), Vec::<String>::new());
}
