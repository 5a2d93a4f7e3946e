//! The mechanics of a tissue: what is known of each window of about 100 µm.
use super::{Load, Strain, is_relaxed};
use crate::cells::fibroblast::Fibroblast;
use crate::engine;
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::matrix::Matrix;
use crate::parameters::MechanicsParameters;
use crate::reading::checked_on_reading;
use crate::signals;
use crate::tension::LangerLines;
use crate::tissue::Skin;
use serde::{Deserialize, Serialize};

/// Target side of a window in µm.
const WINDOW: f64 = 100.0;
/// Slow activity below which there is none.
const LEAST_SLOW: f64 = 3e-3;
/// Largest strain, filling and activity of a file.
const LARGEST: f64 = 1e9;

/// Strain, filling and activity of the windows of a tissue, each a field on sites of about 100 µm; between their centers
/// values are interpolated. Strain and filling are found anew when a day begins.
///
/// ```
/// use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::millimeters(1.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let mechanics = tissue.mechanics();
/// assert_eq!(mechanics.mean_strain().grid().spacing(), 100.0);
/// assert_eq!(mechanics.slow_activity().maximum(), 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MechanicsFields")]
pub struct Mechanics {
    mean: Field,
    cosine: Field,
    sine: Field,
    filling: Field,
    activity: Field,
    slow: Field,
}

checked_on_reading! {
    Mechanics by check_read, read as "Mechanics" in MechanicsFields {
        mean: Field,
        cosine: Field,
        sine: Field,
        filling: Field,
        activity: Field,
        slow: Field,
    }
}

/// What a day has left to be done slowly.
#[derive(Clone, Debug)]
pub(crate) struct Daily {
    /// Activity × h that turns the matrix over: that of cells and the slow one.
    pub(crate) turned: Field,
    /// Slow activity × h that lays collagen.
    pub(crate) laid: Field,
}

impl Mechanics {
    /// Of skin at rest on a grid.
    pub(crate) fn at_rest(grid: &Grid) -> Self {
        let windows = grid.coarsened(signals::coarsening(grid, WINDOW));
        let all = |value: f64| Field::uniform(windows, value);
        Self { mean: all(1.0), cosine: all(0.0), sine: all(0.0), filling: all(1.0), activity: all(0.0), slow: all(0.0) }
    }

    /// Mean strain e_m of the fiber network, 1 = healthy.
    pub const fn mean_strain(&self) -> &Field {
        &self.mean
    }

    /// The deviator e_d of the strain as the fields of e_d cos 2ψ and e_d sin 2ψ with its axis ψ.
    pub const fn strain_deviator(&self) -> (&Field, &Field) {
        (&self.cosine, &self.sine)
    }

    /// The strain at a point in µm.
    #[inline(always)]
    pub fn strain_at(&self, x: f64, y: f64) -> Strain {
        let corners = self.mean.corners(x, y);
        let at = |field: &Field| field.sample_at(&corners).0;
        Strain { mean: at(&self.mean), cosine: at(&self.cosine), sine: at(&self.sine) }
    }

    /// Mean filling c̄ of the windows ([`Site::filling`](crate::matrix::Site::filling)), which the thickness follows.
    pub const fn filling(&self) -> &Field {
        &self.filling
    }

    /// Slow activity S: activation of the fibroblasts, per area and relative to resting density, low-passed over months.
    pub const fn slow_activity(&self) -> &Field {
        &self.slow
    }

    /// Whether nothing goes on slowly: no activity is remembered, and all is filled.
    pub(crate) fn is_settled(&self) -> bool {
        self.slow.maximum() <= 0.0
            && self.activity.maximum() <= 0.0
            && self.filling.values().iter().all(|filling| is_relaxed(*filling))
    }

    /// Finds strain and filling of all windows as the matrix is.
    pub(crate) fn update(
        &mut self,
        matrix: &Matrix,
        skin: &Skin,
        tension: &LangerLines,
        parameters: &MechanicsParameters,
    ) {
        let windows = *self.mean.grid();
        let load = Load::new(&skin.weave(0.0), parameters);
        let even = match tension {
            LangerLines::Even(tension) => Some(load.under(*tension)),
            LangerLines::Varying { .. } => None,
        };
        for (window, means) in engine::window_means(matrix, &windows).into_iter().enumerate() {
            let (x, y) = windows.center_of(window);
            let load = even.unwrap_or_else(|| load.under(tension.at(x, y)));
            let bearing = means.new * parameters.young_stiffness + means.mature;
            let strain = load.strain(&bearing, means.thickness, parameters);
            self.mean.values_mut()[window] = strain.mean;
            self.cosine.values_mut()[window] = strain.cosine;
            self.sine.values_mut()[window] = strain.sine;
            self.filling.values_mut()[window] = means.filling;
        }
    }

    /// Adds the activation of the cells that act in a step of so many hours, relative to the number of resting cells per µm².
    /// What is left of the activation of cells at rest counts for nothing, as in all that they do: it never ends.
    pub(crate) fn expose<'a>(
        &mut self,
        acting: impl Iterator<Item = &'a Fibroblast>,
        resting_per_um2: f64,
        hours: f64,
    ) {
        let per_cell = hours / resting_per_um2;
        self.activity.release_in_order(acting.map(|cell| ((cell.x, cell.y), cell.activation * per_cell)));
    }

    /// Ends days of so many hours: dS/dt = (a − S)/τ_S with their mean activity a. Gives what they have left to be done
    /// slowly, if there is something.
    pub(crate) fn end_day(&mut self, parameters: &MechanicsParameters, hours: f64) -> Option<Daily> {
        if self.activity.maximum() <= 0.0 && self.slow.maximum() <= 0.0 {
            return None;
        }
        let mut daily = Daily { turned: self.activity.clone(), laid: self.slow.clone() };
        let left = (-hours / parameters.slow_time).exp();
        let of_windows = self.activity.values_mut().iter_mut().zip(self.slow.values_mut());
        let of_day = daily.turned.values_mut().iter_mut().zip(daily.laid.values_mut());
        for ((activity, slow), (turned, laid)) in of_windows.zip(of_day) {
            *laid = parameters.slow_share * *slow * hours;
            *turned = *activity + *laid;
            let mean = *activity / hours;
            *slow = mean + (*slow - mean) * left;
            if mean <= 0.0 && *slow < LEAST_SLOW {
                *slow = 0.0;
            }
            *activity = 0.0;
        }
        Some(daily)
    }

    /// One grid for all, and numbers that can be.
    pub(crate) fn check_read(&self) -> Result<()> {
        let grid = self.mean.grid();
        let fields = [
            ("mean strain", &self.mean, -LARGEST),
            ("strain deviator", &self.cosine, -LARGEST),
            ("strain deviator", &self.sine, -LARGEST),
            ("filling of the windows", &self.filling, 0.0),
            ("activity of the windows", &self.activity, 0.0),
            ("slow activity of the windows", &self.slow, 0.0),
        ];
        fields.into_iter().try_for_each(|(quantity, field, least)| {
            grid.check_same(field.grid(), quantity)?;
            field.check_values(quantity, "(1 = healthy)", least..=LARGEST)
        })
    }
}
