//! Is whatever is refused told in one short line that names what was set, and at once?
use dermaweave::matrix::Site;
use dermaweave::simulation::Builder;
use dermaweave::simulation::after_step;
use dermaweave::treatment::{Application, TreatedRegion};
use dermaweave::{
    AtrophicScar, Device, Error, Field, Grid, Length, Parameters, Protocol, Result, Session, Signal, Simulation, Skin,
    Time, Tissue,
};

/// Neither a length, a time, a share, a count nor a density.
const NEVER_RIGHT: [f64; 10] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MAX,
    f64::MIN,
    -1.0,
    -f64::MIN_POSITIVE,
    1e300,
    123_456_789_012_345.67,
    -0.123_456_789_012_345_67,
];

fn grid() -> Grid {
    let side = Length::millimeters(0.4);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

fn tissue() -> Tissue {
    Tissue::new(grid(), &Skin::young()).unwrap()
}

fn builder() -> Builder {
    Simulation::builder(tissue()).protocol(Protocol::untreated(Time::days(9.0))).threads(1)
}

/// One line of under 200 characters that names what was set.
fn assert_short<T>(result: Result<T>, name: &str, value: f64) {
    let message = result.err().unwrap_or_else(|| panic!("{name} = {value} was accepted")).to_string();
    assert!(message.contains(name), "{name} = {value}: {message}");
    assert!(message.chars().count() < 200 && !message.contains('\n'), "{} characters: {message}", message.len());
}

/// Claim: every number of every input is refused by its name in under 200 characters, whatever its value.
#[test]
fn refusals_are_short_and_name_what_was_set() {
    let um = Length::micrometers;
    let days = Time::days;
    let dry =
        |session: Session| Protocol { sessions: vec![session], doses: Vec::new(), end: days(9.0) }.dry_run(&grid(), 1);
    let session = || Session::new(Device::dermaroller_mf8(), days(0.0));
    let device = |change: fn(&mut Device, f64), value: f64| {
        let mut device = Device::dermaroller_mf8();
        change(&mut device, value);
        device.validate()
    };
    let disc =
        |x, y, d| dry(Session { region: TreatedRegion::Disc { x: um(x), y: um(y), diameter: um(d) }, ..session() });
    for value in NEVER_RIGHT {
        assert_short(Protocol::once(Device::pen_11()).holes_per_cm2(value), "holes per cm²", value);
        assert_short(session().holes_per_cm2(value), "holes per cm²", value);
        assert_short(Grid::new(um(value), um(400.0), um(20.0)), "field width", value);
        assert_short(Grid::new(um(400.0), um(400.0), um(value)), "grid spacing", value);
        assert_short(dry(Session { start: days(value), ..session() }), "day of a session", value);
        assert_short(Protocol::untreated(days(value)).validate(&grid()), "end of the protocol", value);
        assert_short(disc(value, 200.0, 100.0), "x of the treated region", value);
        assert_short(disc(200.0, 200.0, value), "diameter of the treated region", value);
        assert_short(
            device(|device, value| device.needle.length = Length::micrometers(value), value),
            "needle length",
            value,
        );
        assert_short(
            device(|device, value| device.penetration_efficiency = value, value),
            "penetration efficiency",
            value,
        );
        assert_short(device(|device, value| device.cut.removed = value, value), "removed share of a cut", value);
        assert_short(builder().sample_every(days(value)).build(), "sampling interval", value);
        assert_short(builder().longest_step(Time::hours(value)).build(), "longest step", value);
        assert_short(builder().sample_also([days(value)]).build(), "time of an extra sample", value);
        assert_short(builder().window(um(value)).build(), "window side", value);
        let skin = Skin { collagen_density: value, ..Skin::young() };
        assert_short(Tissue::new(grid(), &skin), "collagen density of the skin", value);
        let scar = AtrophicScar { thickness: value, ..AtrophicScar::boxcar() };
        assert_short(tissue().with_lesion(&scar), "lesion thickness", value);
        let mut parameters = Parameters::default();
        parameters.matrix.maturation_time = value;
        assert_short(builder().parameters(parameters).build(), "maturation_time", value);
    }
}

/// Claim: a density of holes is refused with its own value and with what the device can give; a density that is accepted is
/// met to half a pass.
#[test]
fn a_density_that_no_pass_gives_is_refused() {
    for device in [Device::dermaroller_mf8(), Device::pen_11(), Device::stamp_6x6()] {
        let per_pass = device.holes_per_cm2_per_pass();
        let session = || Session::new(device.clone(), Time::days(0.0));
        for holes in [0.0, 1.0, 0.49 * per_pass, 25_000.0] {
            let Err(Error::OutOfRange { value, minimum, maximum, unit: "/cm²", .. }) = session().holes_per_cm2(holes)
            else {
                panic!("{holes} per cm² were taken");
            };
            assert_eq!((value, minimum), (holes, 0.5 * per_pass));
            // What the message says would be right is right.
            for right in [minimum, maximum] {
                let protocol = Protocol {
                    sessions: vec![session().holes_per_cm2(right).unwrap()],
                    doses: Vec::new(),
                    end: Time::days(1.0),
                };
                protocol.validate(&grid()).unwrap();
            }
        }
        for holes in [0.5 * per_pass, 100.0, 377.0, 9_000.0] {
            let reached = f64::from(session().holes_per_cm2(holes).unwrap().passes) * per_pass;
            assert!((reached - holes).abs() <= 0.5 * per_pass + 1e-9, "{holes} {reached}");
        }
    }
    let refused = Protocol::once(Device::punch(Length::millimeters(0.1))).holes_per_cm2(250.0).unwrap_err().to_string();
    assert!(
        refused.contains("holes per cm² is 250 /cm²") && refused.contains("punch makes a single hole"),
        "{refused}"
    );
    // A device whose single pass is more than a session may have.
    let Application::Pen { needles, head_diameter, strikes_per_second, .. } = Device::pen_11().application else {
        panic!()
    };
    let application = Application::Pen { needles, head_diameter, strikes_per_second, seconds_per_cm2: 60.0 };
    let slow = Session::new(Device { application, ..Device::pen_11() }, Time::days(0.0)).holes_per_cm2(250.0);
    assert_short(slow, "holes per cm² of one pass", 250.0);
}

/// Claim: long names do not make long messages.
#[test]
fn long_names_are_cut() {
    let name = "scar ".repeat(100);
    let region = || {
        dermaweave::measure::Region::disc(
            &name,
            &grid(),
            Length::millimeters(0.2),
            Length::millimeters(0.2),
            Length::millimeters(0.1),
        )
    };
    let twice = builder().region(region().unwrap()).region(region().unwrap()).build();
    assert_short(twice, "scar scar", 0.0);
    let punch = Device { name, ..Device::punch(Length::millimeters(0.1)) };
    assert_short(Protocol::once(punch).holes_per_cm2(1.0), "scar scar", 1.0);
}

/// A course with one rule; what it says at the first step.
fn ruled(rule: impl Fn(&mut Tissue) + Send + Sync + 'static) -> Result<()> {
    let protocol = Protocol::once(Device::single_channel(Length::micrometers(100.0))).follow_up(Time::days(5.0));
    let mut simulation =
        builder().protocol(protocol).rule(after_step("rule", move |tissue, _, _| rule(tissue))).build().unwrap();
    simulation.step().map(|()| assert!(simulation.clock().hours() < 24.0, "something acts"))
}

/// The same change made by hand between two steps.
fn by_hand(change: impl Fn(&mut Tissue)) -> Result<()> {
    let mut simulation = builder().build().unwrap();
    simulation.step()?;
    let mut simulation = simulation.branch("on", Protocol::untreated(Time::days(20.0)), 1)?;
    change(simulation.tissue_mut());
    simulation.run()
}

/// Claim: a rule that puts a cell outside the field, on one edge or another, is told at the end of the step, with the cell and the
/// place; so is a change by hand before the next step.
#[test]
fn a_cell_outside_the_field_is_told_at_once() {
    for (x, y) in [(-1e-9, 5.0), (400.0, 5.0), (400.1, 5.0), (5.0, -3.0), (5.0, 1e9), (-1e300, 1e300)] {
        let move_cell = move |tissue: &mut Tissue| {
            let cell = &mut tissue.fibroblasts_mut()[7];
            (cell.x, cell.y) = (x, y);
        };
        for refused in [ruled(move_cell), by_hand(move_cell)] {
            let Err(Error::OutsideField { cell: "fibroblast", index: 7, x: at, .. }) = &refused else {
                panic!("({x}, {y}): {refused:?}");
            };
            assert_eq!(*at, x);
            assert_short(refused, "outside the field of 400 × 400 µm; check the rules", x);
        }
    }
}

/// Claim: whatever part of a site or cell stops being a number is named at the step at which it does.
#[test]
fn what_is_no_number_is_named_at_once() {
    let part = |change: fn(&mut Site), name: &'static str| {
        for refused in [
            ruled(move |tissue| change(&mut tissue.matrix_mut().sites_mut()[42])),
            by_hand(move |tissue| change(&mut tissue.matrix_mut().sites_mut()[42])),
        ] {
            let Err(Error::NotFinite { field, index: 42, .. }) = &refused else { panic!("{name}: {refused:?}") };
            assert_eq!(*field, name);
        }
    };
    part(|site| site.original = f64::NAN, "the matrix (original collagen)");
    part(|site| site.elastin = f64::INFINITY, "the matrix (elastin)");
    part(|site| site.fibrin = f64::NAN, "the matrix (fibrin)");
    part(|site| site.new.c4 = f64::NAN, "the matrix");
    part(|site| site.mature.density = f64::NEG_INFINITY, "the matrix");
    for signal in Signal::ALL {
        let refused = ruled(move |tissue| tissue.signals_mut()[signal].values_mut()[3] = f64::NAN);
        assert!(matches!(refused, Err(Error::NotFinite { index: 3, .. })), "{signal:?}: {refused:?}");
    }
    let cell = ruled(|tissue| tissue.fibroblasts_mut()[0].contraction = f64::NAN);
    assert!(matches!(cell, Err(Error::NotFinite { field: "a fibroblast", index: 0, .. })), "{cell:?}");
}

