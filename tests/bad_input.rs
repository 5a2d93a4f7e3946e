//! Does every bad input get one error that names the quantity, the value and what would be right?
//!
//! Bad are NaN, infinite, negative and zero values, swapped units, dates that cannot be, masks that
//! do not fit and files that are not ours. None of them may panic or be taken silently.
use dermaweave::error::CheckpointFault;
use dermaweave::measure::{FiberMaps, Region, Windows};
use dermaweave::parameters::ParameterRow;
use dermaweave::report::{write_csv, write_file, write_json};
use dermaweave::simulation::Builder;
use dermaweave::simulation::after_step;
use dermaweave::treatment::{Application, TreatedRegion};
use dermaweave::{AtrophicScar, Boundary, Device, Error, Grid, Length, Parameters, Protocol};
use dermaweave::{Result, Session, Signal, Simulation, Skin, Slab, Time, Tissue};
use proptest::prelude::*;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

/// Neither a length, a share, a count, a rate nor an angle.
const NEVER_RIGHT: [f64; 5] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e9, 1e9];

fn millimeters(value: f64) -> Length {
    Length::millimeters(value)
}

fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

/// 1 × 1 mm in 2500 sites.
fn grid() -> Grid {
    Grid::new(millimeters(1.0), millimeters(1.0), micrometers(20.0)).unwrap()
}

fn tissue() -> Tissue {
    Tissue::new(grid(), &Skin::young()).unwrap()
}

fn builder() -> Builder {
    Simulation::builder(tissue()).threads(1)
}

/// The message is one line and holds all parts.
fn assert_message<T>(result: Result<T>, what: &str, parts: &[&str]) {
    let message = result.err().unwrap_or_else(|| panic!("{what} was accepted")).to_string();
    assert!(!message.contains('\n'), "{what}: {message}");
    for part in parts {
        assert!(message.contains(part), "{what}: `{message}` lacks `{part}`");
    }
}

/// The error is `OutOfRange`, of this quantity and value, and its message says so.
fn assert_out_of_range<T: Debug>(result: Result<T>, quantity: &str, value: f64, unit: &str) {
    let Err(Error::OutOfRange { quantity: named, value: found, minimum, maximum, .. }) = &result else {
        panic!("{quantity} = {value}: {result:?}");
    };
    assert_eq!(*named, quantity);
    let relative_error = (found - value).abs() / value.abs();
    assert!(found.to_bits() == value.to_bits() || relative_error < 1e-12, "{found}, {value}");
    assert!(minimum < maximum && !(*minimum..=*maximum).contains(found));
    // Long rows of zeros are written in powers of ten.
    let is_long = found.is_finite() && *found != 0.0 && !(1e-6..1e15).contains(&found.abs());
    let value = if is_long { format!("is {found:e} {unit};") } else { format!("is {found} {unit};") };
    let right = format!("from {minimum} to {maximum} {unit}");
    assert_message(result, quantity, &[quantity, &value, &right]);
}

/// One number of `T`: its name in messages, its unit, and how to set it.
type Number<T> = (&'static str, &'static str, fn(&mut T, f64));

/// Sets each number of `good` to each bad value in turn; `accept` must name the number.
fn assert_each_is_checked<T: Clone, U: Debug>(
    good: &T,
    numbers: &[Number<T>],
    values: &[f64],
    accept: impl Fn(&T) -> Result<U>,
) {
    assert!(accept(good).is_ok());
    for (quantity, unit, set) in numbers {
        for value in values {
            let mut bad = good.clone();
            set(&mut bad, *value);
            assert_out_of_range(accept(&bad), quantity, *value, unit);
        }
    }
}

// Fields and skin.

/// Claim: sides and spacing of a field are checked, zero included.
#[test]
fn a_grid_names_a_bad_side_or_spacing() {
    let of = |width: f64, height: f64, spacing: f64| {
        Grid::new(micrometers(width), micrometers(height), micrometers(spacing))
    };
    for value in NEVER_RIGHT.into_iter().chain([0.0, -0.0, 5e-324, 1.0]) {
        assert_out_of_range(of(1000.0, 1000.0, value), "grid spacing", value, "µm");
        assert_out_of_range(of(value, 1000.0, 20.0), "field width", value, "µm");
        assert_out_of_range(of(1000.0, value, 20.0), "field height", value, "µm");
    }
}

/// Claim: millimeters given as micrometers and the reverse are out of range, not another field.
#[test]
fn swapped_units_are_refused() {
    assert_out_of_range(Grid::new(micrometers(4.0), micrometers(4.0), micrometers(10.0)), "field width", 4.0, "µm");
    assert_out_of_range(Grid::new(millimeters(4000.0), millimeters(4.0), micrometers(10.0)), "field width", 4e6, "µm");
    assert_out_of_range(Grid::new(millimeters(4.0), millimeters(4.0), micrometers(0.01)), "grid spacing", 0.01, "µm");
    assert_out_of_range(Grid::new(millimeters(4.0), millimeters(4.0), millimeters(10.0)), "grid spacing", 1e4, "µm");
    let narrow_scar = AtrophicScar { diameter: micrometers(2.0), ..AtrophicScar::boxcar() };
    assert_out_of_range(tissue().with_lesion(&narrow_scar), "lesion length", 2.0, "µm");
    let wide_scar = AtrophicScar { diameter: millimeters(2000.0), ..AtrophicScar::boxcar() };
    assert_out_of_range(tissue().with_lesion(&wide_scar), "lesion length", 2e6, "µm");
    assert_out_of_range(builder().window(micrometers(0.1)).build().map(drop), "window side", 0.1, "µm");
    assert_out_of_range(dry_run(needle(|needle| needle.length = micrometers(1.5))), "needle length", 1.5, "µm");
    assert_out_of_range(dry_run(needle(|needle| needle.length = millimeters(1500.0))), "needle length", 1.5e6, "µm");
    let aged_in_months = Skin::aged(12.0 * 40.0);
    assert_message(Tissue::new(grid(), &aged_in_months), "age in months", &["age of the skin", "480 years"]);
}

