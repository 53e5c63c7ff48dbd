//! Colours that people with any kind of colour vision can tell apart, on white: those of Okabe and Ito, 2008 (without their
//! yellow, which white drowns), and the nearest of the terminal's 256 that show on dark and on light.

/// Red, green, blue.
pub(crate) type Rgb = [u8; 3];

const SERIES: [(Rgb, u8); 7] = [
    ([0x00, 0x72, 0xB2], 32),  // blue
    ([0xD5, 0x5E, 0x00], 166), // vermilion
    ([0x00, 0x9E, 0x73], 36),  // bluish green
    ([0xCC, 0x79, 0xA7], 175), // reddish purple
    ([0xE6, 0x9F, 0x00], 178), // orange
    ([0x56, 0xB4, 0xE9], 74),  // sky blue
    ([0x33, 0x33, 0x33], 245), // black
];

pub(crate) const WHITE: Rgb = [0xFF; 3];
pub(crate) const TEXT: Rgb = [0x22; 3];
pub(crate) const SOFT_TEXT: Rgb = [0x55; 3];
pub(crate) const SPINE: Rgb = [0x88; 3];
pub(crate) const ZERO: Rgb = [0xBB; 3];
pub(crate) const GRID: Rgb = [0xE8; 3];
pub(crate) const REFERENCE: Rgb = [0x66; 3];

/// The colour of a style.
pub(crate) fn rgb(style: usize) -> Rgb {
    SERIES[style % SERIES.len()].0
}

/// The terminal colour of a style.
pub(crate) fn ansi(style: usize) -> u8 {
    SERIES[style % SERIES.len()].1
}

/// On and off lengths, in line widths, of a line of this style; empty for a solid line. When the colours are used up they
/// come again with another pattern.
pub(crate) fn pattern(style: usize, dashed: bool) -> &'static [f64] {
    match (dashed, style / SERIES.len() % 3) {
        (true, _) => &[3.5, 2.0],
        (_, 0) => &[],
        (_, 1) => &[6.0, 1.5, 1.0, 1.5],
        _ => &[1.0, 1.2],
    }
}
