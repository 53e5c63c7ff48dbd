//! Activation functions, defined once and computed right.
