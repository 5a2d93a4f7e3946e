//! Does any population grow without end, whatever parameters are accepted and whatever is held?
//!
//! By default every parameter runs at both ends of its range and with a part of the pairs;
//! `DERMAWEAVE_SCIENCE=full cargo test --release --test growth` runs all pairs.
use dermaweave::cells::fibroblast::Fibroblast;
use dermaweave::parameters::ParameterRow;
use dermaweave::random::{Purpose, stream};
use dermaweave::treatment::{Session, TreatedRegion};
use dermaweave::{Device, Error, Field, Grid, Length, Parameters, Protocol, Result, Signal, Simulation, Skin, Slab};
use dermaweave::{Time, Tissue};
use peak_alloc::PeakAlloc;
use rand::RngExt;
use rayon::prelude::*;
use std::time::{Duration, Instant};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Most bytes and longest time that one course may take.
const MOST_BYTES: usize = 200 << 20;
const LONGEST: Duration = Duration::from_secs(60);

/// 0.8 mm on coarse sites.
fn grid() -> Grid {
    let side = Length::micrometers(800.0);
    Grid::new(side, side, Length::micrometers(40.0)).unwrap()
}

fn tissue() -> Tissue {
    Tissue::new(grid(), &Skin::young()).unwrap()
}

/// A default parameter set with one more number changed, by its name, as a file would.
fn with(parameters: &Parameters, row: &ParameterRow, value: f64) -> Parameters {
    let group = row.group.trim_end_matches("Parameters").to_lowercase();
    let mut table = toml::Table::try_from(parameters).unwrap();
    table[&group].as_table_mut().unwrap().insert(row.name.into(), toml::Value::Float(value));
    table.try_into().unwrap()
}

/// How a course went.
struct Course {
    what: String,
    seconds: f64,
    /// Largest share of the room for macrophages, and of the limit of fibroblasts, that was ever taken.
    macrophages: f64,
    fibroblasts: f64,
}

/// A needled field with these parameters for so many days.
fn course(what: &str, parameters: Parameters, days: f64) -> Result<Course> {
    let protocol = Protocol::once(Device::pen_11()).follow_up(Time::days(days));
    let simulation = Simulation::builder(tissue()).parameters(parameters).protocol(protocol).threads(1).seed(5);
    follow(what, simulation.build()?)
}

/// A file of its own for every course that is followed.
fn saved_course() -> std::path::PathBuf {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("growth_{number}"))
}

/// Runs to the end; checks populations in every step, and the numbers of the last row. On the third day the course is saved
/// and read back: what is accepted can be saved.
fn follow(what: &str, mut simulation: Simulation) -> Result<Course> {
    let begun = Instant::now();
    let grid = *simulation.tissue().grid();
    let parameters = simulation.parameters().clone();
    let room = parameters.macrophage.packed_per_mm3 * grid.slab().thickness.in_millimeters() * grid.area_mm2();
    let (mut macrophages, mut fibroblasts) = (0.0_f64, 0.0_f64);
    let (mut is_saved, path) = (false, saved_course());
    while !simulation.is_finished() {
        simulation.step()?;
        let tissue = simulation.tissue();
        macrophages = macrophages.max(tissue.macrophages().len() as f64 / room);
        let limit = parameters.fibroblast.crowding_limit * tissue.resting_per_mm2() * grid.area_mm2();
        fibroblasts = fibroblasts.max(tissue.fibroblasts().len() as f64 / limit);
        // Levels are highest in the first days.
        if !is_saved && simulation.clock().days() >= 3.0 {
            simulation.save(&path).unwrap_or_else(|error| panic!("{what}: {error}"));
            let resumed = Simulation::resume(&path, Some(1)).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(resumed.clock(), simulation.clock());
            std::fs::remove_file(&path).unwrap();
            is_saved = true;
        }
        assert!(begun.elapsed() < LONGEST, "{what}: day {} after a minute", simulation.clock().days());
    }
    let row = simulation.report().rows().last().unwrap().flat();
    for (name, value) in row.iter().filter(|(name, _)| !name.starts_with("collagen_orientation_index")) {
        assert!(!value.is_null(), "{what}: {name} is not a number");
    }
    Ok(Course { what: what.into(), seconds: begun.elapsed().as_secs_f64(), macrophages, fibroblasts })
}

