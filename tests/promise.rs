//! The claims with which needling is sold, each against an untreated control with the same seed.
//!
//! Courses are small (about 1 mm², sites of 20 µm) and shared between tests. A claim about a difference must
//! hold for the mean over the seeds by four standard errors and for every seed alone: [`surely_above`]. Only how gains fall
//! from session to session is a claim about means.
#[path = "common/courses.rs"]
mod courses;

use courses::*;
use dermaweave::measure::{Histology, Region};
use dermaweave::report::{Caution, Report, Row};
use dermaweave::treatment::Needle;
use dermaweave::{AtrophicScar, Device, Length, Protocol, Simulation, Skin, Time, Tissue, Wrinkle};
use rayon::prelude::*;
use std::sync::LazyLock;

const SEEDS: std::ops::Range<u64> = 0..4;
/// More of them, for claims about a single session.
const MORE_SEEDS: std::ops::Range<u64> = 4..9;
/// Three months after the last of four monthly sessions.
const END: f64 = 3.0 * 28.0 + 84.0;
const SESSIONS: [f64; 4] = [0.0, 28.0, 56.0, 84.0];

/// The same courses with and without sessions, seed by seed.
struct Arms {
    treated: Vec<Course>,
    control: Vec<Course>,
}

static SCAR: LazyLock<Arms> = LazyLock::new(|| Arms::new(scar));
static WRINKLE: LazyLock<Arms> = LazyLock::new(|| Arms::new(wrinkle));
/// Healthy skin of 50 years.
static AGED: LazyLock<Arms> = LazyLock::new(|| Arms::new(aged));

fn scar(seed: u64) -> Tissue {
    let scar = AtrophicScar { diameter: Length::micrometers(700.0), ..AtrophicScar::boxcar() };
    skin(1.0, 35.0, seed).with_lesion(&scar).unwrap()
}

fn wrinkle(seed: u64) -> Tissue {
    photoaged(seed).with_lesion(&Wrinkle::crows_foot()).unwrap()
}

fn aged(seed: u64) -> Tissue {
    skin(1.0, 50.0, seed)
}

impl Arms {
    fn new(tissue: fn(u64) -> Tissue) -> Self {
        let untreated = Protocol::untreated(Time::days(END));
        Self { treated: courses(tissue, &four_sessions(), SEEDS), control: courses(tissue, &untreated, SEEDS) }
    }

    /// A measure of both arms in a region on a day: treated, control.
    fn on(&self, region: &str, day: f64, measure: impl Fn(&Row) -> f64) -> (Vec<f64>, Vec<f64>) {
        let read =
            |courses: &[Course]| courses.iter().map(|course| measure(row(&course.report, region, day))).collect();
        (read(&self.treated), read(&self.control))
    }

    fn reports(&self) -> impl Iterator<Item = &Report> {
        self.treated.iter().chain(&self.control).map(|course| &course.report)
    }
}

fn four_sessions() -> Protocol {
    Protocol::repeated(even_roller(), 4, Time::weeks(4.0)).follow_up(Time::weeks(12.0))
}

fn courses(tissue: fn(u64) -> Tissue, protocol: &Protocol, seeds: std::ops::Range<u64>) -> Vec<Course> {
    seeds.into_par_iter().map(|seed| run(tissue(seed), protocol.clone(), seed, 14.0)).collect()
}

fn photoaged(seed: u64) -> Tissue {
    let grid = *skin(1.0, 55.0, seed).grid();
    Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::aged(55.0).photoaged() }).unwrap()
}

fn row<'a>(report: &'a Report, region: &'a str, day: f64) -> &'a Row {
    report.region(region).find(|row| row.day == day).unwrap_or_else(|| panic!("day {day} is sampled"))
}

/// First minus second, seed by seed, with mean and standard error.
fn difference(first: &[f64], second: &[f64]) -> (Vec<f64>, f64, f64) {
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| first - second).collect();
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let variance = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (differences, mean, (variance / count).sqrt())
}

/// Whether the first exceed the second, pair by pair: each of them, and their mean by four standard errors.
fn surely_above(what: &str, first: &[f64], second: &[f64]) {
    let (differences, mean, error) = difference(first, second);
    println!("{what}: {mean:.4} ± {error:.4}, {first:.4?} above {second:.4?}");
    assert!(differences.iter().all(|difference| *difference > 0.0), "{what}: {first:?} above {second:?}");
    assert!(mean > 4.0 * error, "{what}: {mean} ± {error}");
}

