//! The atlas: what its figures show, from formulas and samples. Figures whose claims are not in the run are left out.

mod measured;
mod path;

use super::RunError;
use super::plan::{CellSize, Plan, Prepared};
use super::simulate::simulate;
use super::store::Store;
use crate::claim::atlas::{Across, Figure, Group, Panel, PanelKind, Series, Source, Stroke, ids_of};
use crate::claim::{Catalogue, Claim};
use crate::model::{Settings, Value};
use crate::record::{AxisRecord, PanelRecord, PictureRecord, PointRecord, RunRecord, SeriesRecord};
use path::{Curve, Sized};

/// A figure with its claims found.
struct Sketch<'a> {
    figure: &'a Figure,
    groups: Vec<Vec<Track<'a>>>,
}

/// A series with what it takes to draw it.
enum Track<'a> {
    /// A claim, or the two of a `*`, along the parameter.
    Path {
        claims: Vec<&'a Prepared<'a>>,
        settings: Settings,
        sized: Vec<Sized>,
    },
    Histogram {
        claim: &'a Claim,
        edges: Vec<f64>,
        sizes: Vec<CellSize>,
    },
    /// Nothing of a claim, or nothing to find out beforehand.
    Plain,
}

/// The pictures of the run: simulates what their points need and the store lacks, if allowed to.
pub fn pictures<'a>(
    figures: &'a [Figure],
    prepared: &'a [Prepared<'a>],
    plan: &Plan,
    run: &RunRecord,
    store: &mut Store,
    may_simulate: bool,
) -> Result<Vec<PictureRecord>, RunError> {
    let sketches = sketches(figures, prepared, plan)?;
    if may_simulate {
        simulate("atlas", sketches.iter().flat_map(Sketch::sizes), store)?;
    }
    sketches.iter().map(|sketch| picture(sketch, run, store)).collect()
}

/// What the figures' points rest on.
pub fn sizes(figures: &[Figure], prepared: &[Prepared], plan: &Plan) -> Result<Vec<CellSize>, RunError> {
    Ok(sketches(figures, prepared, plan)?.iter().flat_map(Sketch::sizes).cloned().collect())
}

fn sketches<'a>(figures: &'a [Figure], prepared: &'a [Prepared<'a>], plan: &Plan) -> Result<Vec<Sketch<'a>>, RunError> {
    let found: Result<Vec<Option<Sketch>>, RunError> =
        figures.iter().map(|figure| sketch(figure, prepared, plan)).collect();
    Ok(found?.into_iter().flatten().collect())
}

fn input(figure: &Figure, message: impl std::fmt::Display) -> RunError {
    RunError::Input(format!("{}, figure `{}`: {message}", figure.place, figure.id))
}

impl Sketch<'_> {
    fn sizes(&self) -> impl Iterator<Item = &CellSize> {
        self.groups.iter().flatten().flat_map(|track| match track {
            Track::Path { sized, .. } => sized.iter().map(|one| &one.size).collect::<Vec<_>>(),
            Track::Histogram { sizes, .. } => sizes.iter().collect(),
            Track::Plain => Vec::new(),
        })
    }
}

/// The figure with its claims, or None if one of them is not in the run.
fn sketch<'a>(figure: &'a Figure, prepared: &'a [Prepared<'a>], plan: &Plan) -> Result<Option<Sketch<'a>>, RunError> {
    let find = |id: &str| prepared.iter().find(|one| one.claim.id == id);
    if figure.claims().iter().any(|id| find(id).is_none()) {
        return Ok(None);
    }
    let mut groups = Vec::new();
    for group in &figure.groups {
        let mut tracks = Vec::new();
        for series in &group.series {
            tracks.push(match (&series.source, &group.across) {
                (Source::Claim { pattern, settings }, Some(across)) => {
                    let claims: Vec<&Prepared> = ids_of(pattern).iter().filter_map(|id| find(id)).collect();
                    let settings = settings_of(figure, claims[0].claim, settings)?;
                    if claims.iter().any(|one| one.claim.parameter(&across.parameter).is_none()) {
                        let message = format!("`{}` has no parameter `{}`", claims[0].claim.id, across.parameter);
                        return Err(input(figure, message));
                    }
                    let sized = path::sized(group, across, &claims, &settings, plan)?;
                    Track::Path { claims, settings, sized }
                }
                (Source::Histogram { claim, settings, dim, trials, bins }, Some(across)) => {
                    let Some(found) = find(claim) else { return Ok(None) };
                    let settings = settings_of(figure, found.claim, settings)?;
                    let step = (across.high - across.low) / *bins as f64;
                    let edges: Vec<f64> = (0..=*bins).map(|k| across.low + k as f64 * step).collect();
                    let size = |edge: &f64| {
                        let mut settings = settings.clone();
                        settings.set(&across.parameter, Value::Number(*edge));
                        found.size(&settings, found.claim.sizes.at(*dim, &settings), *trials)
                    };
                    let sizes: Result<Vec<CellSize>, RunError> = edges.iter().map(size).collect();
                    Track::Histogram { claim: found.claim, edges, sizes: sizes? }
                }
                _ => Track::Plain,
            });
        }
        groups.push(tracks);
    }
    Ok(Some(Sketch { figure, groups }))
}

