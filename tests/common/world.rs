//! A piece of skin in which everything differs from place to place, and changes of its picture.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::cells::fibroblast::{self, Draw, Fibroblast, Surroundings, Turns};
use dermaweave::matrix::Site;
use dermaweave::mechanics::{Mechanics, Movement};
use dermaweave::parameters::Parameters;
use dermaweave::random::{Purpose, StepKey, Stream, stream};
use dermaweave::remodeling::{self, Conditions, UnderLoad, Upkeep};
use dermaweave::signals::Sources;
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{Boundary, ExactDiffusion, FiberMoments, Field, Grid, Length, Matrix, Signal, Signals, Skin, Tissue};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

pub const SIDE: f64 = 400.0;
pub const STEPS: u64 = 6;
pub const TICKS: u64 = 2;
pub const BOUNDARIES: [Boundary; 2] = [Boundary::Closed, Boundary::Periodic];

/// Positions up to 400 µm are known to 6e-14; some hundred operations per step and six steps leave
/// less than 1e-10. Angles, levels and moments of order 1 to 10 are known better.
pub const ROUND_OFF: f64 = 1e-10;

/// How the picture is changed.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// By 90° counterclockwise: (x, y) → (side − y, x).
    Turned,
    /// In a mirror along x: (x, y) → (x, side − y).
    Mirrored,
}

impl Change {
    pub const ALL: [Self; 2] = [Self::Turned, Self::Mirrored];

    pub fn point(self, (x, y): (f64, f64)) -> (f64, f64) {
        match self {
            Self::Turned => (SIDE - y, x),
            Self::Mirrored => (x, SIDE - y),
        }
    }

    /// Where what is now at a point was before.
    pub fn origin(self, (x, y): (f64, f64)) -> (f64, f64) {
        match self {
            Self::Turned => (y, SIDE - x),
            Self::Mirrored => (x, SIDE - y),
        }
    }

    pub fn angle(self, angle: f64) -> f64 {
        match self {
            Self::Turned => angle + FRAC_PI_2,
            Self::Mirrored => -angle,
        }
    }

    pub fn moments(self, moments: FiberMoments) -> FiberMoments {
        match self {
            Self::Turned => moments.rotated(FRAC_PI_2),
            Self::Mirrored => moments.mirrored(),
        }
    }

    /// A turn to the left is a turn to the right in the mirror.
    pub fn draw(self, draw: Draw) -> Draw {
        match self {
            Self::Turned => draw,
            Self::Mirrored => Draw { normal: -draw.normal, ..draw },
        }
    }

    pub fn cell(self, cell: Fibroblast) -> Fibroblast {
        let (x, y) = self.point((cell.x, cell.y));
        Fibroblast { x, y, heading: self.angle(cell.heading), ..cell }
    }

    pub fn field(self, field: &Field) -> Field {
        Field::from_fn(*field.grid(), |x, y| {
            let (x, y) = self.origin((x, y));
            field.values()[field.grid().site_at(x, y)]
        })
    }

    pub fn signals(self, signals: &Signals) -> Signals {
        let mut changed = signals.clone();
        for signal in Signal::ALL {
            changed[signal] = self.field(&signals[signal]);
        }
        changed
    }

    pub fn matrix(self, matrix: &Matrix) -> Matrix {
        let mut changed = matrix.clone();
        for (index, site) in changed.sites_mut().iter_mut().enumerate() {
            let (x, y) = self.origin(matrix.grid().center_of(index));
            let before = matrix.site(matrix.grid().site_at(x, y));
            *site = Site { new: self.moments(before.new), mature: self.moments(before.mature), ..before };
        }
        changed
    }

    /// Strain turns with its axis: e^{2iψ} changes its sign by a turn of 90°.
    pub fn mechanics(self, mechanics: &Mechanics) -> Mechanics {
        let (cosine, sine) = mechanics.strain_deviator();
        let signs = match self {
            Self::Turned => (-1.0, -1.0),
            Self::Mirrored => (1.0, -1.0),
        };
        let scaled = |field: &Field, sign: f64| {
            let moved = self.field(field);
            Field::from_fn(*field.grid(), |x, y| sign * moved.values()[field.grid().site_at(x, y)])
        };
        let moved = self.field(mechanics.mean_strain());
        with_strain(mechanics, [moved, scaled(cosine, signs.0), scaled(sine, signs.1)])
    }

