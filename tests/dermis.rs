//! Is a dermis of several layers what its layers are, under one surface?
use dermaweave::dermis::{Builder, DermisEvent};
use dermaweave::error::CheckpointFault;
use dermaweave::report::{Caution, Report, Row, write_csv};
use dermaweave::simulation::Saving;
use dermaweave::study::folder::{RunMembers, StudyFolder};
use dermaweave::study::{Arm, Study};
use dermaweave::treatment::Needle;
use dermaweave::{
    AtrophicScar, Dermis, Device, Error, Grid, Length, Protocol, Signal, Simulation, Skin, Slab, Time, Tissue,
};
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

fn field() -> Grid {
    let side = Length::millimeters(1.2);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

fn scarred(grid: Grid) -> dermaweave::Result<Tissue> {
    let scar = AtrophicScar { diameter: Length::millimeters(0.6), ..AtrophicScar::boxcar() };
    Tissue::new(grid, &Skin::aged(30.0))?.with_lesion(&scar)
}

/// Rolled twice, with samples within days on the way.
fn protocol() -> Protocol {
    Protocol::repeated(Device::dermaroller_mf8(), 2, Time::days(10.0)).follow_up(Time::days(6.0))
}

/// Three layers of different thickness.
fn builder() -> Builder {
    let boundaries = [100.0, 300.0, 500.0, 1100.0].map(Length::micrometers);
    let builder = Dermis::builder(field(), scarred).boundaries(boundaries).protocol(protocol()).seed(5);
    builder.sample_every(Time::days(4.0)).sample_also([0.5, 1.0, 1.5, 37.0].map(Time::hours))
}

fn ended(builder: Builder) -> Dermis {
    let mut dermis = builder.build().unwrap();
    dermis.run().unwrap();
    dermis
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("dermis_{name}"))
}

/// Everything that two equal runs have in common.
fn assert_equal(one: &Dermis, other: &Dermis) {
    assert_eq!(one.state_digest(), other.state_digest());
    assert_eq!(one.report(), other.report());
    assert!(one.rows().eq(other.rows()));
    assert_eq!(one.surface(), other.surface());
}

/// Claim: one layer alone is a plain simulation at its depth, to the bit: tissue, rows and relief.
#[test]
fn one_layer_is_a_plain_simulation() {
    let dermis = ended(builder().layers(1));
    let grid = field().with_slab(Slab { depth: Length::micrometers(600.0), ..Slab::default() }).unwrap();
    let plain = Simulation::builder(scarred(grid).unwrap()).protocol(protocol()).seed(5);
    let plain = plain.sample_every(Time::days(4.0)).sample_also([0.5, 1.0, 1.5, 37.0].map(Time::hours));
    let mut plain = plain.build().unwrap();
    plain.run().unwrap();
    assert_eq!(dermis.courses()[0].state_digest(), plain.state_digest());
    assert_eq!(dermis.report(), plain.report());
    assert!(plain.report().rows().len() > 20);
}

/// Claim: bits do not depend on threads, nor on whether layers are run side by side or one after another, nor on sampling.
#[test]
fn bits_are_the_same_on_any_number_of_threads() {
    let one = ended(builder().threads(1));
    for threads in [2, 3] {
        assert_equal(&one, &ended(builder().threads(threads)));
    }
    let mut in_order = builder().build().unwrap();
    let (mut samples, mut joined) = (Vec::new(), Vec::new());
    let observed = in_order.run_in_order(None, |event| {
        match event {
            DermisEvent::Layer(sample) => samples.push((sample.layer, sample.day)),
            DermisEvent::Whole(progress) => joined.push(progress.day),
        }
        ControlFlow::Continue(())
    });
    observed.unwrap();
    assert_equal(&one, &in_order);
    // All layers are shown at each instant that is joined, but the first, which is sampled when it is built.
    let of_layer = |layer: usize| samples.iter().filter(move |sample| sample.0 == layer).map(|sample| sample.1);
    assert!(of_layer(0).eq(joined.iter().copied()) && of_layer(2).count() >= joined.len() - 1);
    let unsampled = ended(builder().sample_every(Time::days(16.0)));
    assert_eq!(one.state_digest(), unsampled.state_digest());
}

