"""Finds the coefficients of the f32 kernels and prints them as Rust.

    pip install mpmath numpy && python3 quick.py > ../src/elementary/quick/coefficients.rs

All are near-minimax fits of the relative error (Lawson's weights on a linearised least-squares problem); every table is rounded to f32 and the error printed beside it is
the largest relative error of the rounded table, evaluated exactly, over 2000 points of the interval.
"""

import numpy as np
from mpmath import mp, mpf, polyval, linspace, findroot
from mpmath import exp, expm1, log, log1p, erfc, sqrt, tanh, ncdf, npdf, pi

mp.dps = 40


def literal(c):
    text = np.format_float_scientific(np.float32(float(c)), unique=True)
    plain = np.format_float_positional(np.float32(float(c)), unique=True, trim="0")
    return plain if len(plain) <= len(text) + 3 else text.replace("e+", "e").replace("e-0", "e-")


def nearest(x, steps=0):
    """The f32 next to x, or one that is so many off."""
    x = np.float32(float(x))
    for _ in range(abs(steps)):
        x = np.nextafter(x, np.float32(np.inf if steps > 0 else -np.inf))
    return mpf(float(x))


def rounded(c):
    return [nearest(v) for v in c]


def show(name, what, c):
    print(f"/// {what}.")
    print(f"pub(crate) const {name}: [f32; {len(c)}] = [")
    for v in c:
        print(f"    {literal(v)},")
    print("];\n")


def worst(evaluate, f, a, b):
    points = [x for x in linspace(mpf(a), mpf(b), 2002) if f(x) != 0]
    return float(log(max(abs(evaluate(x) / f(x) - 1) for x in points), 2))


def lawson(f_over, f_under, wanted, size):
    """Coefficients with the least largest |size·(A/B − wanted)| for powers A and powers B, whose first is 1."""
    weight, b, best = np.ones(len(size)), np.ones(len(size)), (np.inf, None)
    over = f_over.shape[1]
    for step in range(500):
        root = np.sqrt(weight) * size / b
        matrix = np.hstack([f_over * root[:, None], -f_under[:, 1:] * (wanted * root)[:, None]])
        c = np.linalg.lstsq(matrix, wanted * root, rcond=1e-15)[0]
        b = 1 + f_under[:, 1:] @ c[over:]
        error = abs(f_over @ c[:over] / b - wanted) * size
        if error.max() < best[0]:
            best = (error.max(), c)
        if step > 8:
            weight = np.maximum(weight * (error / error.max() + 1e-3), 1e-12)
            weight /= weight.max()
    return best[1]


def nodes(a, b):
    return a + (b - a) * (1 - np.cos(np.pi * (np.arange(400) + 0.5) / 400)) / 2


def powers(t, degree):
    return np.vander(t, degree + 1, increasing=True)


def table(name, what, f, head, order, a, b, n):
    """f = head + t^order·P with a polynomial P of n coefficients, by the relative error of f."""
    t = nodes(a, b)
    rest = np.array([float((f(mpf(v)) - head(mpf(v))) / mpf(v) ** order) for v in t])
    size = np.array([abs(float(mpf(v) ** order / f(mpf(v)))) for v in t])
    c = rounded(lawson(powers(t, n - 1), powers(t, 0), rest, size))
    error = worst(lambda x: head(x) + x**order * polyval(c[::-1], x), f, a, b)
    show(name, f"{what}; its relative error is 2^{error:.1f}", c)


def rational(name, what, f, main, over, under):
    """f on 0 ≤ t ≤ 14.6 as B/(main·B + A) with A of degree `over` and B of degree `under` starting with 1."""
    t = 14.6 * nodes(0, 1) ** 2
    size = np.array([float(f(mpf(v))) for v in t])
    wanted = np.array([float(1 / f(mpf(v)) - main(mpf(v))) for v in t])
    unit = 3.0
    c = lawson(powers(t / unit, over), powers(t / unit, under), wanted, size)
    p = rounded(c[: over + 1] / unit ** np.arange(over + 1))
    q = [mpf(1)] + rounded(c[over + 1:] / unit ** np.arange(1, under + 1))
    error = worst(lambda x: 1 / (main(x) + polyval(p[::-1], x) / polyval(q[::-1], x)), f, 0, 14.6)
    show(f"{name}_A", f"{what}, the polynomial A; relative error 2^{error:.1f}", p)
    show(f"{name}_B", "and the polynomial B", q)


