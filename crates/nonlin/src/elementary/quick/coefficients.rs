//! Coefficients of the `f32` kernels, lowest power first; made by `coefficients/quick.py`.

/// (eʳ − 1 − r)/r² on |r| ≤ ln 2/2; relative error 2^-22.8.
pub(crate) const EXP_M1: [f32; 5] = [0.5, 0.16666576, 0.041666556, 0.008363203, 0.0013926213];

/// ln(1 + e)/e on 0 ≤ e ≤ 1; relative error 2^-26.1.
pub(crate) const LN_1P_UNIT: [f32; 10] = [
    1.0,
    -0.49999893,
    0.3332971,
    -0.24951616,
    0.19663274,
    -0.15269667,
    0.105436236,
    -0.05637361,
    0.019542526,
    -0.003176057,
];

/// ln 2, as a sum.
pub(crate) const LN_2: [f32; 2] = [0.6931472, -1.9046542e-9];

/// Φ(−t)·e^{t²/2} on 0 ≤ t ≤ 14.6: the numerator of a quotient with relative error 2^-25.7.
pub(crate) const MILLS_OVER: [f32; 5] = [0.5, 0.4384959, 0.18338418, 0.040683515, 0.004123787];

/// and its denominator.
pub(crate) const MILLS_UNDER: [f32; 6] = [
    1.0,
    1.6748768,
    1.2031218,
    0.46986413,
    0.10198483,
    0.010336683,
];

/// The t at which Φ(−t) = t·e^{−t²/2}/√(2π), as a sum.
pub(crate) const GELU_ROOT: [f32; 2] = [0.75179154, -1.211445e-8];

/// (t/√(2π) − Φ(−t)·e^{t²/2})/(t − t₀) on 0 ≤ t ≤ 14.6: the numerator of a quotient with relative error 2^-24.2.
pub(crate) const GELU_SLOPE_OVER: [f32; 5] =
    [0.665078, 0.7533152, 0.377653, 0.09554252, 0.010416678];

/// and its denominator.
pub(crate) const GELU_SLOPE_UNDER: [f32; 5] = [1.0, 1.3982847, 0.79254717, 0.21986717, 0.026110588];

/// The t₀ at which 1 + t + eᵗ = 0, as a sum.
pub(crate) const SWISH_ROOT: [f32; 2] = [-1.2784646, 1.29792825e-8];

/// e^{t₀}, as a sum.
pub(crate) const SWISH_ROOT_EXP: [f32; 2] = [0.27846456, -1.29792825e-8];

/// The zero x₀ of the derivative of x·tanh(softplus(x)), as a sum.
pub(crate) const MISH_ROOT: [f32; 2] = [-1.1924312, -3.0439375e-9];

/// e^{x₀}, as a sum.
pub(crate) const MISH_ROOT_EXP: [f32; 2] = [0.30348253, 2.7803082e-9];

/// 2√(2/π), as a sum whose first part is a multiple of 2⁻²⁰.
pub(crate) const GELU_TANH_LINEAR: [f32; 2] = [1.5957689, 0.0000001930779];

/// 2√(2/π)·0.044715, as a sum.
pub(crate) const GELU_TANH_CUBIC: [f32; 2] = [0.071354814, 2.3988325e-9];

/// The zero x₀ of the derivative of GELU's tanh form, as a sum.
pub(crate) const GELU_TANH_ROOT: [f32; 2] = [-0.75246143, 1.1339628e-8];

/// t(x₀), with σ(t) the gate, as a sum.
pub(crate) const GELU_TANH_ROOT_EXPONENT: [f32; 2] = [-1.2311549, 4.6338755e-8];

/// e^{t(x₀)}, as a sum.
pub(crate) const GELU_TANH_ROOT_EXP: [f32; 2] = [0.2919552, 9.09685e-9];

/// The factor 1.702 of quick GELU, as a sum.
pub(crate) const QUICK_GELU: [f32; 2] = [1.702, -2.193451e-8];
