//! Is a matrix that is written only where something happens the same as one that is written everywhere every day?
use dermaweave::matrix::Site;
use dermaweave::parameters::MatrixParameters;
use dermaweave::random::{Purpose, stream};
use dermaweave::remodeling::{Upkeep, turn_over, turn_over_lazily};
use dermaweave::simulation::Builder;
use dermaweave::simulation::after_step;
use dermaweave::{
    AtrophicScar, Device, Error, FiberMoments, Field, Grid, Length, Matrix, Protocol, Session, Simulation, Skin, Time,
    Tissue,
};
use rand::RngExt;
use std::f64::consts::PI;

const DAY: f64 = 24.0;

fn field(millimeters: f64, spacing: f64) -> Grid {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(spacing)).unwrap()
}

fn numbers_of(site: &Site) -> [f64; 13] {
    let (new, mature) = (site.new, site.mature);
    [
        new.density,
        new.c2,
        new.s2,
        new.c4,
        new.s4,
        mature.density,
        mature.c2,
        mature.s2,
        mature.c4,
        mature.s4,
        site.fibrin,
        site.elastin,
        site.original,
    ]
}

/// Largest difference of any number of any site.
fn difference(one: impl Iterator<Item = Site>, other: impl Iterator<Item = Site>) -> f64 {
    let pairs = one.zip(other).flat_map(|(one, other)| numbers_of(&one).into_iter().zip(numbers_of(&other)));
    pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

fn random_site(entity: u64) -> Site {
    let mut numbers = stream(7, 0, Purpose::User, entity);
    let mut family = || FiberMoments::one_family(numbers.random(), PI * numbers.random::<f64>(), numbers.random());
    let (new, mature) = (family() * 0.3, family());
    Site {
        new,
        mature,
        fibrin: 0.3,
        elastin: numbers.random(),
        original: mature.density,
        thickness: 1.1,
        fragments: 0.2,
    }
}

/// Days of other production, MMP in a place that moves, and sites that are cut by hand.
struct Day {
    exposure: Field,
    upkeep: Upkeep,
    cut: usize,
}

fn day(number: u64, coarse: Grid, sites: usize) -> Day {
    let mut numbers = stream(8, number, Purpose::User, 0);
    let mut within = |extent: f64| extent * numbers.random::<f64>();
    let (x, y, level) = (within(coarse.width()), within(coarse.height()), DAY * within(3.0));
    let radius = if number.is_multiple_of(3) { 0.0 } else { within(60.0) };
    let exposure = Field::from_fn(coarse, |along, up| if (along - x).hypot(up - y) < radius { level } else { 0.0 });
    let upkeep = Upkeep { synthesis: 0.6 + within(0.5), elastin_loss_rate: within(1e-5), thinning_rate: within(1e-5) };
    Day { exposure, upkeep, cut: within(sites as f64) as usize }
}

/// Claim: read on any of 450 days, through more spans than may wait, lazy turnover is eager turnover. A day rounds
/// every number some four times, at ε/2 of a density below 1.3: 450 days · 4 · 1.1e-16 · 1.3 = 2.6e-13.
#[test]
fn lazy_turnover_is_eager_turnover() {
    for (spacing, factor) in [(10.0, 1), (10.0, 2), (5.0, 4)] {
        let grid = field(0.24, spacing);
        let coarse = field(0.24, spacing * f64::from(factor));
        let parameters = MatrixParameters::default();
        let mut lazy = Matrix::uniform(grid, FiberMoments::default(), 0.0);
        for (index, site) in lazy.sites_mut().iter_mut().enumerate() {
            *site = random_site(index as u64);
        }
        let mut eager: Vec<Site> = lazy.sites().collect();
        let mut longest_wait = 0;
        for number in 0..450 {
            let Day { exposure, upkeep, cut } = day(number, coarse, grid.sites());
            turn_over_lazily(&mut lazy, &exposure, &parameters, upkeep, DAY);
            turn_over(&mut eager, grid.columns(), &exposure, &parameters, upkeep, DAY);
            for site in [lazy.site_mut(cut), &mut eager[cut]] {
                site.new *= 0.5;
                site.fibrin += 0.1;
            }
            longest_wait = if lazy.pending_share() > 0.0 { longest_wait + 1 } else { 0 };
            if number % 50 == 49 {
                let found = difference(lazy.sites(), eager.iter().copied());
                assert!(found < 5e-13, "day {number}: {found}");
            }
        }
        assert!(longest_wait > 200, "the list of spans has been full");
        let read = lazy.clone();
        lazy.flush();
        assert_eq!((lazy.pending_share(), &lazy), (0.0, &read), "flushing changes no bit of what is read");
    }
}

/// Sun-exposed skin of 45 with a scar under a channel.
fn wounded(days: f64) -> Builder {
    let scar = AtrophicScar { diameter: Length::micrometers(300.0), ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(field(2.4, 40.0), &Skin::aged(45.0).photoaged()).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::once(Device::single_channel(Length::micrometers(150.0))).follow_up(Time::days(days));
    Simulation::builder(tissue).protocol(protocol).seed(5).sample_every(Time::days(days))
}

fn untreated(days: f64) -> Builder {
    let tissue = Tissue::new(field(0.4, 20.0), &Skin::aged(50.0)).unwrap();
    Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(days))).sample_every(Time::days(days))
}

