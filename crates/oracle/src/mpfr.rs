//! `Real` over MPFR: a formula evaluated to hundreds of bits is its own oracle.

use crate::judge::{Exact, Judge};
use nonlin::activation::evaluate;
use nonlin::{Activation, Function, Order, Real, with_function};
use rug::Float;
use rug::float::Constant;
use rug::ops::CompleteRound;
use std::cell::{Cell, RefCell};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Bits that leave enough after cancellation for inputs from `f32`: a derivative such as 1 − tanh² loses up to 2 × 150
/// before it leaves the format.
pub const FOR_SINGLE: u32 = 448;

/// The same for inputs from `f64`, which loses up to 2 × 1074.
pub const FOR_DOUBLE: u32 = 2400;

thread_local! {
    /// The numbers of the evaluation under way; a [`Mpfr`] is an index into them, which makes it `Copy`.
    static NUMBERS: RefCell<Vec<Float>> = const { RefCell::new(Vec::new()) };

    /// The bits it carries.
    static BITS: Cell<u32> = const { Cell::new(FOR_SINGLE) };
}

/// A multiprecision number of the evaluation under way on this thread.
#[derive(Clone, Copy, Debug)]
pub struct Mpfr(usize);

fn push(x: Float) -> Mpfr {
    NUMBERS.with_borrow_mut(|numbers| {
        numbers.push(x);
        Mpfr(numbers.len() - 1)
    })
}

impl Mpfr {
    fn from_f64(x: f64) -> Mpfr {
        push(Float::with_val(BITS.get(), x))
    }

    /// A parameter: the simple fraction that `c` is the nearest `f64` to, if there is one, so that 1/6 means 1/6.
    fn parameter(c: f64) -> Mpfr {
        match nonlin::simple_fraction(c) {
            Some((p, q)) => push(Float::with_val(BITS.get(), p) / q),
            None => Mpfr::from_f64(c),
        }
    }

    fn get(self) -> Float {
        NUMBERS.with_borrow(|numbers| numbers[self.0].clone())
    }

    fn map(self, f: impl FnOnce(&Float) -> Float) -> Mpfr {
        let y = NUMBERS.with_borrow(|numbers| f(&numbers[self.0]));
        push(y)
    }

    fn zip(self, other: Mpfr, f: impl FnOnce(&Float, &Float) -> Float) -> Mpfr {
        let y = NUMBERS.with_borrow(|numbers| f(&numbers[self.0], &numbers[other.0]));
        push(y)
    }

    fn compare(self, other: Mpfr, f: impl FnOnce(&Float, &Float) -> bool) -> bool {
        NUMBERS.with_borrow(|numbers| f(&numbers[self.0], &numbers[other.0]))
    }
}

macro_rules! operator {
    ($($Trait:ident $method:ident $op:tt),*) => {$(
        impl $Trait for Mpfr {
            type Output = Mpfr;
            fn $method(self, other: Mpfr) -> Mpfr {
                self.zip(other, |a, b| (a $op b).complete(BITS.get()))
            }
        }
    )*};
}
operator!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Mpfr {
    type Output = Mpfr;
    fn neg(self) -> Mpfr {
        self.map(|x| (-x).complete(BITS.get()))
    }
}

impl Real for Mpfr {
    fn constant(self, c: f64) -> Mpfr {
        Mpfr::from_f64(c)
    }
    fn pi(self) -> Mpfr {
        push(Float::with_val(BITS.get(), Constant::Pi))
    }
    fn exp(self) -> Mpfr {
        self.map(|x| x.exp_ref().complete(BITS.get()))
    }
    fn exp_m1(self) -> Mpfr {
        self.map(|x| x.exp_m1_ref().complete(BITS.get()))
    }
    fn ln_1p(self) -> Mpfr {
        self.map(|x| x.ln_1p_ref().complete(BITS.get()))
    }
    fn tanh(self) -> Mpfr {
        self.map(|x| x.tanh_ref().complete(BITS.get()))
    }
    fn erfc(self) -> Mpfr {
        self.map(|x| x.erfc_ref().complete(BITS.get()))
    }
    fn sqrt(self) -> Mpfr {
        self.map(|x| x.sqrt_ref().complete(BITS.get()))
    }
    fn sin(self) -> Mpfr {
        self.map(|x| x.sin_ref().complete(BITS.get()))
    }
    fn cos(self) -> Mpfr {
        self.map(|x| x.cos_ref().complete(BITS.get()))
    }
    fn below(self, at: Mpfr, then: Mpfr, otherwise: Mpfr) -> Mpfr {
        if self.compare(at, |a, b| a < b) {
            then
        } else {
            otherwise
        }
    }
    fn up_to(self, at: Mpfr, then: Mpfr, otherwise: Mpfr) -> Mpfr {
        if self.compare(at, |a, b| a <= b) {
            then
        } else {
            otherwise
        }
    }
}

/// A quantity of a formula at x, carrying `bits` bits.
pub fn exact<A: Activation>(activation: A, order: Order, x: f64, bits: u32) -> Float {
    BITS.set(bits);
    let parameters = activation.lift(|_, c| Mpfr::parameter(c));
    let y = evaluate::<A, Mpfr>(order, parameters, Mpfr::from_f64(x)).get();
    NUMBERS.with_borrow_mut(Vec::clear);
    y
}

impl Exact for Float {
    fn to_f32(&self) -> f32 {
        Float::to_f32(self)
    }
    fn to_f64(&self) -> f64 {
        Float::to_f64(self)
    }
    fn distance(&self, y: f64) -> f64 {
        Float::with_val(self.prec(), y - self).to_f64().abs()
    }
}

/// Whether two numbers, of which neither is 0, agree to 120 bits.
fn agree(coarse: &Float, fine: &Float) -> bool {
    let difference = Float::with_val(fine.prec(), fine - coarse);
    match (difference.get_exp(), fine.get_exp()) {
        (Some(difference), Some(exponent)) => difference < exponent - 120,
        // A difference of 0 has no exponent, nor has 0 itself.
        (None, Some(_)) => difference.is_zero(),
        _ => false,
    }
}

/// MPFR.
#[derive(Clone, Copy, Debug, Default)]
pub struct Multiprecision;

impl Judge for Multiprecision {
    const NAME: &'static str = "MPFR";
    const JUDGES_F64: bool = true;
    type Exact = Float;
    fn exact(self, f: Function, order: Order, x: f64, for_f64: bool) -> Option<Float> {
        let with_bits = |bits| with_function!(f, a => exact(a, order, x, bits));
        if !for_f64 {
            return Some(with_bits(FOR_SINGLE));
        }
        // Few results need all the bits: where two precisions agree in more than an f64 shows, nothing has cancelled.
        let mut coarse = with_bits(192);
        for bits in [320, 640] {
            let fine = with_bits(bits);
            if agree(&coarse, &fine) {
                return Some(fine);
            }
            coarse = fine;
        }
        Some(with_bits(FOR_DOUBLE))
    }
}
