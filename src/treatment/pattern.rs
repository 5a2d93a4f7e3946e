//! From a session to its punctures.
use super::device::{Application, Cut, Device};
use super::session::Session;
use crate::grid::Grid;
use crate::random::{Purpose, Stream, stream};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_PI_4, TAU};

/// One puncture, as it is at the depth of the slab.
///
/// ```
/// use dermaweave::treatment::punctures;
/// use dermaweave::{Device, Grid, Length, Session, Time};
/// let side = Length::micrometers(800.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let session = Session::new(Device::single_channel(Length::micrometers(250.0)), Time::days(0.0));
/// let punctures = punctures(&session, 0, &grid, 1);
/// assert_eq!((punctures.len(), punctures[0].x, punctures[0].y, punctures[0].diameter), (1, 400.0, 400.0, 250.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Puncture {
    /// Center along x in µm.
    pub x: f64,
    /// Center along y in µm.
    pub y: f64,
    /// Depth of the tip below the surface in µm.
    pub depth: f64,
    /// Diameter at the depth of the slab in µm; zero if the tip did not reach it.
    pub diameter: f64,
    /// Diameter at the surface of the skin in µm.
    pub surface_diameter: f64,
    /// What the needle does to the tissue inside.
    pub cut: Cut,
}

/// All punctures of a session on a field, in the order in which they are made. Punctures too shallow for the
/// slab are listed with diameter zero.
///
/// Where needles strike depends on the seed, the [day](Session::day) of the session and its place `order` among the
/// sessions of that day: 0 for the first. It does not depend on what other days hold, so that a session strikes
/// the same places in whatever protocol it stands.
pub fn punctures(session: &Session, order: usize, grid: &Grid, seed: u64) -> Vec<Puncture> {
    let device = &session.device;
    let mut punctures = Vec::new();
    for pass in 0..session.passes {
        // The day stands for the tick. A session has far fewer passes than 2³².
        let entity = (order as u64) << 32 | u64::from(pass);
        let mut draws = stream(seed, session.day(), Purpose::Needling, entity);
        let mut positions = Vec::new();
        match &device.application {
            Application::Punch => positions.push(session.region.center(grid)),
            Application::Roller { rows, .. } => {
                let (pitch, width) = device.roller_pitch();
                // Horizontal, diagonal, vertical and the other diagonal, in turn.
                let direction = FRAC_PI_4 * f64::from(pass % 4);
                let lattice = Lattice { pitch: (pitch, width / f64::from(*rows)), direction, margin: 0.0 };
                lattice.points(grid, &mut draws, &mut positions);
            }
            Application::Stamp { .. } => presses(device, grid, &mut draws, &mut positions),
            Application::Pen { .. } => strikes(device, grid, &mut draws, &mut positions),
        }
        let inside = |&(x, y): &(f64, f64)| session.region.contains(x, y, grid);
        let positions = positions.into_iter().filter(inside);
        punctures.extend(positions.map(|position| puncture(position, device, grid, &mut draws)));
    }
    punctures
}

/// Depth with its scatter, and the width of the needle where it crosses the slab.
fn puncture((x, y): (f64, f64), device: &Device, grid: &Grid, draws: &mut Stream) -> Puncture {
    let scatter: f64 = StandardNormal.sample(draws);
    let depth = (device.mean_depth() * (1.0 + device.depth_scatter * scatter)).max(0.0);
    let diameter = device.needle.diameter_above_tip(depth - grid.slab().depth.in_micrometers());
    let surface_diameter = device.needle.diameter_above_tip(depth);
    Puncture { x, y, depth, diameter, surface_diameter, cut: device.cut }
}

/// A rectangular lattice of points.
struct Lattice {
    /// Distances along both of its axes in µm.
    pitch: (f64, f64),
    /// By how much it is turned, in radians.
    direction: f64,
    /// How far outside the field points count, in µm.
    margin: f64,
}