fn finished(builder: Builder) -> Simulation {
    let mut simulation = builder.build().unwrap();
    simulation.run().unwrap();
    simulation
}

/// Largest difference of the matrices and, relative to the collagen of the field, of the ledgers.
fn apart(one: &Simulation, other: &Simulation) -> f64 {
    let (matrix, other_matrix) = (one.tissue().matrix(), other.tissue().matrix());
    let (ledger, other_ledger) = (one.ledger(), other.ledger());
    let entries = [
        ledger.deposited - other_ledger.deposited,
        ledger.degraded - other_ledger.degraded,
        ledger.renewed - other_ledger.renewed,
        ledger.lost - other_ledger.lost,
        ledger.cut - other_ledger.cut,
    ];
    let off = entries.iter().fold(0.0_f64, |largest, entry| largest.max(entry.abs())) / matrix.collagen_amount();
    off.max(difference(matrix.sites(), other_matrix.sites()))
}

/// Claim: a course whose matrix is flushed after every step is the same to round-off: cells, MMP and wounds included.
/// In five days a difference of 1e-16 grows by far less than 10⁷ (tests/golden.rs); in 230 quiet days of daily steps,
/// through more spans than may wait, by the roundings of the days alone.
#[test]
fn a_flushed_course_is_the_same_course() {
    let flush = after_step("flush", |tissue, _, _| tissue.matrix_mut().flush());
    for (course, within) in [(wounded(5.0), 1e-9), (untreated(230.0), 5e-13)] {
        let (lazy, flushed) =
            (finished(course.clone().rule(after_step("idle", |_, _, _| ()))), finished(course.rule(flush.clone())));
        let (waiting, found) = (lazy.tissue().matrix().pending_share(), apart(&lazy, &flushed));
        println!("{waiting} of the sites waited; {found:.1e} apart");
        assert!(waiting > 0.05 && flushed.tissue().matrix().pending_share() == 0.0);
        assert!(found < within, "{found}");
    }
}

/// Claim: nothing that reads writes: neither sites nor amounts, ledger, surface nor samples.
#[test]
fn reading_does_not_write() {
    let mut simulation = wounded(6.0).build().unwrap();
    simulation.run().unwrap();
    let before = simulation.state_digest();
    let matrix = simulation.tissue().matrix();
    assert!(matrix.pending_share() > 0.0);
    let sum: f64 = matrix.sites().map(|site| site.collagen().density).sum();
    let again: f64 = (0..matrix.grid().sites()).map(|index| matrix.site(index).collagen().density).sum();
    assert!(sum == again && matrix.collagen_amount() > 0.0);
    assert_eq!(simulation.ledger(), simulation.ledger());
    dermaweave::measure::Surface::of(simulation.tissue(), &simulation.parameters().surface).unwrap();
    assert_eq!(simulation.state_digest(), before);
    // Every day of quiet months looked ahead to, through more steps than may wait.
    let quiet = |every: f64| finished(untreated(6_000.0).sample_every(Time::days(every)));
    assert_eq!(quiet(400.0).state_digest(), quiet(6_000.0).state_digest());
    assert_eq!(
        finished(untreated(100.0).sample_every(Time::days(1.0))).state_digest(),
        finished(untreated(100.0)).state_digest()
    );
}

