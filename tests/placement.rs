//! Do cells and holes lie where their numbers and dates say, in fields of any shape?
//!
//! Bands are four standard errors of the law that is claimed, or of the sample where the law gives none.
use dermaweave::treatment::punctures;
use dermaweave::{Device, Grid, Length, Parameters, Protocol, Session, Simulation, Skin, Time, Tissue};
use std::collections::BTreeSet;

/// Resting fibroblasts of young skin per mm² of the default slab.
const RESTING: f64 = 300.0;

fn field((columns, rows): (u32, u32), spacing: f64) -> Grid {
    let side = |sites: u32| Length::micrometers(f64::from(sites) * spacing);
    Grid::new(side(columns), side(rows), Length::micrometers(spacing)).unwrap()
}

fn placed(grid: Grid, placement_seed: u64) -> Tissue {
    Tissue::new(grid, &Skin { placement_seed, ..Skin::young() }).unwrap()
}

// Where resting cells lie.

/// Claim: the number of resting cells is density × area to within one in a field of any shape and its mean over
/// placements is just that: a fraction p of a cell is there with probability p, so its mean over N placements has a
/// standard error of √(p (1 − p)/N). A turned field holds as many.
#[test]
fn resting_cells_are_as_many_as_the_area_calls_for() {
    let shapes = [
        ((500, 4), 20.0),
        ((4, 500), 20.0),
        ((997, 13), 20.0),
        ((5000, 4), 2.0),
        ((4, 4), 2.0),
        ((4, 4), 20.0),
        ((37, 41), 10.0),
        ((9, 80), 4.0),
    ];
    for ((columns, rows), spacing) in shapes {
        let (grid, turned) = (field((columns, rows), spacing), field((rows, columns), spacing));
        let expected = RESTING * grid.area_mm2();
        let placements = if grid.sites() < 5000 { 800 } else { 60 };
        let mut total = 0.0;
        for seed in 0..placements {
            let count = placed(grid, seed).fibroblasts().len();
            assert_eq!(count, placed(turned, seed).fibroblasts().len(), "{columns} × {rows} turned");
            assert!((count as f64 - expected).abs() < 1.0, "{columns} × {rows}: {count} for {expected}");
            total += count as f64;
        }
        let (mean, fraction) = (total / placements as f64, expected.fract());
        let standard_error = (fraction * (1.0 - fraction) / placements as f64).sqrt();
        println!("{columns} × {rows} of {spacing} µm: {mean} for {expected} ± {standard_error}");
        assert!((mean - expected).abs() <= 4.0 * standard_error + 1e-9, "{columns} × {rows}: {mean} for {expected}");
    }
}

/// Claim: no part of a field of any shape is favored: each eighth of it, along x and along y, holds an eighth of the
/// cells on average. And cells are spread evenly: counts in an eighth vary far less than those of cells thrown at
/// random, whose variance is the mean, unless it is as narrow as the tile of a cell.
#[test]
fn resting_cells_are_evenly_spread() {
    const PARTS: usize = 8;
    const TILE: f64 = 58.0;
    const PLACEMENTS: u32 = 150;
    for (sites, spacing) in [((500, 4), 20.0), ((4, 500), 20.0), ((997, 13), 4.0), ((40, 56), 20.0), ((45, 45), 20.0)] {
        let grid = field(sites, spacing);
        // Sums of counts and of their squares, along x and along y.
        let mut sums = [[[0.0; 2]; PARTS]; 2];
        for seed in 0..PLACEMENTS {
            let mut counts = [[0.0; PARTS]; 2];
            for cell in placed(grid, seed.into()).fibroblasts() {
                assert!(grid.contains(cell.x, cell.y));
                let shares = [cell.x / grid.width(), cell.y / grid.height()];
                for (counts, share) in counts.iter_mut().zip(shares) {
                    counts[(share * PARTS as f64) as usize] += 1.0;
                }
            }
            for (sums, count) in sums.as_flattened_mut().iter_mut().zip(counts.as_flattened()) {
                sums[0] += count;
                sums[1] += count * count;
            }
        }
        let (placements, expected) = (f64::from(PLACEMENTS), RESTING * grid.area_mm2() / PARTS as f64);
        let wide = [grid.width(), grid.height()].map(|extent| extent / PARTS as f64 > 2.0 * TILE);
        let of_parts = sums.iter().zip(wide).flat_map(|(sums, wide)| sums.iter().map(move |sums| (sums, wide)));
        for ([sum, squares], wide) in of_parts {
            let mean = sum / placements;
            let variance = (squares / placements - mean * mean).max(0.0);
            let standard_error = (variance / placements).sqrt();
            // Where no count varies, up to round-off.
            let band = 4.0 * standard_error + 1e-6;
            assert!((mean - expected).abs() <= band, "{sites:?}: {mean} ± {standard_error} for {expected}");
            assert!(!wide || variance < 0.5 * expected, "{sites:?}: variance {variance} of {expected} cells");
        }
    }
}

