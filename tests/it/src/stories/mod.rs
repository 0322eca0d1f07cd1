//! Stories: what users live through, told on the real handlers with a turned clock.

mod answering;
mod bad_input;
mod channels;
mod feed;
mod hours;
mod media;
mod sending;
mod tiles;
