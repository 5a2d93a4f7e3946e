//! Does the ledger say where all collagen came from and went?
use dermaweave::cells::fibroblast::Fibroblast;
use dermaweave::matrix::Site;
use dermaweave::parameters::MatrixParameters;
use dermaweave::random::{Purpose, StepKey, stream};
use dermaweave::remodeling::{Conditions, Ledger, Upkeep, turn_over, work};
use dermaweave::simulation::Builder;
use dermaweave::treatment::Cut;
use dermaweave::{
    AtrophicScar, Boundary, Device, FiberMoments, Field, Grid, Length, Matrix, Parameters, Protocol, Session,
    Simulation, Skin, Time, Tissue,
};
use rand::RngExt;
use std::f64::consts::{PI, TAU};

fn field(millimeters: f64, spacing: f64) -> Grid {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(spacing)).unwrap()
}

/// An amount may be off by this after so many changes of every site. One change of a site rounds its two pools
/// and the entries of the ledger a dozen times by at most ε/2 of their densities; sums over blocks of 256
/// sites, in order, add as much again. Were all roundings of one sign: 16 ε per change.
fn round_off(amount: f64, changes_of_a_site: f64) -> f64 {
    16.0 * f64::EPSILON * amount * changes_of_a_site
}

/// Sun-exposed skin of 45 with a scar: two sessions two weeks apart, the time in which it heals, then quiet months. Cells cut
/// fibers under their bodies, and slow activity is forgotten within weeks, so that all entries of the ledger are there.
fn course() -> Builder {
    let scar = AtrophicScar { diameter: Length::micrometers(500.0), ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(field(0.8, 20.0), &Skin::aged(45.0).photoaged()).unwrap().with_lesion(&scar).unwrap();
    let channel = Session::new(Device::single_channel(Length::micrometers(250.0)), Time::days(0.0));
    let pen = Session::new(Device::pen_11(), Time::days(14.0)).holes_per_cm2(1_000.0).unwrap();
    let protocol = Protocol { sessions: vec![channel, pen], doses: Vec::new(), end: Time::days(500.0) };
    let mut parameters = Parameters::default();
    parameters.fibroblast.degradation_rate = 0.002;
    parameters.mechanics.slow_time = 336.0;
    Simulation::builder(tissue).parameters(parameters).protocol(protocol).seed(5).sample_every(Time::days(7.0))
}

fn amount(simulation: &Simulation) -> f64 {
    simulation.tissue().matrix().collagen_amount()
}

fn entries(ledger: &Ledger) -> [f64; 5] {
    [ledger.deposited, ledger.degraded, ledger.renewed, ledger.lost, ledger.cut]
}

/// Claim: over a whole course amount now − amount at the start = deposited + renewed − degraded − lost − cut, at
/// the end of every step, and no entry ever falls (but for the round-off of a site that is flushed). In a step a site is changed by at most some 30 patches of bodies.
#[test]
fn a_course_accounts_for_all_of_its_collagen() {
    let mut simulation = course().build().unwrap();
    let start = amount(&simulation);
    let (mut steps, mut longest, mut worst) = (0_u32, 0, 0.0_f64);
    while !simulation.is_finished() {
        let (before, tick) = (simulation.ledger(), simulation.clock().tick());
        simulation.step().unwrap();
        steps += 1;
        longest = (simulation.clock().tick() - tick).max(longest);
        let ledger = simulation.ledger();
        let fallen =
            entries(&ledger).iter().zip(entries(&before)).map(|(now, before)| before - now).fold(0.0, f64::max);
        assert!(fallen <= round_off(start, 1.0), "step {steps}: {fallen}");
        let missing = (amount(&simulation) - start - ledger.change()).abs();
        worst = worst.max(missing);
        assert!(missing <= round_off(start, 30.0 * f64::from(steps)), "step {steps}: {missing}");
    }
    let ledger = simulation.ledger();
    println!("{start:.1} at the start, off by {worst:.1e} after {steps} steps at most: {ledger:?}");
    // The course has all of it, a quiet stretch of several weeks in one step included.
    assert!(entries(&ledger).iter().all(|&entry| entry > 1e-3 * start), "{ledger:?}");
    assert_eq!(longest, 28 * 48);
}

/// Claim: the ledger has the same bits on any number of threads, and across save and resume in the middle of a day.
#[test]
fn the_ledger_survives_threads_and_saving() {
    let protocol = Protocol::once(Device::punch(Length::micrometers(250.0))).follow_up(Time::days(6.0));
    let started = |threads| course().protocol(protocol.clone()).threads(threads).build().unwrap();
    let mut expected = started(1);
    expected.run().unwrap();
    let mut first = started(2);
    while first.clock().tick() < 101 {
        first.step().unwrap();
    }
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("conservation_saved");
    first.save(&path).unwrap();
    let mut resumed = Simulation::resume(&path, Some(3)).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(resumed.ledger(), first.ledger());
    for simulation in [&mut first, &mut resumed] {
        simulation.run().unwrap();
        assert_eq!(entries(&simulation.ledger()).map(f64::to_bits), entries(&expected.ledger()).map(f64::to_bits));
    }
}

/// Claim: days that are sampled within a quiet step are evaluated, rolled back and counted once.
#[test]
fn foreseen_days_are_not_counted() {
    let ledger = |every: f64| {
        let tissue = Tissue::new(field(0.4, 20.0), &Skin::aged(45.0)).unwrap();
        let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::weeks(8.0)));
        let mut simulation = builder.sample_every(Time::days(every)).build().unwrap();
        simulation.run().unwrap();
        simulation.ledger()
    };
    assert!(ledger(56.0).lost > 0.0);
    assert_eq!(ledger(1.0), ledger(56.0));
}