/// Claim: a side that is not whole sites is told the nearest one that is.
#[test]
fn a_side_that_is_not_whole_sites_is_told_the_nearest() {
    let uneven = Grid::new(micrometers(1007.0), millimeters(1.0), micrometers(20.0));
    assert_message(uneven, "uneven width", &["field width", "1007 µm", "20 µm", "try 1000 µm"]);
    let uneven = Grid::new(millimeters(1.0), millimeters(0.995), micrometers(10.0));
    assert_message(uneven, "uneven height", &["field height", "995 µm", "10 µm", "try 1000 µm"]);
}

/// Claim: a field that does not fit into memory is refused before memory is taken, and one on which not even one number a
/// site fits is no grid. (Limits of the process: `memory.rs`.)
#[test]
fn a_field_over_memory_is_refused() {
    let square_meter = Grid::new(millimeters(1000.0), millimeters(1000.0), micrometers(2.0));
    assert!(
        matches!(&square_meter, Err(Error::FieldTooLarge { needed_mib, available_mib, .. }) if needed_mib > available_mib)
    );
    assert_message(
        square_meter,
        "a square meter",
        &["500000 × 500000 sites", "MiB", "smaller field", "coarser spacing"],
    );
}

/// Claim: depth and thickness of the slab are checked.
#[test]
fn a_slab_names_a_bad_depth_or_thickness() {
    let numbers: [Number<Slab>; 2] = [
        ("slab depth", "µm", |slab, value| {
            slab.depth = micrometers(value);
        }),
        ("slab thickness", "µm", |slab, value| {
            slab.thickness = micrometers(value);
        }),
    ];
    assert_each_is_checked(&Slab::default(), &numbers, &NEVER_RIGHT, |slab| grid().with_slab(*slab));
    let flat = Slab { thickness: micrometers(0.0), ..Slab::default() };
    assert_out_of_range(grid().with_slab(flat), "slab thickness", 0.0, "µm");
}

/// Claim: every number of a skin is checked.
#[test]
fn a_skin_names_its_bad_number() {
    let numbers: [Number<Skin>; 8] = [
        ("collagen density of the skin", "(1 = healthy young)", |skin, value| skin.collagen_density = value),
        ("half angle of the weave", "degrees", |skin, value| {
            skin.weave_half_angle_degrees = value;
        }),
        ("concentration of a fiber family", "(dimensionless)", |skin, value| skin.weave_concentration = value),
        ("axis of skin tension", "radians", |skin, value| {
            skin.tension.axis = value;
        }),
        ("anisotropy of skin tension", "(0 to 1)", |skin, value| {
            skin.tension.anisotropy = value;
        }),
        ("fibroblasts per volume", "1/mm³", |skin, value| {
            skin.fibroblasts_per_mm3 = value;
        }),
        ("synthesis of the skin", "(1 = young)", |skin, value| {
            skin.synthesis = value;
        }),
        ("new share of the collagen", "(0 to 1)", |skin, value| {
            skin.new_share = value;
        }),
    ];
    assert_each_is_checked(&Skin::young(), &numbers, &NEVER_RIGHT, |skin| Tissue::new(grid(), skin));
    assert_each_is_checked(&Skin::young(), &[numbers[0], numbers[5]], &[0.0], |skin| Tissue::new(grid(), skin));
}

/// Claim: every number of a scar is checked, and it must lie in the field.
#[test]
fn a_scar_names_its_bad_number() {
    let scar = AtrophicScar { diameter: micrometers(400.0), ..AtrophicScar::boxcar() };
    let half = micrometers(500.0);
    let numbers: [Number<AtrophicScar>; 5] = [
        ("lesion length", "µm", |scar, value| {
            scar.diameter = micrometers(value);
        }),
        ("lesion edge", "µm", |scar, value| {
            scar.edge = micrometers(value);
        }),
        ("lesion density", "(1 = as the skin around)", |scar, value| {
            scar.density = value;
        }),
        ("scar resultant length", "(0 to 1)", |scar, value| {
            scar.resultant_length = value;
        }),
        ("scar axis", "radians", |scar, value| scar.axis = value),
    ];
    assert_each_is_checked(&scar, &numbers, &NEVER_RIGHT, |scar| tissue().with_lesion(scar));
    for value in NEVER_RIGHT.into_iter().chain([-0.1, 1000.1]) {
        let at = |x, y| tissue().with_lesion(&AtrophicScar { center: Some((x, y)), ..scar.clone() });
        assert_out_of_range(at(micrometers(value), half), "x of the lesion's center", value, "µm");
        assert_out_of_range(at(half, micrometers(value)), "y of the lesion's center", value, "µm");
    }
    let edge_wider_than_scar = AtrophicScar { edge: micrometers(401.0), ..scar };
    assert_out_of_range(tissue().with_lesion(&edge_wider_than_scar), "lesion edge", 401.0, "µm");
}

// Devices, sessions, protocols.

fn needle(change: impl Fn(&mut dermaweave::treatment::Needle)) -> Device {
    let mut device = Device::dermaroller_mf8();
    change(&mut device.needle);
    device
}

fn dry_run(device: Device) -> Result<dermaweave::treatment::DryRun> {
    let protocol = Protocol { sessions: vec![session(device)], doses: Vec::new(), end: Time::days(10.0) };
    protocol.dry_run(&grid(), 1)
}

/// One pass on day 1.
fn session(device: Device) -> Session {
    Session { start: Time::days(1.0), device, passes: 1, region: TreatedRegion::Everywhere }
}

