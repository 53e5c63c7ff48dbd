//! From values to positions along an axis: the range that fits the data, and round numbers for the ticks.

use crate::figure::{Figure, Mark};

/// Larger magnitudes are not drawn, so that no difference of two values overflows.
const LIMIT: f64 = 1e300;

/// Linear or logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    Linear,
    Log,
}

impl Scale {
    /// The value as it is measured along the axis, None where it cannot be shown.
    fn measure(self, v: f64) -> Option<f64> {
        match self {
            Scale::Linear => (v.abs() <= LIMIT).then_some(v),
            Scale::Log => (1.0 / LIMIT..=LIMIT).contains(&v).then(|| v.log10()),
        }
    }
}

/// An axis from `lo` to `hi`, both as measured (so logarithms on a logarithmic axis), `lo < hi`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) scale: Scale,
    lo: f64,
    hi: f64,
}

/// A mark on an axis: where, as a fraction of its length, and what stands there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) label: String,
}

impl Axis {
    /// Where a value stands, as a fraction of the axis: 0 at its low end, 1 at its high end, beyond them outside.
    pub(crate) fn place(&self, v: f64) -> Option<f64> {
        // The bound keeps the arithmetic of clipping finite.
        self.scale
            .measure(v)
            .map(|m| ((m - self.lo) / (self.hi - self.lo)).clamp(-1e60, 1e60))
    }

    /// Where bars begin: at zero, or at the low end of a logarithmic axis.
    pub(crate) fn base(&self) -> f64 {
        self.place(0.0).unwrap_or(0.0)
    }

    /// The value at a fraction of the axis, in few digits.
    pub(crate) fn value_text(&self, fraction: f64) -> String {
        let m = self.lo + fraction * (self.hi - self.lo);
        short(match self.scale {
            Scale::Linear => m,
            Scale::Log => 10f64.powf(m),
        })
    }

    /// About `most` ticks at round values; two at least wherever that is possible.
    pub(crate) fn ticks(&self, most: usize) -> Vec<Tick> {
        let most = most.clamp(1, 50);
        let ticks = self.ticks_of(most);
        if ticks.len() < 2 && most < 6 {
            self.ticks(most + 1)
        } else {
            ticks
        }
    }

    /// As many ticks, up to about `most`, as have room by the side of one another.
    pub(crate) fn uncrowded(&self, most: usize, room: impl Fn(&Tick, &Tick) -> bool) -> Vec<Tick> {
        for most in (1..=most).rev() {
            let ticks = self.ticks(most);
            if ticks.windows(2).all(|t| room(&t[0], &t[1])) {
                return ticks;
            }
        }
        let mut kept: Vec<Tick> = Vec::new();
        for tick in self.ticks(1) {
            if kept.last().is_none_or(|last| room(last, &tick)) {
                kept.push(tick);
            }
        }
        kept
    }

    fn ticks_of(&self, most: usize) -> Vec<Tick> {
        match self.scale {
            Scale::Linear => linear_ticks(self.lo, self.hi, most)
                .into_iter()
                .filter_map(|(v, label)| {
                    Some(Tick {
                        at: self.place(v)?,
                        label,
                    })
                })
                .collect(),
            Scale::Log => self.log_ticks(most),
        }
    }

