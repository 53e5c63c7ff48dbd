//! `cargo xtask new NAME`: one file and one word.

use std::path::Path;

/// Makes `functions/<name>.rs` from the template and adds it to the catalogue.
pub(crate) fn activation(root: &Path, name: &str) -> Result<(), String> {
    let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !well_formed {
        return Err(format!(
            "`{name}` cannot name an activation; lower-case letters, digits and underscores are needed, such as `soft_clip`"
        ));
    }
    if let Ok(known) = name.parse::<nonlin::Function>() {
        return Err(format!("`{name}` is already known: it is `{known}`"));
    }
    let functions = root.join("crates/nonlin/src/functions");
    let file = functions.join(format!("{name}.rs"));
    if file.exists() {
        return Err(format!("{} exists already", file.display()));
    }
    let catalogue = functions.join("mod.rs");
    let list =
        std::fs::read_to_string(&catalogue).map_err(|e| format!("{}: {e}", catalogue.display()))?;
    let type_name = type_name(name);
    let Some((before, after)) = list.split_once("catalogue! {").and_then(|(head, rest)| {
        rest.split_once("\n}")
            .map(|(words, tail)| (format!("{head}catalogue! {{{words}"), tail))
    }) else {
        return Err(format!(
            "{} has no `catalogue! {{ … }}` list",
            catalogue.display()
        ));
    };
    let list = format!("{before}\n    {name}::{type_name},\n}}{after}");
    let text = TEMPLATE
        .replace("{name}", name)
        .replace("{Type}", &type_name)
        .replace("{title}", &name.replace('_', " "));
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    std::fs::write(&catalogue, list).map_err(|e| format!("{}: {e}", catalogue.display()))?;
    println!("made    {}", file.display());
    println!("listed  {} in {}", type_name, catalogue.display());
    println!(
        "next    write its formula, its profile and its card, then `cargo xtask gen` and `cargo xtask test`"
    );
    Ok(())
}

/// `soft_clip` → `SoftClip`.
fn type_name(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            })
        })
        .collect()
}

/// The file of a new activation; as it stands it is the identity, with everything that is true of it.
const TEMPLATE: &str = include_str!("new.rs.template");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_type_name() {
        assert_eq!(type_name("soft_clip"), "SoftClip");
        assert_eq!(type_name("relu6"), "Relu6");
    }

    #[test]
    fn names_that_cannot_be_are_refused() {
        let root = Path::new("nowhere");
        assert!(activation(root, "Soft").unwrap_err().contains("lower-case"));
        assert!(activation(root, "1x").unwrap_err().contains("lower-case"));
        assert!(
            activation(root, "silu")
                .unwrap_err()
                .contains("already known")
        );
    }
}
