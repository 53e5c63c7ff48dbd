//! Arguments worth checking.

use nonlin::Function;
use std::ops::Range;

/// `per_binade` arguments from every exponent and sign of `f32`, subnormals included, the same on every call; and the
/// `around` neighbours on either side of every point where something changes: zeros, kinks, landmarks, the reach of
/// the kernels.
pub fn stratified(function: &Function, per_binade: u32, around: u32) -> Vec<f32> {
    let mut inputs = Vec::new();
    for high in 0..512u32 {
        let (sign, exponent) = (high >> 8, high & 0xff);
        if exponent == 255 {
            continue;
        }
        for i in 0..per_binade {
            // Weyl's sequence spreads over the binade without repeating.
            let mantissa = (i
                .wrapping_mul(0x9e37_79b9)
                .wrapping_add(high.wrapping_mul(0x85eb_ca6b)))
                >> 9;
            inputs.push(f32::from_bits(sign << 31 | exponent << 23 | mantissa));
        }
    }
    for point in turning_points(function) {
        let centre = (point as f32).to_bits();
        for offset in 0..=around {
            for bits in [centre.wrapping_add(offset), centre.wrapping_sub(offset)] {
                let x = f32::from_bits(bits);
                if x.is_finite() {
                    inputs.push(x);
                    inputs.push(-x);
                }
            }
        }
    }
    inputs.extend([
        0.0,
        -0.0,
        f32::MAX,
        f32::MIN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
    ]);
    inputs
}

/// How many binades `f64` has, with their signs and with those of NaN and the infinities, of which there are no arguments.
pub const DOUBLE_BINADES: u64 = 4096;

/// Arguments from some of the [`DOUBLE_BINADES`], the same on every call: 4 · `share` of each, and 256 · `share` of those where
/// functions bend.
pub fn stratified_doubles(binades: Range<u64>, share: u64) -> impl Iterator<Item = f64> {
    binades
        .filter(|high| high & 0x7ff != 0x7ff)
        .flat_map(move |high| {
            let (sign, exponent) = (high >> 11, high & 0x7ff);
            let bends = (1003..=1034).contains(&exponent);
            let count = if bends { 256 } else { 4 };
            (0..count * share).map(move |i| {
                let mantissa = i
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    .wrapping_add(high.wrapping_mul(0x85eb_ca6b_27d4_eb2f))
                    >> 12;
                f64::from_bits(sign << 63 | exponent << 52 | mantissa)
            })
        })
}

/// Where a kernel of this project may change its way of computing.
pub fn turning_points(function: &Function) -> Vec<f64> {
    let mut points = vec![
        1.0, 0.5, 2.0, 15.5, 14.5, 16.0, 17.0, 40.0, 88.72, 104.0, 708.0, 1.0e5,
    ];
    // Zeros of derivatives, with the window of the polynomial that is used about them.
    for root in [
        0.7517915246935645,
        0.7524614220710163,
        1.192431214515495,
        1.278464542761074,
        1.278464542761074 / 1.702,
    ] {
        points.extend([root, root - 1.0 / 32.0, root + 1.0 / 32.0]);
    }
    points.extend(
        function
            .parameters()
            .iter()
            .map(|parameter| parameter.value.abs()),
    );
    points.extend([2.5, 3.0, 6.0]);
    points.extend((1..50).map(|k| f64::from(k) * std::f64::consts::FRAC_PI_2));
    points
}
