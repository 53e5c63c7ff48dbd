//! Numbers as people and programs write them: decimals, C99 hexadecimal floats, inf and nan.
//!
//! Reading rounds once, to the type asked for. A decimal that went through `f64` on its way to `f16` would be rounded
//! twice, and now and then lands on the wrong side.

use nonlin::{Element, bf16, f16};
use std::cmp::Ordering;

/// A type that text can be read into and written from.
pub(crate) trait Scalar: Element {
    /// Bytes of one number.
    const SIZE: usize;

    /// The number nearest to a text.
    fn parse(text: &str) -> Option<Self>;

    /// The shortest decimal that reads back to the same number.
    fn decimal(self) -> String;

    /// Puts the number into its [`SIZE`](Scalar::SIZE) bytes.
    fn put(self, bytes: &mut [u8], big_endian: bool);

    /// The number from its [`SIZE`](Scalar::SIZE) bytes.
    fn from_bytes(bytes: &[u8], big_endian: bool) -> Self;
}

/// Precision in bits and exponent of the least subnormal.
#[derive(Clone, Copy)]
struct Shape {
    bits: i32,
    least: i32,
}

const F64: Shape = Shape {
    bits: 53,
    least: -1074,
};
const F32: Shape = Shape {
    bits: 24,
    least: -149,
};
const F16: Shape = Shape {
    bits: 11,
    least: -24,
};
const BF16: Shape = Shape {
    bits: 8,
    least: -133,
};

macro_rules! bytes {
    ($T:ident) => {
        const SIZE: usize = size_of::<$T>();

        #[inline]
        fn put(self, bytes: &mut [u8], big_endian: bool) {
            bytes.copy_from_slice(&if big_endian {
                self.to_be_bytes()
            } else {
                self.to_le_bytes()
            });
        }

        #[inline]
        fn from_bytes(bytes: &[u8], big_endian: bool) -> Self {
            let mut own = [0; size_of::<$T>()];
            own.copy_from_slice(bytes);
            if big_endian {
                $T::from_be_bytes(own)
            } else {
                $T::from_le_bytes(own)
            }
        }
    };
}

impl Scalar for f64 {
    fn parse(text: &str) -> Option<f64> {
        match Text::of(text)? {
            Text::Hexadecimal(h) => Some(h.rounded(F64)),
            Text::Decimal(d) => d.parse().ok(),
        }
    }

    fn decimal(self) -> String {
        decimal(&format!("{self:?}"))
    }

    bytes!(f64);
}

impl Scalar for f32 {
    fn parse(text: &str) -> Option<f32> {
        match Text::of(text)? {
            Text::Hexadecimal(h) => Some(h.rounded(F32) as f32),
            Text::Decimal(d) => d.parse().ok(),
        }
    }

    fn decimal(self) -> String {
        decimal(&format!("{self:?}"))
    }

    bytes!(f32);
}

macro_rules! half {
    ($T:ident, $shape:ident) => {
        impl Scalar for $T {
            fn parse(text: &str) -> Option<$T> {
                let rounded = match Text::of(text)? {
                    Text::Hexadecimal(h) => h.rounded($shape),
                    Text::Decimal(d) => $shape.nearest(&d)?,
                };
                // Exact by now, so that this conversion rounds nothing.
                Some($T::from_f32(rounded as f32))
            }

            fn decimal(self) -> String {
                let x = self.to_f64();
                (0..8)
                    .map(|digits| format!("{x:.digits$e}"))
                    .find(|short| $T::parse(short) == Some(self))
                    .and_then(|short| short.parse::<f64>().ok())
                    .map_or_else(|| x.decimal(), f64::decimal)
            }

            bytes!($T);
        }
    };
}
half!(f16, F16);
half!(bf16, BF16);

/// A text that reads as a number, before any rounding.
enum Text {
    Hexadecimal(Hexadecimal),
    Decimal(String),
}

impl Text {
    fn of(text: &str) -> Option<Text> {
        // The typographic minus is what the project's own output and documents hold.
        let text = text.trim().replace('\u{2212}', "-");
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        if let Some(digits) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
            return Hexadecimal::of(negative, digits).map(Text::Hexadecimal);
        }
        // Rust's own parser takes a second sign here: "-+1" is no number.
        let starts_well =
            digits.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c.is_ascii_alphabetic());
        (starts_well && text.parse::<f64>().is_ok()).then_some(Text::Decimal(text))
    }
}