/// Claim: what waits is saved: resumed in the middle of it, on any number of threads, a course has the same bits,
/// its ledger too.
#[test]
fn what_waits_is_saved() {
    let second = Session::new(Device::pen_11(), Time::days(240.0)).holes_per_cm2(1_000.0).unwrap();
    let course = || {
        let protocol = Protocol { sessions: vec![second.clone()], doses: Vec::new(), end: Time::days(243.0) };
        untreated(243.0).protocol(protocol).rule(after_step("idle", |_, _, _| ()))
    };
    let whole = finished(course().threads(1));
    let mut first = course().threads(2).build().unwrap();
    for (part, day) in [150.0, 205.0, 241.5].into_iter().enumerate() {
        while first.clock().days() < day {
            first.step().unwrap();
        }
        // MMP of the session reaches every site.
        assert_eq!(first.tissue().matrix().pending_share() > 0.0, day < 240.0);
        let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("lazy_{part}"));
        first.save(&path).unwrap();
        let idle = after_step("idle", |_, _, _| ());
        let resumed = Simulation::resume_with_rules(&path, Some(part + 1), [idle]).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!((resumed.tissue(), resumed.ledger()), (first.tissue(), first.ledger()));
        first = resumed;
    }
    first.run().unwrap();
    assert_eq!((first.state_digest(), first.ledger()), (whole.state_digest(), whole.ledger()));
}

/// Claim: far from a small wound not one site is written in ten days, though all of them age.
#[test]
fn untouched_sites_are_not_written() {
    let tissue = Tissue::new(field(6.0, 40.0), &Skin::aged(60.0)).unwrap();
    let channel = Protocol::once(Device::single_channel(Length::micrometers(150.0))).follow_up(Time::days(10.0));
    let before: Vec<Site> = tissue.matrix().sites().collect();
    let simulation = finished(Simulation::builder(tissue).protocol(channel).sample_every(Time::days(1.0)));
    let matrix = simulation.tissue().matrix();
    let saved = serde_json::to_value(matrix).unwrap();
    let stored = |index: usize| serde_json::from_value::<Site>(saved["sites"][index].clone()).unwrap();
    let never_flushed: Vec<usize> = (0..before.len()).filter(|&index| saved["since"][index] == 0).collect();
    for &index in &never_flushed {
        assert_eq!(numbers_of(&stored(index)).map(f64::to_bits), numbers_of(&before[index]).map(f64::to_bits));
        assert!(matrix.site(index).elastin < before[index].elastin);
    }
    let share = never_flushed.len() as f64 / before.len() as f64;
    println!("{share} never written, {} waiting", matrix.pending_share());
    assert!((0.8..1.0).contains(&share) && (share..1.0).contains(&matrix.pending_share()));
}

/// Claim: a value by hand that is not finite is found although the matrix is looked at only where it was written,
/// in quiet months too; changing one site flushes that one only.
#[test]
fn a_broken_site_is_found_while_others_wait() {
    let mut simulation = untreated(400.0).build().unwrap();
    (0..5).for_each(|_| simulation.step().unwrap());
    let matrix = simulation.tissue_mut().matrix_mut();
    matrix.site_mut(77).mature.c4 = f64::NAN;
    assert!((matrix.pending_share() - 399.0 / 400.0).abs() < 1e-12);
    assert!(matches!(simulation.step(), Err(Error::NotFinite { field: "the matrix", index: 77, .. })));
}

/// Claim: a tissue with turnover that waits begins a course of its own with an empty ledger, which then closes.
#[test]
fn a_new_course_begins_with_an_empty_ledger() {
    let tissue = finished(untreated(100.0)).tissue().clone();
    assert!(tissue.matrix().pending_share() > 0.0);
    let start = tissue.matrix().collagen_amount();
    let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(100.0)));
    let mut simulation = builder.build().unwrap();
    assert_eq!((simulation.ledger().renewed, simulation.ledger().lost), (0.0, 0.0));
    simulation.run().unwrap();
    let (change, ledger) = (simulation.tissue().matrix().collagen_amount() - start, simulation.ledger());
    assert!(ledger.lost > 0.0 && (ledger.change() - change).abs() < 1e-12 * start, "{ledger:?} {change}");
}
