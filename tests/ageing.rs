//! Does untreated skin age as published, and does it matter how a long quiet course is looked at?
//!
//! Every course here is untreated unless it says otherwise, and runs through the public interface only.
use dermaweave::parameters::AgeingParameters;
use dermaweave::report::{Report, Row};
use dermaweave::simulation::Builder;
use dermaweave::simulation::after_step;
use dermaweave::tissue::Exposure;
use dermaweave::{Device, Error, Grid, Length, Parameters, Protocol, Session, Simulation, Skin, Time, Tissue};
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

const DAYS_PER_YEAR: f64 = 365.25;
/// Protected skin from 20 to 80 years, a row per decade, and how long that took.
static PROTECTED: LazyLock<(Report, Duration)> = LazyLock::new(|| {
    let start = Instant::now();
    let report = decades(2.0, Exposure::none());
    (report, start.elapsed())
});

fn field(millimeters: f64) -> Grid {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

/// The whole day nearest to the end of some years.
fn day_after(years: f64) -> Time {
    Time::days((years * DAYS_PER_YEAR).round())
}

/// Skin of 20 years under an exposure until it is 80, with a row per decade.
fn decades(millimeters: f64, exposure: Exposure) -> Report {
    let skin = Skin { exposure, ..Skin::aged(20.0) };
    let mut simulation = Simulation::builder(Tissue::new(field(millimeters), &skin).unwrap())
        .protocol(Protocol::untreated(day_after(60.0)))
        .sample_every(day_after(60.0))
        .sample_also((1..6).map(|decade| day_after(10.0 * f64::from(decade))))
        .seed(1)
        .build()
        .unwrap();
    simulation.run().unwrap();
    simulation.report().clone()
}

/// Small skin of 40 years; nothing is done to it.
fn quiet(days: f64) -> Builder {
    let tissue = Tissue::new(field(0.4), &Skin::aged(40.0)).unwrap();
    Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(days))).seed(3)
}

fn finished(builder: Builder) -> Simulation {
    let mut simulation = builder.build().unwrap();
    simulation.run().unwrap();
    simulation
}

/// Rows as text: the shortest decimal form of a number names its bits.
fn bits(row: &Row) -> String {
    serde_json::to_string(row).unwrap()
}

fn row_of(report: &Report, day: f64) -> &Row {
    report.region("all").find(|row| row.day == day).unwrap_or_else(|| panic!("day {day} is sampled"))
}

/// Steps until the course has ended; the day after each step.
fn steps(simulation: &mut Simulation) -> Vec<f64> {
    let mut days = Vec::new();
    while !simulation.is_finished() {
        simulation.step().unwrap();
        days.push(simulation.clock().days());
    }
    days
}

/// Claim: protected dermis thins by 6 ± 1 % of its original thickness in every decade from 20 to 80
/// (Branchet 1990), and six decades of 2 × 2 mm take at most 20 s. Quiet ageing has no noise: the band is
/// the promise itself.
#[test]
fn protected_skin_thins_by_six_percent_a_decade() {
    let (report, elapsed) = &*PROTECTED;
    let thickness: Vec<f64> = report.region("all").map(|row| row.surface.thickness_um).collect();
    assert_eq!(thickness.len(), 7);
    for (decade, pair) in thickness.windows(2).enumerate() {
        let lost = 100.0 * (pair[0] - pair[1]) / thickness[0];
        assert!((5.0..=7.0).contains(&lost), "{lost} % from {} years", 20 + 10 * decade);
    }
    assert!(*elapsed < Duration::from_secs(20), "{elapsed:?}");
}

/// Claim: fibroblasts become fewer, a third by 80. Each of the 1200 cells goes at random: a standard
/// deviation of √(0.65 · 0.35/1200) = 0.014 of the number, four of which are 0.055.
#[test]
fn fibroblasts_become_fewer() {
    let cells: Vec<f64> = PROTECTED.0.region("all").map(|row| row.fibroblasts_per_mm2).collect();
    let kept = 1.0 - Parameters::default().ageing.cell_loss;
    assert!(cells.windows(2).all(|pair| pair[1] < pair[0]), "{cells:?}");
    assert!((cells[6] / cells[0] - kept).abs() < 0.055, "{} of {}", cells[6], cells[0]);
}