    fn log_ticks(&self, most: usize) -> Vec<Tick> {
        let tick = |v: f64, label: String| {
            Some(Tick {
                at: self.place(v)?.clamp(0.0, 1.0),
                label,
            })
        };
        // A little room for the rounding of the logarithm, so that an axis that ends at 10 has a tick there.
        let inside = |m: f64| m >= self.lo - 1e-9 && m <= self.hi + 1e-9;
        let (first, last) = (
            (self.lo - 1e-9).ceil() as i32,
            (self.hi + 1e-9).floor() as i32,
        );
        let decades = (last - first + 1).max(0) as usize;
        let all_plain = first >= -4 && last <= 5;
        let text = |factor: u32, e: i32| {
            if all_plain || (-4..=4).contains(&e) && decades < 2 {
                format!(
                    "{:.*}",
                    (-e).max(0) as usize,
                    f64::from(factor) * 10f64.powi(e)
                )
            } else if factor == 1 {
                format!("10{}", superscript(e))
            } else {
                format!("{factor}×10{}", superscript(e))
            }
        };
        if decades >= 3 || decades == 2 && most < 4 {
            let stride = decades.div_ceil(most) as i32;
            return (first..=last)
                .filter(|e| e.rem_euclid(stride) == 0)
                .filter_map(|e| tick(10f64.powi(e), text(1, e)))
                .collect();
        }
        let fine: Vec<Tick> = (first - 1..=last)
            .flat_map(|e| [1u32, 2, 5].map(|factor| (factor, e)))
            .filter(|&(factor, e)| inside(f64::from(factor).log10() + f64::from(e)))
            .filter_map(|(factor, e)| tick(f64::from(factor) * 10f64.powi(e), text(factor, e)))
            .collect();
        if fine.len() >= 2 {
            return fine;
        }
        linear_ticks(10f64.powf(self.lo), 10f64.powf(self.hi), most)
            .into_iter()
            .filter_map(|(v, label)| tick(v, label))
            .collect()
    }

    /// Unlabelled marks between the decades of a logarithmic axis, as fractions; none where they would crowd.
    pub(crate) fn minor(&self) -> Vec<f64> {
        if self.scale == Scale::Linear || self.hi - self.lo > 6.0 || self.hi - self.lo < 1.0 {
            return Vec::new();
        }
        (self.lo.floor() as i32..=self.hi.floor() as i32)
            .flat_map(|e| (2..10).map(move |factor| f64::from(factor) * 10f64.powi(e)))
            .filter_map(|v| self.place(v))
            .filter(|at| (0.0..=1.0).contains(at))
            .collect()
    }
}

/// Multiples of 1, 2 or 5 times a power of ten between `lo` and `hi`, at most about `most`, with their texts.
fn linear_ticks(lo: f64, hi: f64, most: usize) -> Vec<(f64, String)> {
    let raw = (hi - lo) / most as f64;
    let mut exponent = raw.log10().floor() as i32;
    let digit = raw / 10f64.powi(exponent);
    let mut factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|f| digit <= f * (1.0 + 1e-9))
        .unwrap_or(10.0);
    if factor == 10.0 {
        factor = 1.0;
        exponent += 1;
    }
    let step = factor * 10f64.powi(exponent);
    let first = (lo / step - 1e-9).ceil();
    let last = (hi / step + 1e-9).floor();
    let count = (last - first + 1.0).clamp(0.0, 200.0) as usize;
    let largest = lo.abs().max(hi.abs());
    let scientific = largest >= 1e6 || exponent < -5;
    (0..count)
        .map(|k| {
            let multiple = (first + k as f64) * factor;
            // Dividing by a whole power of ten rounds once; multiplying by a fraction would round twice.
            let v = if exponent < 0 {
                multiple / 10f64.powi(-exponent)
            } else {
                multiple * 10f64.powi(exponent)
            };
            let label = if scientific {
                scientific_text(multiple, exponent)
            } else {
                number(v, (-exponent).max(0) as usize)
            };
            (v, label)
        })
        .collect()
}

/// A decimal number with a true minus sign, and without one before zero.
fn number(v: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, v.abs());
    let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    if v < 0.0 && !zero {
        format!("−{text}")
    } else {
        text
    }
}

/// m·10^e as "2.5×10⁶".
fn scientific_text(m: f64, e: i32) -> String {
    if m == 0.0 {
        return "0".into();
    }
    let digits = format!("{:.0}", m.abs());
    let exponent = e + digits.len() as i32 - 1;
    let (head, tail) = digits.split_at(1);
    let tail = tail.trim_end_matches('0');
    let sign = if m < 0.0 { "−" } else { "" };
    let mantissa = if tail.is_empty() {
        head.to_string()
    } else {
        format!("{head}.{tail}")
    };
    match mantissa.as_str() {
        "1" => format!("{sign}10{}", superscript(exponent)),
        _ => format!("{sign}{mantissa}×10{}", superscript(exponent)),
    }
}

