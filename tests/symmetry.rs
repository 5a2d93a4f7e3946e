//! Does a turned or mirrored piece of skin have a turned or mirrored future, with fibers that can exist?
//!
//! Random numbers belong to a cell or a site, not to a direction, so what is drawn *in the frame of the field* does not
//! turn with the picture. Exempt are therefore, all of them without a direction of their own (uniform or normal with equal
//! variances): the shift of lattices and the strikes of pens, where resting cells are placed, the headings of daughters
//! (`populations.rs`), the walk of macrophages, and at which site of a turned field they arrive. In a mirror a turn drawn to
//! the left must become one to the right: rules that take their draws are shown that, a whole simulation, which draws by
//! itself, is compared after one step but for the turns. All else commutes: holes and their area, clot, signals, ground
//! substance, flare, response, work, turnover, crowding, which cells divide, which die, and what macrophages clear.
#[path = "common/world.rs"]
mod world;

use dermaweave::cells::fibroblast::{Crowding, Outcome, fates};
use dermaweave::parameters::Parameters;
use dermaweave::random::StepKey;
use dermaweave::treatment::TreatedRegion;
use dermaweave::{
    Boundary, Device, FiberMoments, Field, Length, Protocol, Session, Signal, Simulation, Skin, Time, Tissue,
};
use rand::RngExt;
use std::f64::consts::{FRAC_PI_2, TAU};
use world::*;

/// Claim: the rules have no direction and no handedness: changing the picture first or last gives the
/// same matrix, signals and cells.
#[test]
fn changing_the_picture_commutes_with_the_rules() {
    for boundary in BOUNDARIES {
        let after = World::new(boundary).after(|draw| draw);
        for change in Change::ALL {
            let changed = change.world(&World::new(boundary)).after(|draw| change.draw(draw));
            let expected = change.world(&after);
            let matrix = matrix_difference(&changed.matrix, &expected.matrix);
            let signals = signal_difference(&changed.signals, &expected.signals);
            let cells = cell_difference(&changed.cells, &expected.cells);
            println!("{boundary:?} {change:?}: matrix {matrix:.1e}, signals {signals:.1e}, cells {cells:.1e}");
            assert!(matrix.max(signals).max(cells) < ROUND_OFF, "{boundary:?} {change:?}: {matrix} {signals} {cells}");
        }
    }
}

/// The comparison above means something: everything moved, edges were met, and the wrong change of
/// axis or of draws is noticed.
#[test]
fn the_picture_does_change_and_mistakes_are_noticed() {
    let start = World::new(Boundary::Closed);
    let after = start.clone().after(|draw| draw);
    assert!(matrix_difference(&after.matrix, &start.matrix) > 0.01);
    assert!(signal_difference(&after.signals, &start.signals) > 0.1);
    assert!(cell_difference(&after.cells, &start.cells) > 10.0);
    let periodic = World::new(Boundary::Periodic).after(|draw| draw);
    assert!(cell_difference(&after.cells, &periodic.cells) > 10.0, "no cell met the edge");
    let mirrored = Change::Mirrored.world(&after);
    let same_draws = Change::Mirrored.world(&start).after(|draw| draw);
    assert!(cell_difference(&same_draws.cells, &mirrored.cells) > 1.0);
    let mut same_axis = Change::Mirrored.world(&start);
    same_axis.tension.axis = start.tension.axis;
    let same_axis = same_axis.after(|draw| Change::Mirrored.draw(draw));
    assert!(cell_difference(&same_axis.cells, &mirrored.cells) > 1e-3);
}