impl Lattice {
    /// Its points in the field and the margin around it, shifted at random.
    fn points(self, grid: &Grid, draws: &mut Stream, positions: &mut Vec<(f64, f64)>) {
        let Self { pitch, direction, margin } = self;
        let (sine, cosine) = direction.sin_cos();
        let offset = (draws.random::<f64>() * pitch.0, draws.random::<f64>() * pitch.1);
        let (width, height) = (grid.width(), grid.height());
        let reach = 0.5 * width.hypot(height) + 2.0 * margin;
        let steps = |pitch: f64| (reach / pitch).ceil() as i64 + 1;
        for (i, j) in
            (-steps(pitch.0)..=steps(pitch.0)).flat_map(|i| (-steps(pitch.1)..=steps(pitch.1)).map(move |j| (i, j)))
        {
            let (along, across) = (i as f64 * pitch.0 + offset.0, j as f64 * pitch.1 + offset.1);
            let (x, y) = (0.5 * width + along * cosine - across * sine, 0.5 * height + along * sine + across * cosine);
            if (-margin..width + margin).contains(&x) && (-margin..height + margin).contains(&y) {
                positions.push((x, y));
            }
        }
    }
}

/// Presses of a stamp that cover the field once: plates side by side in a random direction, each set down anew. The
/// rim of a plate is seen and not the punctures of the last one, so that the gap to the next plate is a pitch on average
/// and anything between none and two (estimated).
fn presses(device: &Device, grid: &Grid, draws: &mut Stream, positions: &mut Vec<(f64, f64)>) {
    let Application::Stamp { rows, columns, pitch } = &device.application else { return };
    let pitch = pitch.in_micrometers();
    let direction = TAU * draws.random::<f64>();
    let plate = (f64::from(*columns) * pitch, f64::from(*rows) * pitch);
    let mut plates = Vec::new();
    Lattice { pitch: plate, direction, margin: plate.0.hypot(plate.1) }.points(grid, draws, &mut plates);
    let (sine, cosine) = direction.sin_cos();
    let reach = 0.5 * grid.width().hypot(grid.height()) + pitch;
    for (x, y) in plates {
        let mut set_down = || (draws.random::<f64>() - 0.5) * pitch;
        let first = (0.5 * (pitch - plate.0) + set_down(), 0.5 * (pitch - plate.1) + set_down());
        // Only needles that may reach the field, whose middle lies there as the plate is turned.
        let (right, up) = (0.5 * grid.width() - x, 0.5 * grid.height() - y);
        let middle = (right * cosine + up * sine, up * cosine - right * sine);
        let near = |first: f64, middle: f64, count: u32| {
            let index = |position: f64| ((position - first) / pitch).clamp(0.0, f64::from(count)) as u32;
            index(middle - reach)..index(middle + reach)
        };
        let columns = near(first.0, middle.0, *columns);
        for (row, column) in
            near(first.1, middle.1, *rows).flat_map(|row| columns.clone().map(move |column| (row, column)))
        {
            let (along, across) = (first.0 + f64::from(column) * pitch, first.1 + f64::from(row) * pitch);
            let (x, y) = (x + along * cosine - across * sine, y + along * sine + across * cosine);
            if (0.0..grid.width()).contains(&x) && (0.0..grid.height()).contains(&y) {
                positions.push((x, y));
            }
        }
    }
}

/// Strikes of a pen at random places and angles: as many as its speed and the area give, with the
/// fractional one drawn.
fn strikes(device: &Device, grid: &Grid, draws: &mut Stream, positions: &mut Vec<(f64, f64)>) {
    let Application::Pen { needles, head_diameter, strikes_per_second, seconds_per_cm2 } = &device.application else {
        return;
    };
    let radius = 0.5 * head_diameter.in_micrometers();
    // Heads centered outside the field reach into it too.
    let (width, height) = (grid.width() + 2.0 * radius, grid.height() + 2.0 * radius);
    let count = (width * height * 1e-8 * strikes_per_second * seconds_per_cm2 + draws.random::<f64>()).floor() as u64;
    for _ in 0..count {
        let (x, y) = (draws.random::<f64>() * width - radius, draws.random::<f64>() * height - radius);
        let turn = TAU * draws.random::<f64>();
        for needle in 0..*needles {
            let angle = turn + TAU * f64::from(needle) / f64::from((needles - 1).max(1));
            let distance = if needle == 0 { 0.0 } else { radius };
            let position = (x + distance * angle.cos(), y + distance * angle.sin());
            if (0.0..grid.width()).contains(&position.0) && (0.0..grid.height()).contains(&position.1) {
                positions.push(position);
            }
        }
    }
}
