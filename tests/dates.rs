//! Does every session that is accepted take place on the day that is told, and is nothing rounded in silence?
use dermaweave::report::Caution;
use dermaweave::simulation::{Builder, TICKS_PER_DAY};
use dermaweave::treatment::TreatedRegion;
use dermaweave::{Device, Error, Grid, Length, Protocol, Session, Simulation, Skin, Time, Tissue};

fn grid() -> Grid {
    let side = Length::micrometers(240.0);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

fn channel() -> Device {
    Device::single_channel(Length::micrometers(60.0))
}

fn builder(protocol: Protocol) -> Builder {
    Simulation::builder(Tissue::new(grid(), &Skin::young()).unwrap()).protocol(protocol).seed(1).threads(1)
}

/// Days on which something is cut in a course.
fn days_of_cuts(protocol: Protocol) -> Vec<u64> {
    let mut simulation = builder(protocol).build().unwrap();
    let (mut days, mut cut) = (Vec::new(), 0.0);
    while !simulation.is_finished() {
        let day = simulation.clock().tick() / TICKS_PER_DAY;
        simulation.step().unwrap();
        if simulation.ledger().cut > cut {
            cut = simulation.ledger().cut;
            days.push(day);
        }
    }
    days
}

/// Claim: a session takes place on the first full day not before its start, and is accepted exactly if that is
/// before the full day of the end. The expected days are whole numbers of hundredths, which are exact; the dates are
/// products and sums of days, weeks and hours as a user would write them, which are not.
#[test]
fn a_date_of_any_arithmetic_has_its_day() {
    let (mut accepted, mut refused) = (0, 0);
    for hundredths in (100_u64..3000).step_by(7) {
        let interval = hundredths as f64 / 100.0;
        for sessions in [1, 2, 6, 11] {
            for follow_up in [0_u64, 1, 10, 99, 100, 130, 2800] {
                let last = hundredths * (sessions - 1);
                let days: Vec<u64> = (0..sessions).map(|index| (hundredths * index).div_ceil(100)).collect();
                let end = (last + follow_up).div_ceil(100);
                let times =
                    [Time::days(interval), Time::weeks(hundredths as f64 / 700.0), Time::hours(interval * 24.0)];
                for (time, after) in times.into_iter().zip([
                    Time::days(follow_up as f64 / 100.0),
                    Time::weeks(follow_up as f64 / 700.0),
                    Time::hours(follow_up as f64 * 0.24),
                ]) {
                    let protocol = Protocol::repeated(channel(), sessions as u32, time).follow_up(after);
                    let told: Vec<u64> = protocol.sessions.iter().map(Session::day).collect();
                    assert_eq!((told, protocol.end_day()), (days.clone(), end), "every {interval} days");
                    // A protocol lasts a day at least.
                    let is_valid = days[days.len() - 1] < end && last + follow_up >= 100;
                    assert_eq!(protocol.validate(&grid()).is_ok(), is_valid, "every {interval} days, {follow_up}");
                    if is_valid { accepted += 1 } else { refused += 1 }
                }
            }
        }
    }
    assert!(accepted > 15_000 && refused > 1_000, "{accepted} {refused}");
}

/// Claim: the course, the plan and the rows give one and the same day to every session.
#[test]
fn plan_course_and_rows_agree_on_the_days() {
    for (interval, sessions) in [(1.6, 6), (1.0, 4), (1.1, 11), (2.3, 4), (0.7, 5), (3.0, 2), (0.4, 3)] {
        let protocol = Protocol::repeated(channel(), sessions, Time::days(interval)).follow_up(Time::days(1.0));
        let days: Vec<u64> = protocol.sessions.iter().map(Session::day).collect();
        let plan = protocol.dry_run(&grid(), 1).unwrap();
        assert_eq!(plan.sessions.iter().map(|session| session.day as u64).collect::<Vec<_>>(), days);
        assert_eq!(plan.end_day as u64, protocol.end_day());
        let mut distinct = days.clone();
        distinct.dedup();
        assert_eq!(days_of_cuts(protocol.clone()), distinct, "every {interval} days");
        let mut simulation = builder(protocol).build().unwrap();
        simulation.run().unwrap();
        let rows: Vec<u64> = simulation.report().region("all").map(|row| row.day as u64).collect();
        assert!(distinct.iter().all(|day| rows.iter().filter(|row| *row == day).count() == 1), "{rows:?}");
        assert_eq!(simulation.clock().days(), plan.end_day);
    }
    // Every 1.6 days: not the days 2, 4, 5, 7 and 8 of one rounding and 2, 4, 5, 7 and 9 of another.
    let protocol = Protocol::repeated(channel(), 6, Time::days(1.6));
    assert_eq!(protocol.sessions.iter().map(Session::day).collect::<Vec<_>>(), [0, 2, 4, 5, 7, 8]);
}

/// Claim: a session that would fall on the day of the end, if only by round-off, is refused, and both are named.
#[test]
fn a_session_on_the_day_of_the_end_is_refused() {
    for after in [0.0, 1e-9, 1e-12] {
        let protocol = Protocol::repeated(channel(), 2, Time::days(28.0)).follow_up(Time::days(after));
        let Err(Error::SessionAfterEnd { session, day, end_day }) = protocol.validate(&grid()) else {
            panic!("accepted with {after} days after it");
        };
        assert_eq!((session, day), (2, 28.0));
        assert!((end_day - 28.0).abs() < 1e-8);
    }
    let protocol = Protocol::repeated(channel(), 2, Time::days(28.0)).follow_up(Time::days(0.001));
    assert_eq!(days_of_cuts(protocol), [0, 28]);
}

/// Claim: intervals that no course can keep are refused by name, with the nearest one that it can.
#[test]
fn intervals_are_kept_or_refused() {
    let build = |builder: Builder| builder.build().map(drop).map_err(|error| error.to_string());
    let untreated = || builder(Protocol::untreated(Time::days(7.0)));
    for (days, nearest) in [(1.5, 2.0), (2.2, 2.0), (6.99, 7.0)] {
        let told = build(untreated().sample_every(Time::days(days))).unwrap_err();
        let right = format!(
            "sampling interval is {days} days, which is not a multiple of 1 days; try {nearest} days",
            days = Time::days(days).in_days()
        );
        assert_eq!(told, right);
    }
    for (hours, nearest) in [(0.7, 0.5), (1.3, 1.5), (23.9, 24.0)] {
        let told = build(untreated().longest_step(Time::hours(hours))).unwrap_err();
        assert_eq!(told, format!("longest step is {hours} h, which is not a multiple of 0.5 h; try {nearest} h"));
    }
    let told = build(untreated().window(Length::micrometers(110.0))).unwrap_err();
    assert_eq!(told, "window side is 110 µm, which is not a multiple of 20 µm; try 120 µm");
    // But for round-off.
    for days in [3.0, 0.1 * 30.0, 7.0 * (1.0 + 1e-15)] {
        assert_eq!(build(untreated().sample_every(Time::days(days))), Ok(()));
    }
    assert_eq!(build(untreated().longest_step(Time::days(1.0 / 16.0))), Ok(()));
}

/// Claim: an extra sample is taken, or refused with its time and the end.
#[test]
fn extra_samples_are_taken_or_refused() {
    let with = |days: f64| builder(Protocol::untreated(Time::days(6.3))).sample_also([Time::days(days)]).build();
    for days in [7.1, 8.0, 36_000.0] {
        let told = with(days).map(drop).unwrap_err().to_string();
        let right =
            format!("time of an extra sample is {} days; it must be from 0 to 7 days", Time::days(days).in_days());
        assert_eq!(told, right);
    }
    for days in [0.0, 0.5, 3.0, 6.9, 7.0, 7.0 * (1.0 + 1e-15)] {
        let mut simulation = with(days).unwrap();
        simulation.run().unwrap();
        // To half an hour, where only time passes.
        let expected = (48.0 * days - 1e-9).ceil() / 48.0;
        assert!(simulation.report().region("all").any(|row| row.day == expected), "{days}");
    }
}

/// Claim: nothing goes on past the end: a step is refused, a run has nothing to do.
#[test]
fn a_course_that_has_ended_does_not_go_on() {
    let mut simulation = builder(Protocol::once(channel()).follow_up(Time::days(1.0))).build().unwrap();
    simulation.run().unwrap();
    let (digest, rows) = (simulation.state_digest(), simulation.report().rows().len());
    let refused = simulation.step();
    assert!(matches!(refused, Err(Error::Ended { end_day: 1.0 })), "{refused:?}");
    assert!(refused.unwrap_err().to_string().contains("ended on day 1"));
    simulation.run().unwrap();
    assert_eq!((simulation.state_digest(), simulation.report().rows().len()), (digest, rows));
    assert!(simulation.branch("on", Protocol::untreated(Time::days(2.0)), 1).unwrap().step().is_ok());
}

/// Claim: a branch taken on the day of a session has the row before it, as a course without a branch has; one that is there is
/// not doubled.
#[test]
fn a_branch_on_the_day_of_a_session_has_the_row_before_it() {
    let session = |day: f64| Session::new(channel(), Time::days(day));
    let later = |days: &[f64]| Protocol {
        sessions: days.iter().map(|&day| session(day)).collect(),
        doses: Vec::new(),
        end: Time::days(9.0),
    };
    let mut straight = builder(later(&[0.0, 3.0])).build().unwrap();
    straight.run().unwrap();
    let mut trunk = builder(later(&[0.0])).build().unwrap();
    while trunk.clock().days() < 3.0 {
        trunk.step().unwrap();
    }
    assert!(trunk.report().rows().iter().all(|row| row.day != 3.0));
    let mut branch = trunk.branch("treated", later(&[0.0, 3.0]), 1).unwrap();
    assert_eq!(branch.report().rows().last().unwrap().day, 3.0);
    branch.run().unwrap();
    assert_eq!(branch.report(), straight.report());
    // The row of an end on the present day is there, and none is taken twice.
    let ended = trunk.branch("ended", Protocol::untreated(Time::days(3.0)), 1).unwrap();
    assert_eq!((ended.is_finished(), ended.report().rows().last().unwrap().day), (true, 3.0));
    let again = ended.branch("again", later(&[3.0]), 1).unwrap();
    assert_eq!(again.report().rows().len(), ended.report().rows().len());
}

/// Claim: sessions that together open much of the surface on one day are told, in the plan and in the report; those on other
/// days or places are not.
#[test]
fn many_sessions_on_one_day_are_told() {
    let side = Length::millimeters(1.0);
    let field = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let session = |day: f64, region| Session { region, ..Session::new(Device::dermaroller_mf8(), Time::days(day)) };
    let everywhere = |day: f64| session(day, TreatedRegion::Everywhere);
    let course = |sessions: Vec<Session>| {
        let protocol = Protocol { sessions, doses: Vec::new(), end: Time::days(29.0) };
        let plan = protocol.dry_run(&field, 1).unwrap();
        let end = Protocol { end: Time::days(2.0), ..protocol };
        let tissue = Tissue::new(field, &Skin::young()).unwrap();
        let told = end.validate(&field).is_ok().then(|| {
            let mut simulation = Simulation::builder(tissue).protocol(end).seed(1).threads(1).build().unwrap();
            simulation.step().unwrap();
            let cautions = simulation.report().cautions();
            cautions.into_iter().find_map(|caution| if let Caution::DenseDay(day) = caution { Some(day) } else { None })
        });
        (plan, told.flatten())
    };
    let (plan, told) = course(vec![everywhere(0.0); 500]);
    assert_eq!((plan.dense_days.len(), plan.dense_days[0].sessions, plan.dense_days[0].day), (1, 500, 0));
    assert!(plan.dense_days[0].share > 0.99);
    assert!(
        plan.to_string()
            .ends_with("500 sessions together on day 0 open 100 % of the surface; usual sessions open 7 to 12 %")
    );
    assert_eq!(told, Some(plan.dense_days[0]));
    let (plan, told) = course(vec![everywhere(0.0), everywhere(28.0)]);
    assert!(plan.dense_days.is_empty() && told.is_none(), "{plan}");
    // Four usual sessions on four places.
    let disc = |x: f64, y: f64| {
        let at = Length::micrometers;
        session(0.0, TreatedRegion::Disc { x: at(x), y: at(y), diameter: at(400.0) })
    };
    let apart = [(250.0, 250.0), (250.0, 750.0), (750.0, 250.0), (750.0, 750.0)].map(|(x, y)| disc(x, y));
    let together = vec![disc(500.0, 500.0); 40];
    assert!(course(together).1.is_some());
    let densest = course(apart.to_vec()).0.dense_days.first().map_or(0.0, |day| day.share);
    assert!(densest < 0.5, "each place is opened once: {densest}");
}

/// Claim: ten thousand sessions on one day are planned and told in a moment.
#[test]
fn ten_thousand_sessions_on_one_day_are_told() {
    let sessions = vec![Session::new(Device::dermaroller_mf8(), Time::days(1.0)); 10_000];
    let plan = Protocol { sessions, doses: Vec::new(), end: Time::days(2.0) }.dry_run(&grid(), 1).unwrap();
    assert_eq!((plan.dense_days.len(), plan.dense_days[0].sessions), (1, 10_000));
}
