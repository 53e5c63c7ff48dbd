"""Finds the polynomial coefficients of crates/nonlin/src/elementary and prints them as Rust.

    pip install mpmath && python3 find.py > ../src/elementary/coefficients.rs

Each table is a Chebyshev interpolant (mpmath's chebyfit, 60 digits) of a function that is smooth and of one
sign on its interval, rounded to f64; the error printed beside it is the largest relative error of the rounded
table over 400 points of the interval.
"""

from mpmath import mp, mpf, chebyfit, polyval, linspace
from mpmath import exp, expm1, erfc, log, sqrt, atanh, sin, cos, tanh, log1p, ncdf, npdf, pi, findroot, diff

mp.dps = 60


def table(name, what, f, a, b, n):
    a, b = mpf(a), mpf(b)
    coefficients = [float(c) for c in chebyfit(f, [a, b], n)]
    points = linspace(a, b, 401)
    error = max(abs(polyval(coefficients, x) / f(x) - 1) for x in points)
    print(f"/// {what}; relative error 2^{float(log(error, 2)):.1f}.")
    print(f"pub(crate) const {name}: [f64; {n}] = [")
    for c in reversed(coefficients):
        print(f"    {c!r},")
    print("];\n")


def pair(name, what, x):
    hi = float(x)
    lo = float(x - mpf(hi))
    print(f"/// {what}, as the sum of two `f64`.")
    print(f"pub(crate) const {name}: (f64, f64) = ({hi!r}, {lo!r});\n")


print("//! Coefficients of the elementary functions, lowest power first; made by `coefficients/find.py`.\n")

half_ln2 = log(mpf(2)) / 2 * mpf("1.0005")


def exp_tail(r):
    return (expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -20 else mpf(1) / 2


table("EXP_M1_WIDE", "(eʳ − 1 − r)/r² on |r| ≤ ln 2/2, for results that are rounded to `f32`", exp_tail, -half_ln2, half_ln2, 7)
table("EXP_M1_FULL", "the same for `f64` results", exp_tail, -half_ln2, half_ln2, 12)


def ln_tail(z):
    s = sqrt(z)
    return (2 * atanh(s) / s - 2) / z if z > mpf(10) ** -20 else mpf(2) / 3


top = (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)
table("LN_WIDE", "(2 atanh(s)/s − 2)/s² in z = s² on 0 ≤ s ≤ (√2 − 1)/(√2 + 1), for results that are rounded to `f32`",
      ln_tail, 0, top**2 * mpf("1.001"), 6)
table("LN_FULL", "the same for `f64` results", ln_tail, 0, top**2 * mpf("1.001"), 9)
table("LN_UNIT_WIDE", "2 atanh(s)/s in z = s² on 0 ≤ s ≤ 1/3, for results that are rounded to `f32`",
      lambda z: 2 * atanh(sqrt(z)) / sqrt(z) if z > mpf(10) ** -20 else mpf(2), 0, mpf(1) / 9, 8)


def mills(limit):
    def f(u):
        t = 4 * (1 + u) / (1 - u)
        return exp(t * t / 2) * erfc(t / sqrt(mpf(2))) / 2 * (t + 4) / 4
    return f, mpf(-1), (mpf(limit) - 4) / (mpf(limit) + 4)


mp.dps = 400
f, a, b = mills("15.5")
table("MILLS_WIDE", "Φ(−t)·e^{t²/2}·(t + 4)/4 in u = (t − 4)/(t + 4) on 0 ≤ t ≤ 15.5, for results that are rounded to `f32`", f, a, b, 15)
f, a, b = mills("40")
table("MILLS_FULL", "the same on 0 ≤ t ≤ 40, for `f64` results", f, a, b, 26)
mp.dps = 60

quarter = pi / 4 * mpf("1.001")


def sin_tail(z):
    r = sqrt(z)
    return (sin(r) / r - 1) / z if z > mpf(10) ** -20 else -mpf(1) / 6


def cos_tail(z):
    return (cos(sqrt(z)) - 1 + z / 2) / z**2 if z > mpf(10) ** -12 else mpf(1) / 24


table("SIN", "(sin(r)/r − 1)/r² in z = r² on |r| ≤ π/4", sin_tail, 0, quarter**2, 7)
table("COS", "(cos(r) − 1 + r²/2)/r⁴ in z = r² on |r| ≤ π/4", cos_tail, 0, quarter**2, 7)


def root(name, what, g, guess):
    x0 = findroot(g, guess)
    pair(f"{name}_ROOT", f"The zero x₀ of {what}", x0)
    h = mpf(1) / 64
    for strength, n in (("WIDE", 5), ("FULL", 8)):
        table(f"{name}_NEAR_{strength}", f"({what})/d in d = x − x₀, on |d| ≤ 1/64",
              lambda d: g(x0 + d) / d if abs(d) > mpf(10) ** -15 else diff(g, x0), -h, h, n)


def sigmoid(x):
    return 1 / (1 + exp(-x))


root("SWISH", "the derivative of x·σ(x)", lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))), -1.278)
root("GELU", "the derivative of x·Φ(x)", lambda x: ncdf(x) + x * npdf(x), -0.75)


def gelu_tanh_slope(x):
    # The constants are the f64 that the formula holds.
    a, b = sqrt(2 / pi), mpf(0.044715)
    t = tanh(a * (x + b * x**3))
    return (1 + t) / 2 + x / 2 * (1 - t * t) * a * (1 + 3 * b * x * x)


root("GELU_TANH", "the derivative of GELU's tanh form", gelu_tanh_slope, -0.75)


def mish_slope(x):
    t = tanh(log1p(exp(x)))
    return t + x * sigmoid(x) * (1 - t * t)


root("MISH", "the derivative of x·tanh(softplus(x))", mish_slope, -1.19)

mp.prec = 2600
words = int(2 / pi * mpf(2) ** 1216)
print("/// 2/π after the binary point in words of 64 bits, most significant first.")
print("pub(crate) const TWO_OVER_PI: [u64; 19] = [")
for i in range(19):
    print(f"    0x{(words >> (1216 - 64 * (i + 1))) & (2**64 - 1):016x},")
print("];")