    pub fn world(self, world: &World) -> World {
        World {
            matrix: self.matrix(&world.matrix),
            signals: self.signals(&world.signals),
            sources: self.signals(&world.sources),
            cells: world.cells.iter().map(|&cell| self.cell(cell)).collect(),
            tension: Tension { axis: self.angle(world.tension.axis), ..world.tension },
            mechanics: self.mechanics(&world.mechanics),
        }
    }
}

/// A piece of skin in which everything differs from place to place.
#[derive(Clone)]
pub struct World {
    pub matrix: Matrix,
    pub signals: Signals,
    pub sources: Signals,
    pub cells: Vec<Fibroblast>,
    pub tension: Tension,
    pub mechanics: Mechanics,
}

pub fn square_grid(spacing: f64, boundary: Boundary) -> Grid {
    let length = Length::micrometers;
    Grid::new(length(SIDE), length(SIDE), length(spacing)).unwrap().with_boundary(boundary)
}

pub fn numbers(entity: u64) -> Stream {
    stream(77, 0, Purpose::User, entity)
}

/// Two families of random direction, spread and amount.
pub fn random_fibers(numbers: &mut Stream) -> FiberMoments {
    let mut family =
        || FiberMoments::one_family(0.5 * numbers.random::<f64>(), TAU * numbers.random::<f64>(), numbers.random());
    family() + family()
}

pub fn random_matrix(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    for (index, site) in matrix.sites_mut().iter_mut().enumerate() {
        let mut numbers = numbers(index as u64);
        (site.new, site.mature) = (random_fibers(&mut numbers) * 0.4, random_fibers(&mut numbers) * 0.6);
        (site.fibrin, site.elastin) = (0.3 * numbers.random::<f64>(), numbers.random());
        (site.thickness, site.fragments) = (0.5 + numbers.random::<f64>(), 0.2 * numbers.random::<f64>());
    }
    matrix
}

/// Positive, with slopes in all directions and no symmetry.
pub fn smooth_field(grid: Grid, strength: f64, entity: u64) -> Field {
    let mut numbers = numbers(entity);
    let waves: [[f64; 3]; 4] = std::array::from_fn(|_| std::array::from_fn(|_| numbers.random()));
    Field::from_fn(grid, |x, y| {
        let wave = |&[along, across, phase]: &[f64; 3]| {
            (TAU * (2.0 * along * x / SIDE + 2.0 * across * y / SIDE + phase)).sin()
        };
        strength * (4.5 + waves.iter().map(wave).sum::<f64>())
    })
}

pub fn smooth_signals(grid: Grid, strength: f64, entity: u64) -> Signals {
    let mut signals = Signals::at_rest(grid);
    for (index, signal) in Signal::ALL.into_iter().enumerate() {
        signals[signal] = smooth_field(grid, strength, entity + index as u64);
    }
    signals
}

/// The mechanics of a tissue under other strains: the mean and both parts of the deviator.
pub fn with_strain(mechanics: &Mechanics, strain: [Field; 3]) -> Mechanics {
    let mut written = serde_json::to_value(mechanics).unwrap();
    for (name, field) in ["mean", "cosine", "sine"].into_iter().zip(strain) {
        written[name] = serde_json::to_value(field).unwrap();
    }
    serde_json::from_value(written).unwrap()
}

/// Windows that are strained by a sixth to twice as much as in healthy skin, along all axes.
pub fn uneven_strain(boundary: Boundary) -> Mechanics {
    let tissue = Tissue::new(square_grid(10.0, boundary), &Skin::young()).unwrap();
    let windows = *tissue.mechanics().mean_strain().grid();
    let around_zero = |entity: u64| {
        let field = smooth_field(windows, 0.1, entity);
        Field::from_fn(windows, |x, y| field.values()[windows.site_at(x, y)] - 0.45)
    };
    with_strain(tissue.mechanics(), [smooth_field(windows, 0.25, 80_000), around_zero(80_001), around_zero(80_002)])
}

pub fn random_cell(id: u64) -> Fibroblast {
    let mut numbers = numbers(50_000 + id);
    let mut within = |extent: f64| extent * numbers.random::<f64>();
    Fibroblast {
        id,
        x: within(SIDE),
        y: within(SIDE),
        heading: within(TAU),
        activation: within(1.0),
        contraction: within(0.8),
    }
}