/// Claim: with the years cells make less and hold on less, 56/82 and 58/78 at 80 (Varani 2006; the published
/// shares have two digits, so ± 0.005), and never more again; until 24 years both are whole.
#[test]
fn production_and_attachment_fall_as_published() {
    let ageing = AgeingParameters::default();
    let at = |years| (Skin::aged(years).production(&ageing), Skin::aged(years).attachment(&ageing));
    assert!((at(80.0).0 - 56.0 / 82.0).abs() < 0.005 && (at(80.0).1 - 58.0 / 78.0).abs() < 0.005, "{:?}", at(80.0));
    assert!((at(20.0).0 - 1.0).abs() < 1e-12 && (at(20.0).1 - 1.0).abs() < 1e-12, "{:?}", at(20.0));
    let path: Vec<(f64, f64)> = (0..=14).map(|step| at(24.0 + 4.0 * f64::from(step))).collect();
    assert!(path.windows(2).all(|pair| pair[1].0 < pair[0].0 && pair[1].1 < pair[0].1), "{path:?}");
}

/// Claim: sun-exposed collagen at 60 is 15 to 27 % below protected (Schwartz 1993: 524 of 667 µg/mg); smoking
/// and dirty air lie between; sun and smoke together are worse than sun alone. In a simulated course and in
/// the presets.
#[test]
fn sun_smoke_and_dirty_air_speed_ageing_up() {
    let smoke = Exposure { smoking: 1.0, ..Exposure::none() };
    let city = Exposure { pollution: 1.0, ..Exposure::none() };
    let both = Exposure { smoking: 1.0, ..Exposure::sun() };
    let day = day_after(40.0).in_days();
    let simulated = [Exposure::sun(), smoke, city, both].map(|exposure| {
        let report = decades(0.4, exposure);
        row_of(&report, day).organization.density / row_of(&PROTECTED.0, day).organization.density
    });
    let preset = [Exposure::sun(), smoke, city, both]
        .map(|exposure| Skin::lived(60.0, exposure).collagen_density / Skin::aged(60.0).collagen_density);
    for [sun, smoke, city, both] in [simulated, preset] {
        assert!((0.73..=0.85).contains(&sun), "{sun}");
        assert!(sun < smoke && smoke < 1.0 && sun < city && city < 1.0, "{sun} {smoke} {city}");
        assert!(both < sun, "{both} {sun}");
    }
}

/// Claim: photoaged skin and a smoker's are skins that have lived so.
#[test]
fn habits_are_lives_with_their_exposure() {
    assert_eq!(Skin::aged(55.0).photoaged(), Skin::lived(55.0, Exposure::sun()));
    let smoker = Exposure { smoking: 1.0, ..Exposure::none() };
    assert_eq!(Skin::aged(55.0).of_smoker(), Skin::lived(55.0, smoker));
}

