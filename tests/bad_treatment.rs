//! Does every bad device, session or protocol get one error that names the quantity, the value and what would be right?
#[path = "common/refused.rs"]
mod refused;

use dermaweave::treatment::{Application, TreatedRegion};
use dermaweave::{Device, Protocol, Session, Time};
use refused::*;

/// Claim: every number of a device is checked, by a dry run and by `build` alike.
#[test]
fn a_device_names_its_bad_number() {
    let numbers: [Number<Device>; 9] = [
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
        ("removed share of a cut", "(0 to 1)", |device, value| device.cut.removed = value),
        ("fragmented share of a cut", "(0 to 1)", |device, value| device.cut.fragmented = value),
        ("gap of a cut", "(0 to 1)", |device, value| device.cut.gap = value),
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