impl World {
    pub fn new(boundary: Boundary) -> Self {
        let coarse = square_grid(20.0, boundary);
        Self {
            matrix: random_matrix(square_grid(10.0, boundary)),
            signals: smooth_signals(coarse, 0.4, 60_000),
            sources: smooth_signals(coarse, 0.1, 70_000),
            cells: (0..60).map(random_cell).collect(),
            tension: Tension { axis: 0.35, anisotropy: 0.5, load: 1.0 },
            mechanics: uneven_strain(boundary),
        }
    }

    /// The rules of a step, in the order of a simulation; `change` changes the draws of the cells.
    pub fn step(&mut self, step: u64, draw: impl Fn(u64, u64) -> Draw + Sync) {
        let (parameters, hours) = (Parameters::default(), TICKS as f64 * TICK_HOURS);
        let grid = *self.matrix.grid();
        self.signals.advance(&self.released(), &ExactDiffusion::new(self.signals.grid()), &parameters.signal, hours);
        let key = StepKey { seed: 1, tick: TICKS * step, hours };
        let under_load = Some(UnderLoad { mechanics: &self.mechanics, parameters: &parameters.mechanics });
        let conditions = Conditions { synthesis: 0.9, attachment: 0.8, under_load, ..Conditions::young(key) };
        remodeling::work(&self.cells, &mut self.matrix, &parameters.fibroblast, &conditions);
        let signals = &self.signals;
        let surroundings = Surroundings {
            matrix: &self.matrix,
            tgf_beta: &signals[Signal::TgfBeta],
            pdgf: &signals[Signal::Pdgf],
            tension: &LangerLines::Even(self.tension),
            mechanics: Some(&self.mechanics),
            movement: Movement::of(&parameters.mechanics),
            attractants: &[],
        };
        fibroblast::advance(
            &mut self.cells,
            &surroundings,
            &parameters.fibroblast,
            Turns { first_tick: TICKS * step, ticks: TICKS, tick_hours: TICK_HOURS },
            draw,
        );
        let exposure = &self.signals[Signal::Mmp];
        remodeling::turn_over(
            self.matrix.sites_mut(),
            grid.columns(),
            exposure,
            &parameters.matrix,
            Upkeep { synthesis: 0.9, elastin_loss_rate: 1e-6, thinning_rate: 1e-5 },
            hours,
        );
    }

    /// Sources of the tissue and of the cells at their places.
    pub fn released(&self) -> Sources {
        let mut sources = Sources::none(*self.sources.grid());
        for signal in Signal::ALL {
            sources[signal] = self.sources[signal].clone();
        }
        for cell in &self.cells {
            sources[Signal::Mmp].release(cell.x, cell.y, 1_000.0 * cell.activation);
            sources[Signal::TgfBeta].release(cell.x, cell.y, 1_000.0 * cell.contraction);
        }
        sources
    }

    pub fn after(mut self, change: impl Fn(Draw) -> Draw + Sync) -> Self {
        for step in 0..STEPS {
            self.step(step, |tick, id| {
                let mut numbers = stream(78, tick, Purpose::User, id);
                change(Draw { normal: StandardNormal.sample(&mut numbers), uniform: numbers.random() })
            });
        }
        self
    }
}

pub fn largest(differences: impl Iterator<Item = f64>) -> f64 {
    differences.map(f64::abs).fold(0.0, f64::max)
}

pub fn five(moments: FiberMoments) -> [f64; 5] {
    [moments.density, moments.c2, moments.s2, moments.c4, moments.s4]
}

pub fn matrix_difference(one: &Matrix, other: &Matrix) -> f64 {
    largest(one.sites().zip(other.sites()).flat_map(|(one, other)| {
        let rest = [
            one.fibrin - other.fibrin,
            one.elastin - other.elastin,
            one.thickness - other.thickness,
            one.fragments - other.fragments,
        ];
        five(one.new - other.new).into_iter().chain(five(one.mature - other.mature)).chain(rest)
    }))
}

pub fn signal_difference(one: &Signals, other: &Signals) -> f64 {
    largest(Signal::ALL.into_iter().flat_map(|signal| {
        let levels = one[signal].values().iter().zip(other[signal].values());
        levels.map(|(one, other)| one - other).collect::<Vec<_>>()
    }))
}

pub fn cell_difference(one: &[Fibroblast], other: &[Fibroblast]) -> f64 {
    largest(one.iter().zip(other).flat_map(|(one, other)| {
        // Headings that differ by whole turns are equal.
        let heading = (one.heading - other.heading + PI).rem_euclid(TAU) - PI;
        let state = [one.activation - other.activation, one.contraction - other.contraction];
        [one.x - other.x, one.y - other.y, heading].into_iter().chain(state)
    }))
}
