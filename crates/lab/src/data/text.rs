//! The text form of a source: `digits`, `digits(train=500, scale=unit)`, `mine.csv(target="size (cm)")`.

use crate::error::Error;
use std::fmt::Display;

/// A name or path with its parameters, in the order given.
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    pub(super) parameters: Vec<(String, String)>,
}

/// Reads a call whose name ends at the first parenthesis.
pub(super) fn call(text: &str) -> Result<Call<'_>, Error> {
    let (name, rest) = text.split_at(text.find('(').unwrap_or(text.len()));
    let parameters = if rest.is_empty() {
        Vec::new()
    } else {
        parameters(rest).map_err(|problem| {
            Error::Plan(format!(
                "`{}` cannot be read: {}; write it like {}(train=500, scale=unit)",
                shown(text),
                shown(&problem),
                shown(name.trim())
            ))
        })?
    };
    Ok(Call {
        name: name.trim(),
        parameters,
    })
}

/// Reads a path with parameters. A path may hold parentheses of its own, so the parameters begin at the first one from
/// which on all is parameters.
pub(super) fn path_call(text: &str) -> Call<'_> {
    let found = text
        .match_indices('(')
        .find_map(|(at, _)| Some((at, parameters(&text[at..]).ok()?)));
    match found {
        Some((at, parameters)) if !parameters.is_empty() => Call {
            name: text[..at].trim(),
            parameters,
        },
        _ => Call {
            name: text,
            parameters: Vec::new(),
        },
    }
}

/// `(name=value, …)`, to the end.
fn parameters(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.strip_prefix('(').unwrap_or(text).trim_start();
    if let Some(after) = rest.strip_prefix(')') {
        return nothing_after(after).map(|()| found);
    }
    loop {
        let end = rest
            .find(['=', ',', '(', ')', '"'])
            .ok_or("the closing parenthesis is missing")?;
        let name = rest[..end].trim();
        if name.is_empty() {
            return Err("a parameter lacks its name".into());
        }
        if !rest[end..].starts_with('=') {
            return Err(format!("`{name}` lacks its value"));
        }
        if found.iter().any(|(earlier, _)| earlier == name) {
            return Err(format!("`{name}` is given twice"));
        }
        let (value, after) = value(rest[end + 1..].trim_start(), name)?;
        found.push((name.to_owned(), value));
        let after = after.trim_start();
        if let Some(after) = after.strip_prefix(')') {
            return nothing_after(after).map(|()| found);
        }
        rest = after
            .strip_prefix(',')
            .ok_or_else(|| format!("after `{name}` comes neither a comma nor a parenthesis"))?;
    }
}

fn nothing_after(rest: &str) -> Result<(), String> {
    match rest.trim() {
        "" => Ok(()),
        rest => Err(format!("`{rest}` stands behind the closing parenthesis")),
    }
}

/// A value, in quotes or as it is, and what follows.
fn value<'a>(text: &'a str, name: &str) -> Result<(String, &'a str), String> {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut value = String::new();
        let mut rest = quoted;
        loop {
            let end = rest
                .find('"')
                .ok_or("a closing quotation mark is missing")?;
            value += &rest[..end];
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    value.push('"');
                    rest = more;
                }
                None => return Ok((value, rest)),
            }
        }
    }
    let end = text
        .find([',', '(', ')', '"', '='])
        .ok_or("the closing parenthesis is missing")?;
    match text[..end].trim() {
        "" => Err(format!("`{name}` lacks its value")),
        value => Ok((value.to_owned(), &text[end..])),
    }
}

/// The parameters as they are read; nothing where there are none.
pub(super) fn written(parameters: &[(&str, String)]) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    let quote = |value: &str| {
        let plain = !value.is_empty()
            && value.trim() == value
            && !value.contains([',', '(', ')', '"', '=']);
        if plain {
            value.to_owned()
        } else {
            format!("\"{}\"", value.replace('"', "\"\""))
        }
    };
    let list: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", quote(value)))
        .collect();
    format!("({})", list.join(", "))
}

/// What was given, fit to stand in a sentence.
pub(super) fn shown(given: &str) -> String {
    given.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// The same for what a program said.
pub(super) fn shown_at_length(said: &str) -> String {
    said.chars().filter(|c| !c.is_control()).take(400).collect()
}

/// `a, b and c`.
pub(super) fn list<T: Display>(items: impl Iterator<Item = T>) -> String {
    let mut items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.pop() {
        Some(last) if !items.is_empty() => format!("{} and {last}", items.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// `; did you mean …?`, where a name is near.
pub(super) fn did_you_mean<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .map_or(String::new(), |(_, name)| {
            format!("; did you mean `{name}`?")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, String> {
        parameters(text)
    }

    #[test]
    fn parameters_are_names_with_values() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(read("()").unwrap(), []);
        assert_eq!(
            read("( a = 1 ,b=x y )").unwrap(),
            [pair("a", "1"), pair("b", "x y")]
        );
        assert_eq!(
            read(r#"(a="1, (2) ""=""")"#).unwrap(),
            [pair("a", r#"1, (2) "=""#)]
        );
        for (text, word) in [
            ("(", "closing parenthesis"),
            ("(a", "closing parenthesis"),
            ("(a=1", "closing parenthesis"),
            ("(a)", "`a` lacks its value"),
            ("(a=)", "`a` lacks its value"),
            ("(=1)", "lacks its name"),
            ("(a=1,)", "lacks its name"),
            ("(a=1,a=2)", "twice"),
            ("(a=1)b", "`b` stands behind"),
            ("(a=\"1)", "quotation mark"),
            ("(a=\"1\"2)", "neither a comma"),
            ("(a=1(2))", "neither a comma"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.contains(word), "{text}: {problem}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let parameters = [
            ("a", "1"),
            ("b", " x"),
            ("c", "size (cm), \"net\" = 1"),
            ("d", ""),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        let again = read(&written(&parameters)).unwrap();
        assert!(
            again
                .iter()
                .map(|(n, v)| (n.as_str(), v.clone()))
                .eq(parameters)
        );
    }

    #[test]
    fn a_path_may_hold_parentheses() {
        for (text, name, parameters) in [
            ("a.csv", "a.csv", 0),
            ("a (1).csv", "a (1).csv", 0),
            ("a (1).csv(target=y)", "a (1).csv", 1),
            ("a(x=1)b.csv(target=\"y(z)\", train=9)", "a(x=1)b.csv", 2),
            ("a.csv(", "a.csv(", 0),
            ("a.csv()", "a.csv()", 0),
        ] {
            let call = path_call(text);
            assert_eq!(
                (call.name, call.parameters.len()),
                (name, parameters),
                "{text}"
            );
        }
    }
}
