//! Does the same seed give the same bits, however a course is run, stopped, saved or watched?
//!
//! Every course here is a small field with a scar under two sessions. "The same" means the same
//! digest of the whole state and, where it is sampled alike, the same bits in every row.
use dermaweave::measure::{Histology, Region};
use dermaweave::report::Report;
use dermaweave::simulation::after_step;
use dermaweave::simulation::{Builder, TICKS_PER_DAY};
use dermaweave::{AtrophicScar, Boundary, Device, Error, Grid, Length, Parameters, Protocol};
use dermaweave::{Result, Session, Signal, Simulation, Skin, Time, Tissue};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::LazyLock;

const SEED: u64 = 11;
/// The course of [`course`] on one thread, never stopped: what all others are compared with.
static UNINTERRUPTED: LazyLock<Simulation> = LazyLock::new(|| finished(course().threads(1)));

fn field(boundary: Boundary) -> Grid {
    let side = Length::micrometers(800.0);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap().with_boundary(boundary)
}

fn scarred(boundary: Boundary) -> Tissue {
    let scar = AtrophicScar { diameter: Length::micrometers(500.0), ..AtrophicScar::boxcar() };
    Tissue::new(field(boundary), &Skin::young()).unwrap().with_lesion(&scar).unwrap()
}

/// A channel through the scar on day 0, a pen on day 4, until day 8 (tick 384).
fn protocol() -> Protocol {
    let channel = Session::new(Device::single_channel(Length::micrometers(300.0)), Time::days(0.0));
    let pen = Session::new(Device::pen_11(), Time::days(4.0)).holes_per_cm2(2_000.0).unwrap();
    Protocol { sessions: vec![channel, pen], doses: Vec::new(), end: Time::days(8.0) }
}

fn course() -> Builder {
    course_with(Boundary::Closed)
}

fn course_with(boundary: Boundary) -> Builder {
    Simulation::builder(scarred(boundary)).protocol(protocol()).seed(SEED).sample_every(Time::days(2.0))
}

fn finished(builder: Builder) -> Simulation {
    let mut simulation = builder.build().unwrap();
    simulation.run().unwrap();
    simulation
}

/// Rows as text. The shortest decimal form of a number names its bits, NaN aside.
fn bits(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

fn assert_same(found: &Simulation, expected: &Simulation, what: &str) {
    assert_eq!(found.state_digest(), expected.state_digest(), "state, {what}");
    assert_eq!(bits(found.report()), bits(expected.report()), "rows, {what}");
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("determinism_{name}"))
}

/// Steps to the end of the first step that ends at `tick` or later.
fn advance_to(simulation: &mut Simulation, tick: u64) {
    while simulation.clock().tick() < tick {
        simulation.step().unwrap();
    }
}

fn saved_and_resumed(simulation: &Simulation, name: &str, threads: usize) -> Simulation {
    let path = file(name);
    simulation.save(&path).unwrap();
    let resumed = Simulation::resume(&path, Some(threads)).unwrap();
    std::fs::remove_file(path).unwrap();
    resumed
}

/// Not a claim, but what gives the others their worth: cells are born, die and work in this course.
#[test]
fn the_course_is_eventful() {
    let (start, end) = (course().build().unwrap(), &*UNINTERRUPTED);
    assert!(!end.tissue().macrophages().is_empty() && !end.tissue().signals().are_at_rest());
    let highest_id = |simulation: &Simulation| simulation.tissue().fibroblasts().iter().map(|cell| cell.id).max();
    assert!(highest_id(end) > highest_id(&start), "no fibroblast divided");
    assert!(end.tissue().fibroblasts().iter().any(|cell| cell.activation > 0.5));
    assert_ne!(end.state_digest(), start.state_digest());
}

/// Claim: the number of threads changes no bit.
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for threads in [2, 3, 8] {
        assert_same(&finished(course().threads(threads)), &UNINTERRUPTED, &format!("{threads} threads"));
    }
    assert_same(&finished(course()), &UNINTERRUPTED, "all threads of the machine");
}

/// Claim: a field so small that one thread steps through it, while all of them make its pictures, gives the same bits too.
#[test]
fn a_small_field_gives_the_same_bits_on_any_number_of_threads() {
    let on = |threads| {
        let side = Length::micrometers(400.0);
        let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::young()).unwrap();
        let protocol = Protocol::once(Device::single_channel(Length::micrometers(126.0))).follow_up(Time::days(3.0));
        let builder = Simulation::builder(tissue).protocol(protocol).histology(Histology::default());
        finished(builder.seed(SEED).threads(threads))
    };
    let expected = on(1);
    assert!(expected.tissue().fibroblasts().iter().any(|cell| cell.activation > 0.1));
    for threads in [2, 3] {
        assert_same(&on(threads), &expected, "small field");
    }
}

