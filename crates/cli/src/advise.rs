//! `nonlin advise`.

use crate::args::Advise;
use crate::console::{Console, Lang, padded, wrapped};
use crate::failure::Failure;
use nonlin_advisor::{
    Advice, Architecture, Choice, Claim, Norm, Place, Situation, Source, Statement, Task, Words,
    advise,
};
use std::io::{self, BufRead, IsTerminal, Write};

pub(crate) fn run(args: &Advise, console: &mut Console) -> Result<(), Failure> {
    let situation = if args.is_empty() {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Err(Failure::input(format!(
                "nothing was said of the network; `nonlin advise --task TASK` takes {}",
                names(Task::ALL.iter().map(|task| task.name()))
            )));
        }
        let mut questions = Questions {
            answers: stdin.lock(),
            out: anstream::stderr(),
            lang: console.lang,
        };
        match questions.situation() {
            Ok(Some(situation)) => situation,
            Ok(None) => {
                anstream::eprintln!(
                    "\n{}",
                    console.lang.pick("No advice then.", "那就不提建议了。")
                );
                return Ok(());
            }
            Err(error) => {
                return Err(Failure::input(format!(
                    "the terminal cannot be read: {}",
                    crate::failure::reason(&error)
                )));
            }
        }
    } else {
        args.situation()
    };
    let advice = advise(&situation);
    if console.json {
        let document = serde_json::to_value(&advice)
            .map_err(|e| Failure::Internal(format!("the advice does not fit JSON: {e}")))?;
        return console.json(&document);
    }
    print(&advice, console)
}

fn names(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// A question in words, with the names that answer it.
struct Question<'a> {
    ask: &'a str,
    /// Names with what they mean.
    answers: Vec<(&'static str, &'static str)>,
    default: &'static str,
}

/// A dialogue: one question at a time.
struct Questions<R, W> {
    answers: R,
    out: W,
    lang: Lang,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    /// The situation that comes out of it; nothing where the answers end early.
    fn situation(&mut self) -> io::Result<Option<Situation>> {
        let lang = self.lang;
        let Some(task) = self.one(
            lang.pick("What is the network to do?", "网络要做什么？"),
            Task::ALL,
            Task::MultiClass,
            |task| (task.name(), lang.of(task.text())),
        )?
        else {
            return Ok(None);
        };
        let Some(arch) = self.one(
            lang.pick("How is it built?", "网络结构是？"),
            Architecture::ALL,
            task.usual_architecture(),
            |arch| (arch.name(), lang.of(arch.text())),
        )?
        else {
            return Ok(None);
        };
        let usual = Situation::of(task);
        let depth = self.number(
            lang.pick("How many hidden layers?", "有多少个隐藏层？"),
            usual.depth,
            crate::args::MOST_LAYERS,
        )?;
        let Some(depth) = depth else { return Ok(None) };
        let width = self.number(
            lang.pick("How many units in each?", "每层多少个单元？"),
            usual.width,
            crate::args::MOST_UNITS,
        )?;
        let Some(width) = width else { return Ok(None) };
        let none = (
            "none",
            lang.pick("nothing between the layers", "层间不做归一化"),
        );
        let all: Vec<Option<Norm>> = std::iter::once(None)
            .chain(Norm::ALL.iter().copied().map(Some))
            .collect();
        let Some(norm) = self.one(
            lang.pick("What is normalised?", "用什么归一化？"),
            &all,
            arch.usual_norm(),
            |norm| norm.map_or(none, |norm| (norm.name(), lang.of(norm.text()))),
        )?
        else {
            return Ok(None);
        };
        let place = self.one(
            lang.pick("Where does the activation stand?", "激活函数用在哪里？"),
            Place::ALL,
            Place::Hidden,
            |place| (place.name(), lang.of(place.text())),
        )?;
        Ok(place.map(|place| Situation {
            task,
            arch,
            depth,
            width,
            norm,
            place,
        }))
    }

    /// One of a list.
    fn one<T: Copy + PartialEq>(
        &mut self,
        ask: &str,
        all: &[T],
        default: T,
        describe: impl Fn(T) -> (&'static str, &'static str),
    ) -> io::Result<Option<T>> {
        let question = Question {
            ask,
            answers: all.iter().map(|one| describe(*one)).collect(),
            default: describe(default).0,
        };
        let answer = self.ask(&question)?;
        Ok(answer.and_then(|name| all.iter().copied().find(|one| describe(*one).0 == name)))
    }

