//! The desk in a real browser: Chromium, driven as people drive it, in front of the program itself.
//!
//! - [`chromium`]: the browser. [`window`], [`element`], [`keys`]: what a person has before them.
//! - [`desk`]: the shop they work in.
//! - [`widget`]: the web chat on the shop's own page.
//! - [`screens`]: every screen, by its [`pictures`] and by the rules of [`axe`]. [`weight`]: how much
//!   is loaded; [`speed`]: how soon.

mod axe;
mod by_keyboard;
mod chromium;
mod colleagues;
mod connection;
mod desk;
mod drafts;
mod element;
mod fields;
mod hostile;
mod incoming;
mod injection;
mod keys;
mod lists;
mod pictures;
mod replies;
mod screens;
mod settings;
mod sign_in;
mod speed;
mod weight;
mod widget;
mod window;
