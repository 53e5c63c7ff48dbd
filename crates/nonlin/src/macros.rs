//! The two macros a function file and the catalogue are written with.

/// Declares a function's type and its parameters.
///
/// ```ignore
/// activation! {
///     /// x, or α(eˣ − 1) below 0.
///     pub struct Elu {
///         /// minus the value it saturates to
///         alpha ("α"): Finite = 1.0,
///     }
/// }
/// ```
///
/// A parameter is its doc line, its name, its symbol, its [`Domain`](crate::Domain) and its default.
#[macro_export]
macro_rules! activation {
    ($(#[$meta:meta])* pub struct $Name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $Name;

        impl $crate::Parametric for $Name {
            type Params<R: Copy> = $Name;
            const PARAMETERS: &'static [$crate::ParameterInfo] = &[];
            fn get(&self, _index: usize) -> f64 {
                f64::NAN
            }
            fn set(self, _index: usize, _value: f64) -> Self {
                self
            }
            #[inline(always)]
            fn lift<R: Copy>(self, _f: impl Fn(&'static $crate::ParameterInfo, f64) -> R) -> $Name {
                self
            }
            #[inline(always)]
            fn map<R: Copy, S: Copy>(parameters: $Name, _f: impl Fn(R) -> S) -> $Name {
                parameters
            }
            fn vary<R: $crate::Real>(parameters: $Name, _index: usize) -> $Name {
                parameters
            }
        }
    };
    ($(#[$meta:meta])* pub struct $Name:ident {
        $(#[doc = $doc:literal] $field:ident ($symbol:literal): $domain:ident = $default:expr),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Name<R = f64> {
            $(#[doc = $doc] pub $field: R),+
        }

        impl Default for $Name {
            fn default() -> Self {
                $Name { $($field: $default),+ }
            }
        }

        impl $crate::Parametric for $Name {
            type Params<R: Copy> = $Name<R>;
            const PARAMETERS: &'static [$crate::ParameterInfo] = &[$(
                $crate::ParameterInfo {
                    name: stringify!($field),
                    symbol: $symbol,
                    default: $default,
                    domain: $crate::Domain::$domain,
                    doc: $doc.trim_ascii(),
                }
            ),+];
            fn get(&self, index: usize) -> f64 {
                [$(self.$field),+].get(index).copied().unwrap_or(f64::NAN)
            }
            fn set(mut self, index: usize, value: f64) -> Self {
                if let Some(field) = [$(&mut self.$field),+].into_iter().nth(index) {
                    *field = value;
                }
                self
            }
            #[inline(always)]
            fn lift<R: Copy>(self, f: impl Fn(&'static $crate::ParameterInfo, f64) -> R) -> $Name<R> {
                let mut infos = Self::PARAMETERS.iter();
                $Name { $($field: {
                    let info = infos.next().expect("a parameter has its info");
                    f(info, self.$field)
                }),+ }
            }
            #[inline(always)]
            fn map<R: Copy, S: Copy>(parameters: $Name<R>, f: impl Fn(R) -> S) -> $Name<S> {
                $Name { $($field: f(parameters.$field)),+ }
            }
            fn vary<R: $crate::Real>(parameters: $Name<R>, index: usize) -> $Name<$crate::Dual<R>> {
                let mut indices = 0..;
                $Name { $($field: if indices.next() == Some(index) {
                    $crate::Dual::variable(parameters.$field)
                } else {
                    $crate::Dual::fixed(parameters.$field)
                }),+ }
            }
        }
    };
}

/// Lists every function: declares the modules, the enum [`Function`](crate::Function) and the only match over it.
macro_rules! catalogue {
    ($($module:ident::$Name:ident),+ $(,)?) => {
        $(mod $module; pub use $module::$Name;)+

        /// Any function of the catalogue at particular parameters: what users and layers hold.
        ///
        /// Its text form is `name` or `name(parameter=value, …)`, with parameters at their default left out; it reads
        /// aliases too.
        ///
        /// ```
        /// let f: nonlin::Function = "elu(alpha=0.5)".parse()?;
        /// assert_eq!(f.to_string(), "elu(alpha=0.5)");
        /// assert_eq!("silu".parse::<nonlin::Function>()?.to_string(), "swish");
        /// # Ok::<(), nonlin::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Function {
            $(
                #[doc = concat!("See [`", stringify!($Name), "`].")]
                $Name($Name)
            ),+
        }

        $(impl From<$Name> for Function {
            fn from(f: $Name) -> Function {
                Function::$Name(f)
            }
        })+

        /// Every function at its default parameters, in catalogue order.
        pub(crate) const COUNT: usize = [$(stringify!($Name)),+].len();

        pub(crate) fn defaults() -> [Function; COUNT] {
            [$(Function::$Name($Name::default())),+]
        }

        /// Runs an expression with the concrete function in hand: `with_activation!(self, f => f.forward(x, y))`.
        macro_rules! with_activation {
            ($function:expr, $f:ident => $body:expr) => {
                match $function {
                    $($crate::Function::$Name($f) => $body),+
                }
            };
        }
        pub(crate) use with_activation;

        /// Runs an expression with the concrete activation of a [`Function`](crate::Function) in hand:
        /// `with_function!(function, a => generic(a))` is one call of `generic` per type.
        #[macro_export]
        macro_rules! with_function {
            ($function:expr, $f:ident => $body:expr) => {
                match $function {
                    $($crate::Function::$Name($f) => $body,)+
                    _ => unreachable!("the catalogue lists every function"),
                }
            };
        }
    };
}
pub(crate) use catalogue;
