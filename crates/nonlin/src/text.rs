//! The text form: `elu`, `elu(alpha=0.5)`.

use crate::card::Card;
use crate::error::Error;
use crate::functions::Function;
use std::fmt;
use std::str::FromStr;

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let mut before = "(";
        for parameter in self.parameters() {
            if parameter.value.to_bits() != parameter.info.default.to_bits() {
                write!(f, "{before}{}={}", parameter.info.name, parameter.value)?;
                before = ", ";
            }
        }
        if before == ", " {
            f.write_str(")")
        } else {
            Ok(())
        }
    }
}

impl FromStr for Function {
    type Err = Error;

    fn from_str(text: &str) -> Result<Function, Error> {
        let malformed = |reason: String| Error::Malformed {
            text: text.to_owned(),
            reason,
        };
        let trimmed = text.trim();
        let (name, arguments) = match trimmed.split_once('(') {
            None => (trimmed, ""),
            Some((name, rest)) => match rest.strip_suffix(')') {
                Some(arguments) => (name.trim_end(), arguments.trim()),
                None => return Err(malformed("the closing parenthesis is missing".to_owned())),
            },
        };
        let function = by_name(name)?;
        let known = function.parameters();
        let mut changes: Vec<(&str, f64)> = Vec::new();
        for argument in arguments.split(',').map(str::trim) {
            if argument.is_empty() {
                if arguments.is_empty() {
                    break;
                }
                return Err(malformed(
                    "a parameter is missing next to a comma".to_owned(),
                ));
            }
            let (parameter, value) = match argument.split_once('=') {
                Some((parameter, value)) => (parameter.trim_end(), value.trim_start()),
                None => match known.as_slice() {
                    [only] => (only.info.name, argument),
                    _ => {
                        return Err(malformed(format!(
                            "`{argument}` does not say which parameter it is for"
                        )));
                    }
                },
            };
            if changes.iter().any(|(earlier, _)| *earlier == parameter) {
                return Err(malformed(format!("`{parameter}` is given twice")));
            }
            let value =
                number(value).ok_or_else(|| malformed(format!("`{value}` is not a number")))?;
            changes.push((parameter, value));
        }
        function.with_all(&changes)
    }
}

/// A decimal or a fraction such as `1/6`.
fn number(text: &str) -> Option<f64> {
    match text.split_once('/') {
        Some((a, b)) => Some(a.trim().parse::<f64>().ok()? / b.trim().parse::<f64>().ok()?),
        None => text.parse().ok(),
    }
}

/// The function of this name or alias, at the parameters the alias stands for.
fn by_name(given: &str) -> Result<Function, Error> {
    let name: String = given
        .chars()
        .map(|c| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    for function in Function::all() {
        if function.name() == name {
            return Ok(function);
        }
        if let Some(alias) = function
            .card()
            .aliases
            .iter()
            .find(|alias| alias.name == name)
        {
            return function.with_all(alias.parameters);
        }
    }
    Err(Error::UnknownFunction {
        nearest: nearest(&name, Function::all().map(|f| f.card())),
        given: given.to_owned(),
    })
}

/// The known name that a mistyped one is nearest to, if it is near at all.
pub(crate) fn nearest<'a>(given: &str, cards: impl Iterator<Item = &'a Card>) -> Option<String> {
    cards
        .flat_map(|card| {
            std::iter::once(card.name).chain(card.aliases.iter().map(|alias| alias.name))
        })
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .map(|(_, name)| name.to_owned())
}
