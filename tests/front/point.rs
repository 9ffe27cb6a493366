//! Claims at points.

use limitcheck::{Catalogue, Curve, Point};

#[test]
fn a_curve_goes_through_any_points() {
    let claim = Catalogue::bundled().claim("nt-test-error").unwrap();
    let at = |rho: f64, spectrum: &str| claim.at([("rho", rho.to_string().as_str()), ("spectrum", spectrum)]).unwrap();
    let points: Vec<Point> = vec![at(0.25, "rademacher"), at(0.5, "exponential"), at(0.5, "rademacher")];
    let limits = Curve::through(points.clone()).unwrap().limits().unwrap();
    let alone: Vec<_> = points.iter().map(|point| point.limit().unwrap()).collect();
    assert_eq!(limits, alone);
    let other = Catalogue::bundled().claim("rf-test-error").unwrap().at::<&str, f64>([]).unwrap();
    assert!(Curve::through([points[0].clone(), other]).err().unwrap().to_string().contains("of one claim"));
    assert!(Curve::through([]).is_err());
}