    /// The name of an answer.
    fn ask(&mut self, question: &Question) -> io::Result<Option<&'static str>> {
        writeln!(self.out, "{}", question.ask)?;
        for (k, (name, meaning)) in question.answers.iter().enumerate() {
            let name = padded(name, 21);
            writeln!(self.out, "  {:>2}  {name}{meaning}", k + 1)?;
        }
        loop {
            let Some(answer) = self.answer(question.default)? else {
                return Ok(None);
            };
            let by_number = answer
                .parse::<usize>()
                .ok()
                .and_then(|k| question.answers.get(k.checked_sub(1)?));
            let by_name = || question.answers.iter().find(|(name, _)| *name == answer);
            if let Some((name, _)) = by_number.or_else(by_name) {
                return Ok(Some(name));
            }
            let known = names(question.answers.iter().map(|(name, _)| *name));
            let sentence = match self.lang {
                Lang::En => format!("That is none of them; there are {known}, or their numbers."),
                Lang::Zh => format!("没有这一项；可选 {known}，或其编号。"),
            };
            for line in wrapped(&sentence, 78, "") {
                writeln!(self.out, "{line}")?;
            }
        }
    }

    /// A number from 1 on.
    fn number(&mut self, ask: &str, default: usize, most: u32) -> io::Result<Option<usize>> {
        writeln!(self.out, "{ask}")?;
        loop {
            let Some(answer) = self.answer(&default.to_string())? else {
                return Ok(None);
            };
            if let Ok(number) = answer.parse::<u32>()
                && (1..=most).contains(&number)
            {
                return Ok(Some(number as usize));
            }
            let sentence = match self.lang {
                Lang::En => format!("That is not a whole number from 1 to {most}."),
                Lang::Zh => format!("请输入 1 到 {most} 的整数。"),
            };
            writeln!(self.out, "{sentence}")?;
        }
    }

    /// What was answered, the default for an empty line; nothing where the answers end.
    fn answer(&mut self, default: &str) -> io::Result<Option<String>> {
        write!(self.out, "[{default}] > ")?;
        self.out.flush()?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let answer = line.trim();
        Ok(Some(
            if answer.is_empty() { default } else { answer }.to_owned(),
        ))
    }
}

/// The sources cited so far, in order.
#[derive(Default)]
struct Cited(Vec<Source>);

impl Cited {
    /// The number of a source, counted from 1.
    fn number(&mut self, source: &Source) -> usize {
        match self.0.iter().position(|known| known == source) {
            Some(k) => k + 1,
            None => {
                self.0.push(source.clone());
                self.0.len()
            }
        }
    }

    /// The numbers of a statement's sources and the claims that bear on it: `[1, 2; C35]`.
    fn reference(&mut self, statement: &Statement) -> String {
        let numbers: Vec<String> = statement
            .sources
            .iter()
            .map(|source| self.number(source).to_string())
            .collect();
        let claims: String = statement
            .claims
            .iter()
            .map(|claim| format!("; {}", claim.id))
            .collect();
        format!("[{}{claims}]", numbers.join(", "))
    }
}

fn in_words(words: &Words, lang: Lang) -> &str {
    match lang {
        Lang::En => &words.en,
        Lang::Zh => &words.zh,
    }
}

/// Columns before a statement.
const INDENT: &str = "    ";

fn print(advice: &Advice, console: &mut Console) -> Result<(), Failure> {
    let lang = console.lang;
    let mut cited = Cited::default();
    for line in wrapped(&described(&advice.situation, lang), console.width, "") {
        console.line(&line)?;
    }
    heading(lang.pick("Recommended", "推荐"), console)?;
    choice(&advice.recommended, &mut cited, console)?;
    if !advice.runners_up.is_empty() {
        heading(lang.pick("Runners-up", "备选"), console)?;
        for one in &advice.runners_up {
            choice(one, &mut cited, console)?;
        }
    }
    if let Some(init) = &advice.initialisation {
        section(
            lang.pick("Initialisation", "初始化"),
            &init.statements,
            &mut cited,
            console,
        )?;
    }
    section(
        lang.pick("Inputs", "输入"),
        &advice.scaling,
        &mut cited,
        console,
    )?;
    if advice.output != advice.recommended {
        heading(lang.pick("Output", "输出"), console)?;
        choice(&advice.output, &mut cited, console)?;
    }
    for (title, statements) in [
        (lang.pick("Loss", "损失"), &advice.loss),
        (lang.pick("Avoid", "避免"), &advice.avoid),
        (lang.pick("Warnings", "警告"), &advice.warnings),
    ] {
        section(title, statements, &mut cited, console)?;
    }
    sources(&cited, advice, console)
}

/// The situation in a line.
fn described(situation: &Situation, lang: Lang) -> String {
    let norm = match situation.norm {
        Some(norm) => lang.of(norm.text()),
        None => lang.pick("no normalisation", "无归一化"),
    };
    let (depth, width) = (situation.depth, situation.width);
    let size = match lang {
        Lang::En if depth == 1 => format!("1 layer of {width} units"),
        Lang::En => format!("{depth} layers of {width} units"),
        Lang::Zh => format!("{depth} 层，每层 {width} 个单元"),
    };
    let separator = lang.pick("; ", "；");
    [
        lang.of(situation.task.text()),
        lang.of(situation.arch.text()),
        &size,
        norm,
        lang.of(situation.place.text()),
    ]
    .join(separator)
}

fn heading(title: &str, console: &mut Console) -> Result<(), Failure> {
    console.line("")?;
    console.line(&console.heading(title))
}

fn section(
    title: &str,
    statements: &[Statement],
    cited: &mut Cited,
    console: &mut Console,
) -> Result<(), Failure> {
    if statements.is_empty() {
        return Ok(());
    }
    heading(title, console)?;
    for statement in statements {
        say(statement, "  ", cited, console)?;
    }
    Ok(())
}

