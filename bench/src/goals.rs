//! What the project has set itself as goals, held against a record.

use crate::case::{DIRECTIONS, Direction, Dtype, FUNCTIONS, LARGE, MEDIUM, SMALL};
use crate::figures::{View, median, nonlin, peer};
use crate::record::Record;
use std::fmt::Write as _;

const IN_CACHE: [(usize, &str); 2] = [(SMALL, "16 KiB"), (MEDIUM, "1 MiB")];

/// Functions that do little more than select, whose time is that of the memory.
const RELU_LIKE: [&str; 7] = [
    "relu",
    "leaky_relu",
    "prelu",
    "hard_tanh",
    "hard_sigmoid",
    "hard_swish",
    "relu6",
];

/// How many of those that miss a goal are named; the tables have all.
const NAMED: usize = 12;

/// A bound on ratios.
#[derive(Clone, Copy)]
enum Bound {
    Below(f64),
    AtMost(f64),
    AtLeast(f64),
}

impl Bound {
    fn holds(self, ratio: f64) -> bool {
        match self {
            Bound::Below(limit) => ratio < limit,
            Bound::AtMost(limit) => ratio <= limit,
            Bound::AtLeast(limit) => ratio >= limit,
        }
    }
}

/// A goal and the figures that it is about.
struct Goal {
    text: String,
    figures: Vec<(String, f64, Bound)>,
}

impl Goal {
    fn new(text: &str) -> Self {
        Goal {
            text: text.to_owned(),
            figures: Vec::new(),
        }
    }

    fn add(&mut self, name: String, ratio: Option<f64>, bound: Bound) {
        if let Some(ratio) = ratio {
            self.figures.push((name, ratio, bound));
        }
    }

    /// A row of the table: what holds, and whatever does not, the farthest off first.
    fn row(&self) -> String {
        let mut short: Vec<(f64, String)> = self
            .figures
            .iter()
            .filter(|(_, ratio, bound)| !bound.holds(*ratio))
            .map(|(name, ratio, bound)| {
                let off = match bound {
                    Bound::Below(limit) | Bound::AtMost(limit) => ratio / limit,
                    Bound::AtLeast(limit) => limit / ratio,
                };
                (off, format!("{name} {ratio:.2}"))
            })
            .collect();
        short.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (all, missed) = (self.figures.len(), short.len());
        let mut named: Vec<String> = short
            .into_iter()
            .map(|(_, name)| name)
            .take(NAMED)
            .collect();
        if missed > NAMED {
            named.push(format!("{} more", missed - NAMED));
        }
        format!(
            "| {} | {} of {all} | {} |\n",
            self.text,
            all - missed,
            named.join(", ")
        )
    }
}

/// Where a figure stands: `tanh backward`.
fn place(function: &str, direction: Direction) -> String {
    match direction {
        Direction::Forward => function.to_owned(),
        Direction::Backward => format!("{function} backward"),
    }
}

/// nonlin's time at a precision over a peer's.
fn over(record: &Record, precision: &str, library: &str, view: View, name: &str) -> Option<f64> {
    let own = record.figure(nonlin(precision), view, name)?;
    Some(own.ns / record.figure(peer(library), view, name)?.ns)
}

/// nonlin's fast kernel's; of what has none, the exact one's.
fn fast(record: &Record, view: View, function: &str) -> Option<f64> {
    let figure = |precision| record.figure(nonlin(precision), view, function);
    Some(figure("fast").or_else(|| figure("exact"))?.ns)
}

fn in_caches(record: &Record) -> [Goal; 3] {
    let mut faster = Goal::new("fast, 16 KiB and 1 MiB: time ÷ fastest framework < 1");
    let mut medians = Goal::new("fast, 16 KiB and 1 MiB: median of these ≤ .7");
    let mut some = Goal::new("of them mish, softplus, elu, gelu_tanh ≤ .35");
    for direction in DIRECTIONS {
        for (elements, size) in IN_CACHE {
            let view = View::single(direction, elements, 1);
            let mut ratios = Vec::new();
            for function in FUNCTIONS {
                let Some((own, best)) =
                    fast(record, view, function).zip(record.fastest(view, function))
                else {
                    continue;
                };
                let ratio = own / best.ns;
                let name = format!("{} {size}", place(function, direction));
                ratios.push(ratio);
                if ["mish", "softplus", "elu", "gelu_tanh"].contains(&function) {
                    some.add(name.clone(), Some(ratio), Bound::AtMost(0.35));
                }
                let name = format!("{name} ({})", best.library);
                faster.add(name, Some(ratio), Bound::Below(1.0));
            }
            let name = format!("{direction} {size}");
            let ratio = (!ratios.is_empty()).then(|| median(ratios));
            medians.add(name, ratio, Bound::AtMost(0.7));
        }
    }
    [faster, medians, some]
}

