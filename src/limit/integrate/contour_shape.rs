//! Shapes of the contours around the support of a measure.

use crate::num::{ComplexEstimate, Estimate};

#[derive(Clone, Copy)]
pub struct Support {
    pub centre: f64,
    /// Half its length.
    pub half: f64,
    pub mass: Estimate,
}

/// A contour around the support.
#[derive(Clone, Copy)]
pub enum Shape {
    /// An ellipse with the ends of the support as foci. The number is the sum of its semi-axes, divided by half the distance of the foci.
    Ellipse(f64),
    /// An ellipse in the variable `ln(z - low + near * length)`, with the ends of the support as foci. `height` is its height in that
    /// variable (below pi). The contour is close to the lower end, where decay at very different rates begins, and wide elsewhere.
    Stretched { near: f64, height: f64 },
}

/// Pairs of a wide and a narrow contour, in the order in which they are tried. Wide contours converge faster. Narrow ones keep clear of
/// singularities and of places where f is large.
pub const SHAPES: [(Shape, Shape); 14] = [
    (Shape::Ellipse(2.0), Shape::Ellipse(1.7)),
    (Shape::Ellipse(1.5), Shape::Ellipse(1.4)),
    (Shape::Ellipse(1.25), Shape::Ellipse(1.2)),
    stretched(3e-2),
    stretched(3e-3),
    stretched(3e-4),
    stretched(3e-5),
    stretched(3e-6),
    stretched(3e-7),
    (Shape::Ellipse(1.12), Shape::Ellipse(1.1)),
    (Shape::Ellipse(1.06), Shape::Ellipse(1.05)),
    (Shape::Ellipse(1.03), Shape::Ellipse(1.025)),
    (Shape::Ellipse(1.015), Shape::Ellipse(1.0125)),
    (Shape::Ellipse(1.008), Shape::Ellipse(1.006)),
];

const fn stretched(near: f64) -> (Shape, Shape) {
    (Shape::Stretched { near, height: 1.2 }, Shape::Stretched { near, height: 0.9 })
}

/// A point of a contour in the upper half-plane.
#[derive(Clone, Copy)]
pub struct ContourPoint {
    pub z: ComplexEstimate,
    /// Derivative of z along the contour, counter-clockwise.
    pub speed: ComplexEstimate,
    /// Bound on the distance of the computed z from the exact point of the rule.
    pub off: f64,
}

impl Shape {
    /// The point at this angle.
    pub fn at(self, support: Support, angle: f64) -> ContourPoint {
        let Support { centre, half, .. } = support;
        let (sine, cosine) = angle.sin_cos();
        match self {
            Shape::Ellipse(width) => {
                let (across, up) = (0.5 * half * (width + 1.0 / width), 0.5 * half * (width - 1.0 / width));
                let z = ComplexEstimate::exact(centre + across * cosine, up * sine);
                let speed = ComplexEstimate::new(-across * sine, up * cosine, 2.0 * f64::EPSILON * (across + up));
                ContourPoint { z, speed, off: f64::EPSILON * (z.modulus() + 2.0 * (across + up)) }
            }
            Shape::Stretched { near, height } => {
                let origin = centre - half - near * 2.0 * half;
                let (low, high) = ((near * 2.0 * half).ln(), ((near + 1.0) * 2.0 * half).ln());
                let focus = 0.5 * (high - low);
                let across = focus.hypot(height);
                let (re, im) = (0.5 * (low + high) + across * cosine, height * sine);
                let radius = re.exp();
                let z = ComplexEstimate::exact(origin + radius * im.cos(), radius * im.sin());
                // The derivative of z is that of its logarithm times the exponential, which has this radius.
                let (along, up) = (-across * sine, height * cosine);
                let speed = (radius * (im.cos() * along - im.sin() * up), radius * (im.sin() * along + im.cos() * up));
                let rounding = f64::EPSILON * (4.0 + 2.0 * (low.abs() + high.abs() + across));
                let size = radius * (along.abs() + up.abs());
                let off = f64::EPSILON * (z.modulus() + origin.abs()) + rounding * radius;
                ContourPoint { z, speed: ComplexEstimate::new(speed.0, speed.1, 2.0 * rounding * size), off }
            }
        }
    }
}
