//! A claim at values of its parameters, and along one of them.

use super::claim::Claim;
use super::error::Error;
use super::setting::Setting;
use super::simulation::Simulation;
use crate::claim;
use crate::limit::FiniteSize;
use crate::model::{Settings, Value, eigenvalue_pairs};
use crate::run::files;
use crate::run::value::{Graded, Refusal, value, values};

/// A claim with a value for every parameter.
#[derive(Clone)]
pub struct Point {
    claim: Claim,
    settings: Settings,
}

/// What a formula says, and how far that is known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limit {
    /// The value; may be infinite.
    pub value: f64,
    /// Bound on the distance from the truth, rounding included.
    pub abs_err: f64,
    /// None: the bound is proved. Else why it is an estimate, with the line of the claim file.
    pub why: Option<String>,
}

impl Limit {
    /// Whether the bound is proved.
    pub fn is_enclosed(&self) -> bool {
        self.why.is_none()
    }

    fn of(Graded { value, why }: Graded) -> Limit {
        Limit { value: value.value, abs_err: value.abs_err, why }
    }
}

impl Claim {
    /// The claim with these parameters, and the defaults for all others.
    ///
    /// # Errors
    /// [`Error::Unknown`]: a parameter that the claim has not, or one given twice; a value out of its domain.
    pub fn at<N, S>(&self, settings: impl IntoIterator<Item = (N, S)>) -> Result<Point, Error>
    where
        N: AsRef<str>,
        S: Into<Setting>,
    {
        let given: Vec<(String, String)> =
            settings.into_iter().map(|(name, value)| (name.as_ref().to_string(), value.into().text())).collect();
        let read = |file: &str| self.read_beside(file);
        let settings = self.catalogue().settings(self.claim(), &given, &read)?;
        Ok(Point { claim: self.clone(), settings })
    }

    /// The claim along a parameter, with the defaults for all others.
    ///
    /// # Errors
    /// As [`Claim::at`].
    pub fn along(&self, name: &str, values: &[f64]) -> Result<Curve, Error> {
        self.at::<&str, f64>([])?.along(name, values)
    }

    /// What `file(PATH)` leads to.
    fn read_beside(&self, file: &str) -> Result<String, String> {
        let own = &self.claim().text.path;
        let bundled = self.catalogue().claims.iter().any(|known| known.text.path == *own && own.starts_with("theory/"));
        if bundled { claim::catalogue::read_embedded(own, file) } else { files::read_beside(own, file) }
    }
}

impl Point {
    /// Every parameter with its value, as the command line writes it, sorted by name.
    pub fn settings(&self) -> Vec<(String, String)> {
        self.settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    /// The limit here.
    ///
    /// # Errors
    /// [`Error::NeedsSize`], [`Error::Outside`], [`Error::NoValue`].
    pub fn limit(&self) -> Result<Limit, Error> {
        let found = value(&self.claim.prepared()?, &self.settings, None);
        found.map(Limit::of).map_err(|refusal| self.refused(refusal))
    }

    /// The formula at a finite dimension and width: with the eigenvalues in use there, and rho = m/d.
    ///
    /// # Errors
    /// As [`Point::limit`]; a size that cannot be.
    pub fn limit_at(&self, dim: usize, width: usize) -> Result<Limit, Error> {
        if dim == 0 || width == 0 {
            return Err(Error::Request("a dimension and a width are at least 1".to_string()));
        }
        let settings = &self.settings;
        let sizes = self.claim.claim().sizes.with_second(dim, Some(width), settings);
        let size = if sizes.are_of_a_network() {
            let pairs = eigenvalue_pairs(&settings.spectrum(), &settings.covariance(), settings.pairing(), dim)
                .map_err(|error| Error::Request(format!("d = {dim}: {error}")))?;
            FiniteSize { sizes, pairs: Some(pairs.into()) }
        } else {
            FiniteSize { sizes, pairs: None }
        };
        let found = value(&self.claim.prepared()?, settings, Some(size));
        found.map(Limit::of).map_err(|refusal| self.refused(refusal))
    }

    /// The claim along a parameter, with the values here of all others.
    ///
    /// # Errors
    /// As [`Claim::at`].
    pub fn along(&self, name: &str, values: &[f64]) -> Result<Curve, Error> {
        let at = |value: &f64| {
            let no_files = |_: &str| Err("a number is no file".to_string());
            let text = Setting::from(*value).text();
            let value: Value = self.claim.catalogue().setting(self.claim.claim(), name, &text, &no_files)?;
            let mut settings = self.settings.clone();
            settings.set(name, value);
            Ok(settings)
        };
        let settings: Result<Vec<Settings>, Error> = values.iter().map(at).collect();
        Ok(Curve { claim: self.claim.clone(), settings: settings? })
    }

    /// Draws networks of dimension `dim` with m/d at rho, and observes each for the claim. The same seed draws the same networks, for any
    /// number of threads.
    ///
    /// # Errors
    /// A claim without a simulator; a size that cannot be; [`Error::Simulation`].
    pub fn simulate(&self, dim: usize, trials: u64, seed: u64) -> Result<Simulation, Error> {
        self.simulate_at(dim, self.claim.claim().sizes.at(dim, &self.settings).second(), trials, seed)
    }

    /// The same with a width of one's own.
    ///
    /// # Errors
    /// As [`Point::simulate`].
    pub fn simulate_at(&self, dim: usize, width: usize, trials: u64, seed: u64) -> Result<Simulation, Error> {
        Simulation::draw(&self.claim.prepared()?, &self.settings, [dim, width], trials, seed)
    }

    fn refused(&self, refusal: Refusal) -> Error {
        Error::refused(refusal, self.claim.id(), self.settings.located())
    }
}

/// A claim along a parameter, or through any points.
#[derive(Clone)]
pub struct Curve {
    claim: Claim,
    settings: Vec<Settings>,
}

impl Curve {
    /// Through these points, at least one, all of one claim.
    ///
    /// # Errors
    /// No point, or points of several claims.
    pub fn through(points: impl IntoIterator<Item = Point>) -> Result<Curve, Error> {
        let mut points = points.into_iter();
        let none = || Error::Request("a curve has at least one point".to_string());
        let Point { claim, settings } = points.next().ok_or_else(none)?;
        let mut curve = Curve { claim, settings: vec![settings] };
        for point in points {
            if point.claim.id() != curve.claim.id() {
                let (one, other) = (curve.claim.id(), point.claim.id());
                return Err(Error::Request(format!("a curve is of one claim, not of `{one}` and `{other}`")));
            }
            curve.settings.push(point.settings);
        }
        Ok(curve)
    }

    /// Each point of it, in order.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        self.settings.iter().map(|settings| Point { claim: self.claim.clone(), settings: settings.clone() })
    }

    /// The limit at each point, in order; computed in parallel.
    ///
    /// # Errors
    /// The first point without a limit: as [`Point::limit`].
    pub fn limits(&self) -> Result<Vec<Limit>, Error> {
        self.try_limits()?.into_iter().collect()
    }

    /// The limit at each point, in order, or why it has none.
    ///
    /// # Errors
    /// A formula that cannot be evaluated anywhere.
    pub fn try_limits(&self) -> Result<Vec<Result<Limit, Error>>, Error> {
        let found = values(&self.claim.prepared()?, &self.settings).into_iter().zip(self.points());
        Ok(found.map(|(found, point)| found.map(Limit::of).map_err(|refusal| point.refused(refusal))).collect())
    }
}
