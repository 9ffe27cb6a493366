//! What is refused, and what messages say.

mod bad_input;
mod messages;