/// ± mantissa · 2^exponent. Bits beyond the mantissa's 64 are gathered in its last one.
struct Hexadecimal {
    negative: bool,
    mantissa: u64,
    exponent: i64,
}

impl Hexadecimal {
    fn of(negative: bool, text: &str) -> Option<Hexadecimal> {
        let (digits, exponent) = match text.split_once(['p', 'P']) {
            Some((digits, exponent)) => (digits, power(exponent)?),
            None => (text, 0),
        };
        let (mut mantissa, mut shift, mut after_point, mut any) = (0u64, 0i64, false, false);
        for c in digits.chars() {
            if c == '.' && !after_point {
                after_point = true;
                continue;
            }
            let digit = u64::from(c.to_digit(16)?);
            any = true;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | digit;
                shift -= if after_point { 4 } else { 0 };
            } else {
                mantissa |= u64::from(digit != 0);
                shift += if after_point { 0 } else { 4 };
            }
        }
        any.then_some(Hexadecimal {
            negative,
            mantissa,
            exponent: exponent.saturating_add(shift),
        })
    }

    /// The nearest number of the shape; beyond its largest, a power of two that its own conversion makes infinite.
    fn rounded(&self, shape: Shape) -> f64 {
        let sign = if self.negative { -1.0 } else { 1.0 };
        if self.mantissa == 0 {
            return sign * 0.0;
        }
        let width = 64 - i64::from(self.mantissa.leading_zeros());
        let ulp = (self.exponent + width - i64::from(shape.bits)).max(i64::from(shape.least));
        let shift = ulp - self.exponent;
        let units = match u32::try_from(shift) {
            Err(_) => return sign * scaled(self.mantissa, self.exponent),
            Ok(0) => self.mantissa,
            Ok(shift) if shift > 64 => 0,
            Ok(shift) => {
                let whole = self.mantissa.checked_shr(shift).unwrap_or(0);
                let rest = self.mantissa - whole.checked_shl(shift).unwrap_or(0);
                let half = 1u64 << (shift - 1);
                match rest.cmp(&half) {
                    Ordering::Less => whole,
                    Ordering::Greater => whole + 1,
                    Ordering::Equal => whole + whole % 2,
                }
            }
        };
        sign * scaled(units, ulp)
    }
}

/// A decimal exponent; one too long for an `i64` stands at its end, far beyond any format.
fn power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let far = 1i64 << 40;
    let size = digits.parse::<i64>().unwrap_or(far).min(far);
    Some(if text.starts_with('-') { -size } else { size })
}

/// units · 2^exponent, where that is a number of `f64`; ∞ beyond.
fn scaled(units: u64, exponent: i64) -> f64 {
    let mut x = units as f64;
    let mut left = exponent.clamp(-1200, 1200) as i32;
    // Multiplied first by what keeps the product normal, so that nothing is rounded on the way.
    while left != 0 {
        let step = left.clamp(-1022, 1022);
        x *= 2f64.powi(step);
        left -= step;
    }
    x
}

impl Shape {
    /// A decimal rounded once to this shape.
    fn nearest(self, text: &str) -> Option<f64> {
        let x: f64 = text.parse().ok()?;
        if !x.is_finite() || x == 0.0 {
            return Some(x);
        }
        let exponent = (x.to_bits() >> 52 & 0x7ff) as i32 - 1023;
        let ulp = 2f64.powi((exponent - self.bits + 1).max(self.least));
        let ulps = x.abs() / ulp;
        // Halfway in f64 may be halfway only because f64 rounded it: then the decimal itself decides.
        let beyond = if ulps.fract() == 0.5 {
            magnitude_against(text, x)
        } else {
            Ordering::Equal
        };
        let whole = match beyond {
            Ordering::Less => ulps.floor(),
            Ordering::Greater => ulps.ceil(),
            Ordering::Equal => ulps.round_ties_even(),
        };
        Some((whole * ulp).copysign(x))
    }
}

/// How the magnitude of a decimal compares with that of the `f64` nearest to it.
fn magnitude_against(text: &str, x: f64) -> Ordering {
    // 1100 places hold every f64 exactly.
    let (a, b) = (Digits::of(text), Digits::of(&format!("{:.1100}", x.abs())));
    (a.point, &a.digits).cmp(&(b.point, &b.digits))
}