/// Claim: needling makes fresh collagen, rich in type III first, which then turns into type I.
#[test]
fn needling_makes_fresh_collagen() {
    let new_pool = |row: &Row| row.organization.new_density;
    let type_iii = |row: &Row| row.organization.type_iii_share;
    for (name, arms) in [("aged", &AGED), ("scar", &SCAR)] {
        let (treated, control) = arms.on("all", 112.0, new_pool);
        surely_above(&format!("new pool, {name}"), &treated, &control);
        let (treated, control) = arms.on("all", 14.0, type_iii);
        surely_above(&format!("type III, {name}"), &treated, &control);
        let (density, resting) = arms.on("all", END, |row| row.organization.density);
        surely_above(&format!("collagen at the end, {name}"), &density, &resting);
        let (late, _) = arms.on("all", END, type_iii);
        let (early, _) = arms.on("all", 112.0, type_iii);
        surely_above(&format!("type III falls, {name}"), &early, &late);
    }
}

/// Claim: needling fills wrinkles: the trough is less deep and the dermis beneath thicker, after swelling has gone.
#[test]
fn wrinkles_become_shallow() {
    let (treated, control) = WRINKLE.on("lesion", END, |row| row.surface.depth_um);
    surely_above("depth of the control", &control, &treated);
    for region in ["lesion", "all"] {
        let (treated, control) = WRINKLE.on(region, END, |row| row.surface.thickness_um);
        surely_above(&format!("thickness, {region}"), &treated, &control);
    }
    let (treated, control) = WRINKLE.on("all", END, |row| row.surface.ra_um.unwrap());
    surely_above("Ra of the control", &control, &treated);
    let (swelling, _) = WRINKLE.on("all", END, |row| row.recovery.swelling_um);
    assert!(swelling.iter().all(|swelling| swelling.abs() < 1.0), "{swelling:?}");
}

/// Claim: the fibers of a scar become less parallel and nearer to the healthy weave.
#[test]
fn scars_are_organized_anew() {
    let (treated, control) = SCAR.on("lesion", END, |row| row.organization.resultant_length);
    surely_above("R of the control", &control, &treated);
    let (treated, control) = SCAR.on("lesion", END, |row| row.organization.weave_fidelity);
    surely_above("fidelity", &treated, &control);
    let (treated, control) = SCAR.on("lesion", END, |row| row.organization.distance_to_healthy_deg);
    surely_above("distance of the control", &control, &treated);
}

/// Claim: seen in the microscope a treated scar is less parallel too: its collagen orientation index falls.
/// Both arms are looked at through the same 49 views per seed.
#[test]
fn scars_look_less_parallel() {
    let index = |courses: &[Course]| -> Vec<f64> {
        let measure = |(seed, course): (usize, &Course)| {
            let grid = course.tissue.grid();
            let region = Region::mask("lesion", grid, course.tissue.lesion().to_vec()).unwrap();
            Histology::default().orientation_index(course.tissue.matrix(), &region, 49, seed as u64).unwrap()
        };
        courses.iter().enumerate().map(measure).collect()
    };
    surely_above("index of the control", &index(&SCAR.control), &index(&SCAR.treated));
}

/// Claim: every claim has its numbers in every row as it stands in files, and none is missing or not finite (a number
/// that is not finite is null in JSON). Pictures were not taken, and of an index there is none then.
#[test]
fn every_claim_has_its_columns() {
    let claims = [
        "density new_density type_iii_share",
        "thickness_um depth_um volume_mm3 ra_um rz_um",
        "resultant_length healthy_resultant_length distance_to_healthy_deg windows_in_healthy_spread fiber_families",
        "weave_index weave_fidelity weave_index_diluted weave_fidelity_diluted",
        "correlation_length_um weave_correlation_length_um collagen_orientation_index",
        "modulus_along modulus_across modulus_anisotropy recoil elastin",
        "original_collagen collagen_lost collagen_gained",
        "redness swelling_um open_barrier ground_substance age_years",
    ];
    for row in SCAR.reports().flat_map(Report::rows) {
        let flat = row.flat();
        for name in claims.iter().flat_map(|names| names.split(' ')) {
            let value = flat.get(name).unwrap_or_else(|| panic!("there is no {name}"));
            assert_eq!(
                value.is_number(),
                !name.starts_with("collagen_orientation_index"),
                "{name} is {value} on day {}",
                row.day
            );
        }
    }
}