/// Needles of so many mm that get in over all of their length.
fn needled(length: f64) -> Protocol {
    let pen = Device::pen_11();
    let needle = Needle { length: Length::millimeters(length), ..pen.needle };
    let protocol = Protocol::once(Device { needle, penetration_efficiency: 1.0, ..pen });
    protocol.holes_per_cm2(1000.0).unwrap().follow_up(Time::days(5.0))
}

/// Claim: all layers have the same holes, narrower the deeper, and none below the tips.
#[test]
fn the_same_holes_are_narrower_in_deeper_layers() {
    let boundaries = [100.0, 200.0, 300.0, 400.0, 1100.0].map(Length::micrometers);
    let mut dermis = builder().boundaries(boundaries).protocol(needled(0.5)).build().unwrap();
    dermis.run_until(Time::hours(0.5)).unwrap();
    let tissues: Vec<_> = dermis.courses().iter().map(Simulation::tissue).collect();
    // Layers below the tips have nothing to do: they take a step of days, in which channels close.
    let places = |tissue: &&Tissue| -> Vec<_> {
        tissue.microchannels().channels().iter().map(|channel| (channel.x, channel.y)).collect()
    };
    let places: Vec<_> = tissues.iter().map(places).collect();
    assert!(places[0].len() > 4, "{}", places[0].len());
    assert!(places[..3].iter().all(|others| *others == places[0]));
    let fibrin = |layer: usize| {
        let matrix = tissues[layer].matrix();
        (0..field().sites()).map(move |site| matrix.site(site).fibrin)
    };
    // What a narrower channel with the same middle covers of a site, the wider one covers too.
    for upper in 0..2 {
        assert!(fibrin(upper).zip(fibrin(upper + 1)).all(|(wide, narrow)| wide >= narrow));
        assert!(fibrin(upper).sum::<f64>() > 1.1 * fibrin(upper + 1).sum::<f64>());
    }
    assert!(fibrin(2).sum::<f64>() > 0.1);
    assert_eq!(fibrin(3).sum::<f64>(), 0.0);
}

/// Claim: unless signals pass between layers, those that needles do not reach are those of a dermis whose needles reach none,
/// and hold what an untreated dermis holds.
#[test]
fn short_needles_leave_deep_layers_untouched() {
    let [untreated, none, upper] = [Protocol::untreated(Time::days(5.0)), needled(0.1), needled(0.3)]
        .map(|protocol| ended(builder().protocol(protocol).exchange_signals(false)));
    let tissue = |dermis: &Dermis, layer: usize| dermis.courses()[layer].tissue().clone();
    let is_same = |one: &Dermis, layer: usize| {
        let [one, other] = [one, &none].map(|dermis| tissue(dermis, layer));
        one.matrix() == other.matrix() && one.fibroblasts() == other.fibroblasts()
    };
    assert_eq!([0, 1, 2].map(|layer| is_same(&upper, layer)), [false, true, true]);
    for layer in 1..3 {
        let [one, other] = [&upper, &untreated].map(|dermis| tissue(dermis, layer));
        let places =
            |tissue: &Tissue| tissue.fibroblasts().iter().map(|cell| (cell.id, cell.x, cell.y)).collect::<Vec<_>>();
        assert_eq!(places(&one), places(&other));
        for site in 0..field().sites() {
            let [one, other] = [&one, &other].map(|tissue| tissue.matrix().site(site).collagen().density);
            assert!((one / other - 1.0).abs() < 1e-6, "{one} {other}");
        }
    }
}

