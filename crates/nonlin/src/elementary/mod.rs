//! Elementary functions that vectorise.
//!
//! Each is branch-free scalar code over `f64`; in a loop compiled for an instruction set it becomes that set's full
//! lanes. Every function comes in two strengths: *wide*, whose result is good to about 2⁻³⁸ and will be rounded to
//! `f32`, and *full*, for `f64` results. Coefficients and their errors stand in `coefficients.rs`, the finder in
//! `crates/nonlin/coefficients/find.py`. Beside them stands [`Quick`], which stays in `f32`.

pub(crate) mod coefficients;
pub(crate) mod exponential;
mod full;
pub(crate) mod logarithm;
pub(crate) mod normal;
pub(crate) mod quick;
mod single;
pub(crate) mod trigonometric;
mod wide;

pub use quick::Quick;
pub use trigonometric::TRIG_REACH;
pub use wide::Wide;
