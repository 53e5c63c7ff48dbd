//! The numbers of printed formulas: ratios while they are exact, else `f64`.

use crate::parameter::simple_fraction;

/// A number that remembers its fraction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// Numerator and denominator, in lowest terms, the denominator positive.
    Ratio(i64, i64),
    /// Anything else.
    Real(f64),
}

/// Digits behind the point up to which a decimal is taken to be what was meant.
const DECIMALS: usize = 10;

impl Number {
    pub(super) const ZERO: Number = Number::Ratio(0, 1);
    pub(super) const ONE: Number = Number::Ratio(1, 1);

    pub(super) fn integer(n: i64) -> Number {
        Number::Ratio(n, 1)
    }

    /// The number that was meant by `c`: an integer, a short decimal or a simple fraction if that is nearest to it.
    pub(super) fn new(c: f64) -> Number {
        if c == c.trunc() && c.abs() < 1.0e15 {
            return Number::Ratio(c as i64, 1);
        }
        if !(c.abs() < 1.0e6 && c.abs() > 1.0e-9) {
            return Number::Real(c);
        }
        let digits = c.to_string();
        if let Some((_, fraction)) = digits.split_once('.')
            && fraction.len() <= DECIMALS
        {
            let q = 10i64.pow(fraction.len() as u32);
            return ratio(i128::from((c * q as f64).round() as i64), i128::from(q));
        }
        simple_fraction(c).map_or(Number::Real(c), |(p, q)| {
            ratio(i128::from(p), i128::from(q))
        })
    }

    pub(super) fn value(self) -> f64 {
        match self {
            Number::Ratio(p, q) => p as f64 / q as f64,
            Number::Real(c) => c,
        }
    }

    pub(super) fn is_zero(self) -> bool {
        self.value() == 0.0
    }

    pub(super) fn is_negative(self) -> bool {
        self.value() < 0.0
    }

    pub(super) fn plus(self, o: Number) -> Number {
        match (self, o) {
            (Number::Ratio(a, b), Number::Ratio(c, d)) => ratio(
                i128::from(a) * i128::from(d) + i128::from(c) * i128::from(b),
                i128::from(b) * i128::from(d),
            ),
            _ => Number::Real(self.value() + o.value()),
        }
    }

    pub(super) fn times(self, o: Number) -> Number {
        match (self, o) {
            (Number::Ratio(a, b), Number::Ratio(c, d)) => {
                ratio(i128::from(a) * i128::from(c), i128::from(b) * i128::from(d))
            }
            _ => Number::Real(self.value() * o.value()),
        }
    }

    /// The `n`-th power; 1/0 is the `f64` infinity.
    pub(super) fn power(self, n: i32) -> Number {
        let base = match self {
            Number::Ratio(p, q) if n < 0 && p != 0 => ratio(i128::from(q), i128::from(p)),
            Number::Real(c) if n < 0 => Number::Real(1.0 / c),
            _ if n < 0 => return Number::Real(self.value().powi(n)),
            _ => self,
        };
        (0..n.unsigned_abs()).fold(Number::ONE, |product, _| product.times(base))
    }

    /// The square root, where it is a ratio again.
    pub(super) fn exact_root(self) -> Option<Number> {
        let Number::Ratio(p, q) = self else {
            return None;
        };
        let root = |n: i64| (n >= 0).then(|| n.isqrt()).filter(|r| r * r == n);
        Some(Number::Ratio(root(p)?, root(q)?))
    }

    pub(super) fn magnitude(self) -> Number {
        if self.is_negative() {
            self.times(Number::integer(-1))
        } else {
            self
        }
    }

    /// How it is written: (numerator, denominator), the denominator `None` where a decimal reads better.
    pub(super) fn written(self) -> (String, Option<String>) {
        match self {
            Number::Ratio(p, 1) => (p.to_string(), None),
            Number::Ratio(p, q) if q < 10 && q != 5 || !terminates(q) => {
                (p.to_string(), Some(q.to_string()))
            }
            _ => (decimal(self.value()), None),
        }
    }
}

/// A parameter's value on one line: a decimal while it is short, else a fraction if there is a simple one.
pub(super) fn on_one_line(c: f64) -> String {
    let short = decimal(c);
    if short.len() <= 8 {
        return short;
    }
    match Number::new(c) {
        Number::Ratio(p, q) if !terminates(q) => format!("{p}/{q}"),
        _ => short,
    }
}

/// The shortest decimal, with an exponent where it would be long.
fn decimal(c: f64) -> String {
    if c == 0.0 || (1.0e-6..1.0e15).contains(&c.abs()) || !c.is_finite() {
        return c.to_string();
    }
    format!("{c:e}")
}

/// Whether p/q is a finite decimal.
fn terminates(mut q: i64) -> bool {
    for factor in [2, 5] {
        while q % factor == 0 {
            q /= factor;
        }
    }
    q == 1
}

fn ratio(p: i128, q: i128) -> Number {
    let divisor = {
        let (mut a, mut b) = (p.unsigned_abs(), q.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a.max(1) as i128
    };
    let divisor = if q < 0 { -divisor } else { divisor };
    match (i64::try_from(p / divisor), i64::try_from(q / divisor)) {
        (Ok(p), Ok(q)) => Number::Ratio(p, q),
        _ => Number::Real(p as f64 / q as f64),
    }
}

impl PartialEq for Number {
    fn eq(&self, o: &Number) -> bool {
        self.value() == o.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_was_meant_is_found() {
        for (c, p, q) in [
            (1.0 / 6.0, 1, 6),
            (11.0 / 48.0, 11, 48),
            (0.5, 1, 2),
            (-3.0, -3, 1),
            (0.044715, 8943, 200_000),
            (-1.0 / 3.0, -1, 3),
        ] {
            let Number::Ratio(a, b) = Number::new(c) else {
                panic!("{c} is a ratio");
            };
            assert_eq!((a, b), (p, q));
            assert_eq!(Number::new(c).value(), c);
        }
        assert!(matches!(Number::new(std::f64::consts::PI), Number::Real(_)));
        assert!(matches!(Number::new(1.0e300), Number::Real(_)));
    }

    #[test]
    fn values_are_written_as_people_write_them() {
        assert_eq!(on_one_line(1.0), "1");
        assert_eq!(on_one_line(0.25), "0.25");
        assert_eq!(on_one_line(1.0 / 6.0), "1/6");
        assert_eq!(on_one_line(11.0 / 48.0), "11/48");
        assert_eq!(on_one_line(1.0507009873554805), "1.0507009873554805");
        assert_eq!(Number::new(0.75).written(), ("3".into(), Some("4".into())));
        assert_eq!(Number::new(1.702).written(), ("1.702".into(), None));
    }
}