/// Claim: every number of a device is checked, by a dry run and by `build` alike.
#[test]
fn a_device_names_its_bad_number() {
    let numbers: [Number<Device>; 7] = [
        ("needle length", "µm", |device, value| {
            device.needle.length = micrometers(value);
        }),
        ("needle shaft diameter", "µm", |device, value| {
            device.needle.shaft_diameter = micrometers(value);
        }),
        ("needle tip radius", "µm", |device, value| {
            device.needle.tip_radius = micrometers(value);
        }),
        ("needle taper", "µm", |device, value| {
            device.needle.taper = micrometers(value);
        }),
        ("penetration efficiency", "(depth/length)", |device, value| device.penetration_efficiency = value),
        ("depth scatter", "(relative)", |device, value| {
            device.depth_scatter = value;
        }),
        ("removed fraction", "(0 to 1)", |device, value| {
            device.removed_fraction = value;
        }),
    ];
    let built = |device: &Device| builder().protocol(Protocol::once(device.clone())).build().map(drop);
    for device in [Device::dermaroller_mf8(), Device::roller_770(), Device::pen_11(), Device::stamp_6x6()] {
        assert_each_is_checked(&device, &numbers, &NEVER_RIGHT, |device| dry_run(device.clone()));
        assert_each_is_checked(&device, &numbers[..2], &[0.0, 9.9], |device| dry_run(device.clone()));
    }
    assert_each_is_checked(&Device::pen_11(), &numbers, &NEVER_RIGHT, built);
}

/// Claim: no needle is longer than 4 mm.
#[test]
fn a_needle_longer_than_4_mm_is_refused() {
    assert!(dry_run(needle(|needle| needle.length = millimeters(4.0))).is_ok());
    let too_long = || needle(|needle| needle.length = millimeters(4.1));
    assert_message(dry_run(too_long()), "4.1 mm", &["needle length", "4100", "µm", "50 to 4000 µm"]);
    assert_out_of_range(
        builder().protocol(Protocol::once(too_long())).build().map(drop),
        "needle length",
        4100.0,
        "µm",
    );
}

/// Claim: a tip is no wider than its shaft.
#[test]
fn a_tip_wider_than_its_shaft_is_refused() {
    let blunt = needle(|needle| needle.tip_radius = micrometers(126.0));
    assert_message(dry_run(blunt), "blunt tip", &["needle tip radius", "126", "0 to 125 µm"]);
}

/// Claim: every number of a way of application is checked.
#[test]
fn an_application_names_its_bad_number() {
    let with = |application| dry_run(Device { application, ..Device::pen_11() });
    let roller = |rows, needles_per_row, drum: f64, width: f64| Application::Roller {
        rows,
        needles_per_row,
        drum_diameter: micrometers(drum),
        drum_width: micrometers(width),
    };
    let stamp = |rows, columns, pitch: f64| Application::Stamp { rows, columns, pitch: micrometers(pitch) };
    let pen = |needles, head: f64, strikes_per_second, seconds_per_cm2| Application::Pen {
        needles,
        head_diameter: micrometers(head),
        strikes_per_second,
        seconds_per_cm2,
    };
    for (count, value) in [(0, 0.0), (1001, 1001.0), (u32::MAX, 4_294_967_295.0)] {
        assert_out_of_range(with(roller(count, 24, 2e4, 2e4)), "rows of the roller", value, "needles");
        assert_out_of_range(with(roller(8, count, 2e4, 2e4)), "needles per row of the roller", value, "needles");
        assert_out_of_range(with(stamp(count, 6, 2e3)), "rows of the stamp", value, "needles");
        assert_out_of_range(with(stamp(6, count, 2e3)), "columns of the stamp", value, "needles");
        assert_out_of_range(with(pen(count, 8e3, 90.0, 0.05)), "needles of the pen", value, "needles");
    }
    for value in NEVER_RIGHT.into_iter().chain([0.0, 5e-324]) {
        assert_out_of_range(with(roller(8, 24, value, 2e4)), "drum diameter", value, "µm");
        assert_out_of_range(with(roller(8, 24, 2e4, value)), "drum width", value, "µm");
        assert_out_of_range(with(stamp(6, 6, value)), "pitch of the stamp", value, "µm");
        assert_out_of_range(with(pen(11, value, 90.0, 0.05)), "head diameter", value, "µm");
        assert_out_of_range(with(pen(11, 8e3, value, 0.05)), "strikes per second", value, "Hz");
        assert_out_of_range(with(pen(11, 8e3, 90.0, value)), "time per area", value, "s/cm²");
    }
}

/// Claim: a punch is at least a site wide and fits into the field.
#[test]
fn a_punch_fits_into_the_field() {
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(dry_run(Device::punch(micrometers(value))).is_err(), "{value}");
    }
    assert_out_of_range(dry_run(Device::punch(micrometers(19.0))), "punch diameter", 19.0, "µm");
    assert_out_of_range(dry_run(Device::punch(millimeters(1.1))), "punch diameter", 1100.0, "µm");
    assert!(dry_run(Device::punch(millimeters(1.0))).is_ok());
}

/// Claim: the treated region lies in the field and has a size.
#[test]
fn a_treated_region_outside_the_field_is_refused() {
    let treat = |x: f64, y: f64, diameter: f64| {
        let (x, y, diameter) = (micrometers(x), micrometers(y), micrometers(diameter));
        let region = TreatedRegion::Disc { x, y, diameter };
        let protocol = Protocol {
            sessions: vec![Session { region, ..session(Device::pen_11()) }],
            doses: Vec::new(),
            end: Time::days(9.0),
        };
        protocol.dry_run(&grid(), 1)
    };
    assert!(treat(500.0, 500.0, 300.0).is_ok());
    for value in NEVER_RIGHT.into_iter().chain([-1.0, 1001.0]) {
        assert_out_of_range(treat(value, 500.0, 300.0), "x of the treated region", value, "µm");
        assert_out_of_range(treat(500.0, value, 300.0), "y of the treated region", value, "µm");
    }
    for value in NEVER_RIGHT.into_iter().chain([0.0, 19.0]) {
        assert_out_of_range(treat(500.0, 500.0, value), "diameter of the treated region", value, "µm");
    }
}

