//! Choices become cases: a list of disjoint intervals with a choice-free expression on each.

use super::expression::{Choice, Expr, map, value, visit};

/// An end of an interval.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    pub(super) at: Expr,
    pub(super) value: f64,
    pub(super) closed: bool,
}

/// An interval of the line; a missing end is an infinity.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Region {
    pub(super) low: Option<End>,
    pub(super) high: Option<End>,
}

impl Region {
    pub(super) fn contains(&self, x: f64) -> bool {
        let above = |e: &End| x > e.value || e.closed && x == e.value;
        let under = |e: &End| x < e.value || e.closed && x == e.value;
        self.low.as_ref().is_none_or(above) && self.high.as_ref().is_none_or(under)
    }

    pub(super) fn is_point(&self) -> bool {
        matches!((&self.low, &self.high), (Some(a), Some(b)) if a.value == b.value)
    }
}

/// An expression and where it holds.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) region: Region,
    pub(super) expr: Expr,
    /// How the choices went, outermost first.
    pub(super) decisions: Vec<bool>,
}

/// The expression case by case, from left to right. Choices that do not compare x with a constant stay inside.
pub(super) fn pieces(expr: &Expr) -> Vec<Piece> {
    let ends = breakpoints(expr);
    let end = |i: usize, closed: bool| {
        ends.get(i).map(|(at, value)| End {
            at: at.clone(),
            value: *value,
            closed,
        })
    };
    // Position 2i is the open interval left of breakpoint i, 2i + 1 the breakpoint itself.
    let mut cells: Vec<Piece> = (0..=2 * ends.len())
        .map(|position| {
            let mut decisions = Vec::new();
            let i = position / 2;
            let is_point = position % 2 == 1;
            Piece {
                region: Region {
                    low: if is_point {
                        end(i, true)
                    } else {
                        i.checked_sub(1).and_then(|i| end(i, false))
                    },
                    high: end(i, is_point),
                },
                expr: specialise(expr, &ends, position, &mut decisions),
                decisions,
            }
        })
        .collect();
    // A breakpoint joins the neighbour that goes through it: the one that took the same branches the longest.
    let mut i = 1;
    while i + 1 < cells.len() {
        match home(&cells[i - 1], &cells[i], &cells[i + 1]) {
            Some(Side::Left) => {
                cells[i - 1].region.high = cells[i].region.high.clone();
                cells.remove(i);
                i += 1;
            }
            Some(Side::Right) => {
                cells[i + 1].region.low = cells[i].region.low.clone();
                cells.remove(i);
                i += 1;
            }
            None => i += 2,
        }
    }
    join_equal(cells)
}

/// Neighbours with one expression become one piece.
pub(super) fn join_equal(cells: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for cell in cells {
        match joined.last_mut() {
            Some(last) if last.expr == cell.expr => last.region.high = cell.region.high,
            _ => joined.push(cell),
        }
    }
    joined
}

enum Side {
    Left,
    Right,
}

fn home(left: &Piece, point: &Piece, right: &Piece) -> Option<Side> {
    let at = point.region.low.as_ref()?.value;
    let here = value(&point.expr, at);
    let score = |p: &Piece| {
        if p.expr == point.expr {
            return Some(usize::MAX);
        }
        let there = value(&p.expr, at);
        let passes = (here - there).abs() <= 1.0e-12 * (1.0 + here.abs());
        passes.then(|| {
            let pairs = p.decisions.iter().zip(&point.decisions);
            pairs.take_while(|(a, b)| a == b).count()
        })
    };
    match (score(left), score(right)) {
        (None, None) => None,
        (l, r) if l >= r => Some(Side::Left),
        _ => Some(Side::Right),
    }
}

fn has_x(e: &Expr) -> bool {
    let mut found = false;
    visit(e, &mut |e| found |= matches!(e, Expr::X));
    found
}

/// The constant that a choice compares x with.
fn breakpoint(c: &Choice) -> Option<&Expr> {
    match (&c.left, &c.right) {
        (Expr::X, at) | (at, Expr::X) if !has_x(at) => Some(at),
        _ => None,
    }
}

/// The constants that x is compared with and their values, ascending.
fn breakpoints(e: &Expr) -> Vec<(Expr, f64)> {
    let mut ends: Vec<(Expr, f64)> = Vec::new();
    visit(e, &mut |e| {
        if let Expr::Choice(c) = e
            && let Some(at) = breakpoint(c)
        {
            let value = value(at, f64::NAN);
            if value.is_finite() && ends.iter().all(|(_, v)| *v != value) {
                ends.push((at.clone(), value));
            }
        }
    });
    ends.sort_by(|a, b| a.1.total_cmp(&b.1));
    ends
}

/// The expression as it is at a position of the line, with the choices decided.
fn specialise(e: &Expr, ends: &[(Expr, f64)], position: usize, decisions: &mut Vec<bool>) -> Expr {
    if let Expr::Choice(c) = e {
        let decided = if let Some(at) = breakpoint(c) {
            let at = value(at, f64::NAN);
            let place = ends.iter().position(|(_, v)| *v == at);
            place.map(|i| {
                let point = 2 * i + 1;
                match (matches!(c.left, Expr::X), c.strict) {
                    (true, true) => position < point,
                    (true, false) => position <= point,
                    (false, true) => position > point,
                    (false, false) => position >= point,
                }
            })
        } else if !has_x(&c.left) && !has_x(&c.right) {
            let (left, right) = (value(&c.left, 0.0), value(&c.right, 0.0));
            Some(if c.strict {
                left < right
            } else {
                left <= right
            })
        } else {
            None
        };
        if let Some(taken) = decided {
            decisions.push(taken);
            let branch = if taken { &c.then } else { &c.otherwise };
            return specialise(branch, ends, position, decisions);
        }
    }
    map(e, &mut |part| specialise(part, ends, position, decisions))
}
