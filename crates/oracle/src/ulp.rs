//! Units in the last place.

/// The spacing of `f32` at the magnitude of `x`: 2^(e − 23), at least 2⁻¹⁴⁹; ∞ counts as 2¹²⁸.
#[inline]
pub fn f32_spacing(x: f64) -> f64 {
    let exponent = (x.abs().to_bits() >> 52).clamp(1023 - 126, 1023 + 127);
    f64::from_bits((exponent - 23) << 52)
}

/// The spacing of `f16` at the magnitude of `x`: 2^(e − 10), at least 2⁻²⁴.
pub fn f16_spacing(x: f64) -> f64 {
    spacing(x, -24, 10, 15)
}

/// The spacing of `bf16` at the magnitude of `x`: 2^(e − 7), at least 2⁻¹³³.
pub fn bf16_spacing(x: f64) -> f64 {
    spacing(x, -133, 7, 127)
}

/// The spacing of `f64` at the magnitude of `x`: 2^(e − 52), at least 2⁻¹⁰⁷⁴.
pub fn f64_spacing(x: f64) -> f64 {
    spacing(x, -1074, 52, 1023)
}

/// The spacing of a format with `digits` stored digits whose least exponent is `least` and greatest `greatest`.
fn spacing(x: f64, least: i32, digits: i32, greatest: i32) -> f64 {
    let exponent = ((x.abs().to_bits() >> 52) as i32 - 1023).min(greatest);
    // In two steps, since the least spacing of f64 is below what one power of two reaches.
    let exponent = (exponent - digits).max(least);
    f64::powi(2.0, exponent / 2) * f64::powi(2.0, exponent - exponent / 2)
}

/// Whether `exact`, known to about 2⁻⁴⁵ of its size, is so near the middle of two neighbouring `f32` (or so near the
/// end of the format) that its rounding cannot be read from it.
#[inline]
pub fn rounding_is_close(exact: f64) -> bool {
    let magnitude = exact.abs();
    if magnitude >= f64::from(f32::MIN_POSITIVE) {
        // The 29 bits that the rounding takes off, within 2¹³ of one half.
        let tail = (magnitude.to_bits() & 0x1fff_ffff) as i64 - 0x1000_0000;
        tail.abs() < 1 << 13
    } else {
        let units = magnitude * f64::powi(2.0, 149);
        magnitude != 0.0 && ((units - units.floor()) - 0.5).abs() < 1.0e-5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_follows_the_format() {
        assert_eq!(f32_spacing(1.0), f64::from(f32::EPSILON));
        assert_eq!(f32_spacing(0.75), f64::from(f32::EPSILON) / 2.0);
        assert_eq!(f32_spacing(0.0), f64::powi(2.0, -149));
        assert_eq!(f32_spacing(1e-42), f64::powi(2.0, -149));
    }

    #[test]
    fn middles_are_close() {
        let middle = 1.0 + f64::from(f32::EPSILON) / 2.0;
        assert!(rounding_is_close(middle));
        assert!(!rounding_is_close(1.0 + f64::from(f32::EPSILON) / 4.0));
        assert!(rounding_is_close(1.5 * f64::powi(2.0, -149)));
        assert!(!rounding_is_close(f64::powi(2.0, -149)));
        assert!(!rounding_is_close(0.0));
    }
}