/// The claim's defaults with the figure's settings in their place.
fn settings_of(figure: &Figure, claim: &Claim, given: &[(String, String)]) -> Result<Settings, RunError> {
    let no_files = |_: &str| Err("figures of the atlas read no files".to_string());
    Catalogue::default().settings(claim, given, &no_files).map_err(|why| input(figure, why))
}

fn picture(sketch: &Sketch, run: &RunRecord, store: &Store) -> Result<PictureRecord, RunError> {
    let figure = sketch.figure;
    let mut panels = Vec::new();
    for (group, tracks) in figure.groups.iter().zip(&sketch.groups) {
        // Along the path once, for all panels of the group.
        let curves: Vec<Vec<Curve>> = tracks
            .iter()
            .map(|track| match (track, &group.across) {
                (Track::Path { claims, settings, .. }, Some(across)) => path::curves(claims, settings, across),
                _ => Vec::new(),
            })
            .collect();
        for panel in &group.panels {
            let mut series = Vec::new();
            for (index, (one, track)) in group.series.iter().zip(tracks).enumerate() {
                let drawn = drawn(figure, group, panel, (one, track, &curves[index]), run, store)?;
                for mut record in drawn {
                    (record.colour, record.shade) = colour(group, index);
                    series.push(record);
                }
            }
            let [horizontal, vertical] = axes(panel, group.across.as_ref());
            panels.push(PanelRecord { heading: panel.heading.clone(), horizontal, vertical, series });
        }
    }
    let claims = figure.claims();
    let columns = match &figure.groups[..] {
        [only] => only.panels.len().min(3),
        [first, ..] => first.panels.len(),
        [] => 1,
    };
    let columns = if columns == 1 { figure.groups.len().min(3) } else { columns };
    let command = format!(
        "limitcheck report {} --budget {} --seed {} --out {}",
        claims.join(" "),
        run.budget,
        run.seed,
        figure.id
    );
    Ok(PictureRecord {
        id: figure.id.clone(),
        title: figure.title.clone(),
        caption: figure.caption.clone(),
        front: figure.front,
        columns,
        panels,
        claims,
        command,
    })
}

/// What a panel shows of a series: one record, or more where a fit stands beside its points.
fn drawn(
    figure: &Figure,
    group: &Group,
    panel: &Panel,
    (series, track, curves): (&Series, &Track, &[Curve]),
    run: &RunRecord,
    store: &Store,
) -> Result<Vec<SeriesRecord>, RunError> {
    let record = |stroke: &str, line: Vec<(f64, f64)>, points: Vec<PointRecord>| {
        let (label, colour) = (series.label.clone(), String::new());
        vec![SeriesRecord { label, colour, shade: 1.0, stroke: stroke.to_string(), line, points, arrows: false }]
    };
    Ok(match (track, &series.source) {
        (Track::Path { claims, settings, sized }, _) => {
            let across = group.across.as_ref().map_or("rho", |across| across.parameter.as_str());
            let which = |kind: PanelKind| usize::from(kind == PanelKind::Robustness && claims.len() > 1);
            let of = |claim| path::Simulated { claim, settings, across, sized };
            let plane = panel.kind == PanelKind::Plane && claims.len() > 1;
            let (line, points) = match panel.kind {
                _ if plane => {
                    let line = curves[0].iter().zip(&curves[1]).map(|(eps, r)| (eps.1, r.1)).collect();
                    (line, path::plane_points([0, 1].map(|k| of(claims[k].claim)), store, run))
                }
                kind => (curves[which(kind)].clone(), of(claims[which(kind)].claim).points(store, run)),
            };
            let mut drawn = record(series.stroke.name(), path::trimmed(line), points);
            drawn[0].arrows = plane && across == "time";
            drawn
        }
        (Track::Histogram { claim, edges, sizes }, _) => {
            record("bars", Vec::new(), path::bars(claim, edges, sizes, store))
        }
        (_, Source::Reference { formula, low, high }) => {
            let line = path::reference(formula, *low, *high).map_err(|message| input(figure, message))?;
            // Those of a panel are told apart by their strokes: they share their colour.
            let before =
                group.series.iter().take_while(|other| !std::ptr::eq(*other, series)).filter(|s| is_reference(s));
            let strokes = ["reference", Stroke::Dashed.name(), Stroke::Dotted.name()];
            record(strokes[before.count() % strokes.len()], line, Vec::new())
        }
        (_, Source::Atom { mass, at }) => record("atom", vec![(*at, *mass)], Vec::new()),
        (_, Source::Note { at }) => record("note", vec![*at], Vec::new()),
        (_, Source::Hermite { activation }) => {
            let line = path::hermite(activation).map_err(|message| input(figure, message))?;
            record("marks", line, Vec::new())
        }
        (_, Source::Cell { claim, settings }) => {
            let cell = measured::find(run, claim, settings).ok_or_else(|| {
                input(figure, format!("no cell of `{claim}` has these settings and its own defaults for the others"))
            })?;
            measured::gap(cell, &series.label)
        }
        _ => Vec::new(),
    })
}

