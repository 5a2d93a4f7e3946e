//! How long is skin red and open after one session, by the length of the needles?
use dermaweave::report::Row;
use dermaweave::tissue::Microchannel;
use dermaweave::treatment::Needle;
use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};

/// One session of the pen at 250 holes/cm² on 2 mm of skin, its needles and their shafts in mm, sampled every two hours for
/// four days.
fn session(length: f64, shaft: f64, skin: &Skin) -> Simulation {
    let side = Length::millimeters(2.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let pen = Device::pen_11();
    let (length, shaft_diameter) = (Length::millimeters(length), Length::millimeters(shaft));
    let needle = Needle { length, shaft_diameter, ..pen.needle.clone() };
    let protocol = Protocol::once(Device { needle, ..pen }).holes_per_cm2(250.0).unwrap().follow_up(Time::days(7.0));
    let hours = (1..=48).map(|step| Time::hours(2.0 * f64::from(step)));
    let tissue = Tissue::new(grid, skin).unwrap();
    Simulation::builder(tissue)
        .protocol(protocol)
        .sample_every(Time::days(1.0))
        .sample_also(hours)
        .seed(3)
        .build()
        .unwrap()
}

fn rows(length: f64) -> Vec<Row> {
    let mut simulation = session(length, 0.25, &Skin::aged(30.0));
    simulation.run().unwrap();
    simulation.report().region("all").cloned().collect()
}

/// Hours after which skin is no longer seen red.
fn hours_red(rows: &[Row]) -> f64 {
    rows.iter().rfind(|row| row.recovery.is_red()).map_or(0.0, |row| 24.0 * row.day)
}

/// Claim: redness is there at once, gone after hours to three days for needles of 0.5 to 1.5 mm, lasts longer after longer
/// ones, is gone long before inflammation is, and does not come back.
#[test]
fn redness_lasts_hours_to_three_days() {
    let courses = [0.5, 1.0, 1.5].map(rows);
    let hours = courses.each_ref().map(|rows| hours_red(rows));
    for (length, rows) in [0.5, 1.0, 1.5].iter().zip(&courses) {
        let at = |hour: f64| rows.iter().find(|row| (24.0 * row.day - hour).abs() < 0.5).unwrap();
        let course: Vec<_> =
            [2.0, 6.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0].map(|hour| at(hour).recovery.redness).into();
        println!("{length} mm: red for {} h; redness after 2, 6, … 96 h {course:.3?}", hours_red(rows));
        assert!(at(2.0).recovery.redness > 0.3 && rows[0].recovery.redness == 0.0);
        let red = rows.iter().skip(1).map(|row| row.recovery.is_red()).collect::<Vec<_>>();
        assert!(red.is_sorted_by(|before, after| before >= after), "{length} mm: redness comes back");
    }
    assert!(hours.iter().all(|hours| (4.0..72.0).contains(hours)), "{hours:?}");
    assert!(hours.is_sorted_by(|shorter, longer| shorter < longer), "{hours:?}");
    let after = courses[2].iter().find(|row| row.day == 3.0).unwrap();
    assert!(after.recovery.redness < 0.1 && after.inflammation > 0.02, "{after:?}");
}

/// Mean width of the channels, hours until half of them have closed, and until half of the open area has.
fn closure(shaft: f64) -> (f64, f64, f64) {
    let mut simulation = session(1.5, shaft, &Skin::young());
    let (mut all, mut area, mut closed, mut halved, mut width) = (0, 0.0, None, None, 0.0);
    while closed.is_none() {
        simulation.step().unwrap();
        let channels = simulation.tissue().microchannels().channels();
        let open: f64 = channels.iter().map(Microchannel::area).sum();
        if all == 0 {
            (all, area) = (channels.len(), open);
            width = channels.iter().map(|channel| channel.diameter).sum::<f64>() / all as f64;
        }
        let hours = simulation.clock().hours();
        halved = halved.or((open <= 0.5 * area).then_some(hours));
        closed = (2 * channels.len() <= all).then_some(hours);
    }
    (width, closed.unwrap(), halved.unwrap())
}

/// Claim: the median lesion of young skin is closed after 10 to 22 h (Stumpp 2009: lesions below 500 µm), whether as wide as the shaft or as
/// half of it. Impedance has half of the open area closed after 20 to 26 h: that is missed, since one speed cannot meet both.
#[test]
fn the_median_lesion_closes_within_a_day() {
    for shaft in [0.071, 0.125, 0.2] {
        let (width, closed, halved) = closure(shaft);
        println!(
            "channels of {width:.0} µm: half of them closed after {closed} h, half of their area after {halved} h"
        );
        assert!((10.0..=22.0).contains(&closed), "{width} µm: {closed} h");
        assert!(halved <= closed);
    }
}
