//! Proofs of nonlin's kernels.
//!
//! * [`bits`]: hashes that every level must reproduce.
//! * [`inputs`]: which arguments are worth checking when not all can be.
//! * [`ulp`]: the distance of a result from the exact one.
//! * [`judge`]: who says what the exact result is, double-double arithmetic or MPFR.
//! * `mpfr` (feature): [`Real`](nonlin::Real) over MPFR, so that every formula is its own oracle.
//! * [`sweep`]: all inputs of a kernel, or inputs from every binade.
//! * [`check`]: everything that is promised of a function, as the rows of `golden/accuracy.tsv`.

#![forbid(unsafe_code)]

pub mod bits;
pub mod check;
pub mod inputs;
pub mod judge;
#[cfg(feature = "mpfr")]
pub mod mpfr;
pub mod sweep;
pub mod ulp;
