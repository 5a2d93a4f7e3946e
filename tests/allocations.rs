//! Does a step take memory from the system, and how much does a course need at most?
//!
//! Everything runs on the one thread of a pool, whose allocations are counted. The crate `allocation-counter` counts by
//! thread, so that tests beside each other do not see one another, and needs no `unsafe` here.
use allocation_counter::measure;
use dermaweave::treatment::TreatedRegion;
use dermaweave::{
    AtrophicScar, Device, Field, Grid, Length, Protocol, Session, Signal, Simulation, Skin, Time, Tissue,
};

fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

/// 3 × 3 mm on sites of 10 µm.
fn skin(fibroblasts_per_mm3: f64) -> Tissue {
    let side = Length::millimeters(3.0);
    let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
    Tissue::new(grid, &Skin { fibroblasts_per_mm3, ..Skin::young() }).unwrap()
}

/// Rolled once, sampled at the start, weekly and at the end.
fn needled(tissue: Tissue, days: f64) -> Simulation {
    let protocol = Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(250.0).unwrap().follow_up(Time::days(days));
    Simulation::builder(tissue).protocol(protocol).seed(1).build().unwrap()
}

/// Pieces of memory that each of so many steps takes from a day on. Steps that end a day are left out: turnover may take
/// some then, and samples do.
fn counts_of_steps(simulation: &mut Simulation, from_day: f64, steps: usize) -> Vec<u64> {
    while simulation.clock().days() < from_day {
        simulation.step().unwrap();
    }
    let mut counts = Vec::new();
    while counts.len() < steps {
        let info = measure(|| simulation.step().unwrap());
        if simulation.clock().days().fract() > 0.0 {
            counts.push(info.count_total);
        }
    }
    counts
}

/// Claim: once warm, a step takes no memory but for lists that grow with the cells. In 150 steps, inflamed and
/// remodeling, most take nothing and none more than a handful of pieces; later lists grow rarely. Once a day, when load
/// and slow deposition are found anew, lists of windows are made.
#[test]
fn a_step_takes_no_memory() {
    let (counts, days) = on_one_thread(|| {
        let scarred = skin(3_000.0).with_lesion(&AtrophicScar::boxcar()).unwrap();
        let mut simulation = needled(scarred, 60.0);
        let counts = counts_of_steps(&mut simulation, 2.0, 150);
        assert!(simulation.clock().days() > 7.0);
        (counts, simulation.clock().days() as u64)
    });
    let (most, all) = (counts.iter().max().copied().unwrap(), counts.iter().sum::<u64>());
    let none = counts.iter().filter(|count| **count == 0).count();
    println!("no allocation in {none} of {} steps, at most {most} in one, {all} in all", counts.len());
    assert!(none >= 110 && most <= 8 && all <= 75 + 8 * days, "{none}, {most}, {all}");
}

/// Claim: where a disc is needled in a large field, of which only a part is solved, nearly all steps take no memory either.
/// Those do whose window is longer or shorter than any before: transforms of its length are made, a dozen tables.
#[test]
fn a_step_of_a_disc_takes_little_memory() {
    let counts = on_one_thread(|| {
        let side = Length::millimeters(10.0);
        let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
        let region = TreatedRegion::Disc { x: side * 0.5, y: side * 0.5, diameter: Length::millimeters(1.0) };
        let session = Session::new(Device::pen_11(), Time::days(0.0)).holes_per_cm2(1_000.0).unwrap();
        let protocol =
            Protocol { sessions: vec![Session { region, ..session }], doses: Vec::new(), end: Time::days(8.0) };
        let tissue = Tissue::new(grid, &Skin::young()).unwrap();
        let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(1).build().unwrap();
        let counts = counts_of_steps(&mut simulation, 1.0, 60);
        let levels = simulation.tissue().signals()[Signal::Pdgf].values();
        assert!(levels.iter().any(|&level| level > 0.0) && levels.contains(&0.0));
        counts
    });
    let none = counts.iter().filter(|count| **count == 0).count();
    println!("no allocation in {none} of {} steps: {counts:?}", counts.len());
    // Three of the steps begin a day, for which a list of windows is made.
    assert!(none >= 47 && counts.iter().all(|&count| count <= 30), "{none}, {counts:?}");
}

/// What a course of six days takes at its peak.
#[derive(Debug)]
struct Peak {
    cells: f64,
    /// Bytes in a step, and while a sample is taken.
    step: f64,
    sample: f64,
}