fn at_memory(record: &Record) -> [Goal; 5] {
    let mut copy =
        Goal::new("fast, forward, 256 MiB: time ÷ memcpy ≤ 1.2 if relu-like, ≤ 1.5 else");
    let mut torch = Goal::new("fast, 256 MiB: time ÷ torch ≤ .8");
    let mut exact = Goal::new("exact, 256 MiB: time ÷ torch ≤ 1.35, gelu ≤ 2.2");
    let mut slow = Goal::new("exact, 256 MiB: time ÷ torch < 1 where torch takes more than .9 ns");
    let mut threads = Goal::new("exact, 256 MiB: time of one thread ÷ two ≥ 1.9");
    let forward = View::single(Direction::Forward, LARGE, 1);
    let memcpy = record.rows.iter().find(|row| {
        row.library == "machine" && row.threads == 1 && row.case == forward.case("memcpy")
    });
    for function in FUNCTIONS {
        let own = fast(record, forward, function).zip(memcpy);
        let limit = if RELU_LIKE.contains(&function) {
            1.2
        } else {
            1.5
        };
        copy.add(
            function.to_owned(),
            own.map(|(own, memcpy)| own / memcpy.ns),
            Bound::AtMost(limit),
        );
        for direction in DIRECTIONS {
            let name = place(function, direction);
            let large = View::single(direction, LARGE, 1);
            let of_torch = record.figure(peer("torch"), large, function);
            let own = fast(record, large, function).zip(of_torch);
            let ratio = own.map(|(own, torch)| own / torch.ns);
            torch.add(name.clone(), ratio, Bound::AtMost(0.8));
            let ratio = over(record, "exact", "torch", large, function);
            let limit = if function == "gelu" { 2.2 } else { 1.35 };
            exact.add(name.clone(), ratio, Bound::AtMost(limit));
            if of_torch.is_some_and(|torch| torch.ns > 0.9) {
                slow.add(name.clone(), ratio, Bound::Below(1.0));
            }
            let own = |threads| {
                let view = View::single(direction, LARGE, threads);
                Some(record.figure(nonlin("exact"), view, function)?.ns)
            };
            let gain = own(1).zip(own(2)).map(|(one, two)| one / two);
            threads.add(name, gain, Bound::AtLeast(1.9));
        }
    }
    [copy, torch, exact, slow, threads]
}

fn of_halves(record: &Record) -> Goal {
    let mut goal = Goal::new("f16, bf16, as many elements as 1 MiB of f32: ≤ .25 ns per element");
    for function in FUNCTIONS {
        for direction in DIRECTIONS {
            for dtype in [Dtype::F16, Dtype::Bf16] {
                let view = View {
                    dtype,
                    ..View::single(direction, MEDIUM, 1)
                };
                let figures = ["exact", "fast"]
                    .iter()
                    .filter_map(|precision| record.figure(nonlin(precision), view, function));
                let least = figures.map(|figure| figure.ns).min_by(f64::total_cmp);
                let name = format!("{} {dtype}", place(function, direction));
                goal.add(name, least, Bound::AtMost(0.25));
            }
        }
    }
    goal
}

fn of_crates(record: &Record) -> Goal {
    let mut goal = Goal::new("fast, forward, 1 MiB: time of candle and burn ÷ nonlin ≥ 8");
    for function in ["tanh", "gelu", "sigmoid", "silu"] {
        for library in ["candle", "burn"] {
            let view = View::single(Direction::Forward, MEDIUM, 1);
            let ratio = over(record, "fast", library, view, function).map(f64::recip);
            goal.add(
                format!("{function} ({library})"),
                ratio,
                Bound::AtLeast(8.0),
            );
        }
    }
    goal
}

/// A table of all goals.
pub fn table(record: &Record) -> String {
    let mut out = "| goal | reached | not reached |\n|---|--:|---|\n".to_owned();
    let goals = in_caches(record)
        .into_iter()
        .chain(at_memory(record))
        .chain([of_halves(record), of_crates(record)]);
    for goal in goals.filter(|goal| !goal.figures.is_empty()) {
        let _ = out.write_str(&goal.row());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Bound, Goal};

    #[test]
    fn what_falls_short_is_named_the_farthest_off_first() {
        let mut goal = Goal::new("little");
        goal.add("a".to_owned(), Some(1.0), Bound::AtMost(1.0));
        goal.add("b".to_owned(), Some(1.5), Bound::AtMost(1.0));
        goal.add("c".to_owned(), Some(0.5), Bound::AtLeast(2.0));
        goal.add("d".to_owned(), Some(1.0), Bound::Below(1.0));
        goal.add("e".to_owned(), None, Bound::Below(1.0));
        assert_eq!(goal.row(), "| little | 1 of 4 | c 0.50, b 1.50, d 1.00 |\n");
    }
}
