//! The machine and the day, as records name them.

use std::time::{SystemTime, UNIX_EPOCH};

fn field(cpuinfo: &str, key: &str) -> String {
    cpuinfo
        .lines()
        .find(|line| line.starts_with(key))
        .and_then(|line| line.split(':').nth(1))
        .unwrap_or("unknown")
        .trim()
        .to_owned()
}

/// The processor: its model's name, family and number.
pub fn name() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    format!(
        "{} family {} model {}",
        field(&cpuinfo, "model name"),
        field(&cpuinfo, "cpu family"),
        field(&cpuinfo, "model\t")
    )
}

/// A processor's name, without its clock, as a part of a file's name.
pub fn slug(name: &str) -> String {
    let name = name.to_lowercase().replace("(r)", "").replace("(tm)", "");
    let is_of_clock = |word: &&str| *word == "@" || word.ends_with("ghz");
    let words = name.split_whitespace().filter(|word| !is_of_clock(word));
    words.collect::<Vec<_>>().join("-")
}

/// Today in UTC, as 2026-01-31.
pub fn today() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    format!("{year}-{month:02}-{day:02}")
}

/// Year, month and day of a number of days after 1 January 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    // Years that begin with March put the leap day last; 719 468 days lie between 1 March 0 and 1 January 1970.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_dates() {
        assert_eq!(super::civil(0), (1970, 1, 1));
        assert_eq!(super::civil(11_016), (2000, 2, 29));
        assert_eq!(super::civil(20_753), (2026, 10, 27));
    }
}
