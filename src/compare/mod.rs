//! From samples at several sizes to an interval for the gap at infinite size: ladder, fits, power.
//!
//! May import `num` only.