/// Checks what all courses have in common, and tells the extremes.
fn assert_bounded(courses: &[Course]) {
    let by = |key: fn(&Course) -> f64| courses.iter().max_by(|a, b| key(a).total_cmp(&key(b))).unwrap();
    let (slowest, fullest) = (by(|course| course.seconds), by(|course| course.macrophages));
    let crowded = by(|course| course.fibroblasts);
    println!(
        "{} courses, {:.0} s together; slowest {:.1} s ({}); macrophages at {:.3} of their room ({}), fibroblasts at {:.3} \
         of their limit ({}); {} MiB at most",
        courses.len(),
        courses.iter().map(|course| course.seconds).sum::<f64>(),
        slowest.seconds,
        slowest.what,
        fullest.macrophages,
        fullest.what,
        crowded.fibroblasts,
        crowded.what,
        MEMORY.peak_usage() >> 20
    );
    assert!(fullest.macrophages <= 1.0, "{}: {}", fullest.what, fullest.macrophages);
    // In a step everybody may divide once, at 0.042/h for three hours.
    assert!(crowded.fibroblasts <= 1.14, "{}: {}", crowded.what, crowded.fibroblasts);
    // Of all courses that run side by side.
    assert!(MEMORY.peak_usage() < MOST_BYTES, "{} bytes", MEMORY.peak_usage());
}

/// Claim: with any parameter at either end of its range, and with random pairs of parameters anywhere in theirs, twelve weeks
/// of a needled field end within a minute and 200 MB, with finite numbers and populations within their limits.
#[test]
fn no_accepted_parameter_makes_a_population_grow_without_end() {
    let full = std::env::var("DERMAWEAVE_SCIENCE").is_ok_and(|version| version == "full");
    let table = Parameters::default().table();
    let ends = table.iter().flat_map(|row| {
        [row.minimum, row.maximum]
            .map(|value| (format!("{} = {value}", row.name), with(&Parameters::default(), row, value)))
    });
    let pairs = (0..if full { 200 } else { 40 }).map(|pair| {
        let mut draws = stream(84, 0, Purpose::User, pair);
        let mut change = |parameters: &Parameters, names: &str| {
            let row = &table[draws.random_range(0..table.len())];
            let value = match draws.random_range(0..3) {
                0 => row.minimum,
                1 => row.maximum,
                _ => row.minimum + (row.maximum - row.minimum) * draws.random::<f64>(),
            };
            (format!("{names}{} = {value} ", row.name), with(parameters, row, value))
        };
        let (name, one) = change(&Parameters::default(), "");
        change(&one, &name)
    });
    let all: Vec<(String, Parameters)> = ends.chain(pairs).collect();
    let run = |(what, parameters): &(String, Parameters)| {
        course(what, parameters.clone(), 84.0).unwrap_or_else(|error| panic!("{what}: {error}"))
    };
    let courses: Vec<Course> = all.par_iter().with_max_len(1).map(run).collect();
    assert_bounded(&courses);
    let reached = |name: &str| courses.iter().find(|course| course.what.starts_with(name)).unwrap().macrophages;
    // It is the room that ends this growth: the test would not hold without it.
    assert!(reached("recruitment_rate = 500") > 0.5, "{}", reached("recruitment_rate = 500"));
}

/// Claim: the parameters that once filled a field with 2·10⁷ macrophages in three days fill it no further than there is room.
#[test]
fn all_that_feeds_inflammation_at_once_is_bounded() {
    let mut parameters = Parameters::default();
    parameters.signal.inflammation_decay_rate = 0.01;
    parameters.macrophage.recruitment_rate = 500.0;
    parameters.macrophage.inflammation_release_rate = 5_000.0;
    parameters.macrophage.removal_rate = 0.005;
    for (packed_per_mm3, motility) in [(20_000.0, 5_000.0), (128_000.0, 0.0), (128_000.0, 5_000.0)] {
        let mut parameters = parameters.clone();
        (parameters.macrophage.packed_per_mm3, parameters.macrophage.motility) = (packed_per_mm3, motility);
        let course = course("all at once", parameters, 7.0).unwrap();
        assert!((0.98..=1.0).contains(&course.macrophages), "{packed_per_mm3}, {motility}: {}", course.macrophages);
    }
}

/// Claim: no level at which a signal can be held makes a population pass its limit, where no cell dies: neither the highest
/// one, under which walks empty one tile and fill another, which refills, nor one that draws cells together in one place.
#[test]
fn no_held_signal_makes_a_population_grow_without_end() {
    let mut parameters = Parameters::default();
    parameters.fibroblast.apoptosis_rate = 0.0;
    parameters.fibroblast.chemotaxis = 500.0;
    parameters.fibroblast.dermis_speed = 15.0;
    parameters.fibroblast.crowding_tile = 50.0;
    parameters.fibroblast.division_rate = 0.042;
    let hill = |x: f64, y: f64| 1.0 + 50.0 * (-((x - 400.0).hypot(y - 400.0)) / 100.0).exp();
    let mut courses = Vec::new();
    for (what, tgf_beta, pdgf, inflammation) in
        [("highest", 1e6, Field::uniform(grid(), 1e6), 1e6), ("hill", 50.0, Field::from_fn(grid(), hill), 0.0)]
    {
        let held = tissue()
            .with_held_signal(Signal::TgfBeta, Field::uniform(grid(), tgf_beta))
            .and_then(|tissue| tissue.with_held_signal(Signal::Pdgf, pdgf))
            .and_then(|tissue| tissue.with_held_signal(Signal::Inflammation, Field::uniform(grid(), inflammation)));
        let protocol = Protocol::untreated(Time::days(60.0));
        let builder = Simulation::builder(held.unwrap()).parameters(parameters.clone()).protocol(protocol);
        courses.push(follow(what, builder.threads(1).build().unwrap()).unwrap());
    }
    assert_bounded(&courses);
    // It is the limits that end this growth.
    assert!(courses[0].macrophages > 0.9 && courses[0].fibroblasts > 0.9);
}