/// Claim: an absurd density of holes is refused, and so is no pass at all.
#[test]
fn an_absurd_density_of_holes_is_refused() {
    let with = |passes| {
        let session = Session { passes, ..session(Device::stamp_6x6()) };
        Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(9.0) }.dry_run(&grid(), 1)
    };
    assert!(with(800).is_ok());
    assert_out_of_range(with(0), "passes of a session", 0.0, "passes");
    assert_out_of_range(with(1001), "passes of a session", 1001.0, "passes");
    assert_out_of_range(with(900), "holes of a session", 22_500.0, "holes/cm²");
    for absurd in [1e6, 1e300, f64::INFINITY] {
        let refused = Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(absurd);
        assert_out_of_range(refused, "holes per cm²", absurd, "/cm²");
    }
}

/// Claim: a density of holes that is negative or not a number is refused, not made one pass.
#[test]
fn a_density_of_holes_that_is_none_is_refused() {
    for holes in [f64::NAN, -250.0, f64::NEG_INFINITY, 0.0, 1.0] {
        let refused = Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(holes);
        assert_out_of_range(refused, "holes per cm²", holes, "/cm²");
    }
}

fn on_days(days: &[f64], end: f64) -> Protocol {
    let on = |day: &f64| Session { start: Time::days(*day), ..session(Device::pen_11()) };
    Protocol { sessions: days.iter().map(on).collect(), doses: Vec::new(), end: Time::days(end) }
}

/// Claim: dates must be in order, within the protocol, and dates at all.
#[test]
fn a_protocol_names_its_bad_date() {
    let refused = |days: &[f64], end: f64, parts: &[&str]| {
        assert_message(on_days(days, end).dry_run(&grid(), 1), "dry run", parts);
        assert_message(builder().protocol(on_days(days, end)).build(), "build", parts);
    };
    refused(&[0.0, 28.0, 14.0], 60.0, &["session 3", "day 14", "session 2", "day 28", "in order of time"]);
    refused(&[0.0, 70.0], 60.0, &["session 2", "day 70", "ends on day 60", "end later or move"]);
    refused(&[60.0], 60.0, &["session 1", "day 60", "ends on day 60"]);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 40_000.0] {
        refused(&[value], 50_000.0_f64.min(36_000.0), &["day of a session", &format!("{value}"), "0 to 36525 days"]);
        refused(&[], value, &["end of the protocol", &format!("{value}"), "1 to 36525 days"]);
    }
    refused(&[], 0.0, &["end of the protocol is 0 days"]);
    let endless = Protocol::repeated(Device::pen_11(), 3, Time::days(f64::NAN));
    assert!(endless.dry_run(&grid(), 1).is_err());
    assert!(Protocol::repeated(Device::pen_11(), 3, Time::days(0.0)).dry_run(&grid(), 1).is_err());
    assert!(Protocol::repeated(Device::pen_11(), 3, Time::days(-7.0)).dry_run(&grid(), 1).is_err());
}

/// Claim: an accepted session takes place. One that begins "at the next full day" must do so
/// before the run ends.
#[test]
fn an_accepted_session_takes_place() {
    let channel = Session { start: Time::days(1.5), ..session(Device::single_channel(micrometers(200.0))) };
    let protocol = Protocol { sessions: vec![channel], doses: Vec::new(), end: Time::days(1.9) };
    let Ok(mut simulation) = builder().protocol(protocol).build() else {
        return;
    };
    simulation.run().unwrap();
    let fibrin: f64 = simulation.tissue().matrix().sites().map(|site| site.fibrin).sum();
    assert!(
        fibrin > 0.0,
        "the session of day 1.5 was accepted and left out; the run ended on day {}",
        simulation.clock().days()
    );
}

/// Claim: a branch is checked like a new protocol.
#[test]
fn a_branch_checks_its_protocol() {
    let trunk = builder().build().unwrap();
    let branched = |protocol| trunk.branch("branch", protocol, 1).map(drop);
    assert_message(branched(on_days(&[5.0], 4.0)), "branch", &["session 1", "day 5"]);
    assert_message(branched(Protocol::untreated(Time::days(f64::NAN))), "branch", &["end of the protocol", "NaN"]);
}

// Parameters.

/// The default parameters with one number changed, by its name, as a TOML file would.
fn with_parameter(row: &ParameterRow, value: f64) -> Parameters {
    let group = row.group.trim_end_matches("Parameters").to_lowercase();
    let mut table = toml::Table::try_from(Parameters::default()).unwrap();
    let old = table[&group].as_table_mut().unwrap().insert(row.name.into(), toml::Value::Float(value));
    assert_eq!(old, Some(toml::Value::Float(row.value)), "{group}.{}", row.name);
    table.try_into().unwrap()
}

/// Claim: every parameter of the model is checked at both ends of its range and for NaN.
#[test]
fn every_parameter_names_itself_when_it_is_out_of_range() {
    for row in Parameters::default().table() {
        let build = |value: f64| builder().parameters(with_parameter(&row, value)).build().map(drop);
        for value in [row.minimum, row.value, row.maximum] {
            assert!(with_parameter(&row, value).validate().is_ok(), "{row}");
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, row.minimum.next_down(), row.maximum.next_up()] {
            assert_out_of_range(with_parameter(&row, value).validate(), row.name, value, row.unit);
        }
        assert_out_of_range(build(f64::NAN), row.name, f64::NAN, row.unit);
    }
}