/// Matrix with another family in each pool of each site.
fn random_matrix(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    for (index, site) in matrix.sites_mut().iter_mut().enumerate() {
        let mut numbers = stream(3, 0, Purpose::User, index as u64);
        let mut family = || FiberMoments::one_family(numbers.random(), PI * numbers.random::<f64>(), numbers.random());
        (site.new, site.mature, site.fibrin) = (family() * 0.3, family() * 0.7, 0.2);
    }
    matrix
}

/// Claim: work alone deposits and degrades what the matrix gains and loses, over closed and periodic edges. With
/// degradation switched off all change is deposition, and the other way round.
#[test]
fn work_accounts_for_its_collagen() {
    for (boundary, deposition, degradation) in [
        (Boundary::Closed, 0.02, 0.002),
        (Boundary::Periodic, 0.02, 0.002),
        (Boundary::Closed, 0.0, 0.002),
        (Boundary::Closed, 0.02, 0.0),
    ] {
        let grid = field(0.4, 10.0).with_boundary(boundary);
        let mut matrix = random_matrix(grid);
        let cells: Vec<_> = (0..300).map(|id| random_cell(id, 400.0)).collect();
        let mut parameters = Parameters::default().fibroblast;
        (parameters.deposition_rate, parameters.degradation_rate) = (deposition, degradation);
        let (start, mut ledger) = (matrix.collagen_amount(), Ledger::default());
        for step in 0..20 {
            let key = StepKey { seed: 1, tick: 6 * step, hours: 3.0 };
            let conditions = Conditions { synthesis: 0.9, ..Conditions::young(key) };
            ledger += work(&cells, &mut matrix, &parameters, &conditions);
        }
        let change = matrix.collagen_amount() - start;
        assert!((ledger.change() - change).abs() <= round_off(start, 20.0 * 30.0), "{ledger:?} {change}");
        assert_eq!((ledger.deposited > 0.0, ledger.degraded > 0.0), (deposition > 0.0, degradation > 0.0));
        assert_eq!((ledger.renewed, ledger.lost, ledger.cut), (0.0, 0.0, 0.0));
    }
}

fn random_cell(id: u64, side: f64) -> Fibroblast {
    let mut numbers = stream(4, 0, Purpose::User, id);
    let mut within = |extent: f64| extent * numbers.random::<f64>();
    Fibroblast { id, x: within(side), y: within(side), heading: within(TAU), activation: within(1.0), contraction: 0.0 }
}