def parts(name, what, x, n):
    """x as a sum of n f32."""
    c = []
    for _ in range(n):
        c.append(nearest(x))
        x = x - c[-1]
    print(f"/// {what}, as a sum.")
    print(f"pub(crate) const {name}: [f32; {n}] = [{', '.join(literal(v) for v in c)}];\n")


print("//! Coefficients of the `f32` kernels, lowest power first; made by `coefficients/quick.py`.\n")
print("use super::exponential::Dip;\n")

half_ln2 = log(mpf(2)) / 2 * mpf("1.0005")
table("EXP_M1", "P with eʳ − 1 = r + r²P(r) on |r| ≤ ln 2/2", expm1, lambda r: r, 2, -float(half_ln2), float(half_ln2), 5)
# In powers of z = r².
table("HALF_TANH", "P with tanh(r/2) = r/2 + r·r²P(r²) on |r| ≤ ln 2/2",
      lambda z: tanh(sqrt(z) / 2) / sqrt(z), lambda z: mpf(0.5), 1, 1e-9, float(half_ln2) ** 2, 2)
table("LN_1P_UNIT", "P with ln(1 + e) = e + e²P(e) on 0 ≤ e ≤ 1", log1p, lambda e: e, 2, 0, 1, 8)


def mills(t):
    return exp(t * t / 2) * erfc(t / sqrt(mpf(2))) / 2


root_two_pi = sqrt(2 * pi)
rational("MILLS", "R(t) = Φ(−t)·e^{t²/2} as B/(√(2π)tB + A) on 0 ≤ t ≤ 14.6", mills, lambda t: root_two_pi * t, 4, 4)

gelu_root = -findroot(lambda x: ncdf(x) + x * npdf(x), -0.75)
parts("GELU_ROOT", "The t at which Φ(−t) = t·e^{−t²/2}/√(2π)", gelu_root, 2)
rational("GELU_SLOPE", "(t/√(2π) − R(t))/(t − t₀) as B/(√(2π)B + A) on 0 ≤ t ≤ 14.6",
         lambda t: (t / root_two_pi - mills(t)) / (t - gelu_root), lambda t: root_two_pi, 4, 4)


def pair(x, bits, steps=0):
    """x as a sum whose first part is a multiple of 2^−bits."""
    head = mpf(round(x * 2**bits)) / 2**bits
    return f"[{literal(head)}, {literal(nearest(x - head, steps))}]"


def dip(name, what, exponent, steps=0, steps_of_exponent=0):
    """The numbers for the zero of e(1 − s + e) with e = e^{−t}, t at the zero being `exponent`. For any e₀, 1 − s + e is
    (e − e₀) + (1 + e₀ − s), so those next to the e there are as good, and of the few hundred whose inverse is an f32 the one is
    taken that is `steps` off: found by trial, it and the low parts having the least error over all arguments. Where what t and s
    are is known to the last place (not at every β), 1 + e₀, or the place where s is that, is next to a multiple of a large power
    of two besides, so that its difference to any argument is exact. Returns e₀."""
    inverse = nearest(exp(exponent), steps)
    print(f"/// {what}.")
    print(f"pub(crate) const {name}: Dip = Dip {{")
    print(f"    inverse: {literal(inverse)},")
    print(f"    e: {literal(1 / inverse)},")
    print(f"    exponent: {pair(log(inverse), 17, steps_of_exponent)},")
    print("};\n")
    return 1 / inverse


swish_root = -findroot(lambda t: 1 + t + exp(t), -1.278)
swish_e = dip("SWISH_DIP", "The zero of swish′", swish_root, -7)
parts("SWISH_DIP_LINE", "1 + e₀ there", 1 + swish_e, 2)
silu_e = dip("SILU_DIP", "The same for a t that is an `f32`", swish_root, 40, -1)
print("/// 1 + e₀ there, as a sum whose first part is a multiple of 2⁻¹⁹.")
print(f"pub(crate) const SILU_DIP_LINE: [f32; 2] = {pair(1 + silu_e, 19, 1)};\n")