/// Claim: an unknown name or a wrong type in a file is an error that tells the name.
#[test]
fn a_misspelled_parameter_is_refused() {
    let read = |text: &str| toml::from_str::<Parameters>(text).map(drop).map_err(|error| error.to_string());
    assert_eq!(read("[fibroblast]\nrotational_diffusivity = 0.1"), Ok(()));
    let misspelled = read("[fibroblast]\nrotational_difusivity = 0.1").unwrap_err();
    assert!(misspelled.contains("rotational_difusivity"), "{misspelled}");
    assert!(read("[fibroblasts]\n").unwrap_err().contains("fibroblasts"));
    assert!(read("[fibroblast]\nrotational_diffusivity = \"fast\"").unwrap_err().contains("fast"));
    assert!(read("fiber_axis = \"Sideways\"").unwrap_err().contains("Sideways"));
}

/// Claim: whatever is accepted gives numbers, also for time constants that are equal (36 h lies in the range of
/// both). Ends of ranges and pairs of parameters: `growth.rs`.
#[test]
fn equal_arrival_and_decay_of_neutrophils_give_finite_results() {
    let mut parameters = Parameters::default();
    parameters.injury.neutrophil_arrival_time = 36.0;
    parameters.injury.neutrophil_decay_time = 36.0;
    let equal = assert_finite(parameters.clone(), "τ_b = τ_N");
    parameters.injury.neutrophil_decay_time = 36.0 + 1e-6;
    let nearly_equal = assert_finite(parameters, "τ_b ≈ τ_N");
    let level = |simulation: &Simulation| simulation.report().rows().last().unwrap().inflammation;
    assert!((level(&equal) / level(&nearly_equal) - 1.0).abs() < 1e-4);
}

/// Measured on pictures, which are taken only on demand.
const NOT_ASKED_FOR: &str = "collagen_orientation_index";

/// Runs two days after a channel in a small field; every number reported must be one.
fn assert_finite(parameters: Parameters, what: &str) -> Simulation {
    let side = micrometers(400.0);
    let small = Grid::new(side, side, micrometers(20.0)).unwrap();
    let protocol = Protocol::once(Device::single_channel(micrometers(150.0))).follow_up(Time::days(2.0));
    let tissue = Tissue::new(small, &Skin::young()).unwrap();
    let mut simulation =
        Simulation::builder(tissue).parameters(parameters).protocol(protocol).threads(1).build().unwrap();
    simulation.run().unwrap_or_else(|error| panic!("{what}: {error}"));
    let rows = simulation.report().rows().iter().flat_map(dermaweave::report::Row::flat);
    let measured = rows.filter(|(name, _)| name != NOT_ASKED_FOR);
    measured.for_each(|(name, value)| assert!(!value.is_null(), "{what}: {name} is not a number"));
    simulation
}

/// Claim: the same for skins: any accepted skin can be measured.
#[test]
fn every_accepted_skin_gives_finite_results() {
    let skins = [
        ("no concentration", Skin { weave_concentration: 0.0, ..Skin::young() }),
        ("sharp families", Skin { weave_concentration: 100.0, ..Skin::young() }),
        ("one family", Skin { weave_half_angle_degrees: 0.0, ..Skin::young() }),
        ("perpendicular families", Skin { weave_half_angle_degrees: 45.0, ..Skin::young() }),
        ("opposite families", Skin { weave_half_angle_degrees: 90.0, ..Skin::young() }),
        ("nothing new", Skin { new_share: 0.0, synthesis: 0.0, ..Skin::young() }),
        ("all new", Skin { new_share: 1.0, synthesis: 2.0, ..Skin::young() }),
        ("much MMP", Skin { mmp_factor: 100.0, ..Skin::young().photoaged().of_smoker() }),
        ("thin", Skin { collagen_density: 0.05, ..Skin::aged(100.0) }),
    ];
    let not_numbers = |(what, skin): (&str, Skin)| {
        let simulation = Simulation::builder(Tissue::new(grid(), &skin).unwrap()).threads(1).build().unwrap();
        let row = simulation.report().rows()[0].flat();
        let missing = row.into_iter().filter(|(name, value)| value.is_null() && name != NOT_ASKED_FOR);
        missing.map(|(name, _)| format!("{what}: {name}")).collect::<Vec<_>>()
    };
    let found: Vec<_> = skins.into_iter().flat_map(not_numbers).collect();
    assert!(found.is_empty(), "not a number: {found:?}");
}

/// Claim: an age that no model of skin is made for is refused by its name.
#[test]
fn an_age_out_of_range_is_refused() {
    for years in [f64::NAN, -35.0, 5.0, 120.0, f64::INFINITY] {
        let message = Tissue::new(grid(), &Skin::aged(years)).expect_err("it is out of range").to_string();
        assert!(message.contains("age of the skin") && message.contains("18 to 110 years"), "{message}");
    }
}

// What is watched, and with what.

/// Claim: sampling, windows and threads are checked.
#[test]
fn a_builder_names_its_bad_number() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 0.5, 40_000.0] {
        let built = builder().sample_every(Time::days(value)).build().map(drop);
        assert_out_of_range(built, "sampling interval", value, "days");
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 0.4, 25.0] {
        let built = builder().longest_step(Time::hours(value)).build().map(drop);
        assert_out_of_range(built, "longest step", value, "h");
    }
    for value in NEVER_RIGHT.into_iter().chain([0.0, 19.0]) {
        assert_out_of_range(builder().window(micrometers(value)).build().map(drop), "window side", value, "µm");
        let windows = Windows::new(&Region::all(&grid()), &grid(), micrometers(value)).map(drop);
        assert_out_of_range(windows, "window side", value, "µm");
        let maps =
            |window: f64, stride: f64| FiberMaps::new(tissue().matrix(), micrometers(window), micrometers(stride));
        assert_out_of_range(maps(value, 20.0), "window side", value, "µm");
        assert_out_of_range(maps(100.0, value), "window stride", value, "µm");
    }
    for (threads, value) in [(0, 0.0), (5000, 5000.0)] {
        assert_out_of_range(builder().threads(threads).build().map(drop), "threads", value, "threads");
    }
}