/// Claim: skin given as having lived is skin that was simulated for as long. Both advance by steps of at most a
/// thousandth of the time constants of ageing, which errs by half a thousandth at first order; cells go one
/// by one in a simulation (4 σ: 4 √(0.74 · 0.26/190) = 0.13 of what was there, 0.17 of what is left).
#[test]
fn lived_skin_is_simulated_skin() {
    let habits = [Exposure::none(), Exposure::sun(), Exposure { uv_doses_per_day: 0.1, smoking: 1.0, pollution: 1.0 }];
    for exposure in habits {
        let young = Skin { exposure, ..Skin::young() };
        let years = 65.0 - young.age_years;
        let tissue = Tissue::new(field(0.8), &young).unwrap();
        let protocol = Protocol::untreated(day_after(years));
        let simulation = finished(Simulation::builder(tissue).protocol(protocol).sample_every(day_after(years)));
        let (lived, simulated) = (Skin::lived(65.0, exposure), simulation.tissue().skin());
        let row = simulation.report().rows().last().unwrap();
        for (found, expected) in [
            (simulated.collagen_density, lived.collagen_density),
            (simulated.elastin, lived.elastin),
            (simulated.fibroblasts_per_mm3, lived.fibroblasts_per_mm3),
            (row.organization.density, lived.collagen_density),
            (row.elastin, lived.elastin),
            (row.organization.new_density / row.organization.density, lived.new_share),
        ] {
            assert!((found / expected - 1.0).abs() < 5e-4, "{found} {expected} {exposure:?}");
        }
        // Hours are whole in a course: half a day in 65 years.
        assert!((row.age_years - 65.0).abs() < 0.5 / DAYS_PER_YEAR + 1e-9, "{}", row.age_years);
        let cells = row.fibroblasts_per_mm2 / lived.fibroblasts_per_mm2(simulation.tissue().grid());
        assert!((cells - 1.0).abs() < 0.17, "{cells}");
    }
}

/// Claim: elastin falls all life long, and faster in the sun.
#[test]
fn elastin_falls_faster_in_the_sun() {
    let sun = decades(0.4, Exposure::sun());
    let elastin = |report: &Report| report.region("all").map(|row| row.elastin).collect::<Vec<f64>>();
    let (protected, sun) = (elastin(&PROTECTED.0), elastin(&sun));
    assert!(protected.windows(2).all(|pair| pair[1] < pair[0]), "{protected:?}");
    assert!(protected.iter().zip(&sun).skip(1).all(|(protected, sun)| sun < protected), "{protected:?} {sun:?}");
}

/// Claim: sampling never changes the course, and a day has the same row however often one looks.
#[test]
fn looking_does_not_change_quiet_years() {
    let days = 2.0 * 366.0;
    let every = |interval: f64| finished(quiet(days).sample_every(Time::days(interval)));
    let (daily, weekly, end) = (every(1.0), every(7.0), every(days));
    assert_eq!(daily.state_digest(), end.state_digest());
    assert_eq!(weekly.state_digest(), end.state_digest());
    assert_eq!((daily.report().rows().len(), end.report().rows().len()), (733, 2));
    for row in weekly.report().rows().iter().chain(end.report().rows()) {
        assert_eq!(bits(row), bits(row_of(daily.report(), row.day)), "day {}", row.day);
    }
}

/// Claim: days sampled beside the regular ones do not change the course either, and lie where they were asked for.
#[test]
fn days_asked_for_are_sampled() {
    let also = [3.0, 40.0, 41.0, 83.0].map(Time::days);
    let some = finished(quiet(100.0).sample_every(Time::days(50.0)).sample_also(also));
    let days: Vec<f64> = some.report().rows().iter().map(|row| row.day).collect();
    assert_eq!(days, [0.0, 3.0, 40.0, 41.0, 50.0, 83.0, 100.0]);
    assert_eq!(some.state_digest(), finished(quiet(100.0).sample_every(Time::days(100.0))).state_digest());
}

/// Claim: the observer sees every sampled day in order, with the tissue and the rows of that day.
#[test]
fn the_observer_sees_the_tissue_of_the_day() {
    let mut seen = Vec::new();
    let mut simulation = quiet(100.0).sample_every(Time::days(3.0)).build().unwrap();
    let observe = |progress: &dermaweave::simulation::Progress| {
        let row = progress.report.rows().last().unwrap();
        assert_eq!((row.day, progress.end_day), (progress.day, 100.0));
        let age = 40.0 + progress.day / DAYS_PER_YEAR;
        assert!((progress.tissue.skin().age_years - age).abs() < 1e-9 && (row.age_years - age).abs() < 1e-9);
        let sites = progress.tissue.matrix().sites();
        let count = sites.len() as f64;
        let density = sites.map(|site| site.collagen().density).sum::<f64>() / count;
        assert!((density - row.organization.density).abs() < 1e-12, "{density} on day {}", progress.day);
        seen.push((progress.day, density));
        ControlFlow::Continue(())
    };
    simulation.run_observed(observe).unwrap();
    let days: Vec<f64> = seen.iter().map(|(day, _)| *day).collect();
    let expected: Vec<f64> = (1..=33).map(|sample| 3.0 * f64::from(sample)).chain([100.0]).collect();
    assert_eq!(days, expected);
    assert!(seen.windows(2).all(|pair| pair[1].1 < pair[0].1), "collagen falls every day: {seen:?}");
}

