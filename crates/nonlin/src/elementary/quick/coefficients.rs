//! Coefficients of the `f32` kernels, lowest power first; made by `coefficients/quick.py`.

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

/// P with tanh(h) = h + h·h²P(h²) on |h| ≤ ln 2/4; its relative error is 2^-32.0.
pub(crate) const TANH_FINE: [f32; 3] = [-0.33333322, 0.13331181, -0.052726053];

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

/// The t₀ at which 1 + t + eᵗ = 0, as a sum.
pub(crate) const SWISH_ROOT: [f32; 2] = [-1.2784646, 1.29792825e-8];

/// P with swish′(t₀ + d) = d·P(d) on |d| ≤ 1/4; its relative error is 2^-25.9.
pub(crate) const SWISH_NEAR: [f32; 7] = [
    0.2178117,
    0.1466488,
    0.018874802,
    -0.015223275,
    -0.00660597,
    0.0001466289,
    0.00078891945,
];

/// 2√(2/π), as a sum whose first part is a multiple of 2⁻²⁰.
pub(crate) const GELU_TANH_LINEAR: [f32; 2] = [1.5957689, 0.0000001930779];

/// 2√(2/π)·0.044715, as a sum.
pub(crate) const GELU_TANH_CUBIC: [f32; 2] = [0.071354814, 2.3988325e-9];

/// The zero x₀ of the derivative of GELU's tanh form, as a sum.
pub(crate) const GELU_TANH_ROOT: [f32; 2] = [-0.75246143, 1.1339628e-8];

/// P with that derivative at x₀ + d being d·P(d), on |d| ≤ 3/20; its relative error is 2^-24.7.
pub(crate) const GELU_TANH_NEAR: [f32; 7] = [
    0.4304001,
    0.38751844,
    -0.01578285,
    -0.11394341,
    -0.016619392,
    0.019587237,
    0.00523866,
];

/// The factor 1.702 of quick GELU, as a sum.
pub(crate) const QUICK_GELU: [f32; 2] = [1.702, -2.193451e-8];
