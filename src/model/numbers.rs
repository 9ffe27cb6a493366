//! The numeric parameters that the library's simulators know.

use crate::model::Settings;

/// Declares the fields of [`Numbers`], each of which is a parameter of the same name and 1 where it is not set.
macro_rules! numbers {
    ($($(#[$text:meta])* $name:ident,)*) => {
        /// The numeric parameters that simulators know.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Numbers {
            $($(#[$text])* pub $name: f64,)*
        }

        impl Default for Numbers {
            fn default() -> Numbers {
                Numbers { $($name: 1.0,)* }
            }
        }

        impl Numbers {
            /// Those of the settings, and 1 for what is not set.
            pub fn of(settings: &Settings) -> Numbers {
                Numbers { $($name: settings.number(stringify!($name)).unwrap_or(1.0),)* }
            }

            /// The number that claims call so; None if no simulator of the library knows it.
            pub fn get(&self, name: &str) -> Option<f64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

numbers! {
    /// Scale of random output weights: the mean of their sum of squares is `zeta^2`.
    zeta,
    /// Training time of the flow on `E(f - f*)^2/2`; of the lazy tangent models `tau = 4 zeta^2 t/m`.
    time,
    /// Scale of a random start: the root mean square norm of a row of the first layer.
    scale,
    /// Angle between two inputs, in radians.
    theta,
    /// Strength k of weight decay towards the start: the penalty is `k |v - v_0|^2/2`.
    decay,
    /// Where the distribution function of the eigenvalues of `W'W` is taken.
    point,
    /// The z of a resolvent `(z I + A)^-1`.
    ridge,
    /// Radius of the ball in which an input is perturbed; inputs themselves have a length of about `sqrt d`.
    radius,
    /// Mean of the target over `tr B`: 0 is centred, 1 is `x'Bx`.
    offset,
    /// Training samples as a share of the `d(d+1)/2` entries of a symmetric matrix.
    samples,
}