/// Claim: running twice changes no bit.
#[test]
fn a_second_run_gives_the_same_bits() {
    assert_same(&finished(course().threads(2)), &finished(course().threads(2)), "second run");
}

/// Claim: the same holds where cells pass the edges.
#[test]
fn a_periodic_field_gives_the_same_bits_on_any_number_of_threads() {
    let expected = finished(course_with(Boundary::Periodic).threads(1));
    for threads in [2, 8] {
        let found = finished(course_with(Boundary::Periodic).threads(threads));
        assert_same(&found, &expected, &format!("periodic, {threads} threads"));
    }
    assert_ne!(expected.state_digest(), UNINTERRUPTED.state_digest());
}

/// Claim: a field wide enough for several blocks of every parallel loop gives the same bits too.
#[test]
fn a_wider_field_gives_the_same_bits_on_any_number_of_threads() {
    let on = |threads| {
        let grid = Grid::new(Length::millimeters(4.0), Length::millimeters(1.0), Length::micrometers(20.0));
        let tissue = Tissue::new(grid.unwrap(), &Skin::young()).unwrap();
        let protocol = Protocol::once(Device::pen_11()).holes_per_cm2(1_000.0).unwrap().follow_up(Time::days(3.0));
        finished(Simulation::builder(tissue).protocol(protocol).seed(SEED).threads(threads))
    };
    let expected = on(1);
    assert!(expected.tissue().fibroblasts().len() > 1_000);
    for threads in [2, 3] {
        assert_same(&on(threads), &expected, "wider field");
    }
}

/// Claim: saving and resuming at any tick changes no bit: before the first step,
/// within a day, at the end of a day, right before a session and right after it.
#[test]
fn a_course_that_is_saved_and_resumed_has_the_same_bits() {
    for (tick, threads) in [(0, 2), (1, 3), (48, 8), (123, 1), (192, 3), (193, 2)] {
        let mut first = course().threads(2).build().unwrap();
        advance_to(&mut first, tick);
        let mut second = saved_and_resumed(&first, &format!("tick_{tick}"), threads);
        assert_same(&second, &first, "at once");
        second.run().unwrap();
        assert_same(&second, &UNINTERRUPTED, &format!("saved at tick {tick}"));
    }
}

/// Claim: a course saved again and again, each time within a day, has the same bits.
#[test]
fn a_course_that_is_resumed_many_times_has_the_same_bits() {
    let mut simulation = course().build().unwrap();
    for part in 0..6_usize {
        advance_to(&mut simulation, 61 * (part as u64 + 1));
        simulation = saved_and_resumed(&simulation, &format!("part_{part}"), part % 3 + 1);
    }
    simulation.run().unwrap();
    assert_same(&simulation, &UNINTERRUPTED, "resumed six times");
}

/// Claim: a saved file is the same file, whoever wrote it.
#[test]
fn saved_files_are_equal_byte_for_byte() {
    let saved = |threads, name: &str| {
        let mut simulation = course().threads(threads).build().unwrap();
        advance_to(&mut simulation, 121);
        simulation.save(file(name)).unwrap();
        std::fs::read(file(name)).unwrap()
    };
    assert!(saved(1, "one_thread") == saved(3, "three_threads"));
}

/// Claim: `step` and `run` are the same course, and `run` after the end does nothing.
#[test]
fn steps_by_hand_are_the_run() {
    let mut simulation = course().build().unwrap();
    while !simulation.is_finished() {
        simulation.step().unwrap();
    }
    assert_eq!(simulation.clock().tick(), 8 * TICKS_PER_DAY);
    simulation.run().unwrap();
    assert_same(&simulation, &UNINTERRUPTED, "step by step");
}

/// Claim: looking does not change what is looked at.
#[test]
fn sampling_does_not_change_the_course() {
    let disc = |name: &str| {
        let middle = Length::micrometers(400.0);
        Region::disc(name, &field(Boundary::Closed), middle, middle, Length::micrometers(300.0)).unwrap()
    };
    let watched_otherwise = vec![
        ("weekly", course().sample_every(Time::days(7.0))),
        ("daily", course().sample_every(Time::days(1.0))),
        ("other days", course().sample_also([Time::days(3.0), Time::days(7.0)])),
        ("small windows", course().window(Length::micrometers(40.0))),
        ("large windows", course().window(Length::micrometers(500.0))),
        ("more regions", course().region(disc("left")).region(disc("right"))),
        ("other arm", course().arm("another name")),
    ];
    for (what, builder) in watched_otherwise {
        assert_eq!(finished(builder).state_digest(), UNINTERRUPTED.state_digest(), "{what}");
    }
}