/// Defends: amounts of the whole dermis are means by thickness, and its relief is that of the mean surface.
#[test]
fn means_over_depth_are_by_thickness() {
    let dermis = ended(builder());
    let shares = dermis.shares();
    assert!(shares.iter().zip([0.2, 0.2, 0.6]).all(|(share, expected)| (share - expected).abs() < 1e-12));
    let rows = dermis.report().rows();
    let last = &rows[rows.len() - 3..];
    let of_layers = |measure: fn(&Row) -> f64, index: usize| -> f64 {
        let rows = dermis.courses().iter().map(|course| &course.report().rows()[course.report().rows().len() - 3..]);
        rows.zip(shares).map(|(rows, share)| share * measure(&rows[index])).sum()
    };
    for (index, row) in last.iter().enumerate() {
        let amounts: [fn(&Row) -> f64; 4] = [
            |row| row.surface.thickness_um,
            |row| row.surface.height_um,
            |row| row.organization.density,
            |row| row.recovery.swelling_um,
        ];
        for amount in amounts {
            let expected = of_layers(amount, index);
            assert!((amount(row) - expected).abs() < 1e-9 * expected.abs().max(1.0), "{} {expected}", amount(row));
        }
        let top = dermis.courses()[0].report().rows().iter().rfind(|top| top.region == row.region).unwrap();
        assert_eq!(row.recovery.redness, top.recovery.redness);
        assert_eq!(row.recovery.open_barrier, top.recovery.open_barrier);
        // Of fibers: the deep layer, with most of them, decides.
        let range = dermis.courses().iter().map(|course| {
            let rows = course.report().rows();
            rows[rows.len() - 3 + index].organization.resultant_length
        });
        let (low, high) = range.fold((1.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        assert!((low..=high).contains(&row.organization.resultant_length));
        assert!(
            (row.collagen_gained - row.collagen_lost - row.organization.density
                + dermis.report().first(&row.region).unwrap().organization.density)
                .abs()
                < 1e-9
        );
    }
    let mean = dermis.surface().thickness.mean();
    assert!((mean - last[2].surface.thickness_um).abs() < 1e-9 * mean);
    assert!(dermis.report().cautions().iter().all(|caution| !matches!(caution, Caution::StillInflamed { .. })));
}

/// Claim: all instants of the schedule are in the rows, in order, however long the steps of the layers are.
#[test]
fn every_instant_of_the_schedule_has_its_rows() {
    let dermis = ended(builder());
    let days: Vec<_> = dermis.report().region("all").map(|row| row.day).collect();
    // Inflamed tissue takes steps of an hour: half an hour is seen at the end of it.
    assert_eq!(days, [0.0, 1.0 / 24.0, 2.0 / 24.0, 37.0 / 24.0, 4.0, 8.0, 10.0, 12.0, 16.0]);
    let at_rest = ended(builder().protocol(Protocol::untreated(Time::days(16.0))));
    let days: Vec<_> = at_rest.report().region("all").map(|row| row.day).collect();
    assert_eq!(days, [0.0, 0.5 / 24.0, 1.0 / 24.0, 1.5 / 24.0, 37.0 / 24.0, 4.0, 8.0, 12.0, 16.0]);
}

/// Claim: stopped, saved and resumed at any moment, it has the bits of a run that was never stopped.
#[test]
fn a_resumed_dermis_is_one_that_was_never_stopped() {
    let (whole, path) = (ended(builder()), file("resumed"));
    for (day, threads) in [(0.0, None), (0.7, Some(1)), (5.0, Some(2)), (10.0, None), (16.0, Some(1))] {
        let mut dermis = builder().build().unwrap();
        dermis.run_until(Time::days(day)).unwrap();
        dermis.save(&path).unwrap();
        let mut resumed = Dermis::resume(&path, threads).unwrap();
        assert_equal(&dermis, &resumed);
        resumed.run().unwrap();
        assert_equal(&whole, &resumed);
        let mut resumed = builder().resume(&path).unwrap();
        resumed.run().unwrap();
        assert_equal(&whole, &resumed);
    }
    // Stopped every few steps.
    let mut dermis = builder().build().unwrap();
    let mut stops = 0;
    while !dermis.is_finished() {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) > 40;
        match dermis.run_saving(&Saving::to(&path).stop_when(&stop)) {
            Err(Error::Stopped { .. }) => dermis = Dermis::resume(&path, Some(1)).unwrap(),
            ended => ended.unwrap(),
        }
        stops += 1;
    }
    assert!(stops > 5, "{stops}");
    assert_equal(&whole, &dermis);
    fs::remove_file(path).unwrap();
}

/// Claim: an observer stops it where all layers have been sampled; it goes on to the same rows.
#[test]
fn an_observer_stops_it() {
    let mut dermis = builder().build().unwrap();
    let stopped = dermis
        .run_observed(|progress| if progress.day < 8.0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) });
    assert!(matches!(stopped, Err(Error::Stopped { day: 8.0 })));
    assert_eq!(dermis.report().rows().last().unwrap().day, 8.0);
    dermis.run().unwrap();
    assert_equal(&ended(builder()), &dermis);
}