/// Claim: crowding and fates have no direction: in a changed world the same cells divide and the same die, by the same
/// draws. Only the headings of daughters are drawn in the frame of the field.
#[test]
fn the_same_cells_divide_and_die_in_a_changed_world() {
    for boundary in BOUNDARIES {
        // Quiet enough for some to die.
        let quiet = smooth_signals(square_grid(20.0, boundary), 0.04, 80_000);
        let world = World { signals: quiet, ..World::new(boundary) };
        let parameters = Parameters::default().fibroblast;
        let fates_in = |world: &World| {
            let crowding = Crowding::new(&world.cells, world.matrix.grid(), 150.0);
            let crowds: Vec<f64> = world.cells.iter().map(|cell| crowding.at(cell.x, cell.y)).collect();
            (
                crowds,
                fates(
                    &world.cells,
                    &crowding,
                    &world.signals,
                    &parameters,
                    StepKey { seed: 5, tick: 48, hours: 240.0 },
                ),
            )
        };
        let (crowds, outcomes) = fates_in(&world);
        let divide = |outcome: &Outcome| matches!(outcome, Outcome::Divides(_));
        let divisions = outcomes.iter().filter(|(_, outcome)| divide(outcome)).count();
        assert!(divisions > 3 && outcomes.len() - divisions > 0, "{divisions} of {}", outcomes.len());
        // Smoothed over the edge, two by two tiles are one.
        let spread = largest(crowds.iter().map(|crowd| crowd - crowds[0]));
        assert_eq!(spread > 0.1, boundary == Boundary::Closed, "crowding differs by {spread}");
        for change in Change::ALL {
            let (changed_crowds, changed) = fates_in(&change.world(&world));
            assert!(largest(crowds.iter().zip(&changed_crowds).map(|(one, other)| one - other)) < 1e-13);
            assert_eq!(changed, outcomes, "{boundary:?} {change:?}");
        }
    }
}

/// Skin with the matrix, levels and headings of a world, half of its cells active, and a channel off its middle.
fn under_the_needle(world: &World, change: Option<Change>) -> Simulation {
    let start = Tissue::new(*world.matrix.grid(), &Skin::young()).unwrap();
    let mut cells: Vec<_> = start.fibroblasts().to_vec();
    for (cell, other) in cells.iter_mut().zip((0..).map(random_cell)) {
        (cell.heading, cell.contraction) = (other.heading, other.contraction);
        cell.activation = if cell.id.is_multiple_of(2) { other.activation } else { 0.0 };
    }
    let (world, center) = match change {
        Some(change) => (change.world(world), change.point((150.0, 230.0))),
        None => (world.clone(), (150.0, 230.0)),
    };
    let skin = Skin { tension: world.tension, ..Skin::young() };
    let mut tissue = Tissue::new(*world.matrix.grid(), &skin).unwrap();
    *tissue.matrix_mut() = world.matrix.clone();
    *tissue.signals_mut() = world.signals;
    // Without inflammation and with the least recruitment no macrophage comes within the hours that are compared.
    tissue.signals_mut()[Signal::Inflammation].values_mut().fill(0.0);
    for (cell, before) in tissue.fibroblasts_mut().iter_mut().zip(cells) {
        *cell = change.map_or(before, |change| change.cell(before));
    }
    let length = Length::micrometers;
    let region = TreatedRegion::Disc { x: length(center.0), y: length(center.1), diameter: length(200.0) };
    let session = Session { region, ..Session::new(Device::single_channel(length(130.0)), Time::days(0.0)) };
    let mut parameters = Parameters::default();
    (parameters.macrophage.recruitment_rate, parameters.fibroblast.division_rate) = (1.0, 0.001);
    let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(7.0) };
    Simulation::builder(tissue).protocol(protocol).parameters(parameters).seed(6).threads(1).build().unwrap()
}

/// Largest differences of matrix, fields and cells between a changed course and the change of the course.
fn course_difference(changed: &Tissue, course: &Tissue, change: Change) -> (f64, f64, f64) {
    let matrix = matrix_difference(changed.matrix(), &change.matrix(course.matrix()));
    let field = |one: &Field, other: &Field| {
        largest(one.values().iter().zip(change.field(other).values()).map(|(one, other)| one - other))
    };
    let fields = [
        (&changed.acute_inflammation().platelets, &course.acute_inflammation().platelets),
        (&changed.acute_inflammation().neutrophils_in_transit, &course.acute_inflammation().neutrophils_in_transit),
        (&changed.acute_inflammation().neutrophils, &course.acute_inflammation().neutrophils),
        (changed.ground(), course.ground()),
        (changed.microchannels().flare(), course.microchannels().flare()),
        (changed.microchannels().adaptation(), course.microchannels().adaptation()),
    ];
    let others = fields.into_iter().map(|(one, other)| field(one, other)).fold(0.0, f64::max);
    let signals = signal_difference(changed.signals(), &change.signals(course.signals()));
    let cells: Vec<_> = course.fibroblasts().iter().map(|&cell| change.cell(cell)).collect();
    assert!(changed.fibroblasts().iter().map(|cell| cell.id).eq(cells.iter().map(|cell| cell.id)), "other cells live");
    (matrix, signals.max(others), cell_difference(changed.fibroblasts(), &cells))
}