/// A number in at most four significant digits.
pub(crate) fn short(v: f64) -> String {
    rounded(v, 4)
}

/// A number in at most `digits` significant digits; whole numbers below a million keep all of theirs.
pub(crate) fn rounded(v: f64, digits: i32) -> String {
    if v.is_nan() {
        return "NaN".into();
    }
    if v == 0.0 || !v.is_finite() {
        return number(v, 0);
    }
    let exponent = v.abs().log10().floor() as i32;
    if (-4..6).contains(&exponent) {
        let text = number(v, (digits - 1 - exponent).max(0) as usize);
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        } else {
            text
        }
    } else {
        // Subnormal numbers have exponents whose power of ten is zero.
        let digit = if exponent < -290 {
            v * 1e100 / 10f64.powi(exponent + 100)
        } else {
            v / 10f64.powi(exponent)
        };
        scientific_text(
            (digit * 10f64.powi(digits - 1)).round(),
            exponent - (digits - 1),
        )
    }
}

fn superscript(e: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    e.to_string()
        .chars()
        .map(|c| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]))
        .collect()
}

/// The smallest interval that holds what it was shown.
#[derive(Clone, Copy, Default)]
struct Extent(Option<(f64, f64)>);

impl Extent {
    fn add(&mut self, m: Option<f64>) {
        if let Some(m) = m {
            self.0 = Some(self.0.map_or((m, m), |(lo, hi)| (lo.min(m), hi.max(m))));
        }
    }
}

/// Both axes of a figure.
pub(crate) fn axes(figure: &Figure) -> (Axis, Axis) {
    let x = x_axis(figure);
    (x, y_axis(figure, &x))
}

fn x_axis(figure: &Figure) -> Axis {
    let scale = if figure.categories.is_empty() {
        figure.x_scale
    } else {
        Scale::Linear
    };
    if let Some(axis) = asked(scale, figure.x_range) {
        return axis;
    }
    let mut extent = Extent::default();
    let mut dots = false;
    for series in &figure.series {
        match &series.mark {
            Mark::Line { points, .. } => {
                visible(points, figure.y_scale).for_each(|x| extent.add(scale.measure(x)))
            }
            Mark::Points(points) => {
                dots |= !points.is_empty();
                visible(points, figure.y_scale).for_each(|x| extent.add(scale.measure(x)));
            }
            Mark::Band(points) => points
                .iter()
                .filter(|p| figure.y_scale.measure(p.2).is_some())
                .for_each(|p| extent.add(scale.measure(p.0))),
            Mark::Histogram(bins) => bins.iter().filter(|b| b.2.is_finite()).for_each(|b| {
                extent.add(scale.measure(b.0));
                extent.add(scale.measure(b.1));
            }),
            Mark::Bars(_) => {}
        }
    }
    if !figure.categories.is_empty() {
        extent.add(Some(-0.5));
        extent.add(Some(figure.categories.len() as f64 - 0.5));
    }
    for r in figure.references.iter().filter(|r| r.vertical) {
        extent.add(scale.measure(r.at));
    }
    let (lo, hi) = settled(scale, extent.0);
    let pad = if dots && figure.categories.is_empty() {
        0.03 * (hi - lo)
    } else {
        0.0
    };
    Axis {
        scale,
        lo: lo - pad,
        hi: hi + pad,
    }
}

/// The x of those points whose y can be shown.
fn visible(points: &[(f64, f64)], y: Scale) -> impl Iterator<Item = f64> {
    points
        .iter()
        .filter(move |p| y.measure(p.1).is_some())
        .map(|p| p.0)
}