# The constants are the f64 that the formula holds.
gate = 2 * sqrt(2 / pi)
cubic = gate * mpf(0.044715)
head = mpf(round(gate * 2**20)) / 2**20
print("/// 2√(2/π), as a sum whose first part is a multiple of 2⁻²⁰.")
print(f"pub(crate) const GELU_TANH_LINEAR: [f32; 2] = [{literal(head)}, {literal(gate - head)}];\n")
parts("GELU_TANH_CUBIC", "2√(2/π)·0.044715", cubic, 2)


def gelu_tanh_exponent(x):
    return gate * x + cubic * x**3


def gelu_tanh_line(x):
    return gate * x + 3 * cubic * x**3


gelu_tanh_root = findroot(lambda x: 1 - gelu_tanh_line(x) + exp(-gelu_tanh_exponent(x)), 0.75)
gelu_tanh_e = dip("GELU_TANH_DIP", "The zero of the derivative of GELU's tanh form", gelu_tanh_exponent(gelu_tanh_root), 10, 1)
place = findroot(lambda x: gelu_tanh_line(x) - 1 - gelu_tanh_e, 0.75)
print("/// The x₀ at which s = x·t′ is 1 + e₀ there, as a sum whose first part is a multiple of 2⁻²⁰.")
print(f"pub(crate) const GELU_TANH_DIP_PLACE: [f32; 2] = {pair(place, 20, -1)};\n")
print("/// P with s − (1 + e₀) = (x − x₀)P(x).")
coefficients = [gate + 3 * cubic * place**2, 3 * cubic * place, 3 * cubic]
print(f"pub(crate) const GELU_TANH_DIP_LINE: [f32; 3] = [{', '.join(literal(c) for c in coefficients)}];\n")
mish_root = -findroot(lambda x: 4 * (x + 1) + exp(x) * (4 * x + 6) + 4 * exp(2 * x) + exp(3 * x), -1.19)
mish_e = dip("MISH_DIP", "The zero of mish′", mish_root)
# The f32 next to the zero is 3·10⁻⁹ from it, so the place below is right for it, by trial, and e₀ is taken to be what the rounded exponent says.
head = mpf(round(-log(mish_e) * 2**17)) / 2**17
mish_e = exp(-(head + nearest(-log(mish_e) - head)))
mish_slope = 4 * (1 + mish_e)
print("/// K = 4(1 + e₀) in the derivative of mish.")
print(f"pub(crate) const MISH_DIP_LINE: f32 = {literal(mish_slope)};\n")
print("/// −x₀ there, as a sum whose first part is a multiple of 2⁻²²: with fewer bits the rest would drown the distance of the next f32.")
print(f"pub(crate) const MISH_DIP_PLACE: [f32; 2] = {pair((4 + 6 * mish_e + 4 * mish_e**2 + mish_e**3) / mish_slope, 22, 30)};\n")
print("/// 2⁻³²e₀B there, by powers of e/e₀ and then the factor of x.")
coefficients = [6 + 4 * mish_e + mish_e**2, (4 + mish_e) * mish_e, mish_e**2, mpf(4)]
coefficients = [mish_e * c / 2**32 for c in coefficients]
# A step off, here and below: found by trial, for mish′ to be 3/5 at 0 and 1 from 12.5 on.
coefficients[0] = nearest(coefficients[0], -1)
print(f"pub(crate) const MISH_DIP_RISE: [f32; 4] = [{', '.join(literal(c) for c in coefficients)}];\n")
print("/// (e² + 2e + 2)²/e₀, by powers of e/e₀.")
coefficients = [4 / mish_e, mpf(8), nearest(8 * mish_e, -1), 4 * mish_e**2, mish_e**3]
print(f"pub(crate) const MISH_DIP_SQUARE: [f32; 5] = [{', '.join(literal(c) for c in coefficients)}];\n")
parts("QUICK_GELU", "The factor 1.702 of quick GELU", mpf(1.702), 2)
