"""Finds the coefficients of crates/nonlin/src/double_double and prints them as Rust.

    pip install mpmath && python3 double_double.py | rustfmt > ../src/double_double/coefficients.rs

A table of pairs holds each coefficient as the sum of two `f64`; a plain table holds the terms that are small enough
for one. The error printed beside a polynomial is the largest relative error of the tables, as rounded, over 400
points of the interval, evaluated without further error.
"""

from mpmath import mp, mpf, chebyfit, cos, erf, erfc, exp, expm1, factorial, linspace, log, pi, polyval, sin, sqrt

mp.dps = 80


def pair(x):
    high = float(x)
    return high, float(x - mpf(high))


def print_pairs(name, what, values):
    print(f"/// {what}.")
    print(f"pub(super) const {name}: [(f64, f64); {len(values)}] = [")
    for value in values:
        print(f"    {pair(value)!r},")
    print("];\n")


def print_singles(name, what, values):
    print(f"/// {what}.")
    print(f"pub(super) const {name}: [f64; {len(values)}] = [")
    for value in values:
        print(f"    {float(value)!r},")
    print("];\n")


def print_number(name, what, x):
    print(f"/// {what}, as the sum of two `f64`.")
    print(f"pub(super) const {name}: (f64, f64) = {pair(x)!r};\n")


def rounded(coefficients, pairs):
    """The coefficients, lowest first, as the tables hold them."""
    return [sum(map(mpf, pair(c))) if i < pairs else mpf(float(c)) for i, c in enumerate(coefficients)]


def polynomial(name, what, f, a, b, coefficients, pairs):
    """Prints the first `pairs` coefficients as NAME and the others as NAME_TAIL."""
    table = rounded(coefficients, pairs)
    points = [x for x in linspace(mpf(a), mpf(b), 401) if x != 0]
    error = max(abs(polyval(table[::-1], x) / f(x) - 1) for x in points)
    print_pairs(name, f"{what}; relative error 2^{float(log(error, 2)):.1f}", coefficients[:pairs])
    print_singles(f"{name}_TAIL", f"The terms that follow those of `{name}`", coefficients[pairs:])


def parts(name, what, x, bits):
    """Prints x as a sum of parts of so many bits each; the last part has 53."""
    values = []
    for width in bits:
        scale = mpf(2) ** (width - 1 - mp.floor(log(abs(x), 2)))
        value = mp.floor(x * scale) / scale if width < 53 else mpf(float(x))
        values.append(value)
        x = x - value
    print_singles(name, what, values)


print("//! Coefficients of the double-double functions, lowest power first; made by `coefficients/double_double.py`.\n")

parts("LN_2", "ln 2 in parts of 42, 42 and 53 bits, so that the product of an integer below 2¹¹ with the first two is exact",
      log(mpf(2)), (42, 42, 53))
parts("HALF_PI_PARTS", "π/2 in parts of 33, 33, 33, 33 and 53 bits, so that the product of an integer below 2¹⁷ with the first four is exact",
      pi / 2, (33, 33, 33, 33, 53))
print_number("PI", "π", +pi)
print_number("HALF_PI", "π/2", pi / 2)
print_number("SQRT_HALF", "√½", sqrt(mpf(1) / 2))

# 16(e^(r/16) − 1) = r + r²·(…)
half_ln2 = log(mpf(2)) / 2 * mpf("1.0005")
polynomial("EXP_M1", "(16(exp(r/16) − 1) − r)/r² on |r| ≤ ln 2/2 (Taylor); its relative error counts r/32 times in the whole",
           lambda r: (16 * expm1(r / 16) - r) / r**2, -half_ln2, half_ln2,
           [mpf(16) ** (1 - i) / factorial(i) for i in range(2, 15)], 6)

quarter = (pi / 4 * mpf("1.001")) ** 2
polynomial("SIN", "(sin(r)/r − 1)/r² in z = r² on |r| ≤ π/4 (Taylor)",
           lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, 0, quarter,
           [(-1) ** k / factorial(2 * k + 1) for k in range(1, 15)], 8)
polynomial("COS", "cos(r) in z = r² on |r| ≤ π/4 (Taylor)",
           lambda z: cos(sqrt(z)), 0, quarter,
           [(-1) ** k / factorial(2 * k) for k in range(0, 16)], 10)

# Chebyshev interpolants. The switch-over of erfc lies at 3/4, where 1 − erf has lost less than two bits.
SWITCH, END, SHIFT = mpf(3) / 4, mpf(28), mpf(3)


def erf_quotient(z):
    return erf(sqrt(z)) / sqrt(z) if z > mpf(10) ** -60 else 2 / sqrt(pi)


polynomial("ERF", "erf(t)/t in z = t² on 0 ≤ t ≤ 3/4 (Chebyshev interpolant)", erf_quotient, 0, SWITCH**2,
           chebyfit(erf_quotient, [0, SWITCH**2], 19)[::-1], 14)

mp.dps = 420
first, last = 1 / (END + SHIFT), 1 / (SWITCH + SHIFT)
middle, half = (first + last) / 2, (last - first) / 2
print_number("ERFC_SCALE", "The factor c₁ of w = c₁/(t + 3) − c₀, which runs from −1 at t = 28 to 1 at t = 3/4", 1 / half)
print_number("ERFC_OFFSET", "c₀ of the same", middle / half)


def scaled_erfc(w):
    t = 1 / (middle + half * w) - SHIFT
    return exp(t * t) * erfc(t) * (t + SHIFT)


polynomial("ERFC", "erfc(t)·exp(t²)·(t + 3) in w on 3/4 ≤ t ≤ 28 (Chebyshev interpolant)", scaled_erfc, -1, 1,
           chebyfit(scaled_erfc, [-1, 1], 43)[::-1], 33)


# For lanes of seventy bits, over the whole half-line.
END, SHIFT = mpf(39), mpf(5)
middle, half = (1 / (END + SHIFT) + 1 / SHIFT) / 2, (1 / SHIFT - 1 / (END + SHIFT)) / 2
print_number("MILLS_SCALE", "The factor c₁ of w = c₁/(t + 5) − c₀, which runs from −1 at t = 39 to 1 at t = 0", 1 / half)
print_number("MILLS_OFFSET", "c₀ of the same", middle / half)


def scaled_mills(w):
    t = 1 / (middle + half * w) - SHIFT
    return exp(t * t / 2) * erfc(t / sqrt(mpf(2))) / 2 * (t + SHIFT)


polynomial("MILLS", "Φ(−t)·exp(t²/2)·(t + 5) in w on 0 ≤ t ≤ 39 (Chebyshev interpolant)", scaled_mills, -1, 1,
           chebyfit(scaled_mills, [-1, 1], 32)[::-1], 12)


def exp_third(t):
    return (exp(t) - 1 - t - t * t / 2) / t**3 if abs(t) > mpf(10) ** -60 else mpf(1) / 6


table = chebyfit(exp_third, [-half_ln2 / 16, half_ln2 / 16], 7)[::-1]
error = max(abs(polyval(rounded(table, 0)[::-1], t) / exp_third(t) - 1) for t in linspace(-half_ln2 / 16, half_ln2 / 16, 400))
print_singles("EXP_THIRD", f"(eᵗ − 1 − t − t²/2)/t³ on |t| ≤ ln 2/32 (Chebyshev interpolant); relative error 2^{float(log(error, 2)):.1f}", table)
