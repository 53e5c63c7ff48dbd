//! Leaky rectifiers whose slope is learned per channel or drawn at random: PReLU and RReLU.
//!
//! At one fixed slope they are the one-argument functions [`Prelu`](crate::Prelu) and [`Rrelu`](crate::Rrelu). Here
//! are the forms that training needs: a slope for every channel with its gradient, and slopes drawn from a seed.

pub mod prelu;
pub mod rrelu;

pub use prelu::{prelu_backward, prelu_forward};
pub use rrelu::{RreluMode, SlopeDraw, rrelu_backward, rrelu_forward};
