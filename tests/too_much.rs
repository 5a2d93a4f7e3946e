//! Is too much needling seen: sessions too soon, and too many holes at once?
#[path = "common/courses.rs"]
mod courses;

use courses::*;
use dermaweave::report::Caution;
use dermaweave::{Device, Protocol, Time};
use rayon::prelude::*;

fn repeated(years: f64, holes: f64, sessions: u32, days: f64, seed: u64) -> Vec<Caution> {
    let course =
        Protocol::repeated(Device::dermaroller_mf8(), sessions, Time::days(days)).holes_per_cm2(holes).unwrap();
    run(skin(0.8, years, seed), course.follow_up(Time::weeks(12.0)), seed, 28.0).report.cautions()
}

/// Claim: sessions three days apart fall into the inflammation of the ones before, monthly ones do not. The even roller
/// makes twelve holes a session on 2 mm; the level on day 3 is twice that which counts.
#[test]
fn sessions_need_time_between_them() {
    let levels = |days: f64, seed: u64| -> Vec<f64> {
        let course = Protocol::repeated(even_roller(), 2, Time::days(days)).follow_up(Time::days(1.0));
        let cautions = run(skin(2.0, 25.0, seed), course, seed, 28.0).report.cautions();
        let level = |caution: &Caution| match caution {
            Caution::StillInflamed { session: 2, inflammation, .. } => Some(*inflammation),
            _ => None,
        };
        cautions.iter().filter_map(level).collect()
    };
    for seed in 0..2 {
        let soon = levels(3.0, seed);
        println!("seed {seed}: {soon:?}");
        assert_eq!(soon.len(), 1, "seed {seed}");
        assert!(levels(28.0, seed).is_empty(), "seed {seed}");
    }
}

/// Claim: too much treatment shows. Four sessions of 4000 holes/cm² turn
/// healthy weave into parallel fibers and the report says so; four of the usual 250 do not.
#[test]
fn overtreatment_scars_and_is_reported() {
    let found: Vec<(f64, Vec<Caution>)> = [(0, 4000.0), (1, 4000.0), (0, 250.0), (1, 250.0)]
        .into_par_iter()
        .map(|(seed, holes)| (holes, repeated(25.0, holes, 4, 28.0, seed)))
        .collect();
    for (holes, cautions) in found {
        let has = |sign: fn(&Caution) -> bool| cautions.iter().any(sign);
        let signs = [
            has(|caution| matches!(caution, Caution::SurfaceOpened { .. })),
            has(|caution| matches!(caution, Caution::MoreParallel { .. })),
            has(|caution| matches!(caution, Caution::WeaveLost { .. })),
        ];
        assert_eq!(signs, [holes > 1000.0; 3], "{holes}: {cautions:?}");
    }
}