/// Claim: a whole simulation turns with the picture: holes by their exact overlap, the dead, clot, signals, ground
/// substance, flare, work, movement, and turnover at the end of the day. Levels reach 30; a day of hourly steps lets
/// round-off in the places of cells grow by no more than the number of steps.
#[test]
fn a_turned_course_is_the_course_turned() {
    for boundary in BOUNDARIES {
        let world = World::new(boundary);
        let (mut course, mut turned) = (under_the_needle(&world, None), under_the_needle(&world, Some(Change::Turned)));
        let (cells, before) = (course.tissue().fibroblasts().len(), course.tissue().clone());
        for _ in 0..26 {
            course.step().unwrap();
            turned.step().unwrap();
        }
        assert_eq!((course.clock(), course.clock().hours()), (turned.clock(), 26.0));
        let (after, turned) = (course.tissue(), turned.tissue());
        // Nothing exempt has happened, and much else has.
        assert!(after.macrophages().is_empty() && turned.macrophages().is_empty());
        assert!(after.fibroblasts().len() < cells && after.fibroblasts().iter().all(|cell| cell.id < cells as u64));
        assert!(matrix_difference(after.matrix(), before.matrix()) > 0.5 && after.ground().maximum() > 1.1);
        let (matrix, fields, moved) = course_difference(turned, after, Change::Turned);
        println!("{boundary:?}: matrix {matrix:.1e}, fields {fields:.1e}, cells {moved:.1e}");
        assert!(matrix.max(fields).max(moved) < ROUND_OFF * 26.0, "{boundary:?}: {matrix} {fields} {moved}");
    }
}

/// Claim: the first step of a simulation mirrors with the picture, but for the turns that cells draw: injury, the dead,
/// clot, signals, ground substance, flare, work, activation and contraction.
#[test]
fn a_mirrored_first_step_is_the_step_mirrored() {
    for boundary in BOUNDARIES {
        let world = World::new(boundary);
        let step = |change| {
            let mut simulation = under_the_needle(&world, change);
            simulation.step().unwrap();
            let mut tissue = simulation.tissue().clone();
            tissue.fibroblasts_mut().iter_mut().for_each(|cell| (cell.x, cell.y, cell.heading) = (200.0, 200.0, 0.0));
            tissue
        };
        let (matrix, fields, cells) = course_difference(&step(Some(Change::Mirrored)), &step(None), Change::Mirrored);
        println!("{boundary:?}: matrix {matrix:.1e}, fields {fields:.1e}, cells {cells:.1e}");
        assert!(matrix.max(fields).max(cells) < ROUND_OFF, "{boundary:?}: {matrix} {fields} {cells}");
    }
}

/// Claim: moments turn and mirror like the picture: a quarter turn four times and a mirror twice
/// change nothing, and a mirror reverses a turn.
#[test]
fn changes_of_moments_form_the_group_of_the_square() {
    for entity in 0..100 {
        let fibers = random_fibers(&mut numbers(90_000 + entity));
        let angle = TAU * numbers(entity).random::<f64>();
        let equal = |one: FiberMoments, other: FiberMoments| largest(five(one - other).into_iter()) < 1e-14;
        assert!(equal((0..4).fold(fibers, |fibers, _| fibers.rotated(FRAC_PI_2)), fibers));
        assert!(equal(fibers.mirrored().mirrored(), fibers));
        assert!(equal(fibers.rotated(angle).mirrored(), fibers.mirrored().rotated(-angle)));
        let family = FiberMoments::one_family(0.7, angle, 0.6);
        assert!(equal(family.mirrored(), FiberMoments::one_family(0.7, -angle, 0.6)));
    }
}
