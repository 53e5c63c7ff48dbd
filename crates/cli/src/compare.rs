//! `nonlin compare`.

use crate::args::{Compare, Order};
use crate::catalogue;
use crate::console::{Console, Lang, padded};
use crate::curve::{self, at, mix};
use crate::failure::Failure;
use crate::json;
use crate::number::short;
use crate::plot;
use nonlin::Function;
use nonlin_plot::Figure;
use serde_json::{Value, json};

/// Even steps of the search.
const STEPS: usize = 1 << 16;
/// How many of the highest places are refined.
const REFINED: usize = 24;
/// How a difference is measured.
#[derive(Clone, Copy)]
enum Measure {
    Absolute,
    Relative,
}

impl Measure {
    fn of(self, a: f64, b: f64) -> f64 {
        let difference = (a - b).abs();
        match self {
            Measure::Absolute => difference,
            Measure::Relative if difference == 0.0 => 0.0,
            Measure::Relative => difference / a.abs().max(b.abs()),
        }
    }
}

/// The two functions of a comparison.
struct Pair {
    a: Function,
    b: Function,
    order: Order,
    from: f64,
    to: f64,
}

/// A largest difference, and where it is taken: nearest to 0, on both sides of it if that is so.
struct Largest {
    difference: f64,
    at: Vec<f64>,
}

pub(crate) fn run(args: &Compare, console: &mut Console) -> Result<(), Failure> {
    let functions = [catalogue::function(&args.a)?, catalogue::function(&args.b)?];
    let (from, to) = plot::bounds(&args.range, &functions, 10.0)?;
    let [a, b] = functions;
    let pair = Pair {
        a,
        b,
        order: args.order,
        from,
        to,
    };
    let grid = pair.grid();
    let absolute = pair.largest(Measure::Absolute, &grid);
    let relative = pair.largest(Measure::Relative, &grid);
    if console.json {
        return console.json(&json!({
            "a": a.to_string(),
            "b": b.to_string(),
            "order": args.order.number(),
            "from": json::number(from),
            "to": json::number(to),
            "absolute": pair.in_json(&absolute),
            "relative": pair.in_json(&relative),
        }));
    }
    let lang = console.lang;
    let what = match args.order {
        Order::Value => lang.pick("values", "函数值"),
        Order::Derivative => lang.pick("derivatives", "导数"),
        Order::SecondDerivative => lang.pick("second derivatives", "二阶导数"),
    };
    let head = match lang {
        Lang::En => format!(
            "{a} and {b}, {what} for x from {} to {}",
            short(from, 6),
            short(to, 6)
        ),
        Lang::Zh => format!(
            "{a} 与 {b}：{what}，x 从 {} 到 {}",
            short(from, 6),
            short(to, 6)
        ),
    };
    console.line(&console.bold(&head))?;
    for (name, largest) in [
        (
            lang.pick("largest absolute difference", "最大绝对差"),
            &absolute,
        ),
        (
            lang.pick("largest relative difference", "最大相对差"),
            &relative,
        ),
    ] {
        let words = pair.in_words(largest, console);
        console.line(&format!("  {name}  {words}"))?;
    }
    if absolute.difference > 0.0 {
        // Around where they differ most, so that the difference can be seen.
        let (from, to) = match (args.range.from, args.range.to) {
            (None, None) => pair.view(&absolute),
            _ => (from, to),
        };
        let curves = plot::figure(&functions, args.order, from, to);
        let points = curve::sample(|x| pair.signed(x), from, to, &kinks_of(&functions));
        let difference = Figure::new("")
            .x_label("x")
            .y_label("b − a")
            .x_range(from, to)
            .line("b − a", points);
        for (figure, height) in [(curves, 20), (difference, 12)] {
            console.line("")?;
            let text = figure.terminal(console.width, height, console.color);
            console.print(&text)?;
        }
    }
    Ok(())
}

impl Pair {
    fn both(&self, x: f64) -> (f64, f64) {
        (at(self.a, self.order, x), at(self.b, self.order, x))
    }

    /// b − a.
    fn signed(&self, x: f64) -> f64 {
        let (a, b) = self.both(x);
        b - a
    }

    fn difference(&self, measure: Measure, x: f64) -> f64 {
        let (a, b) = self.both(x);
        let difference = measure.of(a, b);
        // No argument here is NaN, but an infinite difference of infinities would be.
        if difference.is_nan() { 0.0 } else { difference }
    }

    /// How far two differences may lie apart and still count as equal: some last bits of what they are made of.
    fn slack(&self, measure: Measure, x: f64) -> f64 {
        let (a, b) = self.both(x);
        8.0 * f64::EPSILON
            * match measure {
                Measure::Absolute => a.abs().max(b.abs()),
                Measure::Relative => 1.0,
            }
    }

    /// Where to look: even steps, the kinks and both their neighbours.
    fn grid(&self) -> Vec<f64> {
        let kinks = kinks_of(&[self.a, self.b]).into_iter();
        let mut grid: Vec<f64> = (0..=STEPS)
            .map(|k| mix(self.from, self.to, k as f64 / STEPS as f64))
            .chain(
                kinks
                    .chain([0.0])
                    .flat_map(|k: f64| [k.next_down(), k, k.next_up()]),
            )
            .filter(|x| (self.from..=self.to).contains(x))
            .collect();
        grid.sort_by(f64::total_cmp);
        grid.dedup();
        grid
    }