fn is_reference(series: &Series) -> bool {
    matches!(series.source, Source::Reference { .. } | Source::Note { .. })
}

/// Name of the regime whose colour a series has, and its place from light to dark among the series of that regime.
fn colour(group: &Group, index: usize) -> (String, f64) {
    let regime = |series: &Series| match &series.source {
        Source::Claim { pattern, .. } => pattern.split(['-', '*']).next().unwrap_or_default().to_string(),
        Source::Histogram { claim, .. } | Source::Cell { claim, .. } => {
            claim.split('-').next().unwrap_or_default().into()
        }
        Source::Hermite { .. } => "kernel".into(),
        Source::Atom { .. } => "mp".into(),
        Source::Reference { .. } | Source::Note { .. } => "reference".into(),
    };
    let own = regime(&group.series[index]);
    let same = |series: &&Series| regime(series) == own;
    let (all, before) = (group.series.iter().filter(same).count(), group.series[..index].iter().filter(same).count());
    (own, if all > 1 { before as f64 / (all - 1) as f64 } else { 0.5 })
}

/// What the axes say.
fn axes(panel: &Panel, across: Option<&Across>) -> [AxisRecord; 2] {
    const ERROR: &str = "test error \u{3b5} = E(f \u{2212} f*)\u{b2} / E f*\u{b2}";
    const ENERGY: &str = "sensitivity R = E|\u{2207}f|\u{b2} / E|\u{2207}f*|\u{b2}";
    let along = match across.map(|across| across.parameter.as_str()) {
        Some("rho") => "m/d (width / dimension)",
        Some("time") => "training time t",
        Some("theta") => "angle between the inputs",
        Some(other) => other,
        None => "",
    };
    let (x, y) = match panel.kind {
        PanelKind::TestError => (along, ERROR),
        PanelKind::Robustness => (along, ENERGY),
        PanelKind::Plane => (ERROR, ENERGY),
        PanelKind::Value => (along, ""),
        PanelKind::Gap => ("d (dimension)", "|mean of simulations \u{2212} limit|"),
    };
    let angle = across.is_some_and(|across| across.parameter == "theta") && panel.kind != PanelKind::Plane;
    let quarters = ["0", "\u{3c0}/4", "\u{3c0}/2", "3\u{3c0}/4", "\u{3c0}"].into_iter().enumerate();
    let angles = quarters.map(|(k, text)| (k as f64 * std::f64::consts::FRAC_PI_4, text.to_string()));
    let path_logarithmic = across.is_some_and(|across| across.logarithmic) && panel.kind != PanelKind::Plane;
    let [log_x, log_y] = panel.logarithmic;
    [
        AxisRecord {
            label: panel.horizontal.clone().unwrap_or_else(|| x.into()),
            logarithmic: log_x || path_logarithmic,
            zero: panel.kind == PanelKind::Plane,
            ticks: if angle { angles.collect() } else { Vec::new() },
        },
        AxisRecord {
            label: panel.vertical.clone().unwrap_or_else(|| y.into()),
            logarithmic: log_y,
            zero: !log_y,
            ticks: Vec::new(),
        },
    ]
}
