//! What an activation does to a signal before anything is trained.
//!
//! In a wide network with random weights the sums that reach a layer are close to normal, so what a layer does follows from
//! integrals over normal numbers. This crate computes them for any function at any parameters, split where the function has
//! kinks, with the error estimated:
//!
//! * [`Moments`]: E f, E f², E f′, E f′² and E f f″ under N(μ, σ²), and from them the [`Gains`];
//! * [`Field`]: the variance and correlation maps, their fixed points and the depth scales; the [`edge`] of chaos;
//! * [`init`]: starting weights that use the exact gain of the function that follows;
//! * [`selu`]: the constants that make (0, 1) a fixed point, and the map's Jacobian anywhere;
//! * [`born_dead`]: how likely a network of ReLUs is constant from the start;
//! * [`random`]: the seeded random numbers of everything here that is drawn.
//!
//! ```
//! use nonlin_theory::{Gains, edge};
//! let gains = Gains::of("relu".parse()?, 0.0, 1.0);
//! assert!((gains.forward.value - std::f64::consts::SQRT_2).abs() < 1e-12);
//! let tanh = edge("tanh".parse()?, 0.2);
//! assert!((tanh[0].weight_std - 1.304146).abs() < 1e-6);
//! # Ok::<(), nonlin::Error>(())
//! ```
#![forbid(unsafe_code)]

pub mod born_dead;
mod correlation;
mod field;
pub mod init;
mod moments;
mod quadrature;
pub mod random;
pub mod selu;

pub use field::{Depths, Edge, Field, edge};
pub use moments::{Gains, Moments};
pub use quadrature::Estimate;
