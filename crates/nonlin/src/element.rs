//! The number types that slices hold.

use crate::activation::Activation;
use crate::functions::{Function, with_activation};
use crate::half;
use crate::kernels::{Job, Kernels};
use crate::saved::{self, FromValue};
use crate::strength::rounded;
use crate::{slice, stream};

/// `f32`, `f64`, [`f16`](::half::f16) or [`bf16`](::half::bf16): what a slice can hold.
pub trait Element:
    sealed::Sealed + Copy + Default + PartialEq + std::fmt::Debug + Send + Sync + 'static
{
    /// The name of the type: "f32", "f64", "f16" or "bf16".
    const NAME: &'static str;

    /// The nearest value of this type.
    fn from_f64(x: f64) -> Self;

    /// The value, exactly.
    fn to_f64(self) -> f64;

    /// Every number in `f32`, exactly unless this type is `f64`; the slices are of one length.
    #[doc(hidden)]
    fn widen_singles(x: &[Self], wide: &mut [f32]) {
        for (wide, x) in wide.iter_mut().zip(x) {
            *wide = x.to_f64() as f32;
        }
    }

    /// Every number rounded to this type, and the one NaN for any NaN; the slices are of one length.
    #[doc(hidden)]
    fn narrow_singles(wide: &[f32], x: &mut [Self]) {
        for (x, wide) in x.iter_mut().zip(wide) {
            *x = rounded(f64::from(*wide));
        }
    }

    /// Every number in `f64`, exactly; the slices are of one length.
    #[doc(hidden)]
    fn widen_all(x: &[Self], wide: &mut [f64]) {
        for (wide, x) in wide.iter_mut().zip(x) {
            *wide = x.to_f64();
        }
    }

    /// Every number rounded to this type, and the one NaN for any NaN; the slices are of one length.
    #[doc(hidden)]
    fn narrow_all(wide: &[f64], x: &mut [Self]) {
        for (x, wide) in x.iter_mut().zip(wide) {
            *x = rounded(*wide);
        }
    }

    /// The same slice, if this type is `f32`.
    #[doc(hidden)]
    fn as_single(_: &[Self]) -> Option<&[f32]> {
        None
    }

    /// The same slice, if this type is `f32`.
    #[doc(hidden)]
    fn as_single_mut(_: &mut [Self]) -> Option<&mut [f32]> {
        None
    }

    /// Computes; the slices are of one length.
    #[doc(hidden)]
    fn run<A: Activation>(kernels: Kernels<A>, job: Job<'_, Self>);

    /// Computes any function. It stands in every implementation, not here, so that the kernels of all functions are
    /// compiled with this crate and not with each that uses it.
    #[doc(hidden)]
    fn run_function(kernels: Kernels<Function>, job: Job<'_, Self>);

    /// dx = dy·φ′ with the derivative that follows from y; the slices are of one length.
    #[doc(hidden)]
    fn run_from_output<A: FromValue>(kernels: Kernels<A>, y: &[Self], dy: &[Self], dx: &mut [Self]);
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for ::half::f16 {}
    impl Sealed for ::half::bf16 {}
}

impl Element for f32 {
    const NAME: &'static str = "f32";
    #[inline]
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    fn as_single(x: &[f32]) -> Option<&[f32]> {
        Some(x)
    }
    fn as_single_mut(x: &mut [f32]) -> Option<&mut [f32]> {
        Some(x)
    }
    fn run<A: Activation>(kernels: Kernels<A>, job: Job<'_, f32>) {
        slice::single(kernels, job);
    }
    fn run_function(kernels: Kernels<Function>, job: Job<'_, f32>) {
        with_activation!(kernels.function(), a => stream::run(kernels.of(a), job));
    }
    fn run_from_output<A: FromValue>(kernels: Kernels<A>, y: &[f32], dy: &[f32], dx: &mut [f32]) {
        saved::single_from_output(kernels, y, dy, dx);
    }
}

impl Element for f64 {
    const NAME: &'static str = "f64";
    #[inline]
    fn from_f64(x: f64) -> f64 {
        x
    }
    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
    fn run<A: Activation>(kernels: Kernels<A>, job: Job<'_, f64>) {
        slice::double(kernels, job);
    }
    fn run_function(kernels: Kernels<Function>, job: Job<'_, f64>) {
        with_activation!(kernels.function(), a => stream::run(kernels.of(a), job));
    }
    fn run_from_output<A: FromValue>(kernels: Kernels<A>, y: &[f64], dy: &[f64], dx: &mut [f64]) {
        saved::double_from_output(kernels.function(), y, dy, dx);
    }
}

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
            fn widen_singles(x: &[Self], wide: &mut [f32]) {
                half::Half::to_singles(x, wide);
            }
            fn narrow_singles(wide: &[f32], x: &mut [Self]) {
                half::narrow_singles(wide, x);
            }
            fn widen_all(x: &[Self], wide: &mut [f64]) {
                half::widen_all(x, wide);
            }
            fn narrow_all(wide: &[f64], x: &mut [Self]) {
                half::narrow_all(wide, x);
            }
            fn run<A: Activation>(kernels: Kernels<A>, job: Job<'_, Self>) {
                half::run(kernels, job);
            }
            fn run_function(kernels: Kernels<Function>, job: Job<'_, Self>) {
                with_activation!(kernels.function(), a => stream::run(kernels.of(a), job));
            }
            fn run_from_output<A: FromValue>(
                kernels: Kernels<A>,
                y: &[Self],
                dy: &[Self],
                dx: &mut [Self],
            ) {
                half::backward_from_output(kernels, y, dy, dx);
            }
        }
    )*};
}
tabulated!(f16, bf16);