/// Claim: extra days of sampling that are no days are refused, or left out, but never a panic.
#[test]
fn extra_days_of_sampling_never_panic() {
    for value in [f64::NAN, -3.0, 1e30, f64::INFINITY, f64::NEG_INFINITY] {
        let build = || builder().sample_also([Time::days(value)]).build().is_ok();
        assert!(std::panic::catch_unwind(build).is_ok(), "sample_also(day {value}) panics");
    }
}

/// Claim: a mask has one entry per site, at least one of them set.
#[test]
fn a_mask_that_does_not_fit_is_refused() {
    for length in [0, 1, 2499, 2501] {
        let refused = Region::mask("odd", &grid(), vec![true; length]);
        assert_message(
            refused,
            "mask",
            &["the mask of a region", &format!("{length} entries"), "2500 sites", "one entry per site"],
        );
    }
    let empty = Region::mask("empty", &grid(), vec![false; 2500]);
    assert_message(empty, "empty mask", &["a region", "covers none", "1000 × 1000 µm"]);
}

/// Claim: a disc outside the field, or without a size, is refused.
#[test]
fn a_region_outside_the_field_is_refused() {
    let disc = |x: f64, y: f64, diameter: f64| {
        Region::disc("disc", &grid(), micrometers(x), micrometers(y), micrometers(diameter))
    };
    for value in NEVER_RIGHT {
        assert_out_of_range(disc(500.0, 500.0, value), "diameter of a region", value, "µm");
        assert_message(disc(value, 500.0, 100.0), "disc", &["a region", "covers none", "1000 × 1000 µm"]);
        assert_message(disc(500.0, value, 100.0), "disc", &["a region", "covers none", "1000 × 1000 µm"]);
    }
    assert_message(disc(1200.0, 500.0, 300.0), "disc", &["covers none"]);
}

/// Claim: a region made for another field is refused by `build`, not read past its end.
#[test]
fn a_region_of_another_field_is_refused() {
    for side in [200.0, 2000.0] {
        let other = Grid::new(micrometers(side), micrometers(side), micrometers(20.0)).unwrap();
        let region = Region::all(&other);
        let built = std::panic::catch_unwind(|| builder().region(region).build().map(drop));
        let result = built.unwrap_or_else(|_| panic!("a region of {} sites panics", other.sites()));
        let sites = format!("{0} × {0} sites of 20 µm", side / 20.0);
        assert_message(result, "a region of another field", &["a region", &sites, "one field for all"]);
    }
}

/// Claim: two regions of one name are refused, since their rows could not be told apart.
#[test]
fn equal_names_of_regions_are_refused() {
    let twice = builder().region(Region::all(&grid())).build().map(drop);
    assert_message(twice, "a second region named all", &["\"all\"", "a name of its own"]);
}

/// Claim: values that stop being finite, by hand or by a rule, are named, wherever they are.
#[test]
fn a_rule_that_breaks_the_state_is_told_where() {
    let run = |rule: fn(&mut Tissue)| {
        let mut simulation = builder().rule(after_step("rule", move |tissue, _, _| rule(tissue))).build().unwrap();
        simulation.run()
    };
    let signal = run(|tissue| tissue.signals_mut()[Signal::Pdgf].values_mut()[7] = f64::NAN);
    assert_message(signal, "signal", &["PDGF", "cell 7", "NaN", "h; check the rules"]);
    let site = run(|tissue| tissue.matrix_mut().sites_mut()[42].mature.s4 = f64::INFINITY);
    assert_message(site, "site", &["the matrix", "42", "inf", "after 24 h"]);
    let cell = run(|tissue| tissue.fibroblasts_mut()[3].x = f64::NAN);
    assert_message(cell, "cell", &["a fibroblast", "cell 3", "NaN"]);
    let mut by_hand = builder().build().unwrap();
    by_hand.tissue_mut().matrix_mut().sites_mut()[0].fibrin = f64::NAN;
    assert!(matches!(by_hand.run(), Err(Error::NotFinite { index: 0, .. })));
}

// Files.

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bad_input_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn resumed(path: &Path) -> Result<()> {
    Simulation::resume(path, Some(1)).map(drop)
}

fn assert_fault(path: &Path, expected: &CheckpointFault, what: &str) {
    let result = resumed(path);
    let Err(Error::BadCheckpoint { reason, .. }) = result else { panic!("{what}: {result:?}") };
    assert_eq!(reason, *expected, "{what}");
    let parts = [path.to_str().unwrap(), "not a saved simulation", &reason.to_string()];
    assert_message(resumed(path), what, &parts);
}

/// Claim: a file that is cut short or has one wrong byte anywhere is not resumed from.
#[test]
fn a_damaged_checkpoint_is_refused() {
    let path = folder("damaged").join("course");
    builder().build().unwrap().save(&path).unwrap();
    assert!(resumed(&path).is_ok());
    let whole = fs::read(&path).unwrap();
    for length in [0, 7, 8, 11, 12, 19, 20, 43, 44, 45, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let expected = if length < 8 { CheckpointFault::NotOurs } else { CheckpointFault::Damaged };
        assert_fault(&path, &expected, &format!("cut to {length} bytes"));
    }
    for index in [12, 19, 20, 43, 44, 100, whole.len() / 2, whole.len() - 1] {
        let mut wrong = whole.clone();
        wrong[index] ^= 1;
        fs::write(&path, &wrong).unwrap();
        assert_fault(&path, &CheckpointFault::Damaged, &format!("byte {index} changed"));
    }
    fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
    assert_fault(&path, &CheckpointFault::Damaged, "longer than written");
}