/// Claim: a branch with the same protocol and seed is the course itself; with another one only what follows differs.
#[test]
fn a_branch_goes_on_from_its_day() {
    let whole = ended(builder());
    let mut dermis = builder().build().unwrap();
    dermis.run_until(Time::days(10.0)).unwrap();
    let mut same = dermis.branch("treated", protocol(), 5).unwrap();
    same.run().unwrap();
    assert_equal(&whole, &same);
    let once = Protocol { sessions: protocol().sessions[..1].to_vec(), ..protocol() };
    let mut other = dermis.branch("once", once, 5).unwrap();
    other.run().unwrap();
    let density = |dermis: &Dermis| dermis.report().rows().last().unwrap().organization.density;
    assert!(density(&other) != density(&whole) && other.report().rows().last().unwrap().arm == "once");
    // All layers stand on one day, however little one of them has to do.
    let inflamed_above = |grid: Grid| {
        let mut tissue = scarred(grid)?;
        if grid.slab().depth.in_micrometers() < 300.0 {
            tissue.signals_mut()[Signal::Inflammation].values_mut().fill(1.0);
        }
        Ok(tissue)
    };
    let builder = Dermis::builder(field(), inflamed_above).layers(3).protocol(Protocol::untreated(Time::days(20.0)));
    let mut dermis = builder.exchange_signals(false).sample_every(Time::days(20.0)).build().unwrap();
    dermis.run_until(Time::hours(6.0)).unwrap();
    assert!(dermis.courses().iter().all(|course| course.clock().hours() == 6.0));
    assert!(dermis.branch("early", protocol(), 5).is_ok());
}

/// Claim: what cannot be a dermis is refused by name.
#[test]
fn what_is_no_dermis_is_refused() {
    let quantity = |builder: Builder| match builder.build() {
        Err(Error::OutOfRange { quantity, value, .. }) => (quantity, value),
        other => panic!("{other:?}"),
    };
    let boundaries = |depths: &[f64]| builder().boundaries(depths.iter().copied().map(Length::micrometers));
    let number = |value: f64| ("number of layers", value);
    assert_eq!(quantity(builder().layers(0)), number(0.0));
    assert_eq!(quantity(builder().layers(101)), number(101.0));
    assert_eq!(quantity(boundaries(&[])), number(0.0));
    assert_eq!(quantity(boundaries(&[300.0])), number(0.0));
    let boundary = |value: f64| ("depth of a boundary of layers", value);
    assert_eq!(quantity(boundaries(&[-1.0, 300.0])), boundary(-1.0));
    assert_eq!(quantity(boundaries(&[100.0, 1101.0])), boundary(1101.0));
    assert_eq!(quantity(boundaries(&[300.0, 309.0])), boundary(309.0));
    assert_eq!(quantity(boundaries(&[300.0, 100.0])), boundary(100.0));
    let shallow = Dermis::builder(field(), |_| scarred(field())).layers(2).build();
    assert!(matches!(shallow, Err(Error::OutOfRange { quantity: "depth of the tissue of a layer", .. })));
    let side = Length::millimeters(0.4);
    let other = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let small = Dermis::builder(field(), move |_| Tissue::new(other, &Skin::young())).layers(2).build();
    assert!(matches!(small, Err(Error::OtherField { columns: 20, .. })));
}

