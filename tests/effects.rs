//! Does every field that can be set change what comes out, or is it refused?
//!
//! Inputs are walked through as they are written to files, so that no field is left out: every number in turn is set to half
//! of itself, or to a tenth where it is zero, and each must change the result or be refused.
use dermaweave::measure::{Histology, Region};
use dermaweave::parameters::{ParameterRow, Response};
use dermaweave::simulation::Builder;
use dermaweave::simulation::after_step;
use dermaweave::tissue::Wrinkle;
use dermaweave::tissue::{Exposure, Lesion, LesionFibers, Outline};
use dermaweave::treatment::{Cut, TreatedRegion, punctures};
use dermaweave::{AtrophicScar, Device, Grid, Length, Parameters, Protocol, Session, Simulation, Skin, Time, Tissue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

fn grid(side: f64) -> Grid {
    Grid::new(micrometers(side), micrometers(side), micrometers(20.0)).unwrap()
}

/// The paths of all numbers in a file, also of those with a unit.
fn numbers(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        // Names of products may begin with a number.
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "name");
            fields.for_each(|(name, value)| numbers(value, &format!("{path}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| numbers(value, &format!("{path}/{index}"), found));
        }
        Value::Number(_) => found.push(path.into()),
        Value::String(text) if text.chars().next().is_some_and(|first| first.is_ascii_digit()) => {
            found.push(path.into());
        }
        _ => (),
    }
}

/// A number, or one with a unit, changed.
fn changed(value: &Value) -> Value {
    let half = |number: f64| if number == 0.0 { 0.1 } else { 0.5 * number };
    match value {
        Value::Number(number) if number.is_u64() => Value::from(number.as_u64().unwrap() + 1),
        Value::Number(number) => Value::from(half(number.as_f64().unwrap())),
        Value::String(text) => {
            let (number, unit) = text.split_once(' ').unwrap();
            Value::from(format!("{} {unit}", half(number.parse().unwrap())))
        }
        _ => unreachable!("numbers() finds no other"),
    }
}

/// Changes every number of an input in turn; gives the paths of those that changed nothing.
fn without_effect<T: Serialize + DeserializeOwned>(input: &T, outcome: impl Fn(&T) -> String) -> Vec<String> {
    let (file, as_it_is) = (serde_json::to_value(input).unwrap(), outcome(input));
    let mut paths = Vec::new();
    numbers(&file, "", &mut paths);
    assert!(!paths.is_empty());
    let has_no_effect = |path: &String| {
        let mut other = file.clone();
        let number = other.pointer_mut(path).unwrap();
        *number = changed(number);
        // What cannot be read is refused.
        serde_json::from_value::<T>(other).is_ok_and(|other| outcome(&other) == as_it_is)
    };
    paths.into_iter().filter(has_no_effect).collect()
}

/// Claim: every number of a session, its device and its region changes the holes or their day.
#[test]
fn every_number_of_a_session_has_an_effect() {
    let region = TreatedRegion::Disc { x: micrometers(9e3), y: micrometers(8e3), diameter: micrometers(1.2e4) };
    let outcome = |session: &Session| {
        let protocol = Protocol { sessions: vec![session.clone()], doses: Vec::new(), end: Time::days(9.0) };
        match protocol.dry_run(&grid(2e4), 1) {
            Ok(plan) => format!("{plan:?} {:?}", punctures(session, 0, &grid(2e4), 1)),
            Err(error) => error.to_string(),
        }
    };
    for device in [Device::dermaroller_mf8(), Device::pen_11(), Device::stamp_6x6()] {
        let session = Session { region, ..Session::new(device, Time::days(4.0)) };
        assert_eq!(without_effect(&session, outcome), Vec::<String>::new(), "{}", session.device.name);
    }
}

/// Claim: a stamp leaves its needles as they stand on its plate: holes of one plate lie on a lattice of its rows and columns,
/// those of the next one elsewhere.
#[test]
fn a_stamp_leaves_the_print_of_its_plate() {
    let with = |rows, columns| {
        let application = dermaweave::treatment::Application::Stamp { rows, columns, pitch: micrometers(500.0) };
        let device = Device { application, ..Device::stamp_6x6() };
        let session = Session { passes: 1, ..Session::new(device, Time::days(0.0)) };
        punctures(&session, 0, &grid(2e4), 3).into_iter().map(|hole| (hole.x, hole.y)).collect::<Vec<_>>()
    };
    // Pairs of holes one pitch apart: neighbors on one plate, along its rows and along its columns.
    let pairs = |holes: &[(f64, f64)]| {
        let is_pair = |first: &(f64, f64), second: &(f64, f64)| {
            ((first.0 - second.0).hypot(first.1 - second.1) - 500.0).abs() < 1e-6
        };
        let with_later = |index: usize| holes[index + 1..].iter().filter(|other| is_pair(&holes[index], other)).count();
        (0..holes.len()).map(with_later).sum::<usize>() as f64 / holes.len() as f64
    };
    // Of r × c needles, r (c − 1) + c (r − 1) pairs are neighbors; few plates are cut by the edge.
    for (rows, columns) in [(1, 1), (1, 4), (4, 1), (3, 3), (6, 6), (2, 8)] {
        let (r, c) = (f64::from(rows), f64::from(columns));
        let expected = (r * (c - 1.0) + c * (r - 1.0)) / (r * c);
        let holes = with(rows, columns);
        assert!((pairs(&holes) - expected).abs() < 0.05 * expected + 1e-9, "{rows} × {columns}: {}", pairs(&holes));
        // 1600 per 20 × 20 mm whatever the plate; cells of plates at the edge are off by half a pitch of 40 at each side.
        assert!((holes.len() as f64 / 1600.0 - 1.0).abs() < 0.05, "{rows} × {columns}: {} holes", holes.len());
    }
}

/// What is there and what is seen of it, but for the skin itself.
fn state(simulation: &Simulation) -> String {
    let (tissue, rows) = (simulation.tissue(), simulation.report().rows());
    let sites: Vec<_> = tissue.matrix().sites().collect();
    let cautions = simulation.report().cautions();
    format!("{sites:?} {:?} {:?} {rows:?} {cautions:?}", tissue.fibroblasts(), tissue.microchannels())
}

fn two_days(tissue: Tissue) -> String {
    let protocol = Protocol::once(Device::single_channel(micrometers(120.0))).follow_up(Time::days(2.0));
    let mut simulation = Simulation::builder(tissue).protocol(protocol).threads(1).build().unwrap();
    simulation.run().unwrap();
    state(&simulation)
}

/// Claim: every number of a skin, its tension and its exposure changes its course.
#[test]
fn every_number_of_a_skin_has_an_effect() {
    let exposure = Exposure { smoking: 0.5, pollution: 0.4, ..Exposure::sun() };
    let skin = Skin { exposure, ..Skin::aged(50.0) };
    let outcome = |skin: &Skin| match Tissue::new(grid(400.0), skin) {
        Ok(tissue) => two_days(tissue),
        Err(error) => error.to_string(),
    };
    assert_eq!(without_effect(&skin, outcome), Vec::<String>::new());
}

/// Claim: every number of a lesion changes the skin with it.
#[test]
fn every_number_of_a_lesion_has_an_effect() {
    fn outcome<'a, T>(lesion: &'a T) -> String
    where
        &'a T: Into<Lesion>,
    {
        match Tissue::new(grid(400.0), &Skin::young()).unwrap().with_lesion(lesion) {
            Ok(tissue) => format!("{:?} {:?}", tissue.matrix().sites().collect::<Vec<_>>(), tissue.lesion()),
            Err(error) => error.to_string(),
        }
    }
    let center = Some((micrometers(190.0), micrometers(170.0)));
    let scar = AtrophicScar { center, diameter: micrometers(240.0), edge: micrometers(80.0), ..AtrophicScar::boxcar() };
    assert_eq!(without_effect(&scar, |scar| outcome(scar)), Vec::<String>::new());
    let length = Some(micrometers(300.0));
    let wrinkle = Wrinkle { center, length, width: micrometers(120.0), ..Wrinkle::crows_foot() };
    assert_eq!(without_effect(&wrinkle, |wrinkle| outcome(wrinkle)), Vec::<String>::new());
    let outline = Outline::Ellipse { length: micrometers(240.0), width: micrometers(150.0), direction: 0.3 };
    let lesion = Lesion { outline, fibers: LesionFibers::Fragmented(0.4), ..Lesion::from(&scar) };
    assert_eq!(without_effect(&lesion, |lesion| outcome(lesion)), Vec::<String>::new());
}