/// Claim: a treated scar is firmer across the line of tension, where its parallel fibers bear nothing.
#[test]
fn scars_become_firmer_across() {
    let (treated, control) = SCAR.on("lesion", END, |row| row.firmness.modulus_across);
    surely_above("modulus across", &treated, &control);
}

/// Claim: treated skin is firmer than the same skin untreated, along the line of tension and on the geometric mean of along
/// and across. (Across alone old skin stays as it is: more fibers, but turned a little towards the line.)
#[test]
fn old_skin_becomes_firmer() {
    for (name, arms) in [("wrinkle", &*WRINKLE), ("aged", &*AGED)] {
        let mean = |row: &Row| (row.firmness.modulus_along * row.firmness.modulus_across).sqrt();
        let (treated, control) = arms.on("all", END, mean);
        surely_above(&format!("modulus, {name}"), &treated, &control);
        let (treated, control) = arms.on("all", END, |row| row.firmness.modulus_along);
        surely_above(&format!("modulus along, {name}"), &treated, &control);
    }
}

/// Claim: recoil is that of elastin, and unchanged where elastin is.
#[test]
fn recoil_follows_elastin() {
    for arms in [&*SCAR, &*WRINKLE, &*AGED] {
        for report in arms.reports() {
            for row in report.rows() {
                assert!(row.firmness.recoil.is_finite() && row.firmness.recoil > 0.0, "{:?}", row.firmness);
            }
        }
        let (elastin, resting) = arms.on("all", END, |row| row.elastin);
        let (recoil, recoil_resting) = arms.on("all", END, |row| row.firmness.recoil);
        println!("{elastin:.5?} {resting:.5?} {recoil:.5?} {recoil_resting:.5?}");
        for seed in 0..elastin.len() {
            let change = (recoil[seed] / recoil_resting[seed]) / (elastin[seed] / resting[seed]) - 1.0;
            assert!(change.abs() < 1e-3, "{change}");
        }
    }
}

/// Claim: atrophic scars fill: less deep, less volume missing, smoother, with old collagen lost and new gained.
#[test]
fn scars_fill() {
    for (what, measure) in [
        ("depth", (|row: &Row| row.surface.depth_um) as fn(&Row) -> f64),
        ("volume", |row| row.surface.volume_mm3),
        ("Ra", |row| row.surface.ra_um.unwrap()),
        ("Rz", |row| row.surface.rz_um.unwrap()),
    ] {
        let region = if what.starts_with('R') { "all" } else { "lesion" };
        let (treated, control) = SCAR.on(region, END, measure);
        surely_above(&format!("{what} of the control"), &control, &treated);
    }
    let (treated, control) = SCAR.on("lesion", END, |row| row.collagen_lost);
    surely_above("collagen lost", &treated, &control);
    let (treated, control) = SCAR.on("lesion", END, |row| row.collagen_gained);
    surely_above("collagen gained", &treated, &control);
}

/// Claim: what is there is what was there, less what was lost, and what was gained. Less is gained than nothing only where
/// the young collagen of the start went.
#[test]
fn losses_and_gains_add_up() {
    for arms in [&*SCAR, &*WRINKLE, &*AGED] {
        for report in arms.reports() {
            for row in report.rows() {
                let start = report.first(&row.region).unwrap();
                let original = start.original_collagen - row.collagen_lost;
                let change = row.organization.density - start.organization.density;
                let young = start.organization.new_density;
                assert!((original - row.original_collagen).abs() < 1e-9, "{row:?}");
                assert!(row.collagen_lost > -1e-12 && row.collagen_gained > -young, "{row:?}");
                assert!((row.collagen_gained - row.collagen_lost - change).abs() < 1e-12, "{row:?}");
            }
        }
    }
}

/// One session of a roller on healthy skin, seen every day.
fn recovery(millimeters: f64, years: f64, needle_millimeters: f64, days: f64, seed: u64) -> Vec<Row> {
    let roller = Device::dermaroller_mf8();
    let needle = Needle { length: Length::millimeters(needle_millimeters), ..roller.needle.clone() };
    let protocol = Protocol::once(Device { needle, ..roller }).follow_up(Time::days(days));
    run(skin(millimeters, years, seed), protocol, seed, 1.0).report.rows().to_vec()
}

