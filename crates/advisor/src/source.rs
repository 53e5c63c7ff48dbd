//! Where statements come from.

use nonlin::card::{Card, Paper};
use serde::Serialize;
use std::fmt;

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// A publication.
    Paper {
        /// Family names of the authors.
        authors: &'static str,
        /// The year it appeared.
        year: u16,
        /// The title.
        title: &'static str,
        /// Journal, conference, publisher or archive number.
        venue: &'static str,
    },
    /// A page of a framework's documentation.
    Documentation {
        /// The framework.
        of: &'static str,
        /// What the page is about.
        page: &'static str,
    },
    /// Code that its authors published.
    Code {
        /// Owner and name of the repository.
        repository: &'static str,
        /// The file, or the release.
        file: &'static str,
    },
    /// A figure computed here.
    Computed {
        /// The quantity, and the command that prints it if there is one.
        how: String,
    },
    /// An experiment that puts the statement to a test, by its number in the list of claims.
    Claim {
        /// Such as C27.
        id: &'static str,
    },
}

impl Source {
    /// A publication.
    pub const fn paper(paper: Paper) -> Source {
        Source::Paper {
            authors: paper.authors,
            year: paper.year,
            title: paper.title,
            venue: paper.venue,
        }
    }

    /// The publication on a card whose first author this is.
    ///
    /// # Panics
    /// If the card has none, at compile time where the result is a constant.
    pub(crate) const fn on_card(card: &Card, first: &str) -> Source {
        let mut i = 0;
        while i < card.papers.len() {
            if begins_with(card.papers[i].authors.as_bytes(), first.as_bytes()) {
                return Source::paper(card.papers[i]);
            }
            i += 1;
        }
        panic!("the card has no paper by that author")
    }

    /// A figure computed here.
    pub(crate) fn computed(how: impl Into<String>) -> Source {
        Source::Computed { how: how.into() }
    }
}

const fn begins_with(text: &[u8], start: &[u8]) -> bool {
    let mut i = 0;
    while i < start.len() {
        if i == text.len() || text[i] != start[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Paper {
                authors,
                year,
                title,
                venue,
            } => write!(f, "{authors} ({year}), {title}, {venue}"),
            Source::Documentation { of, page } => write!(f, "{of} documentation, {page}"),
            Source::Code { repository, file } => write!(f, "{repository} on GitHub, {file}"),
            Source::Computed { how } => write!(f, "computed: {how}"),
            Source::Claim { id } => write!(f, "claim {id}, an experiment of nonlin's lab"),
        }
    }
}
