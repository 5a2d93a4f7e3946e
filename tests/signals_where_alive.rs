//! Is a signal that is alive in a part of a large field what solving the whole field would make of it?
//!
//! What a step leaves out where a signal is not alive is so small that decay λ keeps the sum over all steps below 1.5 %
//! of the rest level, whatever their length. With a rest level of zero all of the field is solved.
use dermaweave::parameters::SignalParameters;
use dermaweave::signals::Sources;
use dermaweave::{
    Boundary, Device, ExactDiffusion, Field, Grid, Length, Protocol, Session, Signal, Signals, Simulation, Skin,
};
use dermaweave::{Time, Tissue, treatment::TreatedRegion};

const SPACING: f64 = 20.0;
/// What differences are found to be, three times over: 3e-6 of the rest level, far less than they may be. Most of what is
/// faint lies within what is solved, and few walks come back.
const FOUND: f64 = 3e-9;

fn grid(columns: usize, rows: usize, boundary: Boundary) -> Grid {
    let side = |sites: usize| Length::micrometers(sites as f64 * SPACING);
    Grid::new(side(columns), side(rows), Length::micrometers(SPACING)).unwrap().with_boundary(boundary)
}

/// Sources of all signals around some points, which hold levels of about 5 within the range of a signal, some 100 µm.
fn sources(grid: Grid, places: &[(f64, f64)]) -> Sources {
    let mut sources = Sources::none(grid);
    for signal in Signal::ALL {
        for &(x, y) in places {
            sources[signal].release(x, y, 1e5);
        }
    }
    sources
}

/// Solves signals where they are alive and, by the solver itself, everywhere, with sources for the first half of the time,
/// and calls `look` with both after every step.
fn both_ways(
    grid: Grid,
    places: &[(f64, f64)],
    (steps, hours): (usize, f64),
    mut look: impl FnMut(&Signals, &Signals),
) {
    let (solver, parameters) = (ExactDiffusion::new(&grid), SignalParameters::default());
    let (sources, silence) = (sources(grid, places), Sources::none(grid));
    let (mut alive, mut whole) = (Signals::at_rest(grid), Signals::at_rest(grid));
    for step in 0..steps {
        let sources = if 2 * step < steps { &sources } else { &silence };
        alive.advance(sources, &solver, &parameters, hours);
        for signal in Signal::ALL {
            let (diffusivity, decay_rate) = signal.rates(&parameters);
            solver.advance(&mut whole[signal], &sources[signal], diffusivity, decay_rate, hours);
        }
        look(&alive, &whole);
    }
}

/// Asserts that no level differs by more than it may, and gives the largest share of the sites of a signal that is solved.
fn compare((alive, whole): (&Signals, &Signals), what: &str) -> f64 {
    let shares = Signal::ALL.map(|signal| {
        let pairs = || alive[signal].values().iter().zip(whole[signal].values());
        let worst = pairs().map(|(alive, whole)| (alive - whole).abs()).fold(0.0, f64::max);
        assert!(worst <= FOUND, "{what}, {signal:?}: {worst}");
        pairs().filter(|(alive, _)| **alive != 0.0).count() as f64 / alive.grid().sites() as f64
    });
    shares.into_iter().fold(0.0, f64::max)
}

/// Claim: wherever the sources are, at edges, in corners, on both sides of the seam of a periodic field, and however long
/// the steps, levels are those of the whole field; and most of the field is not solved.
#[test]
fn levels_are_those_of_the_whole_field() {
    for boundary in [Boundary::Closed, Boundary::Periodic] {
        let grid = grid(640, 560, boundary);
        let (width, height) = (grid.width(), grid.height());
        // A corner of a periodic field is all four.
        let across = if boundary == Boundary::Closed { 0.3 } else { 1.0 };
        for (places, most) in [
            (&[(0.5, 0.5)][..], 0.45),
            (&[(0.5, 0.001)], 0.6),
            (&[(0.999, 0.999)], across),
            (&[(0.45, 0.4), (0.55, 0.5)], 0.6),
        ] {
            let places: Vec<_> = places.iter().map(|(x, y)| (x * width, y * height)).collect();
            for (steps, hours) in [(12, 1.0), (6, 3.0), (4, 0.1)] {
                let what = format!("{boundary:?} {places:?} {hours} h");
                let (mut share, mut highest) = (0.0_f64, 0.0_f64);
                both_ways(grid, &places, (steps, hours), |alive, whole| {
                    share = share.max(compare((alive, whole), &what));
                    highest = highest.max(whole[Signal::Mmp].maximum());
                });
                assert!(share <= most && highest > 5.0, "{what}: {share} of the field is solved, {highest}");
            }
        }
    }
}