/// Claim: downtime is short. Redness is highest within two days and no longer seen (below 0.1) by day 7; swelling
/// rises and is gone (below 2 µm) by day 14; the epidermis is closed by day 5 (nearly restored: Schmitt 2018), in old skin,
/// which closes 1.9 days later (Holt 1992), by day 6. The control shows none of it.
#[test]
fn downtime_is_short() {
    for (years, closed) in [(25.0, 5), (45.0, 5), (70.0, 6)] {
        let courses: Vec<Vec<Row>> = SEEDS.into_par_iter().map(|seed| recovery(1.2, years, 1.5, 14.0, seed)).collect();
        for days in &courses {
            let redness: Vec<f64> = days.iter().map(|row| row.recovery.redness).collect();
            let swelling: Vec<f64> = days.iter().map(|row| row.recovery.swelling_um).collect();
            let open: Vec<f64> = days.iter().map(|row| row.recovery.open_barrier).collect();
            let peak = (0..days.len()).max_by(|a, b| redness[*a].total_cmp(&redness[*b])).unwrap();
            assert!(peak == 1 || peak == 2, "{redness:?}");
            assert!(redness[0] == 0.0 && redness[7..].iter().all(|redness| *redness < 0.1), "{redness:?}");
            let highest = swelling.iter().copied().fold(0.0, f64::max);
            assert!(highest > 2.0 * swelling[14].max(1.0) && swelling[14] < 2.0, "{swelling:?}");
            assert!(open[closed..].iter().all(|open| *open == 0.0), "{open:?}");
        }
        // Lesions close within a day, between two of the rows above.
        let once = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(1.0));
        let mut first_day = Simulation::builder(skin(1.2, years, 0)).protocol(once).build().unwrap();
        first_day.step().unwrap();
        assert!(!first_day.tissue().microchannels().channels().is_empty());
        let control = run(skin(1.2, years, 0), Protocol::untreated(Time::days(14.0)), 0, 1.0);
        for row in control.report.rows() {
            let recovery = &row.recovery;
            assert_eq!((recovery.redness, recovery.open_barrier), (0.0, 0.0));
            assert!(recovery.swelling_um.abs() < 1e-9, "rounding of means: {}", recovery.swelling_um);
        }
    }
}

/// Claim: longer needles make skin redder: the redness of the first four days together, by what factor.
#[test]
fn longer_needles_redden_more() {
    let sums = |length: f64| -> Vec<f64> {
        let sum = |days: Vec<Row>| days.iter().map(|row| row.recovery.redness).sum::<f64>().ln();
        SEEDS.into_par_iter().map(|seed| sum(recovery(1.2, 35.0, length, 4.0, seed))).collect()
    };
    let by_length = [0.5, 1.0, 1.5, 2.5].map(sums);
    for pair in by_length.windows(2) {
        surely_above("logarithm of redness", &pair[1], &pair[0]);
    }
}

/// Claim: the later sessions gain less than the earlier ones. Neighbors may be level: none may gain more than the one
/// before it by four standard errors of their difference over the seeds. (What a session gains hangs on where its holes
/// fall: the means of one kind of skin are known to 0.003, hence more seeds.)
#[test]
fn gain_per_session_falls() {
    let to_last = Protocol { end: Time::days(112.0), ..four_sessions() };
    let more = [scar, wrinkle, aged].map(|tissue| courses(tissue, &to_last, MORE_SEEDS));
    for ((name, arms), more) in [("scar", &*SCAR), ("wrinkle", &*WRINKLE), ("aged", &*AGED)].into_iter().zip(&more) {
        let region = if name == "aged" { "all" } else { "lesion" };
        let gain = |from: f64| -> Vec<f64> {
            let density = |course: &Course, day| row(&course.report, region, day).organization.density;
            let all = arms.treated.iter().chain(more);
            all.map(|course| density(course, from + 28.0) - density(course, from)).collect()
        };
        let gains = SESSIONS.map(gain);
        let means = gains.each_ref().map(|gains| gains.iter().sum::<f64>() / gains.len() as f64);
        println!("{name}: {means:.4?}");
        for pair in gains.windows(2) {
            let (_, rise, error) = difference(&pair[1], &pair[0]);
            assert!(rise < 4.0 * error, "{name}: {means:?}, {rise} ± {error}");
        }
        // Not in every course: one session may find the lesion and the next one miss it.
        let (_, fall, error) = difference(&gains[0], &gains[3]);
        println!("first above last, {name}: {fall:.4} ± {error:.4}");
        assert!(fall > 4.0 * error, "{name}: {means:?}, {fall} ± {error}");
    }
}