/// Claim: every number of a histology changes the picture.
#[test]
fn every_number_of_a_histology_has_an_effect() {
    let scar = AtrophicScar { diameter: micrometers(200.0), ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(grid(400.0), &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let outcome = |histology: &Histology| match histology.view(tissue.matrix(), (230.0, 200.0), 1, 0) {
        Ok(picture) => format!("{picture:?}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(without_effect(&Histology::default(), outcome), Vec::<String>::new());
}

/// One thing set on a builder.
type Change = Box<dyn Fn(Builder) -> Builder>;

/// Claim: whatever is set on a builder changes what is seen or the course.
#[test]
fn everything_set_on_a_builder_has_an_effect() {
    let tissue = || Tissue::new(grid(400.0), &Skin::young()).unwrap();
    let protocol = || Protocol::once(Device::single_channel(micrometers(120.0))).follow_up(Time::days(4.0));
    let disc =
        || Region::disc("disc", &grid(400.0), micrometers(200.0), micrometers(200.0), micrometers(100.0)).unwrap();
    let mut parameters = Parameters::default();
    parameters.matrix.maturation_time *= 0.5;
    let changes: Vec<(&str, Change)> = vec![
        ("parameters", Box::new(move |builder| builder.parameters(parameters.clone()))),
        ("seed", Box::new(|builder| builder.seed(2))),
        ("longest step", Box::new(|builder| builder.longest_step(Time::hours(0.5)))),
        ("arm", Box::new(|builder| builder.arm("other"))),
        ("sampling", Box::new(|builder| builder.sample_every(Time::days(3.0)))),
        ("extra sample", Box::new(|builder| builder.sample_also([Time::hours(30.0)]))),
        ("window", Box::new(|builder| builder.window(micrometers(60.0)))),
        ("histology", Box::new(|builder| builder.histology(Histology::default()))),
        ("region", Box::new(move |builder| builder.region(disc()))),
        (
            "rule",
            Box::new(|builder| {
                builder.rule(after_step("turn", |tissue, _, _| tissue.fibroblasts_mut()[0].heading += 0.1))
            }),
        ),
        ("end", Box::new(move |builder| builder.protocol(protocol().follow_up(Time::days(5.0))))),
    ];
    let run = |builder: Builder| {
        let mut simulation = builder.build().unwrap();
        simulation.run().unwrap();
        state(&simulation)
    };
    let builder = || Simulation::builder(tissue()).protocol(protocol()).seed(1).threads(1);
    let as_it_is = run(builder());
    let none: Vec<_> =
        changes.iter().filter(|(_, change)| run(change(builder())) == as_it_is).map(|(name, _)| name).collect();
    assert!(none.is_empty(), "without effect: {none:?}");
}

fn with_parameter(row: &ParameterRow, value: f64) -> Parameters {
    let group = row.group.trim_end_matches("Parameters").to_lowercase();
    let mut table = toml::Table::try_from(Parameters::default()).unwrap();
    table[&group].as_table_mut().unwrap().insert(row.name.into(), toml::Value::Float(value));
    table.try_into().unwrap()
}

/// A course of needling in sun-exposed skin.
fn needled(parameters: Parameters) -> String {
    let skin = Skin { exposure: Exposure { smoking: 0.5, pollution: 0.5, ..Exposure::sun() }, ..Skin::aged(60.0) };
    // So wide that cells in its middle have hardly any matrix around.
    let wound = Device::punch(micrometers(220.0));
    let protocol = Protocol::once(wound).follow_up(Time::days(9.0));
    let builder =
        Simulation::builder(Tissue::new(grid(480.0), &skin).unwrap()).parameters(parameters).protocol(protocol);
    let mut simulation = builder.sample_also([Time::days(2.0), Time::days(4.0)]).threads(1).build().unwrap();
    simulation.run().unwrap();
    state(&simulation)
}

/// Three cells for each in two thirds of a field, in which nothing is done.
fn crowded(parameters: Parameters) -> String {
    let tissue = Tissue::new(grid(600.0), &Skin::young()).unwrap();
    let many = |x: f64| if x < 160.0 { 1 } else { 3 };
    let cells = tissue.fibroblasts().iter().flat_map(|cell| std::iter::repeat_n(*cell, many(cell.x))).collect();
    let builder = Simulation::builder(tissue.with_fibroblasts(cells).unwrap()).parameters(parameters);
    let mut simulation = builder.protocol(Protocol::untreated(Time::days(20.0))).threads(1).build().unwrap();
    simulation.run().unwrap();
    state(&simulation)
}

/// Cells that respond without memory; many of a channel in a corner live, and those far from it sense little of it.
fn linear(mut parameters: Parameters) -> String {
    parameters.fibroblast.response = Response::Linear;
    let tissue = Tissue::new(grid(600.0), &Skin::young()).unwrap();
    let channel =
        Device { cut: Cut { removed: 0.1, fragmented: 0.3, gap: 0.5 }, ..Device::single_channel(micrometers(200.0)) };
    let region = TreatedRegion::Disc { x: micrometers(120.0), y: micrometers(120.0), diameter: micrometers(200.0) };
    let session = Session { region, ..Session::new(channel, Time::days(0.0)) };
    let mut pen = Device::pen_11();
    pen.needle.length = micrometers(3000.0);
    let through_the_skin = Session { passes: 1, region, ..Session::new(pen, Time::days(5.0)) };
    let protocol = Protocol { sessions: vec![session, through_the_skin], doses: Vec::new(), end: Time::days(6.0) };
    let builder = Simulation::builder(tissue).parameters(parameters).protocol(protocol);
    let mut simulation = builder.threads(1).build().unwrap();
    simulation.run().unwrap();
    state(&simulation)
}

/// Claim: every parameter of the model changes one of three courses.
#[test]
fn every_parameter_has_an_effect() {
    let courses: [fn(Parameters) -> String; 3] = [needled, crowded, linear];
    let as_they_are = courses.map(|course| course(Parameters::default()));
    let rows = Parameters::default().table();
    let other_values = |row: &ParameterRow| {
        let near = [0.5 * row.value, 1.5 * row.value, 0.99 * row.minimum + 0.01 * row.maximum];
        near.into_iter()
            .filter(|near| *near != row.value && (row.minimum..=row.maximum).contains(near))
            .collect::<Vec<_>>()
    };
    let has_no_effect = |row: &&ParameterRow| {
        other_values(row).into_iter().all(|value| {
            let parameters = with_parameter(row, value);
            let mut courses = courses.iter().zip(&as_they_are);
            parameters.validate().is_ok() && courses.all(|(course, as_it_is)| course(parameters.clone()) == *as_it_is)
        })
    };
    let none: Vec<_> = rows.iter().filter(has_no_effect).map(|row| row.name).collect();
    assert!(none.is_empty(), "without effect: {none:?}");
}