fn choice(choice: &Choice, cited: &mut Cited, console: &mut Console) -> Result<(), Failure> {
    console.line(&format!("  {}", console.bold(&choice.function)))?;
    for reason in &choice.reasons {
        say(reason, INDENT, cited, console)?;
    }
    Ok(())
}

/// A statement with its references, which are held back.
fn say(
    statement: &Statement,
    indent: &str,
    cited: &mut Cited,
    console: &mut Console,
) -> Result<(), Failure> {
    let reference = cited.reference(statement);
    // A reference is not broken, so that it can be found, and held back, as a whole.
    let whole = reference.replace(' ', "\u{a0}");
    let text = format!("{} {whole}", in_words(&statement.text, console.lang));
    let hanging = format!("{indent}  ");
    let width = console.width.saturating_sub(indent.len());
    for (k, line) in wrapped(&text, width, "  ").into_iter().enumerate() {
        let line = line.replace(&whole, &console.dim(&reference));
        let start = if k == 0 {
            indent
        } else {
            &hanging[..indent.len()]
        };
        console.line(&format!("{start}{line}"))?;
    }
    Ok(())
}

fn sources(cited: &Cited, advice: &Advice, console: &mut Console) -> Result<(), Failure> {
    let lang = console.lang;
    heading(lang.pick("Sources", "来源"), console)?;
    for (k, source) in cited.0.iter().enumerate() {
        let lines = wrapped(
            &format!("{:<5}{source}", format!("[{}]", k + 1)),
            console.width.saturating_sub(2),
            &" ".repeat(5),
        );
        for line in lines {
            console.line(&format!("  {line}"))?;
        }
    }
    experiments(advice, console)
}

/// What became of the claims that bear on the advice.
fn experiments(advice: &Advice, console: &mut Console) -> Result<(), Failure> {
    let lang = console.lang;
    let mut claims: Vec<Claim> = Vec::new();
    for claim in advice.statements().flat_map(|statement| &statement.claims) {
        if !claims.contains(claim) {
            claims.push(*claim);
        }
    }
    if claims.is_empty() {
        return Ok(());
    }
    heading(
        lang.pick(
            "Claims put to the test (why: docs/claims.md)",
            "论断的实验检验（详见 docs/claims.md）",
        ),
        console,
    )?;
    claims.sort_by_key(|claim| (claim.id.len(), claim.id));
    for claim in claims {
        let verdict = match (lang, claim.verdict) {
            (Lang::Zh, "confirmed") => "证实",
            (Lang::Zh, "refuted") => "证伪",
            (Lang::Zh, "not resolved") => "未定",
            (Lang::Zh, "source error") => "原文有误",
            (_, verdict) => verdict,
        };
        let text = format!("{:<5}{verdict}: {}", claim.id, claim.sentence);
        for line in wrapped(&text, console.width.saturating_sub(2), &" ".repeat(5)) {
            console.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out of a dialogue, and what was asked.
    fn answered(answers: &str, lang: Lang) -> (Option<Situation>, String) {
        let mut out = Vec::new();
        let situation = Questions {
            answers: answers.as_bytes(),
            out: &mut out,
            lang,
        }
        .situation()
        .unwrap();
        (situation, String::from_utf8(out).unwrap())
    }

    #[test]
    fn empty_answers_are_the_defaults() {
        for lang in [Lang::En, Lang::Zh] {
            let (situation, asked) = answered(&"\n".repeat(6), lang);
            assert_eq!(situation, Some(Situation::of(Task::MultiClass)));
            assert_eq!(asked.matches("] > ").count(), 6, "{asked}");
        }
    }

    #[test]
    fn names_and_numbers_answer() {
        let (situation, asked) = answered("pde\n1\n20\n64\nnone\nhidden\n", Lang::En);
        let expected = Situation {
            depth: 20,
            width: 64,
            ..Situation::of(Task::Pde)
        };
        assert_eq!(situation, Some(expected));
        assert!(asked.contains("[mlp] > "), "{asked}");
        // The default follows from what was answered before.
        let (situation, _) = answered("language-model\n\n\n\n\n\n", Lang::En);
        assert_eq!(situation, Some(Situation::of(Task::LanguageModel)));
    }

    #[test]
    fn wrong_answers_are_asked_again() {
        let answers = "relu\n0\n99\nbinary\n\n0\n-3\n1.5\n4\n\n\n\n";
        let (situation, asked) = answered(answers, Lang::En);
        assert_eq!(situation.unwrap().depth, 4);
        assert_eq!(asked.matches("none of them").count(), 3, "{asked}");
        assert_eq!(asked.matches("not a whole number").count(), 3, "{asked}");
    }

    #[test]
    fn the_end_of_the_answers_ends_it() {
        for answers in [
            "",
            "binary\n",
            "binary\nmlp\n3\n",
            "binary\nmlp\n3\n4\nnone\n",
        ] {
            assert_eq!(answered(answers, Lang::En).0, None);
        }
    }
}
