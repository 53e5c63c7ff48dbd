//! What can be wrong with what a caller gives.

/// Why a text, a parameter or a shape was refused. Each message is one sentence.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No function has this name.
    #[error("unknown activation `{given}`{}", suggestion(.nearest))]
    UnknownFunction {
        /// What was given.
        given: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// The function has no parameter of this name.
    #[error("`{function}` has no parameter `{given}`; {}", listed(.known))]
    UnknownParameter {
        /// The function.
        function: &'static str,
        /// What was given.
        given: String,
        /// The parameters it has.
        known: Vec<&'static str>,
    },
    /// A parameter outside its domain.
    #[error("`{function}` needs {parameter} {domain}, but {value} was given")]
    OutOfDomain {
        /// The function.
        function: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// The domain in words, such as "> 0".
        domain: String,
        /// The refused value.
        value: f64,
    },
    /// A text that does not read as `name` or `name(parameter=value, …)`.
    #[error(
        "`{text}` does not read as an activation: {reason}; write it like `elu` or `elu(alpha=0.5)`"
    )]
    Malformed {
        /// The text.
        text: String,
        /// What is wrong.
        reason: String,
    },
    /// The backward pass of this function cannot do without its input.
    #[error("`{function}` needs its input for the backward pass: {reason}")]
    NeedsInput {
        /// The function.
        function: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// Shapes or lengths that do not fit together.
    #[error("{0}")]
    Shape(String),
}

fn suggestion(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None => "; `nonlin list` names all of them".to_owned(),
    }
}

fn listed(known: &[&str]) -> String {
    match known {
        [] => "it has none".to_owned(),
        [one] => format!("its parameter is `{one}`"),
        many => format!("its parameters are `{}`", many.join("`, `")),
    }
}
