//! Stories: what users live through, told on the real handlers with a turned clock.

mod answering;
mod answers;
mod audit;
mod bad_input;
mod channels;
mod consents;
mod contacts;
mod faq_files;
mod faq_versions;
mod faqs;
mod feed;
mod golden;
mod held;
mod hours;
mod kept;
mod media;
mod notified;
mod people;
mod rights;
mod routing;
mod sending;
mod sign_in;
mod tickets;
mod tiles;
mod timers;
mod views;
