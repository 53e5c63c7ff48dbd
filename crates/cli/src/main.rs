//! The command line of nonlin.
fn main() {}
