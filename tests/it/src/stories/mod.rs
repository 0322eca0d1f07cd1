//! Stories: what users live through, told on the real handlers with a turned clock.

mod answering;
mod audit;
mod bad_input;
mod channels;
mod consents;
mod feed;
mod golden;
mod hours;
mod media;
mod sending;
mod sign_in;
mod tiles;