fn y_axis(figure: &Figure, x: &Axis) -> Axis {
    let scale = figure.y_scale;
    if let Some(axis) = asked(scale, figure.y_range) {
        return axis;
    }
    let mut extent = Extent::default();
    let mut from_zero = false;
    let seen = |v: f64| {
        x.place(v)
            .is_some_and(|at| (-1e-9..=1.0 + 1e-9).contains(&at))
    };
    for series in &figure.series {
        match &series.mark {
            Mark::Line { points, .. } => {
                for pair in points.windows(2) {
                    crossings(x, scale, pair[0], pair[1]).for_each(|m| extent.add(Some(m)));
                }
                points
                    .iter()
                    .filter(|p| seen(p.0))
                    .for_each(|p| extent.add(scale.measure(p.1)));
            }
            Mark::Points(points) => points
                .iter()
                .filter(|p| seen(p.0))
                .for_each(|p| extent.add(scale.measure(p.1))),
            Mark::Band(points) => points.iter().filter(|p| seen(p.0)).for_each(|p| {
                extent.add(scale.measure(p.1));
                extent.add(scale.measure(p.2));
            }),
            Mark::Bars(bars) => {
                from_zero = true;
                bars.iter().for_each(|b| extent.add(scale.measure(b.1)));
            }
            Mark::Histogram(bins) => {
                from_zero = true;
                bins.iter().for_each(|b| extent.add(scale.measure(b.2)));
            }
        }
    }
    for r in figure.references.iter().filter(|r| !r.vertical) {
        extent.add(scale.measure(r.at));
    }
    if from_zero && scale == Scale::Linear {
        extent.add(Some(0.0));
    }
    let (lo, hi) = settled(scale, extent.0);
    let pad = 0.05 * (hi - lo);
    match (from_zero, scale) {
        // Bars stand on the axis.
        (true, Scale::Linear) if lo >= 0.0 => Axis {
            scale,
            lo: 0.0,
            hi: hi + pad,
        },
        (true, Scale::Linear) if hi <= 0.0 => Axis {
            scale,
            lo: lo - pad,
            hi: 0.0,
        },
        // The shortest bar still has a length.
        (true, Scale::Log) => Axis {
            scale,
            lo: (lo - 0.1).floor(),
            hi: hi + pad,
        },
        _ => Axis {
            scale,
            lo: lo - pad,
            hi: hi + pad,
        },
    }
}

/// The y at which a segment enters or leaves the shown range of x.
fn crossings(x: &Axis, y: Scale, p: (f64, f64), q: (f64, f64)) -> impl Iterator<Item = f64> {
    let ends = (|| {
        Some((
            x.place(p.0)?,
            y.measure(p.1)?,
            x.place(q.0)?,
            y.measure(q.1)?,
        ))
    })();
    [0.0, 1.0].into_iter().filter_map(move |edge| {
        let (px, py, qx, qy) = ends?;
        ((px < edge) != (qx < edge)).then(|| {
            let t = ((edge - px) / (qx - px)).clamp(0.0, 1.0);
            py * (1.0 - t) + qy * t
        })
    })
}

/// The axis of a range that was asked for, None where it cannot be shown.
fn asked(scale: Scale, range: Option<(f64, f64)>) -> Option<Axis> {
    let (a, b) = range?;
    let (a, b) = (scale.measure(a)?, scale.measure(b)?);
    let (lo, hi) = settled(scale, Some((a.min(b), a.max(b))));
    Some(Axis { scale, lo, hi })
}

