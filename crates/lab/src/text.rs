//! Texts such as `edge(0.2)` or `lstm(64, gate=hard_sigmoid)`: a name with arguments.

/// A name with its arguments; those written `key=value` have a key.
#[derive(Debug, PartialEq)]
pub(crate) struct Call<'a> {
    pub(crate) name: &'a str,
    pub(crate) arguments: Vec<(Option<&'a str>, &'a str)>,
}

impl<'a> Call<'a> {
    /// Takes a text apart; nothing where its parentheses do not fit.
    pub(crate) fn parse(text: &'a str) -> Option<Call<'a>> {
        let text = text.trim();
        let Some((name, rest)) = text.split_once('(') else {
            return (!text.contains(')')).then_some(Call {
                name: text,
                arguments: Vec::new(),
            });
        };
        let inner = rest.strip_suffix(')')?;
        let mut arguments = Vec::new();
        for part in parts(inner)? {
            // An equals sign within parentheses belongs to a value.
            let key = part
                .split_once('=')
                .filter(|(key, _)| !key.contains('('))
                .map(|(key, value)| (Some(key.trim()), value.trim()));
            arguments.push(key.unwrap_or((None, part)));
        }
        Some(Call {
            name: name.trim(),
            arguments,
        })
    }
}

/// The parts of a list, at the commas that stand outside parentheses; nothing where the parentheses do not fit.
pub(crate) fn parts(list: &str) -> Option<Vec<&str>> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    (depth == 0).then(|| parts.into_iter().filter(|part| !part.is_empty()).collect())
}

/// The nearest of some names, for "did you mean".
pub(crate) fn nearest<'a>(
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min()
        .map(|(_, name)| name)
}

/// "there are a, b and c", or "did you mean `b`?" where one is near.
pub(crate) fn instead(given: &str, names: &[&str]) -> String {
    match nearest(given, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                format!("there are {} and {last}", rest.join(", "))
            }
            _ => format!("there is {}", names.concat()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let call = Call::parse(" lstm(64, gate=elu(alpha=0.5), 3) ").unwrap();
        assert_eq!(call.name, "lstm");
        assert_eq!(
            call.arguments,
            [(None, "64"), (Some("gate"), "elu(alpha=0.5)"), (None, "3")]
        );
        assert_eq!(Call::parse("he").unwrap().arguments, []);
        assert_eq!(
            Call::parse("a(elu(alpha=1))").unwrap().arguments,
            [(None, "elu(alpha=1)")]
        );
        for broken in ["a(", "a)", "a((1)", "a(1))", "a(1) b"] {
            assert_eq!(Call::parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn the_nearest_name_is_offered() {
        assert_eq!(
            instead("xaveir", &["he", "xavier"]),
            "did you mean `xavier`?"
        );
        assert_eq!(
            instead("q", &["he", "xavier", "edge"]),
            "there are he, xavier and edge"
        );
    }
}
