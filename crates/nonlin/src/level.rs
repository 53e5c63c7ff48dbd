//! The one dispatch: every kernel compiled once per instruction set, the best one chosen at run time.
//!
//! The loops are plain Rust over [`Lane`]s. Compiled under a `target_feature`, they become that instruction set's full
//! lanes. Arithmetic is IEEE and multiply-add is fused at every level, so all levels give the same bits.

use crate::activation::Activation;
use crate::elementary::Wide;
use crate::real::Lane;
use std::sync::atomic::{AtomicU8, Ordering};

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// What the compilation target guarantees: SSE2 on x86-64, NEON on AArch64. Without a fused multiply-add in
    /// hardware it is slow, and right all the same.
    Plain,
    /// AVX2 with fused multiply-add.
    Avx2,
    /// AVX-512 F, BW, DQ and VL.
    Avx512,
}

/// The level in use, as its discriminant plus one; 0 before the first call.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 3] = [Level::Plain, Level::Avx2, Level::Avx512];

    /// The name: "plain", "avx2" or "avx512".
    pub fn name(self) -> &'static str {
        match self {
            Level::Plain => "plain",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }

    /// Whether this machine has it.
    pub fn is_available(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        match self {
            Level::Plain => true,
            Level::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Level::Avx512 => {
                Level::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            self == Level::Plain
        }
    }

    /// The level that kernels run at: the best one, unless [`set`](Level::set) chose another.
    #[inline]
    pub fn current() -> Level {
        match CURRENT.load(Ordering::Relaxed) {
            1 => Level::Plain,
            2 => Level::Avx2,
            3 => Level::Avx512,
            _ => {
                let best = Level::ALL
                    .into_iter()
                    .rfind(|l| l.is_available())
                    .unwrap_or(Level::Plain);
                CURRENT.store(best as u8 + 1, Ordering::Relaxed);
                best
            }
        }
    }

    /// Makes every kernel of the process run at this level, for tests and measurements; returns whether this machine
    /// has it. The results do not change.
    pub fn set(self) -> bool {
        let available = self.is_available();
        if available {
            CURRENT.store(self as u8 + 1, Ordering::Relaxed);
        }
        available
    }
}

/// A number type whose kernels run in lanes.
pub(crate) trait Native: Copy {
    /// What the kernel computes in.
    type Wide: Lane;
    /// The type itself as a lane, for functions that only select.
    type Own: Lane;
    fn widen(self) -> Self::Wide;
    fn own(self) -> Self::Own;
    fn narrow(wide: Self::Wide) -> Self;
    fn from_own(own: Self::Own) -> Self;
    fn number(c: f64) -> Self::Wide;
    /// The one NaN, for a NaN argument; `self` else.
    fn unless_nan(self, argument: Self) -> Self;
    fn as_f64(self) -> f64;
    fn from_f64(x: f64) -> Self;
}

impl Native for f32 {
    type Wide = Wide;
    type Own = f32;
    #[inline(always)]
    fn widen(self) -> Wide {
        Wide(self as f64)
    }
    #[inline(always)]
    fn own(self) -> f32 {
        self
    }
    #[inline(always)]
    fn narrow(wide: Wide) -> f32 {
        wide.0 as f32
    }
    #[inline(always)]
    fn from_own(own: f32) -> f32 {
        own
    }
    #[inline(always)]
    fn number(c: f64) -> Wide {
        Wide(c)
    }
    #[inline(always)]
    fn unless_nan(self, argument: f32) -> f32 {
        if argument.is_nan() { f32::NAN } else { self }
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        self as f64
    }
    #[inline(always)]
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
}

impl Native for f64 {
    type Wide = f64;
    type Own = f64;
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }
    #[inline(always)]
    fn own(self) -> f64 {
        self
    }
    #[inline(always)]
    fn narrow(wide: f64) -> f64 {
        wide
    }
    #[inline(always)]
    fn from_own(own: f64) -> f64 {
        own
    }
    #[inline(always)]
    fn number(c: f64) -> f64 {
        c
    }
    #[inline(always)]
    fn unless_nan(self, argument: f64) -> f64 {
        if argument.is_nan() { f64::NAN } else { self }
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_f64(x: f64) -> f64 {
        x
    }
}

/// φ(x), rounded once.
#[inline(always)]
fn value<A: Activation, N: Native>(p: A::Params<N::Wide>, own: A::Params<N::Own>, x: N) -> N {
    if A::SELECTS_ONLY {
        N::from_own(A::lane_value(own, x.own())).unless_nan(x)
    } else {
        N::narrow(A::lane_value(p, x.widen())).unless_nan(x)
    }
}