/// A range of some length: one that is empty is widened about its value, and nothing becomes 0 … 1.
fn settled(scale: Scale, range: Option<(f64, f64)>) -> (f64, f64) {
    let Some((lo, hi)) = range else {
        return (0.0, 1.0);
    };
    let size = lo.abs().max(hi.abs());
    if hi - lo > (size * 1e-12).max(1e-290) {
        return (lo, hi);
    }
    let half = match scale {
        Scale::Log => 0.5,
        Scale::Linear if size < 1e-280 => 1.0,
        Scale::Linear => 0.1 * size,
    };
    let middle = lo / 2.0 + hi / 2.0;
    (middle - half, middle + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lo: f64, hi: f64, most: usize) -> Vec<String> {
        Axis {
            scale: Scale::Linear,
            lo,
            hi,
        }
        .ticks(most)
        .into_iter()
        .map(|t| t.label)
        .collect()
    }

    fn log_labels(lo: f64, hi: f64, most: usize) -> Vec<String> {
        Axis {
            scale: Scale::Log,
            lo: lo.log10(),
            hi: hi.log10(),
        }
        .ticks(most)
        .into_iter()
        .map(|t| t.label)
        .collect()
    }

    #[test]
    fn ticks_are_round_and_have_true_minus_signs() {
        assert_eq!(
            labels(-4.0, 4.0, 8),
            ["−4", "−3", "−2", "−1", "0", "1", "2", "3", "4"]
        );
        assert_eq!(
            labels(-0.55, 0.55, 6),
            ["−0.4", "−0.2", "0.0", "0.2", "0.4"]
        );
        assert_eq!(
            labels(0.0, 1.0, 5),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels(0.0, 4e6, 4), ["0", "10⁶", "2×10⁶", "3×10⁶", "4×10⁶"]);
        assert_eq!(
            labels(0.0, 2.5e-7, 5),
            ["0", "5×10⁻⁸", "10⁻⁷", "1.5×10⁻⁷", "2×10⁻⁷", "2.5×10⁻⁷"]
        );
        assert_eq!(labels(0.1, 0.3, 2), ["0.1", "0.2", "0.3"]);
    }

    #[test]
    fn log_ticks_are_decades_or_one_two_five() {
        assert_eq!(
            log_labels(1e-3, 1e2, 6),
            ["0.001", "0.01", "0.1", "1", "10", "100"]
        );
        assert_eq!(log_labels(1e-9, 1e-3, 4), ["10⁻⁸", "10⁻⁶", "10⁻⁴"]);
        assert_eq!(log_labels(1.0, 10.0, 6), ["1", "2", "5", "10"]);
        assert_eq!(log_labels(0.5, 3.0, 6), ["0.5", "1", "2"]);
        assert_eq!(log_labels(3.0, 3.4, 4), ["3.0", "3.1", "3.2", "3.3", "3.4"]);
    }

    #[test]
    fn ticks_stay_on_the_axis_whatever_the_range() {
        let ends = [
            -1e300, -1e12, -3.0, -1e-9, -1e-300, 0.0, 1e-300, 1e-12, 0.7, 5.0, 1e9, 1e300,
        ];
        for scale in [Scale::Linear, Scale::Log] {
            for a in ends {
                for b in ends {
                    let Some(axis) = asked(scale, Some((a, b))) else {
                        continue;
                    };
                    for most in [0, 1, 2, 5, 11, 1000] {
                        let ticks = axis.ticks(most);
                        assert!(ticks.len() <= 101, "{a} {b} {most}: {}", ticks.len());
                        for t in ticks {
                            assert!(
                                (-1e-6..=1.0 + 1e-6).contains(&t.at),
                                "{a} {b} {most}: {t:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn short_numbers() {
        assert_eq!(short(0.123456), "0.1235");
        assert_eq!(short(-2.0), "−2");
        assert_eq!(short(12345.6), "12346");
        assert_eq!(short(1.5e-9), "1.5×10⁻⁹");
        assert_eq!(short(0.0), "0");
    }

    #[test]
    fn the_range_fits_what_is_shown() {
        let (x, y) = axes(
            &Figure::new("")
                .line("a", [(0.0, 0.0), (10.0, 100.0)])
                .x_range(2.0, 4.0),
        );
        assert_eq!((x.lo, x.hi), (2.0, 4.0));
        assert!(
            (y.lo - 19.0).abs() < 1e-9 && (y.hi - 41.0).abs() < 1e-9,
            "{y:?}"
        );
        let (_, y) =
            axes(&Figure::new("").bars("a", [("p".to_string(), 3.0), ("q".to_string(), 4.0)]));
        assert_eq!(y.lo, 0.0);
        let (x, _) = axes(&Figure::new("").line("a", [(1.0, f64::NAN), (2.0, 1.0), (3.0, 2.0)]));
        assert_eq!((x.lo, x.hi), (2.0, 3.0));
    }
}
