//! Numbers in JSON, which knows neither NaN nor infinities.

use crate::number::Scalar;
use serde_json::Value;

/// The number with all its digits; "nan", "inf" or "-inf" where it is not finite.
pub(crate) fn number<T: Scalar>(x: T) -> Value {
    let text = x.decimal();
    // Read back from the shortest decimal of its own type, so that an f32 0.1 stays 0.1.
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() => Value::from(x),
        _ => Value::from(text),
    }
}
