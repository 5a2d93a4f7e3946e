//! What a course should make one think twice about.
use super::{Report, Row};
use crate::measure::share_beyond;
use crate::tissue::Tissue;
use crate::treatment::{DenseDay, MOST_OPENED};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A sign of too much treatment, or of a figure that says less than it seems to.
///
/// ```
/// use dermaweave::report::Caution;
/// let caution = Caution::SurfaceOpened { session: 2, share: 0.4 };
/// assert!(caution.to_string().starts_with("session 2 opened 40 % of the surface"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Caution {
    /// A session opened much of the surface at once.
    SurfaceOpened {
        /// Number of the session, counted from 1.
        session: usize,
        /// Share of the treated field that is open.
        #[serde(with = "crate::reading::number")]
        share: f64,
    },
    /// Several sessions of one day opened much of the surface together.
    DenseDay(DenseDay),
    /// Needles go through the skin.
    BelowDermis {
        /// Number of the session, counted from 1.
        session: usize,
        /// Mean depth of the tips in µm.
        #[serde(with = "crate::reading::number")]
        depth_um: f64,
        /// Thickness of epidermis and dermis in µm.
        #[serde(with = "crate::reading::number")]
        skin_um: f64,
    },
    /// A session fell into the inflammation of the one before.
    StillInflamed {
        /// Number of the session, counted from 1.
        session: usize,
        /// Its day.
        #[serde(with = "crate::reading::number")]
        day: f64,
        /// Mean level of inflammation before it.
        #[serde(with = "crate::reading::number")]
        inflammation: f64,
    },
    /// Most of the skin around the lesion lies so near to it that its relief, and the deepest part of it above all, is that
    /// of the lesion's edge: within two standard deviations of the smoothing
    /// ([`SurfaceParameters::smoothing`](crate::parameters::SurfaceParameters)), beyond which 2 % of a step are left. The
    /// edge of a closed field mirrors the lesion, so that a wider field tells more. It is recorded when a course is built, with
    /// or without treatment.
    LittleSurround {
        /// Share of what lies beside the lesion that is farther away than this distance.
        share: f64,
        /// The distance in µm.
        distance_um: f64,
    },
    /// Fibers have become more parallel than they were: scar.
    MoreParallel {
        /// Name of the region.
        region: String,
        /// Resultant length R at the start.
        #[serde(with = "crate::reading::number")]
        from: f64,
        /// R at the end.
        #[serde(with = "crate::reading::number")]
        to: f64,
    },
    /// The healthy weave is lost.
    WeaveLost {
        /// Name of the region.
        region: String,
        /// Weave fidelity at the start.
        #[serde(with = "crate::reading::number")]
        from: f64,
        /// Fidelity at the end.
        #[serde(with = "crate::reading::number")]
        to: f64,
    },
    /// There is less elastin than before: skin springs back less.
    LessElastin {
        /// Name of the region.
        region: String,
        /// Elastin at the start.
        #[serde(with = "crate::reading::number")]
        from: f64,
        /// Elastin at the end.
        #[serde(with = "crate::reading::number")]
        to: f64,
    },
    /// There is less collagen than before.
    Thinner {
        /// Name of the region.
        region: String,
        /// Amount at the start.
        #[serde(with = "crate::reading::number")]
        from: f64,
        /// Amount at the end.
        #[serde(with = "crate::reading::number")]
        to: f64,
    },
}

/// Mean inflammation from which the session before is not over.
const INFLAMED: f64 = 0.01;
/// Standard deviations of the smoothing beyond which the surface shows nothing of a step: 1 − Φ(2) = 2.3 % of it.
const SMOOTHED: f64 = 2.0;
/// Part of the surround that must lie beyond, so that its figures are of the skin beside the lesion.
const LEAST_SURROUND: f64 = 0.5;
/// Rise of R, between the noise of windows worked by few cells and the 0.6 between weave and scar.
const PARALLEL_RISE: f64 = 0.1;
/// Part of the fidelity whose loss counts, and from which there is one to lose.
const WEAVE_KEPT: f64 = 0.7;
const HAD_WEAVE: f64 = 0.5;
/// Part of the collagen that remains at least.
const DENSITY_KEPT: f64 = 0.95;
/// Part of the elastin that remains at least: a usual course takes a tenth to a fifth.
const ELASTIN_KEPT: f64 = 0.7;

impl Caution {
    /// What a session that opened a share of the surface and reached a mean depth calls for.
    pub(crate) fn of_session(session: usize, share: f64, depth_um: f64, skin_um: f64) -> Vec<Self> {
        let opened = (share > MOST_OPENED).then_some(Self::SurfaceOpened { session, share });
        let deep = (depth_um > skin_um).then_some(Self::BelowDermis { session, depth_um, skin_um });
        opened.into_iter().chain(deep).collect()
    }

