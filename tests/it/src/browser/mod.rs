//! The desk in a real browser: Chromium, driven as people drive it, in front of the program itself.
//!
//! - [`chromium`]: the browser. [`window`], [`element`], [`keys`]: what a person has before them.
//! - [`desk`]: the shop they work in.
//! - [`screens`]: every screen, by its [`pictures`] and by the rules of [`axe`]. [`weight`]: how much
//!   is loaded, and how soon.

mod axe;
mod chromium;
mod connection;
mod desk;
mod element;
mod hostile;
mod incoming;
mod injection;
mod keys;
mod lists;
mod pictures;
mod screens;
mod sign_in;
mod weight;
mod window;
