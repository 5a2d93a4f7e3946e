//! Does a puncture do to the tissue what its geometry says?
//!
//! Effects are those of single steps.
#[path = "common/needling.rs"]
mod needling;

use dermaweave::report::Row;
use dermaweave::treatment::{Cut, TreatedRegion};
use dermaweave::{Boundary, Device, Grid, Length, Parameters, Protocol, Session, Simulation, Skin, Time, Tissue};
use needling::*;
use std::f64::consts::PI;

/// Claim: one channel takes exactly removed fraction × area of its disc from the matrix and fills
/// exactly its area with fibrin, whatever the spacing and wherever it lies. Cells are at rest during
/// the first hour and macrophages have not come, so that nothing but rounding is added: 1e-12 of
/// the whole field, 1e6 µm².
#[test]
fn a_channel_takes_exactly_its_share() {
    for (diameter, spacing) in [(70.0, 20.0), (130.0, 10.0), (130.0, 40.0), (400.0, 20.0), (800.0, 4.0)] {
        for (device, removed) in
            [(Device::single_channel(micrometers(diameter)), 0.9), (Device::punch(micrometers(diameter)), 1.0)]
        {
            for region in [TreatedRegion::Everywhere, off_center(431.7, 568.9)] {
                let (before, after) = first_step(&device, region, spacing);
                let area = 0.25 * PI * diameter * diameter;
                let lost = |number| total(&before, number) - total(&after, number);
                assert!(
                    (lost(|site| site.collagen().density) - removed * area).abs() < 1e-6,
                    "{diameter} µm at {spacing} µm"
                );
                assert!((lost(|site| site.elastin) - removed * area).abs() < 1e-6);
                assert!((total(&after, |site| site.fibrin) - area).abs() < 1e-6);
            }
        }
    }
}

/// Claim: what is left keeps its weave and its pools: a needle takes fibers of all directions alike.
#[test]
fn a_channel_leaves_directions_and_pools_as_they_are() {
    let (before, after) = first_step(&Device::single_channel(micrometers(400.0)), TreatedRegion::Everywhere, 20.0);
    let sites = before.tissue().matrix().sites().zip(after.tissue().matrix().sites());
    for (old, new) in sites {
        let left = new.mature.density / old.mature.density;
        assert!((0.1 - 1e-12..=1.0).contains(&left));
        assert!((new.new.density / old.new.density - left).abs() < 1e-12);
        assert!(
            (new.mature.c4 - left * old.mature.c4).abs() < 1e-12
                && (new.mature.c2 - left * old.mature.c2).abs() < 1e-12
        );
        assert!((new.fibrin - (1.0 - left) / 0.9).abs() < 1e-12);
    }
}

/// Claim: clot and neutrophils come for exactly the opened area: of the neutrophils attracted by it,
/// e^{−t/τ} are still on their way after an hour, and the clot has given up 1 − e^{−t/τ}.
#[test]
fn clot_and_neutrophils_are_proportional_to_the_opened_area() {
    let parameters = Parameters::default().injury;
    for diameter in [130.0, 400.0] {
        let (_, after) = first_step(&Device::single_channel(micrometers(diameter)), TreatedRegion::Everywhere, 20.0);
        let (clot, hours) = (after.tissue().acute_inflammation(), after.clock().hours());
        let area = 0.25 * PI * diameter * diameter;
        assert_close(
            clot.neutrophils_in_transit.total(),
            area * (-hours / parameters.neutrophil_arrival_time).exp(),
            1e-9,
            "in transit",
        );
        assert_close(clot.platelets.total(), area * (-hours / parameters.clot_release_time).exp(), 1e-9, "clot");
    }
}

/// Claim: a punch leaves no cell alive in its disc; outside no cell is lost. (Daughters have later identities.)
#[test]
fn a_punch_kills_the_cells_in_its_disc_and_no_other() {
    let (before, after) = first_step(&Device::punch(micrometers(600.0)), TreatedRegion::Everywhere, 20.0);
    let inside = |cell: &&dermaweave::cells::fibroblast::Fibroblast| (cell.x - 500.0).hypot(cell.y - 500.0) <= 300.0;
    let ids =
        |simulation: &Simulation| simulation.tissue().fibroblasts().iter().map(|cell| cell.id).collect::<Vec<_>>();
    let outside = before.tissue().fibroblasts().iter().filter(|cell| !inside(cell));
    let expected: Vec<_> = outside.map(|cell| cell.id).collect();
    assert!(expected.len() < before.tissue().fibroblasts().len() - 50);
    let number = before.tissue().fibroblasts().len() as u64;
    assert_eq!(ids(&after).into_iter().filter(|id| *id < number).collect::<Vec<_>>(), expected);
}

