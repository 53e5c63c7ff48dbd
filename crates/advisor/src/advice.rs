//! What is advised.

use crate::claims::CLAIMS;
use crate::initialisation::Initialisation;
use crate::situation::Situation;
use crate::source::Source;
use nonlin::card::Text;
use serde::Serialize;

/// A sentence in the two languages of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Words {
    pub(crate) fn new(en: impl Into<String>, zh: impl Into<String>) -> Words {
        Words {
            en: en.into(),
            zh: zh.into(),
        }
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Words {
        Words::new(text.en, text.zh)
    }
}

/// A sentence of textbooks, and what an experiment of nonlin's lab says of it. `nonlin claims run` makes the experiment again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Its number in the list of claims, such as C27.
    pub id: &'static str,
    /// What is claimed.
    pub sentence: &'static str,
    /// "confirmed", "refuted", "not resolved" or "source error".
    pub verdict: &'static str,
    /// What came out.
    pub because: &'static str,
}

impl Claim {
    /// Every claim, from the last full run of all of them.
    pub fn all() -> &'static [Claim] {
        CLAIMS
    }
}

/// The claims with these numbers.
pub(crate) fn claims(ids: &[&str]) -> Vec<Claim> {
    let named = CLAIMS.iter().filter(|claim| ids.contains(&claim.id));
    let found: Vec<Claim> = named.copied().collect();
    #[cfg(test)]
    assert_eq!(found.len(), ids.len(), "{ids:?}");
    found
}

/// A sentence with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// What is said.
    pub text: Words,
    /// Where it comes from: at least one.
    pub sources: Vec<Source>,
    /// What experiments say of the claims that bear on it.
    pub claims: Vec<Claim>,
}

impl Statement {
    /// What is said where it was computed.
    pub(crate) fn computed(text: Words, how: impl Into<String>, ids: &[&str]) -> Statement {
        Statement {
            text,
            sources: vec![Source::computed(how)],
            claims: claims(ids),
        }
    }
}

/// A function, and why it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The function or row function as the catalogue reads it: `leaky_relu(negative_slope=0.2)`.
    pub function: String,
    /// Why: at least one reason.
    pub reasons: Vec<Statement>,
}

/// All that is advised for a situation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Advice {
    /// What it is for.
    pub situation: Situation,
    /// The activation for the place asked about.
    pub recommended: Choice,
    /// Others that the same sources support, best first.
    pub runners_up: Vec<Choice>,
    /// How the weights of its layers start; nothing at the output.
    pub initialisation: Option<Initialisation>,
    /// What to do with the inputs.
    pub scaling: Vec<Statement>,
    /// What stands at the end of the network.
    pub output: Choice,
    /// What is minimised.
    pub loss: Vec<Statement>,
    /// What not to do.
    pub avoid: Vec<Statement>,
    /// What may go wrong all the same.
    pub warnings: Vec<Statement>,
}

impl Advice {
    /// Every statement, in the order in which it is read.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        let choices = std::iter::once(&self.recommended)
            .chain(&self.runners_up)
            .flat_map(|choice| &choice.reasons);
        let initialisation = self.initialisation.iter().flat_map(|init| &init.statements);
        // At the output the recommendation is the output.
        let output = (self.output != self.recommended).then_some(&self.output.reasons);
        choices
            .chain(initialisation)
            .chain(&self.scaling)
            .chain(output.into_iter().flatten())
            .chain(&self.loss)
            .chain(&self.avoid)
            .chain(&self.warnings)
    }
}
