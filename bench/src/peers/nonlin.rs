//! nonlin itself.

use crate::case::{Case, Direction, Dtype, Form, Outcome, Place, is_row_function, outputs, shape};
use crate::inputs::{cast, upstream};
use crate::peer::{Peer, Task, locked_version, missing};
use crate::peers::on_two_threads;
use nonlin::channels::{prelu_backward, prelu_forward};
use nonlin::gates::Gate;
use nonlin::rows::{LogSoftmax, Softmax};
use nonlin::{Axis, Element, Function, Kernels, Precision, bf16, f16};
use std::hint::black_box;

/// nonlin at one of its precisions.
pub struct Nonlin {
    pub threads: usize,
    pub precision: Precision,
}

/// What of nonlin stands beside the peers' functions.
#[derive(Clone, Copy)]
enum Subject {
    Function(Kernels<Function>),
    /// Whose backward torch computes from the output, or from what its forward keeps besides.
    FromOutput(Kernels<Function>),
    /// PReLU as a layer has it: one slope, which has a gradient too.
    Slope,
    Glu(Kernels<Gate>),
    Softmax(Kernels<Softmax>),
    LogSoftmax(Kernels<LogSoftmax>),
}

/// The operands of a call; in place, `result` holds the input of forward or the dy of backward.
struct Operands<'a, T> {
    x: &'a [T],
    y: &'a [T],
    dy: &'a [T],
    result: &'a mut [T],
}

impl<'a, T> Operands<'a, T> {
    /// Both halves of everything.
    fn halves(self) -> (Self, Self) {
        fn split<T>(slice: &[T]) -> (&[T], &[T]) {
            slice.split_at(slice.len() / 2)
        }
        let middle = self.result.len() / 2;
        let (low, high) = self.result.split_at_mut(middle);
        let ((x0, x1), (y0, y1), (dy0, dy1)) = (split(self.x), split(self.y), split(self.dy));
        (
            Operands {
                x: x0,
                y: y0,
                dy: dy0,
                result: low,
            },
            Operands {
                x: x1,
                y: y1,
                dy: dy1,
                result: high,
            },
        )
    }
}

impl Subject {
    fn named(name: &str, precision: Precision) -> Outcome<Subject> {
        Ok(match name {
            "prelu" if precision == Precision::Fast => return Err(missing("fast form")),
            "prelu" => Subject::Slope,
            "glu" => Subject::Glu(Gate::Glu.kernels().precision(precision)),
            "softmax" => Subject::Softmax(Softmax.kernels().precision(precision)),
            "log_softmax" => Subject::LogSoftmax(LogSoftmax.kernels().precision(precision)),
            _ => {
                let function: Function = name.parse()?;
                let kernels = function.kernels().precision(precision);
                if ["sigmoid", "tanh", "log_sigmoid"].contains(&name) {
                    Subject::FromOutput(kernels)
                } else {
                    Subject::Function(kernels)
                }
            }
        })
    }

    /// Whether backward computes from the output, as the peers' backward does.
    fn needs_output(self) -> bool {
        matches!(
            self,
            Subject::FromOutput(_) | Subject::Softmax(_) | Subject::LogSoftmax(_)
        )
    }

    /// Whether there is a form in place.
    fn works_in_place(self, direction: Direction) -> bool {
        match self {
            Subject::Function(_) => true,
            Subject::FromOutput(_) => direction == Direction::Forward,
            Subject::Softmax(_) | Subject::LogSoftmax(_) => true,
            Subject::Slope | Subject::Glu(_) => false,
        }
    }

    fn apart<T: Element>(self, direction: Direction, row: usize, o: Operands<'_, T>) {
        use Direction::{Backward, Forward};
        let axis = || Axis::last(o.x.len().max(o.y.len()) / row, row);
        let Ok(axis) = axis() else { return };
        let slope = [T::from_f64(0.25)];
        let all = Axis::shared(o.x.len());
        match (self, direction) {
            (Subject::Function(f) | Subject::FromOutput(f), Forward) => f.forward(o.x, o.result),
            (Subject::Function(f), Backward) => f.backward(o.x, o.dy, o.result),
            (Subject::FromOutput(f), Backward) => {
                // These functions tell their derivative at any output.
                let _ = f.backward_from_output(o.y, o.dy, o.result);
            }
            (Subject::Slope, Forward) => prelu_forward(all, &slope, o.x, o.result),
            (Subject::Slope, Backward) => {
                let mut gradient = [T::default()];
                prelu_backward(all, &slope, o.x, o.dy, o.result, &mut gradient);
                black_box(gradient);
            }
            (Subject::Glu(gate), Forward) => gate.forward_packed(axis, o.x, o.result),
            (Subject::Glu(gate), Backward) => gate.backward_packed(axis, o.x, o.dy, o.result),
            (Subject::Softmax(f), Forward) => f.forward(axis, o.x, o.result),
            (Subject::Softmax(f), Backward) => {
                f.backward_from_output(axis, o.y, o.dy, o.result);
            }
            (Subject::LogSoftmax(f), Forward) => f.forward(axis, o.x, o.result),
            (Subject::LogSoftmax(f), Backward) => {
                f.backward_from_output(axis, o.y, o.dy, o.result);
            }
        }
    }