/// Claim: skin changes on after the last session: the new pool matures, and type III with it falls.
#[test]
fn collagen_matures_after_the_last_session() {
    for (name, arms) in [("scar", &*SCAR), ("wrinkle", &*WRINKLE), ("aged", &*AGED)] {
        let (early, resting) = arms.on("all", 112.0, |row| row.organization.type_iii_share);
        let (late, resting_late) = arms.on("all", END, |row| row.organization.type_iii_share);
        surely_above(&format!("type III four weeks after, {name}"), &early, &late);
        for (early, late) in resting.iter().zip(&resting_late) {
            assert!((early - late).abs() < 1e-4, "control: {early} {late}");
        }
        let mature = |row: &Row| row.organization.density - row.organization.new_density;
        surely_above(&format!("mature, {name}"), &arms.on("all", END, mature).0, &arms.on("all", 112.0, mature).0);
    }
}

/// Claim: without treatment there is no caution but of a field that is narrow for its lesion, as those here are.
#[test]
fn controls_call_for_no_caution() {
    for (arms, narrow) in [(&*SCAR, 1), (&*WRINKLE, 1), (&*AGED, 0)] {
        for course in &arms.control {
            let cautions = course.report.cautions();
            assert!(cautions.iter().all(|caution| matches!(caution, Caution::LittleSurround { .. })), "{cautions:?}");
            assert_eq!(cautions.len(), narrow);
        }
    }
}

/// Claim: a treated scar has more weave, is less far parallel in one sweep, and differs less in stiffness along and
/// across the line of tension than the untreated one.
#[test]
fn a_treated_scar_loses_its_one_direction() {
    let (treated, control) = SCAR.on("lesion", END, |row| row.organization.weave_index);
    surely_above("weave index", &treated, &control);
    let (treated, control) = SCAR.on("lesion", END, |row| row.firmness.modulus_anisotropy.ln());
    surely_above("anisotropy of the control", &control, &treated);
    let (treated, control) = SCAR.on("lesion", END, |row| row.correlation_length_um);
    assert!(treated.iter().zip(&control).all(|(treated, control)| treated <= control), "{treated:?} {control:?}");
}

/// Claim: the ground substance is raised while cells are at work, and back to rest in the end.
#[test]
fn ground_substance_rises_and_returns() {
    let (treated, control) = AGED.on("all", 14.0, |row| row.ground_substance);
    surely_above("ground substance after two weeks", &treated, &control);
    let (treated, _) = AGED.on("all", END, |row| row.ground_substance);
    assert!(treated.iter().all(|level| (level - 1.0).abs() < 1e-3), "{treated:?}");
}

/// Claim: eight weeks after five monthly sessions there is more collagen than in the baseline biopsy, and
/// without sessions there is not. (Published: +53 % in papillary dermis, Lotfi 2013; here whole dermis.)
#[test]
fn five_monthly_sessions_raise_collagen_above_the_baseline() {
    let course = Protocol::repeated(even_roller(), 5, Time::weeks(4.0)).follow_up(Time::weeks(8.0));
    let rise = |protocol: &Protocol| -> Vec<f64> {
        let biopsies = |seed| {
            let Course { report, .. } = run(photoaged(seed), protocol.clone(), seed, 28.0);
            let density = |row: &Row| row.organization.density;
            density(report.rows().last().unwrap()) / density(&report.rows()[0]) - 1.0
        };
        SEEDS.into_par_iter().map(biopsies).collect()
    };
    let (treated, control) = (rise(&course), rise(&Protocol::untreated(course.end)));
    surely_above("rise of collagen", &treated, &control);
    assert!(control.iter().all(|rise| (-0.01..=0.0).contains(rise)), "{control:?}");
    assert!(treated.iter().all(|rise| *rise > 0.1), "{treated:?}");
}