/// Claim: other people's files and other versions of ours are told apart.
#[test]
fn a_foreign_or_other_format_is_refused() {
    let path = folder("foreign").join("course");
    for foreign in [&b"\x89PNG\r\n\x1a\n and so on"[..], b"", b"day,region\n0,all\n", &[0; 10_000]] {
        fs::write(&path, foreign).unwrap();
        assert_fault(&path, &CheckpointFault::NotOurs, "foreign file");
    }
    builder().build().unwrap().save(&path).unwrap();
    let mut other = fs::read(&path).unwrap();
    let expected = u32::from_le_bytes(other[8..12].try_into().unwrap());
    for found in [0, expected + 1, u32::MAX] {
        other[8..12].copy_from_slice(&found.to_le_bytes());
        // Formats before the fifth do not tell.
        let written_by = if found < 5 { "an early version" } else { env!("CARGO_PKG_VERSION") }.into();
        fs::write(&path, &other).unwrap();
        assert_fault(&path, &CheckpointFault::OtherFormat { found, expected, written_by }, "other format");
    }
}

/// Claim: a missing file and a folder in its place are told with the path; threads are checked here too.
#[test]
fn a_missing_checkpoint_is_told_with_its_path() {
    let folder = folder("missing");
    let missing = folder.join("no_such_course");
    let result = resumed(&missing);
    assert!(matches!(&result, Err(Error::File { path, .. }) if *path == missing), "{result:?}");
    assert_message(result, "missing file", &[missing.to_str().unwrap(), "No such file"]);
    assert!(matches!(resumed(&folder), Err(Error::File { path, .. }) if path == folder));
    let saved = folder.join("course");
    builder().build().unwrap().save(&saved).unwrap();
    assert_out_of_range(Simulation::resume(&saved, Some(0)).map(drop), "threads", 0.0, "threads");
}

/// Claim: writing into a folder that is not there leaves nothing behind and tells the path.
#[test]
fn writing_into_no_folder_leaves_nothing_behind() {
    let folder = folder("no_folder");
    let path = folder.join("absent").join("report.csv");
    let simulation = builder().build().unwrap();
    let attempts = [
        write_file(&path, b"text"),
        write_json(&path, &[1, 2, 3]),
        write_csv(&path, simulation.report().rows()),
        simulation.save(&path),
    ];
    for result in attempts {
        assert!(matches!(&result, Err(Error::File { path: told, .. }) if *told == path), "{result:?}");
        assert_message(result, "absent folder", &[path.to_str().unwrap(), "No such file"]);
    }
    assert_eq!(names_in(&folder), Vec::<String>::new());
}

/// Claim: a write that fails at the last moment (here: a folder has the file's name) leaves nothing.
#[test]
fn a_failed_rename_leaves_nothing_unfinished() {
    let folder = folder("rename");
    fs::create_dir(folder.join("course")).unwrap();
    fs::write(folder.join("course").join("inside"), "kept").unwrap();
    assert!(builder().build().unwrap().save(folder.join("course")).is_err());
    assert_eq!(names_in(&folder), ["course"]);
    assert_eq!(fs::read_to_string(folder.join("course").join("inside")).unwrap(), "kept");
}

// Anything at all.

/// Any bits, or something near what is meant.
fn number(low: f64, high: f64) -> impl Strategy<Value = f64> {
    let edge = prop::sample::select(vec![0.0, -0.0, 5e-324, f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY]);
    prop_oneof![1 => prop::num::f64::ANY, 1 => edge, 12 => low..=high]
}

fn length(low: f64, high: f64) -> impl Strategy<Value = Length> {
    number(low, high).prop_map(Length::micrometers)
}

fn application() -> impl Strategy<Value = Application> {
    let count = || prop_oneof![8 => 1..40_u32, 1 => any::<u32>()];
    let roller = (count(), count(), length(5e3, 5e4), length(5e3, 5e4)).prop_map(
        |(rows, needles_per_row, drum_diameter, drum_width)| Application::Roller {
            rows,
            needles_per_row,
            drum_diameter,
            drum_width,
        },
    );
    let stamp = (count(), count(), length(200.0, 5e3)).prop_map(|(rows, columns, pitch)| Application::Stamp {
        rows,
        columns,
        pitch,
    });
    let pen = (count(), length(1e3, 2e4), number(1.0, 200.0), number(0.001, 1.0)).prop_map(
        |(needles, head_diameter, strikes_per_second, seconds_per_cm2)| Application::Pen {
            needles,
            head_diameter,
            strikes_per_second,
            seconds_per_cm2,
        },
    );
    prop_oneof![roller, stamp, pen, Just(Application::Punch)]
}

fn device() -> impl Strategy<Value = Device> {
    let needle = (length(100.0, 4e3), length(50.0, 900.0), length(0.0, 25.0), length(1.0, 3e3));
    (application(), needle, number(0.01, 1.2), number(0.0, 0.5), number(0.0, 1.0)).prop_map(
        |(application, (length, shaft_diameter, tip_radius, taper), efficiency, depth_scatter, removed_fraction)| {
            Device {
                name: "any".into(),
                application,
                needle: dermaweave::treatment::Needle { length, shaft_diameter, tip_radius, taper },
                penetration_efficiency: efficiency,
                depth_scatter,
                removed_fraction,
            }
        },
    )
}

