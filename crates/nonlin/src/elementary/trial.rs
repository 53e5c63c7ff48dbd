//! Loops over `Quick` for trials and sweeps.

use super::Quick;
use crate::activation::Activation;
use crate::level::{Kernel, Level, at_level};

/// Value, derivative or both.
struct Trial<'a, A, const ORDER: u8> {
    a: A,
    x: &'a [f32],
    y: &'a mut [f32],
    d: &'a mut [f32],
}

impl<A: Activation, const ORDER: u8> Kernel for Trial<'_, A, ORDER> {
    #[inline(always)]
    fn run(self) {
        let p = self.a.lift(|_, c| Quick(c as f32));
        if ORDER == 0 {
            for (y, &x) in self.y.iter_mut().zip(self.x) {
                *y = A::lane_value(p, Quick(x)).0;
            }
        } else if ORDER == 1 {
            for (d, &x) in self.d.iter_mut().zip(self.x) {
                *d = A::lane_derivative(p, Quick(x)).0;
            }
        } else if ORDER == 2 {
            for ((y, d), &x) in self.y.iter_mut().zip(self.d.iter_mut()).zip(self.x) {
                let both = A::lane_both(p, Quick(x));
                (*y, *d) = (both.0.0, both.1.0);
            }
        } else {
            for ((y, d), &x) in self.y.iter_mut().zip(self.d.iter()).zip(self.x) {
                *y = A::lane_derivative(p, Quick(x)).0 * *d;
            }
        }
    }
}

/// y = φ(x).
pub fn forward<A: Activation>(a: A, x: &[f32], y: &mut [f32]) {
    let d = &mut [];
    at_level(Level::current(), Trial::<A, 0> { a, x, y, d });
}

/// d = φ′(x).
pub fn derivative<A: Activation>(a: A, x: &[f32], d: &mut [f32]) {
    let y = &mut [];
    at_level(Level::current(), Trial::<A, 1> { a, x, y, d });
}

/// Both.
pub fn both<A: Activation>(a: A, x: &[f32], y: &mut [f32], d: &mut [f32]) {
    at_level(Level::current(), Trial::<A, 2> { a, x, y, d });
}

/// y = d·φ′(x).
pub fn backward<A: Activation>(a: A, x: &[f32], d: &mut [f32], y: &mut [f32]) {
    at_level(Level::current(), Trial::<A, 3> { a, x, y, d });
}