fn peak(fibroblasts_per_mm3: f64) -> Peak {
    on_one_thread(|| {
        let (mut simulation, mut cells) = (None, 0);
        let build = measure(|| simulation = Some(needled(skin(fibroblasts_per_mm3), 6.0)));
        let mut simulation = simulation.unwrap();
        let steps = measure(|| {
            while simulation.clock().days() < 5.5 {
                simulation.step().unwrap();
                cells = cells.max(simulation.tissue().fibroblasts().len());
            }
        });
        let kept = (build.bytes_current + steps.bytes_current) as f64;
        let end = measure(|| simulation.run().unwrap());
        Peak {
            cells: cells as f64,
            step: (build.bytes_current as u64 + steps.bytes_max) as f64,
            sample: kept + end.bytes_max as f64,
        }
    })
}

/// Claim: a course needs at most 176 bytes per site and 136 per cell at its peak, in a step and while a sample is taken,
/// with all that is kept and all scratch. What dense skin needs more than sparse skin on the same field belongs to its
/// cells, all else to the sites.
#[test]
fn a_course_stays_within_its_memory() {
    let [sparse, dense] = [1_500.0, 12_000.0].map(peak);
    let of_each = |bytes: fn(&Peak) -> f64| {
        let per_cell = (bytes(&dense) - bytes(&sparse)) / (dense.cells - sparse.cells);
        ((bytes(&sparse) - per_cell * sparse.cells) / 90_000.0, per_cell)
    };
    let (step, sample) = (of_each(|peak| peak.step), of_each(|peak| peak.sample));
    println!("bytes per site and per cell: {step:.1?} in a step, {sample:.1?} in a sample; {sparse:?}, {dense:?}");
    assert!(dense.cells > 20_000.0 && step.0 <= 176.0 && step.1 <= 136.0, "{step:?}");
    assert!(sample.0 <= 176.0 && sample.1 <= 136.0, "{sample:?}");
}

/// Where every cell divides that has room and, if inflamed, macrophages come as long as there is room, a course of four days
/// and a save: bytes it takes at its peak, bytes it says it needs, and how many macrophages there are.
fn crowded(inflammation: f64) -> (f64, f64, f64) {
    on_one_thread(|| {
        let (mut simulation, mut needed, mut most) = (None, 0, 0);
        let build = measure(|| {
            let tissue = skin(3_000.0);
            let grid = *tissue.signals().grid();
            let levels = [(Signal::TgfBeta, 10.0), (Signal::Pdgf, 100.0), (Signal::Inflammation, inflammation)];
            let held = levels.into_iter().fold(tissue, |tissue, (signal, level)| {
                tissue.with_held_signal(signal, Field::uniform(grid, level)).unwrap()
            });
            let protocol = Protocol::untreated(Time::days(4.0));
            let builder = Simulation::builder(held).protocol(protocol).sample_every(Time::days(1.0));
            needed = builder.memory_needed();
            simulation = Some(builder.build().unwrap());
        });
        let mut simulation = simulation.unwrap();
        let path = std::env::temp_dir().join(format!("dermaweave_crowded_{}_{inflammation}", std::process::id()));
        let run = measure(|| {
            while !simulation.is_finished() {
                simulation.step().unwrap();
                most = most.max(simulation.tissue().macrophages().len());
            }
        });
        let save = measure(|| simulation.save(&path).unwrap());
        std::fs::remove_file(path).unwrap();
        let kept = (build.bytes_current + run.bytes_current) as u64;
        let peak = build.bytes_max.max(build.bytes_current as u64 + run.bytes_max).max(kept + save.bytes_max);
        (peak as f64, needed as f64, most as f64)
    })
}

/// Claim: a course takes no more memory than it says it needs, with as many macrophages as there is room for, of which each
/// takes 128 bytes at most; and it says no more than three times what it takes.
#[test]
fn a_course_takes_no_more_than_it_says() {
    let ((quiet, _, none), (full, needed, most)) = (crowded(0.0), crowded(1e6));
    let per_macrophage = (full - quiet) / most;
    println!("{:.1} of {:.1} MB, {most} macrophages of {per_macrophage:.0} bytes", full * 1e-6, needed * 1e-6);
    // 12 800 fill a mm².
    assert!(none == 0.0 && most > 0.95 * 9.0 * 12_800.0, "{none}, {most}");
    assert!(per_macrophage <= 128.0, "{per_macrophage}");
    assert!(full <= needed && needed <= 3.0 * full, "{full} of {needed}");
}

/// Claim: to hash a state takes no copy of it.
#[test]
fn a_digest_takes_no_copy() {
    let simulation = needled(skin(3_000.0), 6.0);
    let info = measure(|| assert_eq!(simulation.state_digest().len(), 64));
    assert!(info.bytes_max < 100_000, "{}", info.bytes_max);
}
