//! What is timed: a function, in a direction, on a number type and a number of elements.

use std::error::Error;
use std::fmt;

/// What anything here gives that may fail.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// The functions that nonlin and its peers both have, by nonlin's names and at its default parameters.
pub const FUNCTIONS: [&str; 22] = [
    "relu",
    "leaky_relu",
    "prelu",
    "hard_tanh",
    "hard_sigmoid",
    "hard_swish",
    "relu6",
    "softsign",
    "sigmoid",
    "tanh",
    "silu",
    "gelu",
    "gelu_tanh",
    "elu",
    "selu",
    "celu",
    "softplus",
    "log_sigmoid",
    "mish",
    "glu",
    "softmax",
    "log_softmax",
];

/// What the memory itself takes: a copy, and a multiplication in place.
pub const LIMITS: [&str; 2] = ["memcpy", "scale"];

/// Elements in a row of softmax, log_softmax and glu.
const ROW: usize = 1024;

/// Elements of an input of `f32`, from 16 KiB to 256 MiB, after one too small for anything but the cost of a call.
pub const CALL: usize = 16;
pub const SMALL: usize = 4 << 10;
pub const MEDIUM: usize = 256 << 10;
pub const LARGE: usize = 64 << 20;

/// Whether the function maps rows, not elements.
pub fn is_row_function(function: &str) -> bool {
    matches!(function, "glu" | "softmax" | "log_softmax")
}

/// Rows and their length.
pub fn shape(function: &str, elements: usize) -> (usize, usize) {
    if is_row_function(function) {
        let row = ROW.min(elements);
        (elements / row, row)
    } else {
        (1, elements)
    }
}

/// Elements of the result of forward.
pub fn outputs(function: &str, elements: usize) -> usize {
    if function == "glu" {
        elements / 2
    } else {
        elements
    }
}

/// An enumeration whose members have names in requests and records.
macro_rules! named {
    ($(#[$meta:meta])* $Type:ident { $($(#[$note:meta])* $Member:ident = $name:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $Type { $($(#[$note])* $Member),* }

        impl fmt::Display for $Type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $($Type::$Member => $name),* })
            }
        }

        impl std::str::FromStr for $Type {
            type Err = Box<dyn Error>;
            fn from_str(text: &str) -> Outcome<Self> {
                match text {
                    $($name => Ok($Type::$Member),)*
                    _ => Err(format!("`{text}` is no {}", stringify!($Type).to_lowercase()).into()),
                }
            }
        }
    };
}

named! {
    /// Values, or dy times derivatives.
    Direction { Forward = "forward", Backward = "backward" }
}

/// Both.
pub const DIRECTIONS: [Direction; 2] = [Direction::Forward, Direction::Backward];

named! {
    /// A number type.
    Dtype { F32 = "f32", F64 = "f64", F16 = "f16", Bf16 = "bf16" }
}

named! {
    /// Where a result is asked for.
    Place {
        /// Beside the operands, in the library's best way.
        Apart = "apart",
        /// Over the operand.
        InPlace = "in-place",
    }
}

named! {
    /// Where a library puts its result.
    Form { Out = "out", Alloc = "alloc", InPlace = "in-place" }
}

impl Dtype {
    /// Bytes of an element.
    pub fn size(self) -> usize {
        match self {
            Dtype::F32 => 4,
            Dtype::F64 => 8,
            Dtype::F16 | Dtype::Bf16 => 2,
        }
    }
}

/// Something to time, for every library alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub function: String,
    pub direction: Direction,
    pub dtype: Dtype,
    pub elements: usize,
}

impl Case {
    /// The bytes of the input.
    pub fn bytes(&self) -> usize {
        self.elements * self.dtype.size()
    }

    /// Whether it is one of [`LIMITS`].
    pub fn is_limit(&self) -> bool {
        LIMITS.contains(&self.function.as_str())
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}",
            self.function, self.direction, self.dtype, self.elements
        )
    }
}

/// The cases of a run, the named functions only; the limits first.
pub fn all(functions: &[String], threads: usize, quick: bool) -> Vec<Case> {
    let mut sizes = if threads == 1 {
        vec![CALL, SMALL, MEDIUM]
    } else {
        vec![MEDIUM]
    };
    if !quick {
        sizes.push(LARGE);
    }
    let mut cases = Vec::new();
    let mut add = |function: &str, direction, dtype, elements| {
        cases.push(Case {
            function: function.to_owned(),
            direction,
            dtype,
            elements,
        });
    };
    for limit in LIMITS {
        for &elements in sizes.iter().filter(|&&elements| elements != CALL) {
            add(limit, Direction::Forward, Dtype::F32, elements);
        }
    }
    for function in functions {
        for direction in DIRECTIONS {
            for &elements in &sizes {
                add(function, direction, Dtype::F32, elements);
            }
            if threads == 1 {
                for dtype in [Dtype::Bf16, Dtype::F16, Dtype::F64] {
                    add(function, direction, dtype, MEDIUM);
                }
            }
        }
    }
    cases
}