/// Claim: an observer that breaks stops the run at the end of the step, the state is intact, and the run goes on to the
/// same end and the same rows; no day is shown twice.
#[test]
fn a_stopped_observer_loses_nothing() {
    let builder = quiet(100.0).sample_every(Time::days(10.0));
    let (mut stopped, mut seen) = (builder.clone().build().unwrap(), Vec::new());
    let broken = stopped.run_observed(|progress| {
        seen.push(progress.day);
        if progress.day == 40.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let at = stopped.clock().days();
    assert!(matches!(broken, Err(Error::Stopped { .. })) && (40.0..=56.0).contains(&at), "{broken:?} on day {at}");
    stopped
        .run_observed(|progress| {
            seen.push(progress.day);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(seen.windows(2).all(|pair| pair[1] > pair[0]), "{seen:?}");
    let whole = finished(builder);
    assert_eq!(stopped.state_digest(), whole.state_digest());
    let rows = |simulation: &Simulation| simulation.report().rows().iter().map(bits).collect::<Vec<_>>();
    assert_eq!(rows(&stopped), rows(&whole));
}

/// Claim: saved in the middle of quiet years and resumed, a course has the same bits.
#[test]
fn quiet_years_are_saved_and_resumed() {
    let builder = quiet(1000.0).sample_every(Time::days(30.0));
    let mut simulation = builder.clone().build().unwrap();
    while simulation.clock().days() < 400.0 {
        simulation.step().unwrap();
    }
    let path = std::env::temp_dir().join(format!("dermaweave_quiet_{}", std::process::id()));
    simulation.save(&path).unwrap();
    let mut resumed = Simulation::resume(&path, Some(1)).unwrap();
    std::fs::remove_file(&path).unwrap();
    resumed.run().unwrap();
    let whole = finished(builder);
    assert_eq!(resumed.state_digest(), whole.state_digest());
    assert_eq!(resumed.report().rows().len(), whole.report().rows().len());
    for (found, expected) in resumed.report().rows().iter().zip(whole.report().rows()) {
        assert_eq!(bits(found), bits(expected));
    }
}

/// Claim: a session in the middle of a quiet span begins on its day, not before and not later.
#[test]
fn a_session_begins_on_its_day() {
    // A channel that is there whatever is drawn: a pen may miss so small a field.
    let channel = Device::single_channel(Length::micrometers(300.0));
    let session = Session::new(channel, Time::days(37.0));
    let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(60.0) };
    let mut simulation = quiet(60.0).protocol(protocol).sample_every(Time::days(1.0)).build().unwrap();
    let untreated = finished(quiet(60.0).sample_every(Time::days(1.0)));
    let days = steps(&mut simulation);
    assert!(days.contains(&37.0), "{days:?}");
    for row in simulation.report().rows() {
        let untouched = row_of(untreated.report(), row.day);
        if row.day <= 37.0 {
            // Steps of other lengths differ by rounding and by the order of a step's splitting.
            let off = row.organization.density / untouched.organization.density - 1.0;
            assert!(off.abs() < 1e-6, "day {}: {off}", row.day);
            assert_eq!((&row.recovery, row.inflammation), (&untouched.recovery, 0.0), "day {}", row.day);
        }
    }
    let next = row_of(simulation.report(), 38.0);
    assert!(next.recovery.redness > 0.1 && next.recovery.open_barrier > 0.0, "{:?}", next.recovery);
}

/// Claim: a user's rule sees every day: no step is longer than 24 hours, none is left out, and ageing under
/// daily steps is ageing under long ones (to half a thousandth of what is lost per time constant).
#[test]
fn a_rule_sees_every_day() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let rule = after_step("days", move |_, clock, hours| {
        sink.lock().unwrap().push((clock.hours(), hours));
    });
    let ruled = finished(quiet(730.0).sample_every(Time::days(730.0)).rule(rule));
    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|(_, hours)| *hours > 0.0 && *hours <= 24.0), "{seen:?}");
    assert!((seen.iter().map(|(_, hours)| hours).sum::<f64>() - 730.0 * 24.0).abs() < 1e-9);
    assert!(seen.windows(2).all(|pair| pair[1].0 > pair[0].0));
    let free = finished(quiet(730.0).sample_every(Time::days(730.0)));
    let last = |simulation: &Simulation| simulation.report().rows().last().unwrap().organization.density;
    assert!((last(&ruled) / last(&free) - 1.0).abs() < 1e-5, "{} {}", last(&ruled), last(&free));
}