/// Claim: sessions on one day again and again leave no more clot than covers a site and no more neutrophils than it can hold.
#[test]
fn sessions_upon_sessions_leave_no_more_than_full_cover() {
    let session = |day: f64| {
        let region = TreatedRegion::Disc {
            x: Length::micrometers(400.0),
            y: Length::micrometers(400.0),
            diameter: Length::micrometers(300.0),
        };
        Session { region, ..Session::new(Device::pen_11(), Time::days(day)).holes_per_cm2(5_000.0).unwrap() }
    };
    let sessions = (0..40).map(|session_number| session(f64::from(session_number / 10))).collect();
    let protocol = Protocol { sessions, doses: Vec::new(), end: Time::days(6.0) };
    let mut simulation = Simulation::builder(tissue()).protocol(protocol).threads(1).build().unwrap();
    let injury = simulation.parameters().injury.clone();
    let (mut platelets, mut neutrophils) = (0.0_f64, 0.0_f64);
    while !simulation.is_finished() {
        simulation.step().unwrap();
        let clot = simulation.tissue().acute_inflammation();
        platelets = platelets.max(clot.platelets.maximum()).max(clot.neutrophils_in_transit.maximum());
        neutrophils = neutrophils.max(clot.neutrophils.maximum());
    }
    assert!((0.9..=1.0).contains(&platelets), "{platelets}");
    assert!(neutrophils <= injury.neutrophil_decay_time / injury.neutrophil_arrival_time, "{neutrophils}");
}

/// Claim: more cells of one's own than any skin could come to hold are refused by number.
#[test]
fn too_many_cells_of_ones_own_are_refused() {
    let thin = Slab { thickness: Length::micrometers(10.0), ..Slab::default() };
    let tissue = Tissue::new(grid().with_slab(thin).unwrap(), &Skin::young()).unwrap();
    let cell = Fibroblast { id: 0, x: 50.0, y: 80.0, heading: 0.0, activation: 1.0, contraction: 0.0 };
    // 200 000/mm³ × 0.64 mm² × 0.01 mm.
    assert!(tissue.clone().with_fibroblasts(vec![cell; 1280]).is_ok());
    let refused = tissue.with_fibroblasts(vec![cell; 1281]);
    assert!(matches!(refused, Err(Error::OutOfRange { quantity: "fibroblasts per volume", .. })), "{refused:?}");
}

/// Claim: protocols of more sessions or holes than can be worked off are refused by number, at once, by dry runs too.
#[test]
fn endless_protocols_are_refused_at_once() {
    let begun = Instant::now();
    let quantity = |result: Result<()>| match result {
        Err(Error::OutOfRange { quantity, value, maximum, .. }) if value > maximum => quantity,
        other => panic!("{other:?}"),
    };
    let (meters, side) = (Length::millimeters(1000.0), Length::micrometers(800.0));
    let huge = Grid::new(meters, Length::millimeters(100.0), Length::micrometers(40.0)).unwrap();
    for sessions in [10_001, 5_000_000, u32::MAX] {
        let endless = Protocol::repeated(Device::pen_11(), sessions, Time::hours(1e-9)).follow_up(Time::days(9.0));
        assert_eq!(quantity(endless.validate(&grid())), "number of sessions");
        assert_eq!(quantity(endless.dry_run(&grid(), 1).map(drop)), "number of sessions");
    }
    let many = Protocol::repeated(Device::pen_11(), 100, Time::days(1.0)).holes_per_cm2(19_000.0).unwrap();
    assert!(many.validate(&grid()).is_ok());
    assert_eq!(quantity(many.dry_run(&huge, 1).map(drop)), "number of holes");
    let narrow = Grid::new(meters, side, Length::micrometers(40.0)).unwrap();
    let rolled = Protocol::repeated(Device::stamp_6x6(), 1000, Time::days(1.0)).holes_per_cm2(19_000.0).unwrap();
    assert_eq!(quantity(rolled.dry_run(&narrow, 1).map(drop)), "number of holes");
    // Far more than it takes, since others use the machine; what is meant is not for ever.
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}
