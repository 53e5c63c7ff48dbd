//! A profile in words, for documents and the command line.

use super::ClaimKind;
use crate::profile::{Bound, Kink, Profile, number};

/// A value of a claim in the two languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Words {
    fn same(text: String) -> Self {
        Words {
            en: text.clone(),
            zh: text,
        }
    }

    fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Words {
            en: en.into(),
            zh: zh.into(),
        }
    }

    fn none() -> Self {
        Words::new("none", "无")
    }

    /// The items one after another; "none" if there are none.
    fn several(items: impl IntoIterator<Item = Words>) -> Self {
        items
            .into_iter()
            .reduce(|a, b| Words::new(a.en + "; " + &b.en, a.zh + "；" + &b.zh))
            .unwrap_or_else(Words::none)
    }
}

/// Eight significant digits: enough to recognise a number by.
fn rounded(x: f64) -> String {
    let short = format!("{x:.7e}").parse().unwrap_or(x);
    number(short).to_string()
}

fn limit(x: f64) -> Words {
    if x.is_nan() {
        Words::none()
    } else {
        Words::same(rounded(x))
    }
}

/// Every claim of a profile: its kind and what is claimed.
///
/// ```
/// let profile = "elu".parse::<nonlin::Function>()?.profile();
/// let (kind, words) = &nonlin::claims::in_words(&profile)[0];
/// assert_eq!((kind.text().en, words.en.as_str()), ("range", "(−1, ∞)"));
/// # Ok::<(), nonlin::Error>(())
/// ```
pub fn in_words(profile: &Profile) -> Vec<(ClaimKind, Words)> {
    let text = |text: crate::card::Text| Words::new(text.en, text.zh);
    let (left, right) = (limit(profile.limits.0), limit(profile.limits.1));
    vec![
        (ClaimKind::Range, Words::same(range(profile.range))),
        (
            ClaimKind::Limits,
            Words::new(
                format!("{} (x → −∞), {} (x → +∞)", left.en, right.en),
                format!("{}（x → −∞），{}（x → +∞）", left.zh, right.zh),
            ),
        ),
        (ClaimKind::Monotonicity, text(profile.monotonicity.text())),
        (ClaimKind::Parity, text(profile.parity.text())),
        (ClaimKind::Convexity, text(profile.convexity.text())),
        (ClaimKind::Smoothness, text(profile.smoothness.text())),
        (
            ClaimKind::Kinks,
            Words::several(profile.kinks.iter().map(kink)),
        ),
        (
            ClaimKind::DerivativeAtZero,
            Words::same(rounded(profile.derivative_at_zero)),
        ),
        (
            ClaimKind::ZeroCentred,
            if profile.zero_centred {
                Words::new("yes", "是")
            } else {
                Words::new("no", "否")
            },
        ),
        (
            ClaimKind::Lipschitz,
            Words::same(rounded(profile.lipschitz)),
        ),
        (ClaimKind::Saturation, saturation(profile)),
        (
            ClaimKind::Landmarks,
            Words::several(profile.landmarks.iter().map(|mark| {
                let (kind, x, y) = (mark.kind.text(), rounded(mark.x), rounded(mark.y));
                Words::new(
                    format!("{} {y} at x = {x}", kind.en),
                    format!("{} {y}（x = {x}）", kind.zh),
                )
            })),
        ),
    ]
}

fn range((low, high): (Bound, Bound)) -> String {
    let open = if low.attained { '[' } else { '(' };
    let close = if high.attained { ']' } else { ')' };
    format!(
        "{open}{}, {}{close}",
        rounded(low.value),
        rounded(high.value)
    )
}

fn kink(kink: &Kink) -> Words {
    let [at, left, right, taken] = [kink.at, kink.left, kink.right, kink.taken].map(rounded);
    Words::new(
        format!("at {at} φ′ goes from {left} to {right}, taken as {taken}"),
        format!("在 {at} 处 φ′ 由 {left} 变为 {right}，取 {taken}"),
    )
}

fn saturation(profile: &Profile) -> Words {
    let below = |low: f64| format!("x ≤ {}", rounded(low));
    // Just above 0 is 0 to a reader.
    let above = |high: f64| {
        if high > 0.0 && high < f64::MIN_POSITIVE {
            "x > 0".to_owned()
        } else {
            format!("x ≥ {}", rounded(high))
        }
    };
    let (en, zh) = match (profile.saturation.low, profile.saturation.high) {
        (None, None) => return Words::none(),
        (Some(low), Some(high)) if low >= high => return Words::new("everywhere", "处处"),
        (Some(low), Some(high)) => (
            format!("{} and {}", below(low), above(high)),
            format!("{} 与 {}", below(low), above(high)),
        ),
        (Some(low), None) => (below(low), below(low)),
        (None, Some(high)) => (above(high), above(high)),
    };
    Words::new(
        format!("{en} (|φ′| at most 1 % of its greatest)"),
        format!("{zh}（|φ′| 不超过最大值的 1 %）"),
    )
}
