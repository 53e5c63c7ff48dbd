//! Coefficients of the `f32` kernels, lowest power first; made by `coefficients/quick.py`.

use super::exponential::Dip;

/// P with eʳ − 1 = r + r²P(r) on |r| ≤ ln 2/2; its relative error is 2^-25.8.
pub(crate) const EXP_M1: [f32; 5] = [
    0.49999997,
    0.16666543,
    0.0416672,
    0.0083665475,
    0.0013882511,
];

/// P with tanh(r/2) = r/2 + r·r²P(r²) on |r| ≤ ln 2/2; its relative error is 2^-24.1.
pub(crate) const HALF_TANH: [f32; 2] = [-0.041664086, 0.0040970165];

/// P with ln(1 + e) = e + e²P(e) on 0 ≤ e ≤ 1; its relative error is 2^-24.4.
pub(crate) const LN_1P_UNIT: [f32; 8] = [
    -0.49999648,
    0.3332132,
    -0.24857154,
    0.19153619,
    -0.13753726,
    0.07920363,
    -0.030065233,
    0.0053646844,
];

/// R(t) = Φ(−t)·e^{t²/2} as B/(√(2π)tB + A) on 0 ≤ t ≤ 14.6, the polynomial A; relative error 2^-25.0.
pub(crate) const MILLS_A: [f32; 5] = [2.0, 0.9189969, 0.2304889, 0.024268406, 0.0000023777695];

/// and the polynomial B.
pub(crate) const MILLS_B: [f32; 5] = [1.0, 0.91492695, 0.39532012, 0.09111266, 0.009725032];

/// The t at which Φ(−t) = t·e^{−t²/2}/√(2π), as a sum.
pub(crate) const GELU_ROOT: [f32; 2] = [0.75179154, -1.211445e-8];

/// (t/√(2π) − R(t))/(t − t₀) as B/(√(2π)B + A) on 0 ≤ t ≤ 14.6, the polynomial A; relative error 2^-25.9.
pub(crate) const GELU_SLOPE_A: [f32; 5] = [
    -1.0030452,
    -0.73675126,
    -0.23168531,
    -0.029504022,
    -0.00000022981071,
];

/// and the polynomial B.
pub(crate) const GELU_SLOPE_B: [f32; 5] = [1.0, 1.1326727, 0.56783324, 0.14365636, 0.01566238];

/// The zero of swish′.
pub(crate) const SWISH_DIP: Dip = Dip {
    inverse: 3.5911198,
    e: 0.27846467,
    exponent: [1.2784653, -0.0000012045301],
};

/// 1 + e₀ there, as a sum.
pub(crate) const SWISH_DIP_LINE: [f32; 2] = [1.2784647, 4.4276555e-10];

/// The same for a t that is an `f32`.
pub(crate) const SILU_DIP: Dip = Dip {
    inverse: 3.591131,
    e: 0.2784638,
    exponent: [1.2784653, 0.000001915849],
};

/// 1 + e₀ there, as a sum whose first part is a multiple of 2⁻¹⁹.
pub(crate) const SILU_DIP_LINE: [f32; 2] = [1.2784634, 0.00000044283092];

/// 2√(2/π), as a sum whose first part is a multiple of 2⁻²⁰.
pub(crate) const GELU_TANH_LINEAR: [f32; 2] = [1.5957689, 0.0000001930779];

/// 2√(2/π)·0.044715, as a sum.
pub(crate) const GELU_TANH_CUBIC: [f32; 2] = [0.071354814, 2.3988325e-9];

/// The zero of the derivative of GELU's tanh form.
pub(crate) const GELU_TANH_DIP: Dip = Dip {
    inverse: 3.4251852,
    e: 0.29195502,
    exponent: [1.2311554, 0.00000014877429],
};

/// The x₀ at which s = x·t′ is 1 + e₀ there, as a sum whose first part is a multiple of 2⁻²⁰.
pub(crate) const GELU_TANH_DIP_PLACE: [f32; 2] = [0.75246143, -0.000000111462896];

/// P with s − (1 + e₀) = (x − x₀)P(x).
pub(crate) const GELU_TANH_DIP_LINE: [f32; 3] = [1.716972, 0.16107522, 0.21406445];

/// The zero of mish′.
pub(crate) const MISH_DIP: Dip = Dip {
    inverse: 3.2950826,
    e: 0.30348253,
    exponent: [1.1924286, 0.0000026376874],
};

/// K = 4(1 + e₀) in the derivative of mish.
pub(crate) const MISH_DIP_LINE: f32 = 5.21393;

/// −x₀ there, as a sum whose first part is a multiple of 2⁻²²: with fewer bits the rest would drown the distance of the next f32.
pub(crate) const MISH_DIP_PLACE: [f32; 2] = [1.1924312, 2.8687794e-10];

/// 2⁻³²e₀B there, by powers of e/e₀ and then the factor of x.
pub(crate) const MISH_DIP_RISE: [f32; 4] =
    [5.162444e-10, 9.228425e-11, 6.5079053e-12, 2.8264013e-10];

/// (e² + 2e + 2)²/e₀, by powers of e/e₀.
pub(crate) const MISH_DIP_SQUARE: [f32; 5] = [13.18033, 8.0, 2.42786, 0.3684066, 0.02795124];

/// The factor 1.702 of quick GELU, as a sum.
pub(crate) const QUICK_GELU: [f32; 2] = [1.702, -2.193451e-8];