/// Claim: turnover alone renews `∫ y (δ_n n + δ_m m) dt` and loses `∫ (δ_n + x) n + (δ_m + x/m_p) m dt`, which is
/// what the pools gain and lose, from an hour to a decade, with and without MMP, on a grid coarser than the sites.
///
/// The integrals are compared with Simpson's rule over 20 000 pieces: what leaves at rate r < 0.02 /h makes it off by
/// (r h)⁴/180 < 1e-11 of the density for pieces of h = t/20 000, up to a decade (r h = 0.006).
#[test]
fn turnover_accounts_for_its_collagen() {
    let (grid, coarse, parameters) = (field(0.4, 10.0), field(0.4, 20.0), MatrixParameters::default());
    for (hours, synthesis, level) in [
        (1.0, 1.0, 0.0),
        (24.0, 0.6, 0.0),
        (24.0, 1.0, 3.0),
        (672.0, 0.8, 0.3),
        (87_660.0, 0.9, 0.0),
        (240.0, 0.0, 20.0),
    ] {
        let mut matrix = random_matrix(grid);
        let (start, first) = (matrix.collagen_amount(), matrix.site(0));
        let exposure = Field::uniform(coarse, level * hours);
        let upkeep = Upkeep { synthesis, elastin_loss_rate: 0.0, thinning_rate: 0.0 };
        let ledger = turn_over(matrix.sites_mut(), grid.columns(), &exposure, &parameters, upkeep, hours);
        let change = matrix.collagen_amount() - start;
        assert!((ledger.change() - change).abs() <= round_off(start, 4.0), "{hours} h: {ledger:?} {change}");
        let one = of_one_site(&first, &parameters, (hours, synthesis, level));
        let (renewed, lost) = integrated(&first, &parameters, (hours, synthesis, level));
        assert!(
            (one.renewed - renewed).abs() < 1e-11 && (one.lost - lost).abs() < 1e-11,
            "{hours} h: {one:?} {renewed} {lost}"
        );
        assert_eq!((ledger.deposited, ledger.degraded, ledger.cut), (0.0, 0.0, 0.0));
    }
}

/// The ledger of turnover of one site of 1 µm².
fn of_one_site(site: &Site, parameters: &MatrixParameters, (hours, synthesis, level): (f64, f64, f64)) -> Ledger {
    let grid = field(0.04, 10.0);
    let mut sites = vec![Site::default(); grid.sites()];
    sites[0] = *site;
    let upkeep = Upkeep { synthesis, elastin_loss_rate: 0.0, thinning_rate: 0.0 };
    turn_over(&mut sites, grid.columns(), &Field::uniform(grid, level * hours), parameters, upkeep, hours)
        * (1.0 / grid.site_area())
}

/// Renewed and lost by Simpson's rule over the pools at 20 001 instants.
fn integrated(site: &Site, parameters: &MatrixParameters, (hours, synthesis, level): (f64, f64, f64)) -> (f64, f64) {
    const PIECES: usize = 20_000;
    let extra = parameters.new_loss_rate * parameters.mmp_new_factor * level;
    let mature_rate = parameters.mature_loss_rate + extra / parameters.mmp_mature_protection;
    (0..=PIECES).fold((0.0, 0.0), |(renewed, lost), piece| {
        let time = hours * piece as f64 / PIECES as f64;
        let change = dermaweave::remodeling::turnover(parameters, synthesis, level, time);
        let new = change[(0, 0)] * site.new.density + change[(0, 1)] * site.mature.density;
        let mature = change[(1, 0)] * site.new.density + change[(1, 1)] * site.mature.density;
        let ends = if piece == 0 || piece == PIECES { 1.0 } else { 2.0 + 2.0 * (piece % 2) as f64 };
        let weight = ends * hours / (3.0 * PIECES as f64);
        let made = synthesis * (parameters.new_loss_rate * new + parameters.mature_loss_rate * mature);
        (renewed + weight * made, lost + weight * ((parameters.new_loss_rate + extra) * new + mature_rate * mature))
    })
}

/// Claim: needles alone cut what is missing after them, fragments included, which are no fibers any more: the removed and
/// fragmented share × area of a needle, 0.9 × that of a channel, 1 × that of a punch.
#[test]
fn needles_account_for_what_they_cut() {
    let diameter = Length::micrometers(130.0);
    for (device, removed, fragmented) in [
        (Device::single_channel(diameter), 0.9, 0.0),
        (Device::punch(diameter), 1.0, 0.0),
        (Device { cut: Cut::needle(), ..Device::punch(diameter) }, 0.08, 0.5),
    ] {
        let tissue = Tissue::new(field(0.6, 20.0), &Skin::young()).unwrap();
        let start = tissue.matrix().collagen_amount();
        let protocol = Protocol::once(device).follow_up(Time::days(1.0));
        let mut simulation = Simulation::builder(tissue).protocol(protocol).build().unwrap();
        simulation.step().unwrap();
        let ledger = simulation.ledger();
        let area = 0.25 * PI * 130.0 * 130.0;
        let matrix = simulation.tissue().matrix();
        let fragments = matrix.sites().map(|site| site.fragments).sum::<f64>() * matrix.grid().site_area();
        assert!((ledger.cut - (removed + fragmented) * area).abs() < 1e-8);
        assert!((fragments - fragmented * area).abs() < 1e-8, "{fragments}");
        assert!((start - amount(&simulation) - ledger.cut).abs() <= round_off(start, 2.0));
        assert_eq!((ledger.deposited, ledger.degraded, ledger.renewed, ledger.lost), (0.0, 0.0, 0.0, 0.0));
    }
}