/// Claim: settled tissue without a rule takes steps of up to four weeks: ten years in 3653/28 = 131 of them.
#[test]
fn quiet_years_take_few_steps() {
    let mut simulation = quiet(3653.0).sample_every(Time::days(365.0)).build().unwrap();
    let days = steps(&mut simulation);
    assert!(days.len() <= 132, "{} steps", days.len());
    assert!(days.windows(2).all(|pair| pair[1] - pair[0] <= 28.0));
    assert_eq!(*days.last().unwrap(), 3653.0);
}

/// Claim: where nothing ages, nothing is lost: with no shortfall and no loss of cells young skin keeps its
/// collagen for ten years to 1e-9 (round-off of 131 steps is below 1e-13; elastin falls as exp(−t/τ)).
#[test]
fn ageless_skin_keeps_its_collagen() {
    let elastin_time = 3e6;
    let ageing = AgeingParameters { collagen_shortfall: 0.0, cell_loss: 0.0, elastin_time, ..Default::default() };
    let tissue = Tissue::new(field(0.4), &Skin::young()).unwrap();
    let builder = Simulation::builder(tissue).parameters(Parameters { ageing, ..Default::default() });
    let simulation =
        finished(builder.protocol(Protocol::untreated(Time::days(3653.0))).sample_every(Time::days(3653.0)));
    let rows = simulation.report().rows();
    let lost = rows[0].organization.density - rows[1].organization.density;
    assert!(lost.abs() < 1e-9, "{lost}");
    let (before, after) = (rows[0].organization.new_density, rows[1].organization.new_density);
    // The new pool moves to δ_m τ_m/(1 + δ_m τ_m) = 0.0052424 from the three digits of it that young skin has.
    assert!((before - after).abs() < 3e-6, "new pool {before} {after}");
    assert_eq!(rows[0].fibroblasts_per_mm2, rows[1].fibroblasts_per_mm2);
    let left = (-3653.0 * 24.0 / elastin_time).exp();
    assert!((rows[1].elastin / rows[0].elastin - left).abs() < 1e-9, "{} {left}", rows[1].elastin);
    assert!((rows[1].organization.weave_fidelity - 1.0).abs() < 1e-9, "{}", rows[1].organization.weave_fidelity);
}

/// Claim: untouched, untreated skin has no caution at any age, and its weave is healthy all the time.
#[test]
fn untouched_skin_calls_for_no_caution() {
    assert!(PROTECTED.0.cautions().is_empty(), "{:?}", PROTECTED.0.cautions());
    for row in PROTECTED.0.region("all") {
        assert!((row.organization.weave_fidelity - 1.0).abs() < 1e-9, "{}", row.organization.weave_fidelity);
        assert!(row.organization.distance_to_healthy_deg < 1e-6, "{}", row.organization.distance_to_healthy_deg);
    }
}