    fn largest(&self, measure: Measure, grid: &[f64]) -> Largest {
        let heights: Vec<f64> = grid.iter().map(|&x| self.difference(measure, x)).collect();
        let last = grid.len() - 1;
        // Both ends of a plateau count; its inside does not.
        let mut peaks: Vec<usize> = (0..=last)
            .filter(|&k| {
                let (before, after) = (
                    k.checked_sub(1).map(|k| heights[k]),
                    heights.get(k + 1).copied(),
                );
                let is_end = |next: Option<f64>| next.is_none_or(|next| next < heights[k]);
                let is_top = |next: Option<f64>| next.is_none_or(|next| next <= heights[k]);
                is_top(before) && is_top(after) && (is_end(before) || is_end(after))
            })
            .collect();
        peaks.sort_by(|&i, &j| heights[j].total_cmp(&heights[i]));
        peaks.truncate(REFINED);
        let mut found: Vec<(f64, f64)> = peaks
            .into_iter()
            .map(|k| {
                let peak =
                    self.refined(measure, grid[k.saturating_sub(1)], grid[(k + 1).min(last)]);
                if peak.1 > heights[k] {
                    peak
                } else {
                    (grid[k], heights[k])
                }
            })
            .map(|(x, height)| self.rounded(measure, x, height))
            .collect();
        let difference = found.iter().map(|p| p.1).fold(0.0, f64::max);
        if difference == 0.0 {
            return Largest {
                difference,
                at: Vec::new(),
            };
        }
        found.retain(|&(x, height)| height + self.slack(measure, x) >= difference);
        found.sort_by(|p, q| p.0.abs().total_cmp(&q.0.abs()));
        // Of several places the one nearest 0 is named, and its mirror image where that is one too.
        let near = |x: f64, y: f64| (x - y).abs() <= 1e-5 * (self.to - self.from);
        let nearest = found[0].0;
        let mirror = found
            .iter()
            .map(|p| p.0)
            .find(|&x| !near(x, nearest) && near(x, -nearest));
        let mut at = vec![nearest];
        at.extend(mirror);
        at.sort_by(f64::total_cmp);
        Largest { difference, at }
    }

    /// The peak between two points, by golden sections.
    fn refined(&self, measure: Measure, mut low: f64, mut high: f64) -> (f64, f64) {
        const SECTION: f64 = 0.381_966_011_250_105_1;
        let height = |x: f64| self.difference(measure, x);
        let (mut x, mut y) = (mix(low, high, SECTION), mix(low, high, 1.0 - SECTION));
        let (mut at_x, mut at_y) = (height(x), height(y));
        for _ in 0..90 {
            if at_x >= at_y {
                (high, y, at_y) = (y, x, at_x);
                x = mix(low, high, SECTION);
                at_x = height(x);
            } else {
                (low, x, at_x) = (x, y, at_y);
                y = mix(low, high, 1.0 - SECTION);
                at_y = height(y);
            }
        }
        if at_x >= at_y { (x, at_x) } else { (y, at_y) }
    }

    /// A plainer number beside x, where the difference is as large: the top of a smooth peak is known no better.
    fn rounded(&self, measure: Measure, x: f64, height: f64) -> (f64, f64) {
        (2..12)
            .map(|digits| short(x, digits).parse().unwrap_or(x))
            .filter(|plain| (self.from..=self.to).contains(plain))
            .map(|plain| (plain, self.difference(measure, plain)))
            .find(|peak| peak.1 + 0.5 * self.slack(measure, x) >= height)
            .unwrap_or((x, height))
    }

    /// The part of the x axis around the largest difference.
    fn view(&self, largest: &Largest) -> (f64, f64) {
        let reach = largest
            .at
            .iter()
            .fold(2.0, |reach: f64, x| reach.max(1.6 * x.abs()));
        (self.from.max(-reach), self.to.min(reach))
    }

    fn in_json(&self, largest: &Largest) -> Value {
        let places: Vec<Value> = largest
            .at
            .iter()
            .map(|&x| {
                let (a, b) = self.both(x);
                json!({ "x": json::number(x), "a": json::number(a), "b": json::number(b) })
            })
            .collect();
        json!({ "difference": json::number(largest.difference), "at": places })
    }

    fn in_words(&self, largest: &Largest, console: &Console) -> String {
        let lang = console.lang;
        if largest.difference == 0.0 {
            return lang
                .pick("none: equal at every point tried", "无：所有测试点上相等")
                .to_owned();
        }
        let place = match largest.at[..] {
            [x, y] if short(-x, 6) == short(y, 6) => format!("±{}", short(y, 6)),
            _ => largest
                .at
                .iter()
                .map(|&x| short(x, 6))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let place = match largest.at[..] {
            [x] if x != 0.0 && x.abs() < f64::MIN_POSITIVE => {
                let (below, above) = (
                    lang.pick("just below 0", "略小于 0"),
                    lang.pick("just above 0", "略大于 0"),
                );
                if x < 0.0 {
                    below.to_owned()
                } else {
                    above.to_owned()
                }
            }
            _ => format!("x = {place}"),
        };
        let edge = largest.at.iter().any(|&x| x == self.from || x == self.to);
        let edge = match edge {
            true => lang.pick(" (an end of the range)", "（区间端点）"),
            false => "",
        };
        format!(
            "{}  {place}{edge}",
            console.bold(&padded(&short(largest.difference, 8), 13))
        )
    }
}

fn kinks_of(functions: &[Function]) -> Vec<f64> {
    functions
        .iter()
        .flat_map(|&f| catalogue::kinks(f))
        .collect()
}
