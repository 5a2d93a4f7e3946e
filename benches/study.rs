//! What does it cost to run a study in a folder, where every member is claimed, described and written to disk?
//!
//! `cargo bench --bench study`. 200 small members (1 mm, one session, four weeks) run in a folder and bare, in turn, on two threads;
//! prints the ratio of the times, the median of pairs. Beside it what a save every simulated week adds to a course.
mod common;

use common::{is_trial, medians, timed};
use dermaweave::simulation::Saving;
use dermaweave::study::folder::{RunMembers, StudyFolder};
use dermaweave::study::{Arm, Study};
use dermaweave::{Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use std::path::Path;
use std::time::Duration;

const AT_A_TIME: usize = 2;

fn main() {
    if let Err(error) = in_a_folder() {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn in_a_folder() -> Result<()> {
    let (members, pairs) = if is_trial() { (4, 1) } else { (200, 5) };
    let study = Study { replicates: members, threads: Some(AT_A_TIME), ..Study::of([arm()]) };
    let path = std::env::temp_dir().join(format!("dermaweave_bench_{}", std::process::id()));
    let mut times = Vec::new();
    for _ in 0..pairs {
        let mut ran = Ok(());
        let bare = timed(|| ran = study.run().map(drop));
        ran?;
        times.push((bare, whole(&study, &path)?));
    }
    let (bare, folder, ratio) = medians(&times);
    println!(
        "{members} members on {AT_A_TIME} threads: bare {bare:.0} ms, in a folder {folder:.0} ms, ratio {ratio:.3}"
    );
    weekly_saves(&path)
}

/// The study in a folder of its own, which is removed.
fn whole(study: &Study, path: &Path) -> Result<Duration> {
    let mut ran = Ok(());
    let time = timed(|| {
        let options = RunMembers { threads: Some(AT_A_TIME), ..RunMembers::default() };
        ran = StudyFolder::open(path, study).and_then(|folder| folder.run(study, &options)).map(drop);
    });
    drop(std::fs::remove_dir_all(path));
    ran.map(|()| time)
}

fn arm() -> Arm {
    Arm::new("needled", 0.0, |seed| {
        let side = Length::millimeters(if is_trial() { 0.4 } else { 1.0 });
        let skin = Skin { placement_seed: seed, ..Skin::young() };
        let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &skin)?;
        let protocol = Protocol::once(Device::pen_11()).follow_up(Time::weeks(4.0));
        Ok(Simulation::builder(tissue).protocol(protocol.holes_per_cm2(250.0)?))
    })
}

/// A course of 4 mm saved at every sample, once a week, and not saved, in turn.
fn weekly_saves(path: &Path) -> Result<()> {
    let (side, days, pairs) = if is_trial() { (0.4, 7.0, 1) } else { (4.0, 84.0, 5) };
    let mut times = Vec::new();
    for _ in 0..pairs {
        let [mut plain, mut saved] = [course(side, days)?, course(side, days)?];
        let mut ran = Ok(());
        let of_plain = timed(|| ran = plain.run());
        let never = || false;
        let saving = Saving::to(path).only_when_stopped().stop_when(&never);
        let of_saved = timed(|| {
            let saved = saved.run_saving_observed(&saving, |progress| {
                progress.save(path);
                std::ops::ControlFlow::Continue(())
            });
            ran = std::mem::replace(&mut ran, Ok(())).and(saved);
        });
        ran?;
        times.push((of_plain, of_saved));
    }
    drop(std::fs::remove_file(path));
    let (plain, saved, ratio) = medians(&times);
    println!("{days} days of {side} mm: {plain:.0} ms, saved every week {saved:.0} ms, ratio {ratio:.3}");
    Ok(())
}

fn course(millimeters: f64, days: f64) -> Result<Simulation> {
    let side = Length::millimeters(millimeters);
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(10.0))?, &Skin::young())?;
    let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(days)).holes_per_cm2(250.0)?;
    Simulation::builder(tissue).protocol(protocol).build()
}