fn any_session() -> impl Strategy<Value = Session> {
    let place = (length(0.0, 1e3), length(0.0, 1e3), length(20.0, 2e3));
    let disc = place.prop_map(|(x, y, diameter)| TreatedRegion::Disc { x, y, diameter });
    let region = prop_oneof![Just(TreatedRegion::Everywhere), disc];
    let passes = prop_oneof![8 => 0..30_u32, 1 => any::<u32>()];
    (number(0.0, 50.0), device(), passes, region).prop_map(|(day, device, passes, region)| Session {
        start: Time::days(day),
        device,
        passes,
        region,
    })
}

fn scar() -> impl Strategy<Value = AtrophicScar> {
    let center = prop::option::of((length(0.0, 1e3), length(0.0, 1e3)));
    (center, length(40.0, 1e3), length(0.0, 40.0), number(0.0, 1.05), number(0.0, 0.99), number(-7.0, 7.0)).prop_map(
        |(center, diameter, edge, density, resultant_length, axis)| AtrophicScar {
            center,
            diameter,
            edge,
            density,
            resultant_length,
            axis,
        },
    )
}

fn skin() -> impl Strategy<Value = Skin> {
    let fibers = (number(0.05, 1.05), number(0.0, 90.0), number(0.0, 100.0), number(0.0, 1.0));
    let rest = (number(-7.0, 7.0), number(0.0, 1.0), number(100.0, 2e4), number(0.0, 2.0), any::<u64>());
    (fibers, rest).prop_map(|(fibers, (axis, anisotropy, fibroblasts_per_mm3, synthesis, placement_seed))| Skin {
        collagen_density: fibers.0,
        weave_half_angle_degrees: fibers.1,
        weave_concentration: fibers.2,
        new_share: fibers.3,
        tension: dermaweave::tension::Tension { axis, anisotropy },
        fibroblasts_per_mm3,
        synthesis,
        placement_seed,
        ..Skin::young()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: no numbers make a grid, or what is put on it, panic.
    #[test]
    fn no_grid_panics(width in length(50.0, 2e3), height in length(50.0, 2e3), spacing in length(2.0, 40.0)) {
        if let Ok(grid) = Grid::new(width, height, spacing) {
            prop_assert!(grid.columns() >= 4 && grid.rows() >= 4);
            prop_assert!((grid.width() - width.in_micrometers()).abs() < 1e-3);
        }
        let sites = |side: Length| Length::micrometers((side.in_micrometers() / 20.0).round() * 20.0);
        if let Ok(grid) = Grid::new(sites(width), sites(height), micrometers(20.0)) && grid.sites() < 100_000 {
            let tissue = Tissue::new(grid.with_boundary(Boundary::Periodic), &Skin::young());
            prop_assert!(Simulation::builder(tissue.unwrap()).threads(1).build().is_ok());
        }
    }

    /// Claim: no session panics; an accepted one reports numbers.
    #[test]
    fn no_session_panics(session in any_session(), end in number(1.0, 100.0), seed in any::<u64>()) {
        let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(end) };
        if let Ok(dry) = protocol.dry_run(&grid(), seed) {
            let session = &dry.sessions[0];
            let numbers = [session.day, session.holes_per_cm2, session.mean_depth_um, session.mean_diameter_um, session.opened_percent];
            prop_assert!(numbers.into_iter().all(|number| number.is_finite() && number >= 0.0), "{dry}");
        }
    }

    /// Claim: no density of holes and no interval panics.
    #[test]
    fn no_course_panics(device in device(), holes in number(1.0, 1e4), days in number(1.0, 60.0), sessions in 0..8_u32) {
        let protocol = Protocol::repeated(device, sessions, Time::days(days));
        let _ = protocol.dry_run(&grid(), 0);
        if let Ok(protocol) = protocol.holes_per_cm2(holes) {
            let dry = protocol.dry_run(&grid(), 0);
            let refused = dry.err().map(|error| error.to_string()).unwrap_or_default();
            prop_assert!(!refused.starts_with("passes") && !refused.starts_with("holes"), "{}", refused);
        }
    }

    /// Claim: no scar panics; an accepted one marks its sites and leaves the matrix sound. (Directions
    /// of subnormal densities are lost to rounding.)
    #[test]
    fn no_scar_panics(scar in scar(), second in scar()) {
        if let Ok(tissue) = tissue().with_lesion(&scar).and_then(|tissue| tissue.with_lesion(&second)) {
            prop_assert!(tissue.lesion().contains(&true));
            let sound = |site: dermaweave::matrix::Site| {
                let fibers = site.collagen();
                fibers.density >= 0.0 && (fibers.density < 1e-300 || fibers.unrealizable_by() < 1e-9) && site.elastin >= 0.0
            };
            prop_assert!(tissue.matrix().sites().all(sound));
        }
    }

    /// Claim: no skin panics; an accepted one can be measured.
    #[test]
    fn no_skin_panics(skin in skin()) {
        let small = Grid::new(micrometers(200.0), micrometers(200.0), micrometers(20.0)).unwrap();
        if let Ok(tissue) = Tissue::new(small, &skin) {
            let simulation = Simulation::builder(tissue).threads(1).build().unwrap();
            let fibers = &simulation.report().rows()[0].organization;
            prop_assert!((fibers.density - skin.collagen_density).abs() < 1e-9);
            prop_assert!((-1e-9..=1.0).contains(&fibers.circular_variance), "{fibers:?}");
        }
    }

    /// Claim: no choice of what is watched panics.
    #[test]
    fn no_sampling_panics(days in number(1.0, 30.0), window in length(20.0, 2e3), x in length(0.0, 1e3), diameter in length(0.0, 1e3)) {
        let region = Region::disc("any", &grid(), x, x, diameter).unwrap_or_else(|_| Region::all(&grid()));
        let _ = builder().sample_every(Time::days(days)).window(window).region(region).build();
    }
}
