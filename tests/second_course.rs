//! What is lost and gained in a course, counted from its own start?
use dermaweave::report::Row;
use dermaweave::tension::Tension;
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};

fn scarred() -> Tissue {
    let side = Length::micrometers(800.0);
    let scar = AtrophicScar { diameter: Length::micrometers(400.0), ..AtrophicScar::boxcar() };
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    Tissue::new(grid, &Skin::aged(60.0)).unwrap().with_lesion(&scar).unwrap()
}

fn session(days: f64) -> Protocol {
    Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(600.0).unwrap().follow_up(Time::days(days))
}

/// Sampled every other day.
fn begun(tissue: Tissue, days: f64) -> Simulation {
    let builder = Simulation::builder(tissue).protocol(session(days)).seed(2);
    builder.sample_every(Time::days(2.0)).build().unwrap()
}

fn run(mut simulation: Simulation) -> Simulation {
    simulation.run().unwrap();
    simulation
}

/// gained − lost is the change of the density since the first row, in every region.
fn assert_adds_up(simulation: &Simulation) {
    for row in simulation.report().rows() {
        let first = simulation.report().first(&row.region).unwrap();
        let change = row.organization.density - first.organization.density;
        let (lost, gained) = (row.collagen_lost, row.collagen_gained);
        assert!((gained - lost - change).abs() < 1e-12, "{} on day {}: {gained} {lost} {change}", row.region, row.day);
        assert!((lost - (first.original_collagen - row.original_collagen)).abs() < 1e-12 && lost > -1e-12);
    }
}

/// Mean over the field of what is young, and of what is mature and was not there at the start.
fn young_and_come(tissue: &Tissue) -> [f64; 2] {
    let sums = tissue
        .matrix()
        .sites()
        .fold([0.0; 2], |sums, site| [sums[0] + site.new.density, sums[1] + site.mature.density - site.original]);
    sums.map(|sum| sum / tissue.grid().sites() as f64)
}

/// Claim: on day 0 nothing is lost and nothing gained, in a first course and in a second one on its tissue; at any time
/// gained − lost is the change of the density, in every region, after sessions and turnover.
#[test]
fn losses_and_gains_count_from_the_start_of_a_course() {
    let first = run(begun(scarred(), 10.0));
    let second = run(begun(first.tissue().clone(), 10.0));
    for course in [&first, &second] {
        let start: Vec<&Row> = course.report().rows().iter().filter(|row| row.day == 0.0).collect();
        assert_eq!(start.len(), 3);
        assert!(start.iter().all(|row| row.collagen_gained == 0.0 && row.collagen_lost == 0.0));
        assert_adds_up(course);
    }
    let [end, start] = [first.report().region("all").last(), second.report().first("all")].map(Option::unwrap);
    assert!(end.organization.new_density > 0.01 && end.collagen_lost > 0.01);
    assert!((start.original_collagen - (end.organization.density - end.organization.new_density)).abs() < 1e-12);
}

/// Claim: what is gained is the mature collagen that was not there at the start, and by how much the young has grown.
#[test]
fn gains_are_what_has_come() {
    let first = run(begun(scarred(), 6.0));
    let [young, _] = young_and_come(first.tissue());
    let second = run(begun(first.tissue().clone(), 8.0));
    let [young_now, come] = young_and_come(second.tissue());
    let row = second.report().region("all").last().unwrap();
    let expected = come + young_now - young;
    assert!((row.collagen_gained - expected).abs() < 1e-12, "{} {expected}", row.collagen_gained);
    assert!(come > 0.0 && young > 0.01);
}

/// Claim: a branch and a resumed course go on from the start of the course they come from, bit for bit.
#[test]
fn branches_and_resumed_courses_keep_their_start() {
    let tissue = run(begun(scarred(), 4.0)).tissue().clone();
    let whole = run(begun(tissue.clone(), 8.0));
    let mut half = begun(tissue, 8.0);
    while half.clock().days() < 3.0 {
        half.step().unwrap();
    }
    let path = std::env::temp_dir().join(format!("dermaweave_second_course_{}", std::process::id()));
    half.save(&path).unwrap();
    let resumed = run(Simulation::resume(&path, Some(1)).unwrap());
    std::fs::remove_file(&path).unwrap();
    let branched = run(half.branch("treated", session(8.0), 2).unwrap());
    for course in [&resumed, &branched] {
        assert_adds_up(course);
        assert_eq!(course.report().rows(), whole.report().rows());
    }
}

/// Claim: skin that has been through a course takes another tension as fresh skin does: its fibers lie along it.
#[test]
fn skin_of_an_earlier_course_takes_another_tension() {
    let side = Length::micrometers(400.0);
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::aged(50.0)).unwrap();
    let quiet = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(90.0))).build().unwrap();
    let tissue = run(quiet).tissue().clone();
    let turned = Tension { axis: 0.5, ..Tension::default() };
    let turned = tissue.clone().with_tension(|_, _| turned).unwrap();
    for (before, after) in tissue.matrix().sites().zip(turned.matrix().sites()) {
        let (before, after) = (before.collagen(), after.collagen());
        assert!((after.mean_angle() - 0.5).abs() < 1e-6, "{}", after.mean_angle());
        assert!((after.density - before.density).abs() < 1e-6 * before.density);
    }
}
