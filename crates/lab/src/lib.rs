//! Activation functions put to work.