/// Claim: a row depends on its day and region, not on what else is sampled.
#[test]
fn rows_do_not_depend_on_what_else_is_sampled() {
    let daily = finished(course().sample_every(Time::days(1.0)));
    let expected = UNINTERRUPTED.report().rows();
    let found = expected.iter().filter(|row| daily.report().rows().contains(row)).count();
    assert!(expected.len() == 15 && found == expected.len(), "{found} of {}", expected.len());
}

/// Claim: an observer that breaks stops the run, tells the day and leaves the course as it is.
#[test]
fn a_stopped_run_goes_on_with_the_same_bits() {
    let mut simulation = course().build().unwrap();
    let mut days = Vec::new();
    let stopped = simulation.run_observed(|progress| {
        days.push(progress.day);
        if progress.day >= 6.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(Error::Stopped { day: 6.0 })), "{stopped:?}");
    assert_eq!(days, [2.0, 4.0, 6.0]);
    simulation.run().unwrap();
    assert_same(&simulation, &UNINTERRUPTED, "stopped on day 6");
}

/// Claim: the seed matters, and only from the first random event on.
#[test]
fn other_seeds_give_other_courses() {
    let of_seed = |seed| finished(course().seed(seed)).state_digest();
    let digests: std::collections::BTreeSet<_> = [0, 1, 2, SEED, u64::MAX].into_iter().map(of_seed).collect();
    assert_eq!(digests.len(), 5);
    let before = |seed| course().seed(seed).build().unwrap().state_digest();
    assert_eq!(before(1), before(2));
}

/// Claim: a clone is a branch of the same course, and running one does not touch the other.
#[test]
fn a_clone_continues_alike_and_alone() {
    let mut original = course().build().unwrap();
    advance_to(&mut original, 161);
    let mut copy = original.clone();
    let before = original.state_digest();
    copy.run().unwrap();
    assert_eq!(original.state_digest(), before);
    original.run().unwrap();
    assert_same(&copy, &UNINTERRUPTED, "clone");
    assert_same(&original, &UNINTERRUPTED, "original");
}

/// Claim: a branch with the same protocol and seed is the same course; with another seed it is not.
#[test]
fn a_branch_differs_only_by_what_is_changed() {
    let mut trunk = course().build().unwrap();
    advance_to(&mut trunk, 161);
    let branched = |seed, protocol: Protocol| {
        let mut branch = trunk.branch("branch", protocol, seed).unwrap();
        branch.run().unwrap();
        branch.state_digest()
    };
    assert_eq!(branched(SEED, protocol()), UNINTERRUPTED.state_digest());
    assert_ne!(branched(SEED + 1, protocol()), UNINTERRUPTED.state_digest());
    assert_ne!(branched(SEED, Protocol::untreated(Time::days(8.0))), UNINTERRUPTED.state_digest());
}

/// Claim: a session to come does not reach back in time.
#[test]
fn a_later_session_does_not_change_what_was_before() {
    let on_day_4 = |protocol: Protocol| {
        let mut simulation = course().protocol(protocol).build().unwrap();
        while simulation.clock().days() < 4.0 {
            simulation.step().unwrap();
        }
        simulation.state_digest()
    };
    let mut one_session = protocol();
    one_session.sessions.truncate(1);
    assert_eq!(on_day_4(one_session), on_day_4(protocol()));
}

/// Claim: a rule that does nothing changes nothing; one that does something does, and is repeatable.
#[test]
fn a_rule_changes_only_what_it_changes() {
    assert_same(&finished(course().rule(after_step("idle", |_, _, _| ()))), &UNINTERRUPTED, "idle rule");
    let drug = after_step("drug", |tissue, _, hours| {
        let levels = tissue.signals_mut()[Signal::TgfBeta].values_mut();
        for level in levels {
            *level *= (-hours).exp();
        }
    });
    let treated = finished(course().rule(drug.clone()).threads(1));
    assert_ne!(treated.state_digest(), UNINTERRUPTED.state_digest());
    assert_same(&finished(course().rule(drug).threads(3)), &treated, "drug");
}

/// Claim: rules are given again when a course goes on, which then has the same bits; without them it does not go on.
#[test]
fn a_rule_that_is_given_again_on_resuming_gives_the_same_bits() {
    let heal = after_step("heal", |tissue, _, hours| {
        tissue.matrix_mut().sites_mut().iter_mut().for_each(|site| site.fibrin *= (-0.1 * hours).exp());
    });
    let mut first = course().rule(heal.clone()).build().unwrap();
    advance_to(&mut first, 101);
    let path = file("rule");
    first.save(&path).unwrap();
    let forgotten = Simulation::resume(&path, Some(2));
    let tells = |result: dermaweave::Result<Simulation>, names: &str| matches!(result, Err(Error::OtherRules { saved, given, .. }) if saved == "heal" && given == names);
    assert!(tells(forgotten, ""));
    assert!(tells(Simulation::resume_with_rules(&path, Some(2), [heal.clone(), heal.clone()]), "heal, heal"));
    assert!(tells(Simulation::resume_with_rules(&path, Some(2), [after_step("harm", |_, _, _| ())]), "harm"));
    let mut second = Simulation::resume_with_rules(&path, Some(2), [heal.clone()]).unwrap();
    std::fs::remove_file(path).unwrap();
    second.run().unwrap();
    assert_same(&second, &finished(course().rule(heal)), "rule after resuming");
}

