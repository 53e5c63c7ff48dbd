//! Proofs of nonlin's kernels.
//!
//! * [`bits`]: hashes that every level must reproduce.
//! * [`inputs`]: which arguments are worth checking when not all can be.
//! * [`ulp`]: the distance of a result from the exact one.
//! * `mpfr` (feature): [`Real`](nonlin::Real) over MPFR, so that every formula is its own oracle.
//! * `sweep` (feature `mpfr`): all 2³² inputs of an `f32` kernel.

#![forbid(unsafe_code)]

pub mod bits;
pub mod inputs;
#[cfg(feature = "mpfr")]
pub mod mpfr;
#[cfg(feature = "mpfr")]
pub mod sweep;
pub mod ulp;
