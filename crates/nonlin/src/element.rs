//! The number types that slices hold.

use crate::activation::{Activation, assert_same_length};
use crate::half;
use crate::slice;

/// `f32`, `f64`, [`f16`](::half::f16) or [`bf16`](::half::bf16): what a slice can hold.
///
/// The methods are the kernels behind [`Activation`]'s slice methods.
pub trait Element:
    sealed::Sealed + Copy + Default + PartialEq + std::fmt::Debug + Send + Sync + 'static
{
    /// The name of the type: "f32", "f64", "f16" or "bf16".
    const NAME: &'static str;

    /// The nearest value of this type.
    fn from_f64(x: f64) -> Self;

    /// The value, exactly.
    fn to_f64(self) -> f64;

    /// y = φ(x).
    fn forward<A: Activation>(activation: A, x: &[Self], y: &mut [Self]);

    /// d = φ′(x).
    fn derivative<A: Activation>(activation: A, x: &[Self], d: &mut [Self]);

    /// y = φ(x), d = φ′(x).
    fn forward_and_derivative<A: Activation>(
        activation: A,
        x: &[Self],
        y: &mut [Self],
        d: &mut [Self],
    );

    /// dx = dy·φ′(x).
    fn backward<A: Activation>(activation: A, x: &[Self], dy: &[Self], dx: &mut [Self]);
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for ::half::f16 {}
    impl Sealed for ::half::bf16 {}
}

macro_rules! native {
    ($($T:ident),*) => {$(
        impl Element for $T {
            const NAME: &'static str = stringify!($T);
            #[inline]
            fn from_f64(x: f64) -> Self {
                x as $T
            }
            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            fn forward<A: Activation>(activation: A, x: &[Self], y: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("y", y.len())]);
                slice::forward(activation, x, y);
            }
            fn derivative<A: Activation>(activation: A, x: &[Self], d: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("d", d.len())]);
                slice::derivative(activation, x, d);
            }
            fn forward_and_derivative<A: Activation>(activation: A, x: &[Self], y: &mut [Self], d: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("y", y.len()), ("d", d.len())]);
                slice::forward_and_derivative(activation, x, y, d);
            }
            fn backward<A: Activation>(activation: A, x: &[Self], dy: &[Self], dx: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("dy", dy.len()), ("dx", dx.len())]);
                slice::backward(activation, x, dy, dx);
            }
        }
    )*};
}
native!(f32, f64);

/// The number with its low 32 bits gathered in the last bit above them.
///
/// The conversions to half precision look at the upper 32 bits only, or go through `f32`; gathered, the low bits still
/// decide a tie, and the rounding is a single one.
#[inline]
fn with_sticky_bit(x: f64) -> f64 {
    let bits = x.to_bits();
    let low = bits as u32;
    f64::from_bits((bits ^ u64::from(low)) | (u64::from(low != 0) << 32))
}

macro_rules! tabulated {
    ($($T:ident),*) => {$(
        impl Element for ::half::$T {
            const NAME: &'static str = stringify!($T);
            #[inline]
            fn from_f64(x: f64) -> Self {
                ::half::$T::from_f64(with_sticky_bit(x))
            }
            #[inline]
            fn to_f64(self) -> f64 {
                self.into()
            }
            fn forward<A: Activation>(activation: A, x: &[Self], y: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("y", y.len())]);
                half::forward(activation, x, y);
            }
            fn derivative<A: Activation>(activation: A, x: &[Self], d: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("d", d.len())]);
                half::derivative(activation, x, d);
            }
            fn forward_and_derivative<A: Activation>(activation: A, x: &[Self], y: &mut [Self], d: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("y", y.len()), ("d", d.len())]);
                half::forward(activation, x, y);
                half::derivative(activation, x, d);
            }
            fn backward<A: Activation>(activation: A, x: &[Self], dy: &[Self], dx: &mut [Self]) {
                assert_same_length(&[("x", x.len()), ("dy", dy.len()), ("dx", dx.len())]);
                half::backward(activation, x, dy, dx);
            }
        }
    )*};
}
tabulated!(f16, bf16);
