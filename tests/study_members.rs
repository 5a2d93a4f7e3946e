//! Do arms share their seeds, and can a study be run in parts without anything being lost unnoticed?
use dermaweave::study::{Arm, ArmResults, Comparison, Member, MemberResult, Metric, Study};
use dermaweave::{Device, Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};

/// A small field with one channel in its middle, or none.
fn arm(name: &str, protocol: Protocol) -> Arm {
    Arm::new(name, protocol.sessions.len() as f64, move |seed| {
        let side = Length::micrometers(400.0);
        let grid = Grid::new(side, side, Length::micrometers(20.0))?;
        let tissue = Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::young() })?;
        Ok(Simulation::builder(tissue).protocol(protocol.clone()))
    })
}

/// Control and one channel, in three replicates from seed 5.
fn study(threads: usize) -> Study {
    let channel = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(2.0));
    let arms = [arm("control", Protocol::untreated(channel.end)), arm("treated", channel)];
    Study { replicates: 3, seed: 5, threads: Some(threads), ..Study::of(arms) }
}

fn digests(arms: &[ArmResults]) -> Vec<&String> {
    arms.iter().flat_map(|arm| &arm.state_digests).collect()
}

/// Claim: replicate i begins with the same tissue in every arm, and with another one than the other replicates.
#[test]
fn replicates_have_common_seeds() {
    let study = study(2);
    let cells = |arm: usize, seed: u64| study.arms[arm].builder(seed).unwrap().build().unwrap();
    let place = |simulation: &Simulation| simulation.tissue().fibroblasts()[0].x;
    assert_eq!(place(&cells(0, 6)), place(&cells(1, 6)));
    assert_ne!(place(&cells(0, 5)), place(&cells(0, 6)));
    let names: Vec<_> = study.run().unwrap()[1].reports.iter().map(|report| report.rows()[0].arm.clone()).collect();
    assert_eq!(names, ["treated, seed 5", "treated, seed 6", "treated, seed 7"]);
}

/// Claim: neither the number of threads nor the order in which members are run or collected changes a bit.
#[test]
fn parts_make_the_same_whole() {
    let whole = study(1).run().unwrap();
    assert_eq!(digests(&study(3).run().unwrap()), digests(&whole));
    let study = study(1);
    let run = |member: Member| study.run_member(member).unwrap();
    let mut members: Vec<MemberResult> = study.members().map(run).collect();
    members.reverse();
    let collected = study.collect(members.clone()).unwrap();
    assert_eq!(digests(&collected), digests(&whole));
    let metrics = [Metric::peak("redness", "0 to 1", "all", |row| row.recovery.redness)];
    let json = |arms: &[ArmResults]| Comparison::new(arms, &metrics).to_json();
    assert_eq!(json(&collected), json(&whole));
    // What is missing is named by its arm and seed.
    members.retain(|result| result.member != Member { replicate: 1, arm: 0 });
    let missing = study.collect(members).unwrap_err();
    assert!(matches!(missing, Error::MissingMember { ref arm, seed: 6 } if arm == "control"), "{missing}");
}

/// Claim: a plan that cannot be run is refused before anything has run, and a failing arm ends the study.
#[test]
fn plans_are_checked() {
    let good =
        Study { arms: vec![arm("one", Protocol::untreated(Time::days(1.0))), study(1).arms.remove(0)], ..study(1) };
    assert!(good.check().is_ok());
    let same = Study { arms: study(1).arms.into_iter().chain(study(1).arms).collect(), ..study(1) };
    let refused = [same.check().unwrap_err(), same.run().unwrap_err()];
    assert!(refused.iter().all(|error| matches!(error, Error::DuplicateArm { name } if name == "control")));
    for replicates in [0, 1001] {
        let none = Study { replicates, ..study(1) };
        assert!(matches!(none.run(), Err(Error::OutOfRange { quantity: "number of replicates", .. })));
    }
    assert!(study(1).run_member(Member { replicate: 0, arm: 2 }).is_err());
    let failing = Study::of([arm("endless", Protocol::untreated(Time::days(1e9)))]);
    assert!(failing.check().is_err() && failing.run().is_err());
}