/// Claim: files of one layer and of several are told apart, and damage is told.
#[test]
fn files_are_told_apart() {
    let (path, one) = (file("several"), file("one"));
    let dermis = builder().build().unwrap();
    dermis.save(&path).unwrap();
    dermis.courses()[0].save(&one).unwrap();
    let fault = |refused: dermaweave::Result<()>| match refused {
        Err(Error::BadCheckpoint { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(Simulation::resume(&path, None).map(drop)), CheckpointFault::OfLayers);
    assert_eq!(fault(Dermis::resume(&one, None).map(drop)), CheckpointFault::OfOneLayer);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(fault(Dermis::resume(&path, None).map(drop)), CheckpointFault::Damaged);
    // What could not be saved leaves what was there.
    let before = fs::read(&one).unwrap();
    let refused = dermis.save(one.join("below"));
    assert!(matches!(refused, Err(Error::File { .. })) && fs::read(&one).unwrap() == before);
    for path in [path, one] {
        fs::remove_file(path).unwrap();
    }
}

/// Claim: rows of the layers say which they are, those of the whole dermis do not; the dictionary has all columns.
#[test]
fn files_say_which_layer_a_row_is_of() {
    let dermis = builder().build().unwrap();
    let path = file("rows.csv");
    write_csv(&path, dermis.rows()).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap().split(',').collect();
    let known = dermis.dictionary();
    assert!(names.iter().eq(known.columns().iter().map(|column| &column.name)));
    let last_cells: Vec<_> = lines.map(|line| line.rsplitn(3, ',').take(2).collect::<Vec<_>>()).collect();
    let cells = |layer: usize| last_cells[3 * layer].clone();
    assert_eq!([0, 1, 2, 3].map(cells), [["", ""], ["0.2", "1.0"], ["0.4", "2.0"], ["0.8", "3.0"]]);
    fs::remove_file(path).unwrap();
}

/// Claim: a lesion that differs from layer to layer is measured over the same skin in all of them.
#[test]
fn regions_are_the_same_in_all_layers() {
    let narrow = |grid: Grid| {
        let diameter = if grid.slab().depth.in_micrometers() < 300.0 { 0.6 } else { 0.3 };
        let scar = AtrophicScar {
            diameter: Length::millimeters(diameter),
            edge: Length::millimeters(0.1),
            ..AtrophicScar::boxcar()
        };
        Tissue::new(grid, &Skin::young())?.with_lesion(&scar)
    };
    let dermis = Dermis::builder(field(), narrow).layers(3).build().unwrap();
    let lesions = dermis.courses().iter().map(|course| course.tissue().lesion());
    assert!(lesions.clone().all(|lesion| lesion == dermis.courses()[0].tissue().lesion()));
    let density = |layer: usize| dermis.courses()[layer].report().first("lesion").unwrap().organization.density;
    assert!(density(2) > density(0));
}

/// Claim: a rule of one's own acts in every layer, and is given again to go on.
#[test]
fn rules_act_in_every_layer() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let of_rule = seen.clone();
    let with_rule = builder().each_layer(move |layer, course| {
        let (seen, depth) = (of_rule.clone(), layer.middle().in_micrometers());
        course.rule(dermaweave::simulation::after_step("watch", move |_, _, _| seen.lock().unwrap().push(depth)))
    });
    let path = file("ruled");
    with_rule.clone().build().unwrap().save(&path).unwrap();
    assert!(matches!(Dermis::resume(&path, None), Err(Error::OtherRules { .. })));
    with_rule.resume(&path).unwrap().run_until(Time::days(1.0)).unwrap();
    let seen = seen.lock().unwrap();
    assert!([200.0, 400.0, 800.0].iter().all(|depth| seen.contains(depth)));
    assert!(seen.len() > 3);
    fs::remove_file(path).unwrap();
}

/// Claim: a study of dermises in a folder, stopped again and again, has the results of one in memory, whose rows are those of
/// the whole dermis.
#[test]
fn studies_run_dermises() {
    let arm = |name: &str, layers: usize| {
        Arm::of_dermis(name, layers as f64, move |seed| {
            let builder = Dermis::builder(field(), scarred).layers(layers).protocol(protocol());
            Ok(builder.sample_every(Time::days(if seed == 1 { 4.0 } else { 8.0 })))
        })
    };
    let study = Study { replicates: 2, ..Study::of([arm("one", 1), arm("two", 2)]) };
    let in_memory = study.run().unwrap();
    let path = file("study");
    drop(fs::remove_dir_all(&path));
    let folder = StudyFolder::open(&path, &study).unwrap();
    let mut stops = 0;
    loop {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) > 150;
        let summary = folder.run(&study, &RunMembers { stop: &stop, ..RunMembers::default() }).unwrap();
        assert!(summary.failed.is_empty(), "{summary}");
        if summary.stopped.is_empty() && summary.not_begun.is_empty() {
            break;
        }
        stops += 1;
    }
    assert!(stops > 2, "{stops}");
    for (folder, memory) in folder.results(&study).unwrap().iter().zip(&in_memory) {
        assert_eq!(folder.state_digests, memory.state_digests);
        assert_eq!(folder.tissue.matrix(), memory.tissue.matrix());
        let relief = |report: &Report| report.rows().iter().map(|row| row.surface.clone()).collect::<Vec<_>>();
        assert!(folder.reports.iter().map(relief).eq(memory.reports.iter().map(relief)));
    }
    let dermis =
        ended(Dermis::builder(field(), scarred).layers(2).protocol(protocol()).seed(1).sample_every(Time::days(4.0)));
    assert_eq!(in_memory[1].state_digests[0], dermis.state_digest());
    fs::remove_dir_all(path).unwrap();
}
