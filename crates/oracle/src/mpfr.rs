//! `Real` over MPFR: a formula evaluated to hundreds of bits is its own oracle.

use crate::judge::{Exact, Judge};
use nonlin::activation::evaluate;
use nonlin::{Activation, Function, Order, Real, with_function};
use rug::Float;
use rug::float::{Constant, Round};
use rug::ops::AssignRound;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Bits that leave enough after cancellation for inputs from `f32`: a derivative such as 1 − tanh² loses up to 2 × 150
/// before it leaves the format.
pub const FOR_SINGLE: u32 = 448;

/// The same for inputs from `f64`, which loses up to 2 × 1074.
pub const FOR_DOUBLE: u32 = 2400;

/// A number, and whether nothing was rounded on the way to it.
#[derive(Clone)]
struct Number {
    value: Float,
    is_exact: bool,
}

impl Number {
    /// Whether it is 0 by the formula, so that a product with it is.
    fn vanishes(&self) -> bool {
        self.is_exact && self.value.is_zero()
    }
}

/// The numbers of an evaluation. Those of the one before lie behind them, for their memory.
struct Numbers {
    all: Vec<Number>,
    used: usize,
    bits: u32,
}

impl Numbers {
    /// A number more; `set` sets it, given those that are there, and says whether it is exact.
    fn push(&mut self, set: impl FnOnce(&[Number], &mut Float) -> bool) -> Mpfr {
        if self.used == self.all.len() {
            self.all.push(Number {
                value: Float::new(self.bits),
                is_exact: false,
            });
        }
        let (there, free) = self.all.split_at_mut(self.used);
        let new = &mut free[0];
        if new.value.prec() != self.bits {
            new.value.set_prec(self.bits);
        }
        new.is_exact = set(there, &mut new.value);
        self.used += 1;
        Mpfr(self.used - 1)
    }
}

thread_local! {
    /// Those of the evaluation under way; a [`Mpfr`] is an index into them, which makes it `Copy`.
    static NUMBERS: RefCell<Numbers> = const {
        RefCell::new(Numbers {
            all: Vec::new(),
            used: 0,
            bits: FOR_SINGLE,
        })
    };
}

/// A multiprecision number of the evaluation under way on this thread.
#[derive(Clone, Copy, Debug)]
pub struct Mpfr(usize);

/// Sets a number to the nearest one to `to`; whether that is `to` itself.
fn is_set<S>(new: &mut Float, to: S) -> bool
where
    Float: AssignRound<S, Round = Round, Ordering = Ordering>,
{
    new.assign_round(to, Round::Nearest) == Ordering::Equal
}

fn push(set: impl FnOnce(&[Number], &mut Float) -> bool) -> Mpfr {
    NUMBERS.with_borrow_mut(|numbers| numbers.push(set))
}

impl Mpfr {
    fn from_f64(x: f64) -> Mpfr {
        push(|_, new| is_set(new, x))
    }

    /// A parameter: the simple fraction that `c` is the nearest `f64` to, if there is one, so that 1/6 means 1/6.
    fn parameter(c: f64) -> Mpfr {
        match nonlin::simple_fraction(c) {
            Some((p, q)) => Mpfr::from_f64(p.into()) / Mpfr::from_f64(q.into()),
            None => Mpfr::from_f64(c),
        }
    }

    /// A function's value at it; `set` says whether it is exact at an exact number.
    fn map(self, set: impl FnOnce(&mut Float, &Float) -> bool) -> Mpfr {
        push(|there, new| {
            let x = &there[self.0];
            set(new, &x.value) && x.is_exact
        })
    }

    fn compare(self, other: Mpfr, f: impl FnOnce(&Float, &Float) -> bool) -> bool {
        NUMBERS.with_borrow(|numbers| f(&numbers.all[self.0].value, &numbers.all[other.0].value))
    }
}

macro_rules! operator {
    ($($Trait:ident $method:ident $op:tt, 0 where $vanishes:expr;)*) => {$(
        impl $Trait for Mpfr {
            type Output = Mpfr;
            fn $method(self, other: Mpfr) -> Mpfr {
                push(|there, new| {
                    let (a, b) = (&there[self.0], &there[other.0]);
                    let is_exact = is_set(new, &a.value $op &b.value) && a.is_exact && b.is_exact;
                    let vanishes: fn(&Number, &Number) -> bool = $vanishes;
                    is_exact || new.is_zero() && vanishes(a, b)
                })
            }
        }
    )*};
}
operator! {
    Add add +, 0 where |_, _| false;
    Sub sub -, 0 where |_, _| false;
    Mul mul *, 0 where |a, b| a.vanishes() || b.vanishes();
    Div div /, 0 where |a, _| a.vanishes();
}

impl Neg for Mpfr {
    type Output = Mpfr;
    fn neg(self) -> Mpfr {
        self.map(|new, x| is_set(new, -x))
    }
}

impl Real for Mpfr {
    fn constant(self, c: f64) -> Mpfr {
        Mpfr::from_f64(c)
    }
    fn pi(self) -> Mpfr {
        push(|_, new| is_set(new, Constant::Pi))
    }
    fn exp(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.exp_ref()))
    }
    fn exp_m1(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.exp_m1_ref()))
    }
    fn ln_1p(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.ln_1p_ref()))
    }
    fn tanh(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.tanh_ref()))
    }
    fn erfc(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.erfc_ref()))
    }
    fn sqrt(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.sqrt_ref()))
    }
    fn sin(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.sin_ref()))
    }
    fn cos(self) -> Mpfr {
        self.map(|new, x| is_set(new, x.cos_ref()))
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
fn evaluated<A: Activation>(activation: A, order: Order, x: f64, bits: u32) -> Number {
    NUMBERS.with_borrow_mut(|numbers| (numbers.used, numbers.bits) = (0, bits));
    let parameters = activation.lift(|_, c| Mpfr::parameter(c));
    let Mpfr(y) = evaluate::<A, Mpfr>(order, parameters, Mpfr::from_f64(x));
    NUMBERS.with_borrow(|numbers| numbers.all[y].clone())
}

/// A quantity of a formula at x, carrying `bits` bits.
pub fn exact<A: Activation>(activation: A, order: Order, x: f64, bits: u32) -> Float {
    evaluated(activation, order, x, bits).value
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
        let with_bits = |bits| with_function!(f, a => evaluated(a, order, x, bits));
        if !for_f64 {
            return Some(with_bits(FOR_SINGLE).value);
        }
        // Few results need all the bits: where nothing was rounded, or two precisions agree in more than an f64 shows, nothing has
        // cancelled.
        let mut coarse = with_bits(192);
        for bits in [320, 640] {
            if coarse.is_exact {
                return Some(coarse.value);
            }
            let fine = with_bits(bits);
            if agree(&coarse.value, &fine.value) {
                return Some(fine.value);
            }
            coarse = fine;
        }
        Some(with_bits(FOR_DOUBLE).value)
    }
}