/// Claim: an identity given twice, or never given, is told: draws are keyed by it. A rule that leaves identities alone is not.
#[test]
fn an_identity_that_is_given_twice_is_told() {
    let twice = |tissue: &mut Tissue| tissue.fibroblasts_mut()[5].id = tissue.fibroblasts()[6].id;
    let unknown = |tissue: &mut Tissue| tissue.fibroblasts_mut()[5].id = u64::MAX;
    for refused in [ruled(twice), by_hand(twice)] {
        assert!(matches!(refused, Err(Error::BadIdentity { id: 6, .. })), "{refused:?}");
    }
    for refused in [ruled(unknown), by_hand(unknown)] {
        assert!(matches!(refused, Err(Error::BadIdentity { id: u64::MAX, .. })), "{refused:?}");
    }
    ruled(|tissue| tissue.fibroblasts_mut().reverse()).unwrap();
    ruled(|_| ()).unwrap();
}

/// Claim: a field of another size in the place of one is told.
#[test]
fn a_field_of_another_size_is_told() {
    let side = Length::millimeters(0.8);
    let other = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let refused = ruled(move |tissue| tissue.signals_mut()[Signal::Mmp] = Field::uniform(other, 0.0));
    assert!(matches!(refused, Err(Error::OtherField { quantity: "MMP", columns: 40, .. })), "{refused:?}");
    let skin = Skin::young();
    let refused =
        ruled(move |tissue| *tissue.matrix_mut() = dermaweave::matrix::Matrix::uniform(other, skin.collagen(), 0.1));
    assert!(matches!(refused, Err(Error::OtherField { quantity: "the matrix", .. })), "{refused:?}");
}