    /// Whether a lesion leaves too little skin beside it, given the smoothing of the surface in µm.
    pub(crate) fn of_surround(tissue: &Tissue, smoothing: f64) -> Option<Self> {
        let distance_um = SMOOTHED * smoothing;
        if !tissue.lesion().contains(&true) {
            return None;
        }
        let share = share_beyond(tissue.grid(), tissue.lesion(), distance_um);
        (share < LEAST_SURROUND).then_some(Self::LittleSurround { share, distance_um })
    }

    /// Whether a session fell into inflammation.
    pub(crate) fn of_inflammation(session: usize, day: f64, inflammation: f64) -> Option<Self> {
        (inflammation > INFLAMED).then_some(Self::StillInflamed { session, day, inflammation })
    }

    /// What has become of a region.
    fn of_region(first: &Row, last: &Row) -> Vec<Self> {
        let (before, after, region) = (&first.organization, &last.organization, &last.region);
        let mut cautions = Vec::new();
        if after.resultant_length > before.resultant_length + PARALLEL_RISE {
            let (from, to) = (before.resultant_length, after.resultant_length);
            cautions.push(Self::MoreParallel { region: region.clone(), from, to });
        }
        if before.weave_fidelity > HAD_WEAVE && after.weave_fidelity < WEAVE_KEPT * before.weave_fidelity {
            let (from, to) = (before.weave_fidelity, after.weave_fidelity);
            cautions.push(Self::WeaveLost { region: region.clone(), from, to });
        }
        // What age takes from untouched skin is no fault of the treatment.
        let (elastin, density) = (
            first.elastin * last.untouched_elastin / first.untouched_elastin,
            before.density * last.untouched_collagen / first.untouched_collagen,
        );
        if last.elastin < ELASTIN_KEPT * elastin {
            cautions.push(Self::LessElastin { region: region.clone(), from: first.elastin, to: last.elastin });
        }
        if after.density < DENSITY_KEPT * density {
            cautions.push(Self::Thinner { region: region.clone(), from: before.density, to: after.density });
        }
        cautions
    }
}

impl Report {
    /// What calls for caution so far: a field too narrow for its lesion; and signs of too much treatment, none without
    /// treatment: of the first session that shows each, when it was given, and of every region as it is now against the
    /// start.
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// let side = Length::millimeters(1.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let protocol = Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(2000.0)?.follow_up(Time::days(1.0));
    /// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
    /// assert!(simulation.report().cautions().is_empty());
    /// simulation.run()?;
    /// assert!(!simulation.report().cautions().is_empty());
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn cautions(&self) -> Vec<Caution> {
        let mut cautions = self.cautions_so_far().to_vec();
        if self.is_treated() {
            let mut regions: Vec<&str> = Vec::new();
            for row in self.rows() {
                if !regions.contains(&row.region.as_str()) {
                    regions.push(&row.region);
                }
            }
            // Where lesion and surround are watched, both together say nothing new.
            if regions.contains(&"lesion") {
                regions.retain(|region| *region != "all");
            }
            for region in regions {
                if let (Some(first), Some(last)) = (self.first(region), self.region(region).last()) {
                    cautions.extend(Caution::of_region(first, last));
                }
            }
        }
        cautions
    }
}

impl fmt::Display for Caution {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::SurfaceOpened { session, share } => {
                let (percent, usual) = (100.0 * share, "usual sessions open 7 to 12 %");
                write!(f, "session {session} opened {percent:.0} % of the surface at once; {usual}")
            }
            Self::DenseDay(day) => day.fmt(f),
            Self::BelowDermis { session, depth_um, skin_um } => {
                write!(f, "needles of session {session} reach {depth_um:.0} µm deep, through skin of {skin_um:.0} µm")
            }
            Self::StillInflamed { session, day, inflammation } => {
                write!(
                    f,
                    "session {session} on day {day} fell into the inflammation of the one before (level {inflammation:.2}); wait longer"
                )
            }
            Self::LittleSurround { share, distance_um } => {
                write!(
                    f,
                    "{:.0} % of the skin around the lesion lies farther from it than {distance_um:.0} µm, over which the \
                     surface is smoothed; `surround` tells of the lesion's edge: take a wider field",
                    100.0 * share
                )
            }
            Self::MoreParallel { region, from, to } => {
                let change = format_args!("R {from:.2} to {to:.2}");
                write!(f, "{region}: fibers have become more parallel, {change}; this is how scars are built")
            }
            Self::WeaveLost { region, from, to } => {
                write!(f, "{region}: the healthy weave is lost, fidelity {from:.2} to {to:.2}")
            }
            Self::LessElastin { region, from, to } => {
                write!(f, "{region}: there is less elastin than before, {from:.2} to {to:.2}; it is hardly replaced")
            }
            Self::Thinner { region, from, to } => {
                write!(f, "{region}: there is less collagen than before, {from:.2} to {to:.2}")
            }
        }
    }
}