/// 0.digits · 10^point, without zeros at either end.
struct Digits {
    point: i64,
    digits: Vec<u8>,
}

impl Digits {
    fn of(text: &str) -> Digits {
        let text = text.trim_start_matches(['+', '-']);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = all.iter().take_while(|&&b| b == b'0').count();
        let trailing = all.iter().rev().take_while(|&&b| b == b'0').count();
        Digits {
            point: power(exponent).unwrap_or(0) + whole.len() as i64 - leading as i64,
            digits: all[leading.min(all.len())..all.len().saturating_sub(trailing).max(leading)]
                .to_vec(),
        }
    }
}

/// Rust's shortest form, without ".0", and with "nan" in small letters.
fn decimal(debug: &str) -> String {
    let (mantissa, exponent) = debug.split_at(debug.find('e').unwrap_or(debug.len()));
    let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
    format!("{mantissa}{exponent}").replace("NaN", "nan")
}

/// A number as C99 writes it with `%a`: exact, whatever its type.
pub(crate) fn hexadecimal(x: f64) -> String {
    if !x.is_finite() {
        return x.decimal();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let bits = x.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (lead, exponent) = match (exponent, fraction) {
        (0, 0) => (0, 0),
        (0, _) => (0, -1022),
        _ => (1, exponent - 1023),
    };
    let digits = format!("{fraction:013x}");
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}0x{lead}{point}{digits}p{exponent:+}")
}

/// A number for a reader: at most `digits` significant ones.
pub(crate) fn short(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return x.decimal();
    }
    format!("{x:.*e}", digits.saturating_sub(1))
        .parse::<f64>()
        .map_or_else(|_| x.decimal(), f64::decimal)
}