/// φ′(x), rounded once.
#[inline(always)]
fn slope<A: Activation, N: Native>(p: A::Params<N::Wide>, own: A::Params<N::Own>, x: N) -> N {
    if A::SELECTS_ONLY {
        N::from_own(A::lane_derivative(own, x.own())).unless_nan(x)
    } else {
        N::narrow(A::lane_derivative(p, x.widen())).unless_nan(x)
    }
}

/// dy·φ′(x), rounded once.
#[inline(always)]
fn chain<A: Activation, N: Native>(
    p: A::Params<N::Wide>,
    own: A::Params<N::Own>,
    x: N,
    dy: N,
) -> N {
    let dx = if A::SELECTS_ONLY {
        N::from_own(A::lane_derivative(own, x.own()) * dy.own()).unless_nan(x)
    } else {
        N::narrow(A::lane_derivative(p, x.widen()) * dy.widen()).unless_nan(x)
    };
    dx.unless_nan(dx)
}

/// Emits a kernel once per level, from one body, with the dispatch between them.
macro_rules! per_level {
    ($(#[$meta:meta])* fn $name:ident($p:ident, $own:ident, $a:ident; $($arg:ident: $type:ty),*) $body:block) => {
        $(#[$meta])*
        pub(crate) fn $name<A: Activation, N: Native>(level: Level, activation: A, $($arg: $type),*) {
            #[inline(always)]
            fn body<A: Activation, N: Native>($a: A, $($arg: $type),*) {
                let $p = $a.lift(|_, c| N::number(c));
                let $own = A::map($p, |c| N::narrow(c).own());
                $body
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2<A: Activation, N: Native>(activation: A, $($arg: $type),*) {
                body(activation, $($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
            fn avx512<A: Activation, N: Native>(activation: A, $($arg: $type),*) {
                body(activation, $($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            match level {
                Level::Plain => body(activation, $($arg),*),
                // SAFETY: a `Level` other than `Plain` comes from `Level::current`, which returns only levels that
                // `is_available` found on this machine: the instructions that these two use exist.
                Level::Avx2 => unsafe { avx2(activation, $($arg),*) },
                Level::Avx512 => unsafe { avx512(activation, $($arg),*) },
            }
            #[cfg(not(target_arch = "x86_64"))]
            {
                let _ = level;
                body(activation, $($arg),*)
            }
        }
    };
}

per_level! {
    /// y = φ(x).
    fn forward(p, own, a; x: &[N], y: &mut [N]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = value::<A, N>(p, own, x);
        }
        far(a, x, |i, x, (value, _)| y[i] = N::from_f64(value).unless_nan(x));
    }
}

per_level! {
    /// d = φ′(x).
    fn derivative(p, own, a; x: &[N], d: &mut [N]) {
        for (d, &x) in d.iter_mut().zip(x) {
            *d = slope::<A, N>(p, own, x);
        }
        far(a, x, |i, x, (_, slope)| d[i] = N::from_f64(slope).unless_nan(x));
    }
}

per_level! {
    /// y = φ(x), d = φ′(x).
    fn forward_and_derivative(p, own, a; x: &[N], y: &mut [N], d: &mut [N]) {
        for ((y, d), &x) in y.iter_mut().zip(d.iter_mut()).zip(x) {
            *y = value::<A, N>(p, own, x);
            *d = slope::<A, N>(p, own, x);
        }
        far(a, x, |i, x, (value, slope)| {
            y[i] = N::from_f64(value).unless_nan(x);
            d[i] = N::from_f64(slope).unless_nan(x);
        });
    }
}

per_level! {
    /// dx = dy·φ′(x).
    fn backward(p, own, a; x: &[N], dy: &[N], dx: &mut [N]) {
        for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
            *dx = chain::<A, N>(p, own, x, dy);
        }
        far(a, x, |i, _, (_, slope)| {
            let product = N::from_f64(slope * dy[i].as_f64());
            dx[i] = product.unless_nan(product);
        });
    }
}

/// Gives the arguments that the lanes do not reach to `write`, with their value and derivative.
#[inline(always)]
fn far<A: Activation, N: Native>(a: A, x: &[N], mut write: impl FnMut(usize, N, (f64, f64))) {
    if A::REACHES_FAR {
        for (i, &x) in x.iter().enumerate() {
            if let Some(result) = a.far(x.as_f64()) {
                write(i, x, result);
            }
        }
    }
}
