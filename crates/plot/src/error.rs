/// What can go wrong when a figure becomes a PNG.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The picture has more pixels than this crate is willing to hold in memory.
    #[error(
        "a PNG of {width} × {height} pixels is too large; the most is {most} pixels in all, so draw fewer figures or smaller ones"
    )]
    TooLarge {
        /// Width in pixels.
        width: u64,
        /// Height in pixels.
        height: u64,
        /// The largest number of pixels.
        most: u64,
    },
    /// The encoder failed.
    #[error("the PNG could not be encoded: {0}")]
    Encoding(String),
}