/// Claim: what is solved follows the signal alone: in a field four times as large it has the same bits around a source in
/// the same corner.
#[test]
fn a_larger_field_changes_no_bit() {
    let levels = |columns: usize, rows: usize| {
        let grid = grid(columns, rows, Boundary::Closed);
        let (sources, solver) = (sources(grid, &[(300.0, 500.0)]), ExactDiffusion::new(&grid));
        let mut levels = Signals::at_rest(grid);
        (0..12).for_each(|_| levels.advance(&sources, &solver, &SignalParameters::default(), 1.0));
        let rows = |field: &Field| {
            let rows = field.values().chunks(columns).take(400).map(|row| row[..400].to_vec());
            rows.collect::<Vec<_>>()
        };
        Signal::ALL.map(|signal| rows(&levels[signal]))
    };
    assert_eq!(levels(500, 450), levels(1000, 900));
}

/// Claim: a signal that is alive everywhere is solved everywhere, and so is every signal at a rest level of zero: with the
/// bits of the solver itself.
#[test]
fn what_is_alive_everywhere_is_solved_as_a_whole() {
    let (small, large) = (grid(150, 100, Boundary::Closed), grid(450, 400, Boundary::Closed));
    let places = [(500.0, 700.0), (2_500.0, 1_500.0)];
    both_ways(small, &places, (6, 1.0), |alive, whole| {
        assert!([Signal::TgfBeta, Signal::Inflammation].into_iter().all(|signal| alive[signal] == whole[signal]));
    });
    let (solver, parameters) =
        (ExactDiffusion::new(&large), SignalParameters { rest_level: 0.0, ..Default::default() });
    let (mut levels, sources) = (Signals::at_rest(large), sources(large, &places));
    levels.advance(&sources, &solver, &parameters, 1.0);
    for signal in Signal::ALL {
        let (diffusivity, decay_rate) = signal.rates(&parameters);
        let mut whole = Field::uniform(large, 0.0);
        solver.advance(&mut whole, &sources[signal], diffusivity, decay_rate, 1.0);
        assert_eq!(levels[signal], whole);
    }
}

/// Claim: what is not a number is not left out, wherever it is.
#[test]
fn what_is_not_a_number_stays_visible() {
    let grid = grid(450, 400, Boundary::Closed);
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let (mut levels, sources) = (Signals::at_rest(grid), sources(grid, &[(2_000.0, 2_000.0)]));
        levels[Signal::Pdgf].values_mut()[449] = odd;
        levels.advance(&sources, &ExactDiffusion::new(&grid), &SignalParameters::default(), 1.0);
        assert!(levels[Signal::Pdgf].values().iter().any(|level| !level.is_finite()), "{odd}");
    }
}

/// A disc of 1 mm that is needled in a field of 10 mm, whose signals are alive in a part of it.
fn needled(threads: usize) -> Simulation {
    let side = Length::millimeters(10.0);
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::young()).unwrap();
    let region = TreatedRegion::Disc { x: side * 0.3, y: side * 0.4, diameter: Length::millimeters(1.0) };
    let session = Session::new(Device::pen_11(), Time::days(0.0)).holes_per_cm2(1_000.0).unwrap();
    let protocol = Protocol { sessions: vec![Session { region, ..session }], doses: Vec::new(), end: Time::days(1.5) };
    Simulation::builder(tissue).protocol(protocol).seed(5).threads(threads).build().unwrap()
}

/// Claim: a course whose signals are solved in a part of the field has the same bits on any number of threads and when it
/// goes on from what was saved.
#[test]
fn a_disc_gives_the_same_bits_on_any_number_of_threads_and_resumed() {
    let mut expected = needled(1);
    expected.run().unwrap();
    let levels = expected.tissue().signals()[Signal::Inflammation].values();
    let solved = levels.iter().filter(|&&level| level != 0.0).count() as f64 / levels.len() as f64;
    assert!(levels.iter().any(|&level| level > 0.1) && solved < 0.75, "{solved}");
    let mut other = needled(3);
    (0..20).for_each(|_| other.step().unwrap());
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("needled_disc.json");
    other.save(&path).unwrap();
    let mut resumed = Simulation::resume(&path, Some(2)).unwrap();
    for simulation in [&mut other, &mut resumed] {
        simulation.run().unwrap();
        assert_eq!(simulation.state_digest(), expected.state_digest());
    }
}