/// For clap: any number this program reads.
pub(crate) fn argument(text: &str) -> Result<f64, String> {
    f64::parse(text)
        .ok_or_else(|| "not a number; write it like -1.5, 1e-3, 0x1.8p-1 or inf".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_once() {
        // Just above the midpoint of 1 and the next f16; the f64 nearest to it is the midpoint.
        let above = "1.000488281250000000000000000001";
        assert_eq!(f16::parse(above), Some(f16::from_bits(0x3c01)));
        let below = "1.000488281249999999999999999999";
        assert_eq!(f16::parse(below), Some(f16::from_bits(0x3c00)));
        assert_eq!(f16::parse("1.00048828125"), Some(f16::from_bits(0x3c00)));
        assert_eq!(f16::parse("-1.00146484375"), Some(-f16::from_bits(0x3c02)));
        assert_eq!(
            f16::parse("100048828125000000000000000001e-29"),
            Some(f16::from_bits(0x3c01))
        );
        // As f64 it is the midpoint of two f32.
        assert_eq!(f32::parse("1.00000005960464477540"), Some(1.000_000_1));
        assert_eq!(f32::parse("1.00000005960464477538"), Some(1.0));
        // A number that goes wrong on its way through f32.
        assert_eq!(f16::parse("1.00048828126"), Some(f16::from_bits(0x3c01)));
        assert_eq!(
            bf16::parse("1.0039062500000001"),
            Some(bf16::from_bits(0x3f81))
        );
    }

    #[test]
    fn the_ends_of_the_formats() {
        assert_eq!(f16::parse("65519.999"), Some(f16::MAX));
        assert_eq!(f16::parse("65520"), Some(f16::INFINITY));
        assert_eq!(f16::parse("2.98023223876953125e-8"), Some(f16::ZERO));
        assert_eq!(
            f16::parse("2.98023223876953126e-8"),
            Some(f16::from_bits(1))
        );
        assert_eq!(f32::parse("1e39"), Some(f32::INFINITY));
        assert_eq!(f64::parse("4.9e-324").map(f64::to_bits), Some(1));
        assert_eq!(f64::parse("-0.0").map(f64::to_bits), Some(1 << 63));
        assert_eq!(bf16::parse("1e-45"), Some(bf16::ZERO));
        assert_eq!(bf16::parse("9.2e-41"), Some(bf16::from_bits(1)));
    }

    #[test]
    fn hexadecimal_floats() {
        assert_eq!(f64::parse("0x1.8p-1"), Some(0.75));
        assert_eq!(f64::parse("-0x.8"), Some(-0.5));
        assert_eq!(f64::parse("0X1P10"), Some(1024.0));
        assert_eq!(f64::parse("0x1p-1074").map(f64::to_bits), Some(1));
        assert_eq!(f64::parse("0x1p-1075"), Some(0.0));
        assert_eq!(f64::parse("0x1.8p-1075").map(f64::to_bits), Some(1));
        assert_eq!(f64::parse("0x1.fffffffffffff8p+1023"), Some(f64::INFINITY));
        assert_eq!(f64::parse("0x1.fffffffffffff7ffffp+1023"), Some(f64::MAX));
        assert_eq!(f64::parse("0x1p99999999999999999999"), Some(f64::INFINITY));
        assert_eq!(f64::parse("0x1p-99999999999999999999"), Some(0.0));
        assert_eq!(f64::parse("-0x0p0").map(f64::to_bits), Some(1 << 63));
        assert_eq!(f32::parse("0x1.000001p0"), Some(1.0));
        assert_eq!(
            f32::parse("0x1.00000100000000000000000001p0"),
            Some(1.000_000_1)
        );
        assert_eq!(f32::parse("0x1p-150"), Some(0.0));
        assert_eq!(f32::parse("0x1.fffffefffp127"), Some(f32::MAX));
        assert_eq!(f32::parse("0x1.ffffffp127"), Some(f32::INFINITY));
        assert_eq!(f16::parse("0x1.002p0"), Some(f16::ONE));
        assert_eq!(
            f16::parse("0x1.0020000000000000001p0"),
            Some(f16::from_bits(0x3c01))
        );
        for bits in (0..2047u64).map(|k| k * 0x0010_0000_0123_4567) {
            let x = f64::from_bits(bits);
            assert_eq!(
                f64::parse(&hexadecimal(x)).map(f64::to_bits),
                Some(x.to_bits()),
                "{x:e}"
            );
        }
        assert_eq!(hexadecimal(-0.1), "-0x1.999999999999ap-4");
        assert_eq!(hexadecimal(1.0), "0x1p+0");
        assert_eq!(hexadecimal(-0.0), "-0x0p+0");
        assert_eq!(hexadecimal(f64::from_bits(1)), "0x0.0000000000001p-1022");
        assert_eq!(hexadecimal(f64::NAN), "nan");
    }

    #[test]
    fn what_is_not_a_number() {
        for text in [
            "", "-", "+", "abc", "1,5", "0x", "0x.", "0x1p", "0x1p+", "0xg", "1e", "--1", "+-1",
            "-+1", "1 2", "0x1.2.3", "½",
        ] {
            assert_eq!(f64::parse(text), None, "{text:?}");
            assert_eq!(f16::parse(text), None, "{text:?}");
        }
        for text in ["inf", "-inf", "+Infinity", "INF"] {
            assert!(f64::parse(text).is_some_and(f64::is_infinite), "{text}");
        }
        assert!(f64::parse("-nan").is_some_and(f64::is_nan));
        assert!(f16::parse("NaN").is_some_and(f16::is_nan));
        assert_eq!(f64::parse("\u{2212}1.5 "), Some(-1.5));
    }

    #[test]
    fn shortest_decimals_read_back() {
        for bits in 0..=u16::MAX {
            let (a, b) = (f16::from_bits(bits), bf16::from_bits(bits));
            if !a.is_nan() {
                assert_eq!(f16::parse(&a.decimal()).map(f16::to_bits), Some(bits));
            }
            if !b.is_nan() {
                assert_eq!(bf16::parse(&b.decimal()).map(bf16::to_bits), Some(bits));
            }
        }
        assert_eq!(f16::from_f32(0.1).decimal(), "0.1");
        assert_eq!(bf16::from_f32(3.140_625).decimal(), "3.14");
        assert_eq!(0.1f32.decimal(), "0.1");
        assert_eq!(1.0.decimal(), "1");
        assert_eq!((-0.0).decimal(), "-0");
        assert_eq!(1e300.decimal(), "1e300");
        assert_eq!(f64::NEG_INFINITY.decimal(), "-inf");
    }

    #[test]
    fn short_forms() {
        assert_eq!(short(1.0 / 3.0, 4), "0.3333");
        assert_eq!(short(-2.698_943_7, 6), "-2.69894");
        assert_eq!(short(4.732_355_2e-4, 8), "0.00047323552");
        assert_eq!(short(0.0, 3), "0");
    }
}
