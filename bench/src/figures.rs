//! Questions to a record: who takes how long, and who is fastest.

use crate::case::{CALL, Case, Direction, Dtype, Form, SMALL};
use crate::record::{Record, Row};

/// The frameworks whose fastest is the bar.
pub const FRAMEWORKS: [&str; 4] = ["torch", "torch.compile", "jax", "onnxruntime"];

/// The Rust libraries, shown beside them.
pub const CRATES: [&str; 4] = ["candle", "burn", "tract-linalg", "rten-vecmath"];

/// The cases of one table.
#[derive(Clone, Copy)]
pub struct View {
    pub direction: Direction,
    pub dtype: Dtype,
    pub elements: usize,
    pub threads: usize,
}

impl View {
    /// Of `f32`.
    pub fn single(direction: Direction, elements: usize, threads: usize) -> View {
        View {
            direction,
            dtype: Dtype::F32,
            elements,
            threads,
        }
    }

    pub fn case(self, function: &str) -> Case {
        Case {
            function: function.to_owned(),
            direction: self.direction,
            dtype: self.dtype,
            elements: self.elements,
        }
    }
}

/// A time and how the result was given.
#[derive(Clone, Copy)]
pub struct Figure<'a> {
    pub library: &'a str,
    pub ns: f64,
    pub form: Form,
}

/// A library, nonlin's precision or "-", in place or not.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    pub library: &'a str,
    pub precision: &'a str,
    pub in_place: bool,
}

/// A peer in its best way beside the input; tract works in place only.
pub fn peer(library: &str) -> Way<'_> {
    Way {
        library,
        precision: "-",
        in_place: library == "tract-linalg",
    }
}

/// nonlin beside the input.
pub fn nonlin(precision: &str) -> Way<'_> {
    Way {
        library: "nonlin",
        precision,
        in_place: false,
    }
}

impl Record {
    fn row(&self, way: Way, case: &Case, threads: usize) -> Option<&Row> {
        self.rows.iter().find(|row| {
            row.library == way.library
                && row.precision == way.precision
                && (row.form == Form::InPlace) == way.in_place
                && row.threads == threads
                && row.case == *case
        })
    }

    /// Nanoseconds per element. On small inputs the cost of the call itself, measured on 16 elements, is taken off: for a
    /// library that is called through Python it may be most of the time. Where it is more than three quarters there is
    /// no figure.
    pub fn figure(&self, way: Way, view: View, function: &str) -> Option<Figure<'_>> {
        let case = view.case(function);
        let row = self.row(way, &case, view.threads)?;
        let mut ns = row.ns;
        if view.elements == SMALL {
            let small = Case {
                elements: CALL,
                ..case
            };
            let call = self.row(way, &small, view.threads)?;
            ns -= call.ns * CALL as f64 / SMALL as f64;
            if ns < row.ns / 4.0 {
                return None;
            }
        }
        Some(Figure {
            library: &row.library,
            ns,
            form: row.form,
        })
    }

    /// The fastest of the frameworks.
    pub fn fastest(&self, view: View, function: &str) -> Option<Figure<'_>> {
        FRAMEWORKS
            .iter()
            .filter_map(|library| self.figure(peer(library), view, function))
            .min_by(|a, b| a.ns.total_cmp(&b.ns))
    }

    /// nonlin's time over that of the fastest framework, and its name.
    pub fn ratio(&self, precision: &str, view: View, function: &str) -> Option<(f64, &str)> {
        let own = self.figure(nonlin(precision), view, function)?;
        let best = self.fastest(view, function)?;
        Some((own.ns / best.ns, best.library))
    }

    /// nonlin's precisions in the record, the default first.
    pub fn precisions(&self) -> Vec<&'static str> {
        ["exact", "fast"]
            .into_iter()
            .filter(|precision| self.rows.iter().any(|row| row.precision == *precision))
            .collect()
    }

    /// The libraries of the record with their versions.
    pub fn versions(&self) -> Vec<(&str, &str)> {
        let mut versions: Vec<(&str, &str)> = Vec::new();
        for row in self.rows.iter().filter(|row| row.library != "machine") {
            if versions.iter().all(|(library, _)| *library != row.library) {
                versions.push((&row.library, &row.version));
            }
        }
        versions
    }
}

/// The median; NaN of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n => (values[(n - 1) / 2] + values[n / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(library: &str, precision: &str, elements: usize, ns: f64) -> Row {
        Row {
            library: library.to_owned(),
            version: String::new(),
            precision: precision.to_owned(),
            case: VIEW.case("tanh").with(elements),
            threads: 1,
            form: Form::Out,
            ns,
            spread: 0.0,
        }
    }

    impl Case {
        fn with(self, elements: usize) -> Case {
            Case { elements, ..self }
        }
    }

    const VIEW: View = View {
        direction: Direction::Forward,
        dtype: Dtype::F32,
        elements: SMALL,
        threads: 1,
    };

    #[test]
    fn the_cost_of_a_call_is_taken_off_small_inputs() {
        let record = Record {
            rows: vec![
                row("nonlin", "exact", SMALL, 1.0),
                row("nonlin", "exact", CALL, 0.0),
                row("torch", "-", SMALL, 1.0),
                row("torch", "-", CALL, 128.0),
                row("jax", "-", SMALL, 1.0),
                row("jax", "-", CALL, 250.0),
            ],
            ..Record::default()
        };
        // The call of torch costs 2048 ns, which is half a nanosecond for each element; that of JAX hides the rest.
        assert_eq!(record.ratio("exact", VIEW, "tanh"), Some((2.0, "torch")));
    }

    #[test]
    fn medians() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![1.0, 2.0]), 1.5);
        assert!(median(vec![]).is_nan());
    }
}