/// Claim: the parameters in use are saved with the course.
#[test]
fn other_parameters_survive_saving() {
    let mut parameters = Parameters::default();
    parameters.fibroblast.rotational_diffusivity = 0.5;
    let mut first = course().parameters(parameters.clone()).build().unwrap();
    advance_to(&mut first, 101);
    let mut second = saved_and_resumed(&first, "parameters", 1);
    assert_eq!(second.parameters(), &parameters);
    second.run().unwrap();
    assert_same(&second, &finished(course().parameters(parameters)), "other parameters");
}

/// Claim: a cap on the steps that nothing reaches changes no bit; one that is reached makes another course, and is
/// saved with it.
#[test]
fn the_longest_step_survives_saving() {
    assert_same(&finished(course().longest_step(Time::hours(3.0))), &UNINTERRUPTED, "a cap at the longest step");
    let expected = finished(course().longest_step(Time::hours(0.5)).threads(1));
    assert_ne!(expected.state_digest(), UNINTERRUPTED.state_digest());
    let mut first = course().longest_step(Time::hours(0.5)).build().unwrap();
    advance_to(&mut first, 101);
    assert_eq!(first.clock().tick(), 101);
    let mut second = saved_and_resumed(&first, "longest_step", 2);
    second.run().unwrap();
    assert_same(&second, &expected, "half-hour steps");
}

/// A place in the state where one number can be changed by hand.
#[derive(Clone, Copy, Debug)]
enum Place {
    New,
    Mature,
    Fibrin,
    Elastin,
    Signal(Signal),
    Position,
    Heading,
    Activation,
}

fn number(tissue: &mut Tissue, place: Place, index: usize) -> &mut f64 {
    match place {
        Place::Signal(signal) => pick(tissue.signals_mut()[signal].values_mut(), index),
        Place::Position => &mut pick(tissue.fibroblasts_mut(), index).x,
        Place::Heading => &mut pick(tissue.fibroblasts_mut(), index).heading,
        Place::Activation => &mut pick(tissue.fibroblasts_mut(), index).activation,
        place => {
            let site = pick(tissue.matrix_mut().sites_mut(), index);
            match place {
                Place::New => &mut site.new.s4,
                Place::Mature => &mut site.mature.c2,
                Place::Fibrin => &mut site.fibrin,
                _ => &mut site.elastin,
            }
        }
    }
}

fn pick<T>(items: &mut [T], index: usize) -> &mut T {
    let count = items.len();
    &mut items[index % count]
}

fn places() -> impl Strategy<Value = Place> {
    let matrix = [Place::New, Place::Mature, Place::Fibrin, Place::Elastin];
    let cells = [Place::Position, Place::Heading, Place::Activation];
    let signals = Signal::ALL.map(Place::Signal);
    prop::sample::select([&matrix[..], &cells[..], &signals[..]].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: the digest sees every bit of the state.
    #[test]
    fn one_changed_bit_changes_the_digest(place in places(), index in 0..10_000_usize, bit in 0..64_u32) {
        let mut simulation = UNINTERRUPTED.clone();
        // Changing a site flushes it, which is another state already.
        simulation.tissue_mut().matrix_mut().flush();
        let before = simulation.state_digest();
        let value = number(simulation.tissue_mut(), place, index);
        *value = f64::from_bits(value.to_bits() ^ (1 << bit));
        prop_assert_ne!(simulation.state_digest(), before.clone());
        let value = number(simulation.tissue_mut(), place, index);
        *value = f64::from_bits(value.to_bits() ^ (1 << bit));
        prop_assert_eq!(simulation.state_digest(), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: saving at any tick keeps the course, whatever the number of threads.
    #[test]
    fn saving_at_any_tick_keeps_the_course(tick in 0..384_u64, threads in 1..5_usize) {
        prop_assert_eq!(resumed_at(tick, threads).unwrap(), UNINTERRUPTED.state_digest());
    }
}

fn resumed_at(tick: u64, threads: usize) -> Result<String> {
    let mut simulation = course().threads(1).build()?;
    advance_to(&mut simulation, tick);
    let mut resumed = saved_and_resumed(&simulation, &format!("any_{tick}_{threads}"), threads);
    resumed.run()?;
    Ok(resumed.state_digest())
}
