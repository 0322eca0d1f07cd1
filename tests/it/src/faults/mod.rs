//! What must hold whatever goes wrong: crashes at every effect, receipts in every order, poison,
//! floods, secrets.

mod crashes;
mod issuer;
mod poison;
mod privacy;
mod reach;
mod receipts;
mod repetition;
