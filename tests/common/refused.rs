//! What must be said of a bad input, and good ones to spoil.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::simulation::Builder;
use dermaweave::treatment::TreatedRegion;
use dermaweave::{Device, Error, Grid, Length, Protocol, Result, Session, Simulation, Skin, Time, Tissue};
use std::fmt::Debug;

/// Neither a length, a share, a count, a rate nor an angle.
pub const NEVER_RIGHT: [f64; 5] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e9, 1e9];

pub fn millimeters(value: f64) -> Length {
    Length::millimeters(value)
}

pub fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

/// 1 × 1 mm in 2500 sites.
pub fn grid() -> Grid {
    Grid::new(millimeters(1.0), millimeters(1.0), micrometers(20.0)).unwrap()
}

pub fn tissue() -> Tissue {
    Tissue::new(grid(), &Skin::young()).unwrap()
}

pub fn builder() -> Builder {
    Simulation::builder(tissue()).threads(1)
}

/// The message is one line and holds all parts.
pub fn assert_message<T>(result: Result<T>, what: &str, parts: &[&str]) {
    let message = result.err().unwrap_or_else(|| panic!("{what} was accepted")).to_string();
    assert!(!message.contains('\n'), "{what}: {message}");
    for part in parts {
        assert!(message.contains(part), "{what}: `{message}` lacks `{part}`");
    }
}

/// The error is `OutOfRange`, of this quantity and value, and its message says so.
pub fn assert_out_of_range<T: Debug>(result: Result<T>, quantity: &str, value: f64, unit: &str) {
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
pub type Number<T> = (&'static str, &'static str, fn(&mut T, f64));

/// Sets each number of `good` to each bad value in turn; `accept` must name the number.
pub fn assert_each_is_checked<T: Clone, U: Debug>(
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

pub fn needle(change: impl Fn(&mut dermaweave::treatment::Needle)) -> Device {
    let mut device = Device::dermaroller_mf8();
    change(&mut device.needle);
    device
}

pub fn dry_run(device: Device) -> Result<dermaweave::treatment::DryRun> {
    let protocol = Protocol { sessions: vec![session(device)], doses: Vec::new(), end: Time::days(10.0) };
    protocol.dry_run(&grid(), 1)
}

/// One pass on day 1.
pub fn session(device: Device) -> Session {
    Session { start: Time::days(1.0), device, passes: 1, region: TreatedRegion::Everywhere }
}