/// Claim: a field so small that no cell lies in it can be treated, simulated and reported in numbers.
#[test]
fn a_field_without_a_cell_can_be_simulated() {
    let skin = Skin { fibroblasts_per_mm3: 100.0, ..Skin::young() };
    let tissue = Tissue::new(field((4, 4), 20.0), &skin).unwrap();
    assert!(tissue.fibroblasts().is_empty());
    let protocol = Protocol::once(Device::single_channel(Length::micrometers(40.0))).follow_up(Time::days(3.0));
    let mut simulation = Simulation::builder(tissue).protocol(protocol).build().unwrap();
    simulation.run().unwrap();
    assert!(simulation.report().to_string().lines().count() > 2);
    for row in simulation.report().rows() {
        let numbers = [
            row.fibroblasts_per_mm2,
            row.active_share,
            row.myofibroblast_share,
            row.collagen_gained,
            row.organization.density,
            row.organization.resultant_length,
            row.surface.thickness_um,
        ];
        assert!(numbers.iter().all(|number| number.is_finite()), "{row:?}");
    }
}

// Where and when needles strike.

fn roller_on(days: &[f64]) -> Protocol {
    let session = |&day: &f64| Session::new(Device::dermaroller_mf8(), Time::days(day));
    Protocol { sessions: days.iter().map(session).collect(), doses: Vec::new(), end: Time::days(40.0) }
}

/// Middles of the holes that are open, as bits.
fn middles(simulation: &Simulation) -> BTreeSet<(u64, u64)> {
    simulation.tissue().microchannels().channels().iter().map(|hole| (hole.x.to_bits(), hole.y.to_bits())).collect()
}

/// Runs through the first step of a day and gives the holes that are open.
fn struck_on(simulation: &mut Simulation, day: f64) -> BTreeSet<(u64, u64)> {
    while simulation.clock().days() <= day {
        simulation.step().unwrap();
    }
    middles(simulation)
}

fn course(protocol: Protocol) -> Simulation {
    let tissue = placed(field((150, 150), 20.0), 0);
    Simulation::builder(tissue).protocol(protocol).seed(5).build().unwrap()
}

/// Claim: a later session strikes other places, also where a branch holds it alone, and the same ones in whatever
/// protocol it stands; holes of the first are closed by then.
#[test]
fn sessions_strike_by_their_date() {
    let mut whole = course(roller_on(&[0.0, 10.0]));
    let first = struck_on(&mut whole, 0.0);
    let mut branch = whole.branch("later", roller_on(&[10.0]), 5).unwrap();
    let (second, of_branch) = (struck_on(&mut whole, 10.0), struck_on(&mut branch, 10.0));
    assert!(first.len() > 15 && second.len() > 15, "{} and {}", first.len(), second.len());
    assert!(first.is_disjoint(&of_branch));
    assert_eq!(second, of_branch);
}

/// Claim: a dry run and a course agree hole by hole, and two sessions of one day strike different places, those
/// that start within a day with those of the next.
#[test]
fn dry_run_and_course_agree() {
    let protocol = roller_on(&[0.0, 1.5, 2.0, 9.0]);
    let mut simulation = course(protocol.clone());
    let grid = *simulation.tissue().grid();
    let made = |session: usize, order| punctures(&protocol.sessions[session], order, &grid, 5);
    let middles = |session, order| -> BTreeSet<_> {
        made(session, order).iter().map(|hole| (hole.x.to_bits(), hole.y.to_bits())).collect()
    };
    let [first, second, third, last] = [(0, 0), (1, 0), (2, 1), (3, 0)].map(|(session, order)| middles(session, order));
    assert_eq!(struck_on(&mut simulation, 0.0), first);
    assert_eq!(&struck_on(&mut simulation, 2.0) - &first, &second | &third);
    assert_eq!(struck_on(&mut simulation, 9.0), last);
    for (one, other) in [(&first, &second), (&first, &third), (&second, &third), (&second, &last)] {
        assert!(one.is_disjoint(other));
    }
    let counted = protocol.dry_run(&grid, 5).unwrap().sessions;
    let counts: Vec<_> = counted.iter().map(|session| session.holes).collect();
    assert_eq!(counts, [first, second, third, last].map(|holes| holes.len()));
    assert_eq!(counted[2].mean_depth_um, {
        let depths: Vec<_> = made(2, 1).iter().map(|hole| hole.depth).collect();
        depths.iter().sum::<f64>() / depths.len() as f64
    });
}

/// Claim: whether a cell dies is drawn anew in every session. Of n cells in a channel in which a share p dies, two
/// sessions of one day leave n (1 − p)², with a binomial deviation.
#[test]
fn two_sessions_of_a_day_kill_independently() {
    let channel = Device::single_channel(Length::micrometers(1800.0));
    let session = Session::new(channel.clone(), Time::days(0.0));
    let protocol = Protocol { sessions: vec![session; 2], doses: Vec::new(), end: Time::days(1.0) };
    let tissue = placed(field((100, 100), 20.0), 0);
    let inside = |x: f64, y: f64| (x - 1000.0).hypot(y - 1000.0) <= 900.0;
    let hit: BTreeSet<_> =
        tissue.fibroblasts().iter().filter(|cell| inside(cell.x, cell.y)).map(|cell| cell.id).collect();
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(2).build().unwrap();
    simulation.step().unwrap();
    let left = simulation.tissue().fibroblasts().iter().filter(|cell| hit.contains(&cell.id)).count() as f64;
    let dead = channel.cut.removed.max(Parameters::default().injury.cell_death_probability);
    let survival = (1.0 - dead).powi(2);
    let expected = hit.len() as f64 * survival;
    println!("{left} of {} for {expected}", hit.len());
    assert!((left - expected).abs() <= 4.0 * (expected * (1.0 - survival)).sqrt());
}
