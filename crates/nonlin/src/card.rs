//! Who a function is: names, papers, what it is good for, what others call it.

/// A sentence in the two languages of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// A [`Text`] from its English and its Chinese form.
pub const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

/// What kind of map a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A straight line.
    Linear,
    /// A jump between two values.
    Step,
    /// S-shaped and bounded, or its logarithm.
    Sigmoidal,
    /// Zero or nearly so on one side, the identity or nearly so on the other.
    Rectifier,
    /// A rectifier with its corner rounded off; most dip below zero before they rise.
    SmoothRectifier,
    /// Periodic.
    Periodic,
    /// Maps a vector to a vector.
    Row,
    /// Two inputs, one of which decides how much of the other passes.
    Gate,
}

impl Family {
    /// The family in words.
    pub const fn text(self) -> Text {
        match self {
            Family::Linear => text("linear", "线性"),
            Family::Step => text("step", "阶跃"),
            Family::Sigmoidal => text("sigmoidal", "S 形"),
            Family::Rectifier => text("rectifier", "整流"),
            Family::SmoothRectifier => text("smooth rectifier", "平滑整流"),
            Family::Periodic => text("periodic", "周期"),
            Family::Row => text("row function", "行函数"),
            Family::Gate => text("gate", "门控"),
        }
    }
}

/// Another name, which may stand for particular parameters: `silu` is `swish(beta=1)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alias {
    /// The other name.
    pub name: &'static str,
    /// The parameters it stands for; the rest are at their defaults.
    pub parameters: &'static [(&'static str, f64)],
}

/// An [`Alias`] at the default parameters.
pub const fn alias(name: &'static str) -> Alias {
    Alias {
        name,
        parameters: &[],
    }
}

/// An [`Alias`] at particular parameters.
pub const fn alias_at(name: &'static str, parameters: &'static [(&'static str, f64)]) -> Alias {
    Alias { name, parameters }
}

/// A publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Family names of the authors.
    pub authors: &'static str,
    /// The title.
    pub title: &'static str,
    /// The year it appeared.
    pub year: u16,
    /// Journal, conference or archive number.
    pub venue: &'static str,
}

/// What a framework calls the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The framework, such as "PyTorch".
    pub framework: &'static str,
    /// How it is written there, with the defaults.
    pub call: &'static str,
    /// Where it differs from this project's definition, defaults or derivative at kinks; empty if nowhere known.
    pub differs: &'static str,
}

/// A [`Dialect`].
pub const fn dialect(
    framework: &'static str,
    call: &'static str,
    differs: &'static str,
) -> Dialect {
    Dialect {
        framework,
        call,
        differs,
    }
}

/// Who a function is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// The one name, as in files, text, Python and URLs.
    pub name: &'static str,
    /// The name in running text.
    pub title: Text,
    /// Other names.
    pub aliases: &'static [Alias],
    /// What kind of map it is.
    pub family: Family,
    /// The year it was introduced to the field.
    pub year: u16,
    /// What it is, in a sentence or two.
    pub summary: Text,
    /// What speaks for it.
    pub strengths: &'static [Text],
    /// What speaks against it.
    pub limits: &'static [Text],
    /// Where it is used.
    pub uses: &'static [Text],
    /// Where it comes from.
    pub papers: &'static [Paper],
    /// What the frameworks call it.
    pub dialects: &'static [Dialect],
}
