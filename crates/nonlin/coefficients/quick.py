"""Finds the coefficients of the f32 kernels and prints them as Rust.

    pip install mpmath numpy && python3 quick.py > ../src/elementary/quick/coefficients.rs

Polynomials are Chebyshev interpolants, rational functions near-minimax fits (Lawson's weights on a linearised
least-squares problem), both of the relative error; every table is rounded to f32 and the error printed beside it is
the largest relative error of the rounded table, evaluated exactly, over 2000 points of the interval.
"""

import numpy as np
from mpmath import mp, mpf, chebyfit, polyval, linspace, findroot
from mpmath import exp, expm1, log, log1p, erfc, sqrt, ncdf, npdf, pi, tanh

mp.dps = 40


def literal(c):
    text = np.format_float_scientific(np.float32(float(c)), unique=True)
    plain = np.format_float_positional(np.float32(float(c)), unique=True, trim="0")
    return plain if len(plain) <= len(text) + 3 else text.replace("e+", "e").replace("e-0", "e-")


def rounded(c):
    return [mpf(float(np.float32(float(v)))) for v in c]


def show(name, what, c):
    print(f"/// {what}.")
    print(f"pub(crate) const {name}: [f32; {len(c)}] = [")
    for v in c:
        print(f"    {literal(v)},")
    print("];\n")


def worst(evaluate, f, a, b):
    points = linspace(mpf(a), mpf(b), 2001)
    return float(log(max(abs(evaluate(x) / f(x) - 1) for x in points), 2))


def table(name, what, f, a, b, n):
    c = rounded(reversed(chebyfit(f, [mpf(a), mpf(b)], n)))
    error = worst(lambda x: polyval(c[::-1], x), f, a, b)
    show(name, f"{what}; relative error 2^{error:.1f}", c)


def rational(name, what, f, top, over, under):
    """f on 0 ≤ t ≤ top as a quotient of polynomials of degrees `over` and `under`, the lower one starting with 1."""
    k = np.arange(400)
    t = top * ((1 - np.cos(np.pi * (k + 0.5) / 400)) / 2) ** 2
    wanted = np.array([float(f(mpf(v))) for v in t])
    unit = 3.0
    p_powers = np.vander(t / unit, over + 1, increasing=True)
    q_powers = np.vander(t / unit, under + 1, increasing=True)
    weight, q, best = np.ones(400), np.ones(400), (np.inf, None)
    for step in range(400):
        a = np.hstack([p_powers / (wanted * q)[:, None], -q_powers[:, 1:] / q[:, None]])
        root = np.sqrt(weight)
        c = np.linalg.lstsq(a * root[:, None], root / q, rcond=1e-15)[0]
        q = 1 + q_powers[:, 1:] @ c[over + 1:]
        error = abs(p_powers @ c[: over + 1] / q / wanted - 1)
        if error.max() < best[0]:
            best = (error.max(), c)
        if step > 8:
            weight = np.maximum(weight * (error / error.max() + 1e-3), 1e-12)
            weight /= weight.max()
    p = rounded(best[1][: over + 1] / unit ** np.arange(over + 1))
    q = [mpf(1)] + rounded(best[1][over + 1:] / unit ** np.arange(1, under + 1))
    error = worst(lambda x: polyval(p[::-1], x) / polyval(q[::-1], x), f, 0, top)
    show(f"{name}_OVER", f"{what}: the numerator of a quotient with relative error 2^{error:.1f}", p)
    show(f"{name}_UNDER", "and its denominator", q)


def parts(name, what, x, n):
    """x as a sum of n f32."""
    c = []
    for _ in range(n):
        c.append(mpf(float(np.float32(float(x)))))
        x = x - c[-1]
    print(f"/// {what}, as a sum.")
    print(f"pub(crate) const {name}: [f32; {n}] = [{', '.join(literal(v) for v in c)}];\n")


print("//! Coefficients of the `f32` kernels, lowest power first; made by `coefficients/quick.py`.\n")

half_ln2 = log(mpf(2)) / 2 * mpf("1.0005")
table("EXP_M1", "(eʳ − 1 − r)/r² on |r| ≤ ln 2/2",
      lambda r: (expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -15 else mpf(1) / 2, -half_ln2, half_ln2, 5)
table("LN_1P_UNIT", "ln(1 + e)/e on 0 ≤ e ≤ 1",
      lambda e: log1p(e) / e if e > mpf(10) ** -20 else mpf(1), 0, 1, 10)

parts("LN_2", "ln 2", log(mpf(2)), 2)


def mills(t):
    return exp(t * t / 2) * erfc(t / sqrt(mpf(2))) / 2


rational("MILLS", "Φ(−t)·e^{t²/2} on 0 ≤ t ≤ 14.6", mills, 14.6, 4, 5)

gelu_root = -findroot(lambda x: ncdf(x) + x * npdf(x), -0.75)
parts("GELU_ROOT", "The t at which Φ(−t) = t·e^{−t²/2}/√(2π)", gelu_root, 2)
rational("GELU_SLOPE", "(t/√(2π) − Φ(−t)·e^{t²/2})/(t − t₀) on 0 ≤ t ≤ 14.6",
         lambda t: (t / sqrt(2 * pi) - mills(t)) / (t - gelu_root), 14.6, 4, 4)

swish_root = findroot(lambda t: 1 + t + exp(t), -1.278)
parts("SWISH_ROOT", "The t₀ at which 1 + t + eᵗ = 0", swish_root, 2)
parts("SWISH_ROOT_EXP", "e^{t₀}", exp(swish_root), 2)


def mish_slope(x):
    t = tanh(log1p(exp(x)))
    return t + x / (1 + exp(-x)) * (1 - t * t)


mish_root = findroot(mish_slope, -1.19)
parts("MISH_ROOT", "The zero x₀ of the derivative of x·tanh(softplus(x))", mish_root, 2)
parts("MISH_ROOT_EXP", "e^{x₀}", exp(mish_root), 2)

# The constants are the f64 that the formula holds.
gate = 2 * sqrt(2 / pi)
cubic = gate * mpf(0.044715)


def gelu_tanh_slope(x):
    t = gate * x + cubic * x**3
    s = gate * x + 3 * cubic * x**3
    return 1 + s + exp(t)


gelu_tanh_root = findroot(gelu_tanh_slope, -0.75)
head = mpf(round(gate * 2**20)) / 2**20
print("/// 2√(2/π), as a sum whose first part is a multiple of 2⁻²⁰.")
print(f"pub(crate) const GELU_TANH_LINEAR: [f32; 2] = [{literal(head)}, {literal(gate - head)}];\n")
parts("GELU_TANH_CUBIC", "2√(2/π)·0.044715", cubic, 2)
parts("GELU_TANH_ROOT", "The zero x₀ of the derivative of GELU's tanh form", gelu_tanh_root, 2)
parts("GELU_TANH_ROOT_EXPONENT", "t(x₀), with σ(t) the gate", gate * gelu_tanh_root + cubic * gelu_tanh_root**3, 2)
parts("GELU_TANH_ROOT_EXP", "e^{t(x₀)}", exp(gate * gelu_tanh_root + cubic * gelu_tanh_root**3), 2)
parts("QUICK_GELU", "The factor 1.702 of quick GELU", mpf(1.702), 2)