    fn in_place<T: Element>(self, direction: Direction, row: usize, o: Operands<'_, T>) {
        use Direction::{Backward, Forward};
        let Ok(axis) = Axis::last(o.result.len() / row, row) else {
            return;
        };
        match (self, direction) {
            (Subject::Function(f) | Subject::FromOutput(f), Forward) => {
                f.forward_in_place(o.result)
            }
            (Subject::Function(f), Backward) => f.backward_in_place(o.x, o.result),
            (Subject::Softmax(f), Forward) => f.forward_in_place(axis, o.result),
            (Subject::Softmax(f), Backward) => {
                f.backward_from_output_in_place(axis, o.y, o.result);
            }
            (Subject::LogSoftmax(f), Forward) => f.forward_in_place(axis, o.result),
            (Subject::LogSoftmax(f), Backward) => {
                f.backward_from_output_in_place(axis, o.y, o.result);
            }
            (Subject::FromOutput(_), Backward) | (Subject::Slope | Subject::Glu(_), _) => {}
        }
    }
}

struct Run<T> {
    subject: Subject,
    direction: Direction,
    place: Place,
    row: usize,
    threads: usize,
    x: Vec<T>,
    y: Vec<T>,
    dy: Vec<T>,
    result: Vec<T>,
}

impl<T: Element> Run<T> {
    fn task(peer: &Nonlin, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        let threads = peer.threads;
        let subject = Subject::named(&case.function, peer.precision)?;
        let (direction, n) = (case.direction, case.elements);
        if place == Place::InPlace && !subject.works_in_place(direction) {
            return Err(missing("form in place"));
        }
        let (_, length) = shape(&case.function, n);
        let row = if is_row_function(&case.function) {
            length
        } else {
            1
        };
        let mut run = Run {
            subject,
            direction,
            place: Place::Apart,
            row,
            threads,
            x: cast::<T>(numbers),
            y: Vec::new(),
            dy: Vec::new(),
            result: vec![T::default(); outputs(&case.function, n)],
        };
        if direction == Direction::Backward {
            run.dy = cast(&upstream(numbers, length, outputs(&case.function, length)));
            if subject.needs_output() {
                run.direction = Direction::Forward;
                run.call()?;
                run.direction = direction;
                run.y = std::mem::take(&mut run.result);
                run.x = Vec::new();
            }
            run.result = vec![T::default(); n];
        }
        run.place = place;
        Ok(Box::new(run))
    }
}

impl<T: Element> Task for Run<T> {
    fn form(&self) -> Form {
        match self.place {
            Place::Apart => Form::Out,
            Place::InPlace => Form::InPlace,
        }
    }

    fn is_used_up(&self) -> bool {
        self.place == Place::InPlace
    }

    fn refresh(&mut self) -> Outcome<()> {
        self.result.copy_from_slice(match self.direction {
            Direction::Forward => &self.x,
            Direction::Backward => &self.dy,
        });
        Ok(())
    }

    fn call(&mut self) -> Outcome<()> {
        let (subject, direction, row, place) = (self.subject, self.direction, self.row, self.place);
        let operands = Operands {
            x: black_box(&self.x),
            y: black_box(&self.y),
            dy: black_box(&self.dy),
            result: &mut self.result,
        };
        let work = |operands| match place {
            Place::Apart => subject.apart(direction, row, operands),
            Place::InPlace => subject.in_place(direction, row, operands),
        };
        if self.threads == 2 {
            let (low, high) = operands.halves();
            on_two_threads(|| work(low), || work(high));
        } else {
            work(operands);
        }
        black_box(&mut self.result);
        Ok(())
    }
}

impl Peer for Nonlin {
    fn version(&self) -> String {
        locked_version("nonlin")
    }

    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        match case.dtype {
            Dtype::F32 => Run::<f32>::task(self, case, place, numbers),
            Dtype::F64 => Run::<f64>::task(self, case, place, numbers),
            Dtype::F16 => Run::<f16>::task(self, case, place, numbers),
            Dtype::Bf16 => Run::<bf16>::task(self, case, place, numbers),
        }
    }

    fn evaluate(&self, function: &str, order: u32, x: &[f32]) -> Outcome<Vec<f32>> {
        let f: Function = function.parse()?;
        let kernels = f.kernels().precision(self.precision);
        let mut y = vec![0.0; x.len()];
        match order {
            0 => kernels.forward(x, &mut y),
            _ => kernels.derivative(x, &mut y),
        }
        Ok(y)
    }
}
