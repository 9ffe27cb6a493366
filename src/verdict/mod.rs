//! The rule that turns a comparison into a verdict. Pure. May import `compare` and `num`.