/// Claim: in a needle channel a cell dies with probability 0.9. Of 400 channels over cells,
/// 360 ± 6 kill.
#[test]
fn a_cell_in_a_channel_dies_with_its_probability() {
    let cells = tissue(1.0, 20.0);
    let killed = (0..400_u64).filter(|&seed| {
        let cell = cells.fibroblasts()[seed as usize % cells.fibroblasts().len()];
        let session =
            Session { region: off_center(cell.x, cell.y), ..passes(Device::single_channel(micrometers(40.0)), 1) };
        let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(7.0) };
        let mut simulation =
            Simulation::builder(cells.clone()).protocol(protocol).seed(seed).threads(1).build().unwrap();
        simulation.step().unwrap();
        simulation.tissue().fibroblasts().iter().all(|left| left.id != cell.id)
    });
    let killed = killed.count();
    assert!((336..=384).contains(&killed), "{killed} of 400, four standard errors are 24");
}

/// Claim: needles of several passes displace the area that the dry run tells, and the gap of their cut fills with clot.
/// Overlaps count less in the tissue and twice in the dry run; of holes cut by the edge both count what lies in the field.
#[test]
fn a_session_opens_what_its_dry_run_tells() {
    let grid = *tissue(4.0, 20.0).grid();
    let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(7.0));
    let told = protocol.dry_run(&grid, 3).unwrap().sessions[0].opened_percent;
    let mut simulation = Simulation::builder(tissue(4.0, 20.0)).protocol(protocol).seed(3).build().unwrap();
    simulation.step().unwrap();
    let opened = 100.0 * total(&simulation, |site| site.fibrin) / (16.0 * 1e6);
    // Where 3 % are displaced at random, overlaps take 1.5 % of it at most: of 40 holes on 16 mm² one or two overlap.
    let gap = Cut::needle().gap * told;
    assert!(opened <= gap + 1e-9 && opened > 0.96 * gap, "{opened} %, told {told} %");
}

/// Claim: in a periodic field a hole over the edge goes on at the other side: all of its area is
/// opened, and as many cells die as in the middle of the field (within their count, a few cells).
#[test]
fn a_hole_over_a_periodic_edge_is_whole() {
    let opened = |x: f64| {
        let side = Length::micrometers(800.0);
        let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(Boundary::Periodic);
        let (x, y) = (Length::micrometers(x), Length::micrometers(400.0));
        let region = TreatedRegion::Disc { x, y, diameter: Length::micrometers(300.0) };
        let session = Session { region, ..Session::new(Device::punch(Length::micrometers(300.0)), Time::days(0.0)) };
        let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(1.0) };
        let tissue = Tissue::new(grid, &Skin::young()).unwrap();
        let before = tissue.fibroblasts().len();
        let mut simulation = Simulation::builder(tissue).protocol(protocol).build().unwrap();
        simulation.step().unwrap();
        let fibrin: f64 = simulation.tissue().matrix().sites().map(|site| site.fibrin).sum();
        (fibrin * grid.site_area(), before - simulation.tissue().fibroblasts().len())
    };
    let ((inside, died_inside), (over_edge, died_over_edge)) = (opened(400.0), opened(0.0));
    assert_close(inside, PI * 150.0 * 150.0, 1e-9, "area in the middle");
    assert_close(over_edge, inside, 1e-9, "area over the edge");
    assert!(died_inside.abs_diff(died_over_edge) <= 8, "{died_inside} {died_over_edge}");
}

/// Claim: what a punch takes out is counted as lost, nothing that was there is counted twice, and no site is more
/// than wholly red.
#[test]
fn a_punch_takes_what_was_there() {
    let diameter = Length::millimeters(0.6);
    let base = tissue(2.0, 20.0);
    let (grid, middle) = (*base.grid(), Length::millimeters(1.0));
    let wound = dermaweave::measure::Region::disc("wound", &grid, middle, middle, Length::millimeters(0.4)).unwrap();
    let protocol = Protocol::once(Device::punch(diameter)).follow_up(Time::days(1.0));
    let builder = Simulation::builder(base).protocol(protocol).region(wound).sample_every(Time::days(1.0));
    let mut simulation = builder.build().unwrap();
    simulation.step().unwrap();
    assert!(simulation.tissue().microchannels().flare().maximum() <= 1.0);
    simulation.run().unwrap();
    let rows: Vec<&Row> = simulation.report().region("wound").collect();
    assert!((rows[1].collagen_lost - rows[0].original_collagen).abs() < 1e-12, "all of it is out");
    // Of the young collagen only the change counts: that of the start is out, too.
    let gained = rows[1].collagen_gained + rows[0].organization.new_density;
    assert!((0.0..0.05).contains(&gained), "{gained}");
    let mut sites = simulation.tissue().matrix().sites();
    assert!(sites.all(|site| site.original <= site.mature.density + 1e-12));
}
