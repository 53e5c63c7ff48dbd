//! What every function can be asked, whichever it is.

use crate::activation::{Activation, Order};
use crate::card::Card;
use crate::element::Element;
use crate::error::Error;
use crate::functions::{Function, with_activation};
use crate::kernels::Kernels;
use crate::parameter::{self, Parameter};
use crate::profile::Profile;

/// The parameters of a concrete function.
fn parameters_of<A: Activation>(a: A) -> Vec<Parameter> {
    A::PARAMETERS
        .iter()
        .enumerate()
        .map(|(i, info)| Parameter {
            info,
            value: a.get(i),
        })
        .collect()
}

fn with_parameter<A: Activation>(a: A, name: &str, value: f64) -> Result<A, Error> {
    Ok(a.set(parameter::index::<A>(name)?, value))
}

fn validated<A: Activation>(a: A) -> Result<A, Error> {
    for parameter in parameters_of(a) {
        parameter::check(A::CARD.name, parameter.info, parameter.value)?;
    }
    a.validate()?;
    Ok(a)
}

fn card_of<A: Activation>(_: A) -> &'static Card {
    const { &A::CARD }
}

impl Function {
    /// The name: `elu`.
    pub fn name(&self) -> &'static str {
        self.card().name
    }

    /// Names, papers, strengths and limits.
    pub fn card(&self) -> &'static Card {
        with_activation!(*self, a => card_of(a))
    }

    /// What is claimed of it at these parameters: range, limits, order, symmetry, kinks and so on.
    pub fn profile(&self) -> Profile {
        with_activation!(*self, a => a.profile())
    }

    /// The parameters with their values; empty if there are none.
    pub fn parameters(&self) -> Vec<Parameter> {
        with_activation!(*self, a => parameters_of(a))
    }

    /// The same function with one parameter changed.
    ///
    /// # Errors
    /// If there is no such parameter or the value lies outside its domain.
    pub fn with(&self, parameter: &str, value: f64) -> Result<Function, Error> {
        self.with_all(&[(parameter, value)])
    }

    /// The same function with several parameters changed at once, so that only the result has to be valid.
    ///
    /// # Errors
    /// As [`with`](Function::with).
    pub fn with_all(&self, changes: &[(&str, f64)]) -> Result<Function, Error> {
        with_activation!(*self, a => {
            let mut a = a;
            for (name, value) in changes {
                a = with_parameter(a, name, *value)?;
            }
            Ok(validated(a)?.into())
        })
    }

    /// Its kernels, to choose their [`Precision`](crate::Precision) and [`Subgradient`](crate::Subgradient).
    #[inline]
    pub fn kernels(self) -> Kernels<Function> {
        Kernels::new(self)
    }

    /// y = φ(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn forward<T: Element>(&self, x: &[T], y: &mut [T]) {
        self.kernels().forward(x, y);
    }

    /// d = φ′(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn derivative<T: Element>(&self, x: &[T], d: &mut [T]) {
        self.kernels().derivative(x, d);
    }

    /// s = φ″(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn second_derivative<T: Element>(&self, x: &[T], s: &mut [T]) {
        self.kernels().second_derivative(x, s);
    }

    /// y = φ(x) and d = φ′(x) in one pass.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn forward_and_derivative<T: Element>(&self, x: &[T], y: &mut [T], d: &mut [T]) {
        self.kernels().forward_and_derivative(x, y, d);
    }

    /// dx = dy·φ′(x), element by element, rounded once.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward<T: Element>(&self, x: &[T], dy: &[T], dx: &mut [T]) {
        self.kernels().backward(x, dy, dx);
    }

    /// x becomes φ(x).
    pub fn forward_in_place<T: Element>(&self, x: &mut [T]) {
        self.kernels().forward_in_place(x);
    }

    /// x becomes φ′(x).
    pub fn derivative_in_place<T: Element>(&self, x: &mut [T]) {
        self.kernels().derivative_in_place(x);
    }

    /// dy becomes dy·φ′(x).
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward_in_place<T: Element>(&self, x: &[T], dy: &mut [T]) {
        self.kernels().backward_in_place(x, dy);
    }

    /// φ(x) of one number.
    pub fn value_at<T: Element>(&self, x: T) -> T {
        self.kernels().at(Order::Value, x)
    }

    /// φ′(x) of one number.
    pub fn derivative_at<T: Element>(&self, x: T) -> T {
        self.kernels().at(Order::Derivative, x)
    }

    /// φ″(x) of one number.
    pub fn second_derivative_at<T: Element>(&self, x: T) -> T {
        self.kernels().at(Order::SecondDerivative, x)
    }
}
