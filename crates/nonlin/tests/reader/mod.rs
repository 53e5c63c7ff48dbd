//! Reads a formula in its text form, as a person would, and evaluates it: knows nothing of how it was printed.

use nonlin::Real;
use std::collections::HashMap;

/// A formula with the notes that explain it.
pub(crate) struct Formula {
    text: String,
    /// Letters: their right-hand sides.
    letters: HashMap<String, String>,
    /// Functions of x: their right-hand sides.
    functions: HashMap<String, String>,
}

impl Formula {
    pub(crate) fn new(text: &str, notes: &[String]) -> Formula {
        let mut formula = Formula {
            text: text.to_owned(),
            letters: HashMap::new(),
            functions: HashMap::new(),
        };
        for note in notes {
            let (left, right) = note.split_once(" = ").expect("a note is an equation");
            match left.strip_suffix("(x)") {
                Some(name) => formula.functions.insert(name.to_owned(), right.to_owned()),
                None => formula.letters.insert(left.to_owned(), right.to_owned()),
            };
        }
        formula
    }

    /// The value at x.
    pub(crate) fn at(&self, x: f64) -> f64 {
        self.cases(&self.text, x)
    }

    fn cases(&self, text: &str, x: f64) -> f64 {
        if !text.contains(" for ") {
            return self.evaluate(text, x);
        }
        let holding: Vec<f64> = text
            .split(", ")
            .map(|case| case.split_once(" for ").expect("a case has a condition"))
            .filter(|(_, condition)| self.holds(condition, x))
            .map(|(value, _)| self.evaluate(value, x))
            .collect();
        assert_eq!(holding.len(), 1, "one case of «{text}» holds at {x}");
        holding[0]
    }

    fn holds(&self, condition: &str, x: f64) -> bool {
        let relations = ["<", "≤", ">", "≥", "="];
        let words: Vec<&str> = condition.split(' ').collect();
        let mut sides = vec![String::new()];
        let mut between = Vec::new();
        for word in words {
            if relations.contains(&word) {
                between.push(word);
                sides.push(String::new());
            } else {
                let side = sides.last_mut().unwrap();
                *side += " ";
                *side += word;
            }
        }
        let values: Vec<f64> = sides.iter().map(|s| self.evaluate(s, x)).collect();
        between
            .iter()
            .zip(values.windows(2))
            .all(|(relation, pair)| match *relation {
                "<" => pair[0] < pair[1],
                "≤" => pair[0] <= pair[1],
                ">" => pair[0] > pair[1],
                "≥" => pair[0] >= pair[1],
                _ => pair[0] == pair[1],
            })
    }

    fn evaluate(&self, text: &str, x: f64) -> f64 {
        let mut reader = Reader {
            formula: self,
            rest: text.chars().filter(|c| *c != ' ').collect(),
            at: 0,
            x,
        };
        let value = reader.sum();
        assert_eq!(reader.at, reader.rest.len(), "all of «{text}» is read");
        value
    }

    fn call(&self, name: &str, u: f64) -> f64 {
        match name {
            "ln" => u.ln(),
            "tanh" => u.tanh(),
            "sin" => u.sin(),
            "cos" => u.cos(),
            "erfc" => Real::erfc(u),
            other => self.evaluate(&self.functions[other], u),
        }
    }
}

struct Reader<'a> {
    formula: &'a Formula,
    rest: Vec<char>,
    at: usize,
    x: f64,
}

const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ˣ";
const PLAIN: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '−', 'x'];

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, c: char) {
        assert!(self.take(c), "{c} at {} of {:?}", self.at, self.rest);
    }

    fn sum(&mut self) -> f64 {
        let sign = if self.take('−') { -1.0 } else { 1.0 };
        let mut total = sign * self.product();
        loop {
            if self.take('+') {
                total += self.product();
            } else if self.take('−') {
                total -= self.product();
            } else {
                return total;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut total = self.factor();
        loop {
            if self.take('·') {
                total *= self.factor();
            } else if self.take('/') {
                total /= self.factor();
            } else if self
                .peek()
                .is_some_and(|c| c.is_alphanumeric() && !RAISED.contains(c) || "(√".contains(c))
            {
                total *= self.factor();
            } else {
                return total;
            }
        }
    }

    fn factor(&mut self) -> f64 {
        let base = self.base();
        let exponent = self.exponent();
        exponent.map_or(base, |n| base.powf(n))
    }

    fn exponent(&mut self) -> Option<f64> {
        if self.take('^') {
            self.expect('(');
            let n = self.sum();
            self.expect(')');
            return Some(n);
        }
        let mut plain = String::new();
        while let Some(i) = self
            .peek()
            .and_then(|c| RAISED.chars().position(|r| r == c))
        {
            plain.push(PLAIN[i]);
            self.at += 1;
        }
        (!plain.is_empty()).then(|| self.formula.evaluate(&plain, self.x))
    }

    fn base(&mut self) -> f64 {
        if self.take('(') {
            let value = self.sum();
            self.expect(')');
            return value;
        }
        if self.take('|') {
            let value = self.sum();
            self.expect('|');
            return value.abs();
        }
        if self.take('√') {
            return self.base().sqrt();
        }
        if self.peek().is_some_and(|c| c.is_ascii_digit()) {
            let mut digits = String::new();
            while let Some(c) = self.peek().filter(|c| c.is_ascii_digit() || *c == '.') {
                digits.push(c);
                self.at += 1;
            }
            return digits.parse().expect("a number");
        }
        let starts = |name: &str| {
            let name: Vec<char> = name.chars().collect();
            self.rest[self.at..].starts_with(&name)
        };
        let known = self.formula.functions.keys().map(String::as_str);
        let function = ["ln", "tanh", "sin", "cos", "erfc"]
            .into_iter()
            .chain(known)
            .find(|name| starts(name))
            .map(str::to_owned);
        if let Some(name) = function {
            self.at += name.chars().count();
            let power = self.exponent().unwrap_or(1.0);
            self.expect('(');
            let argument = self.sum();
            self.expect(')');
            return self.formula.call(&name, argument).powf(power);
        }
        let letter = self.formula.letters.iter().find(|(name, _)| starts(name));
        if let Some((name, right)) = letter {
            self.at += name.chars().count();
            return self.formula.evaluate(right, self.x);
        }
        let c = self.peek();
        self.at += 1;
        match c {
            Some('x') => self.x,
            Some('e') => std::f64::consts::E,
            Some('π') => std::f64::consts::PI,
            other => panic!("{other:?} in {:?}", self.rest),
        }
    }
}
