//! Do rules of one's own act when they say, on what they say, and on nothing else? And is told what cannot be?
use dermaweave::cells::fibroblast::Attractant;
use dermaweave::simulation::{Builder, Clock, Phase, Rule, RuleContext};
use dermaweave::treatment::Dose;
use dermaweave::{
    Boundary, Device, Error, Field, Grid, Length, Protocol, Result, Signal, Simulation, Skin, Time, Tissue,
};
use rand::RngExt;
use std::sync::{Arc, Mutex};

/// What a rule saw: its name, phase, hours at which it was applied, length of the step, and dose.
type Seen = Arc<Mutex<Vec<(String, Phase, f64, f64, f64)>>>;
type Act = dyn Fn(&mut RuleContext) -> Result<()> + Send + Sync;
type When = dyn Fn(Clock) -> Option<Time> + Send + Sync;

/// A rule that records what it sees, and does what it is told to.
#[derive(Clone)]
struct Noted {
    name: String,
    phase: Phase,
    seen: Seen,
    when: Arc<When>,
    act: Arc<Act>,
}

impl Noted {
    fn new(name: &str, phase: Phase, seen: &Seen) -> Self {
        let when: Arc<When> = Arc::new(|now| Some(Time::hours(now.hours())));
        Self { name: name.into(), phase, seen: seen.clone(), when, act: Arc::new(|_| Ok(())) }
    }

    fn when(self, when: impl Fn(Clock) -> Option<Time> + Send + Sync + 'static) -> Self {
        Self { when: Arc::new(when), ..self }
    }

    fn act(self, act: impl Fn(&mut RuleContext) -> Result<()> + Send + Sync + 'static) -> Self {
        Self { act: Arc::new(act), ..self }
    }
}

impl Rule for Noted {
    fn name(&self) -> &str {
        &self.name
    }

    fn phase(&self) -> Phase {
        self.phase
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        let seen = (self.name.clone(), self.phase, at.clock.hours(), at.hours, at.dose);
        self.seen.lock().unwrap().push(seen);
        (self.act)(at)
    }

    fn next_event(&self, now: Clock) -> Option<Time> {
        (self.when)(now)
    }
}

fn tissue() -> Tissue {
    let side = Length::micrometers(400.0);
    Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::young()).unwrap()
}

fn wound(days: f64) -> Protocol {
    Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(days))
}

fn untreated(days: f64) -> Builder {
    Simulation::builder(tissue()).protocol(Protocol::untreated(Time::days(days))).sample_every(Time::weeks(52.0))
}

fn wounded(days: f64) -> Builder {
    Simulation::builder(tissue()).protocol(wound(days)).seed(5)
}

fn dose(of: &str, start: f64, lasts: f64, amount: f64) -> Dose {
    Dose { of: of.into(), start: Time::days(start), lasts: Time::days(lasts), amount }
}

/// Hours at which each step ended.
fn steps(simulation: &mut Simulation) -> Vec<f64> {
    let mut ends = Vec::new();
    while !simulation.is_finished() {
        simulation.step().unwrap();
        ends.push(simulation.clock().hours());
    }
    ends
}

/// Claim: in every step each phase comes once, in order, and the daily one once a day, after the step.
#[test]
fn phases_come_in_order_once_a_step() {
    let seen = Seen::default();
    let phases = [Phase::Daily, Phase::AfterStep, Phase::BeforeCells, Phase::BeforeSignals];
    let builder = phases
        .iter()
        .fold(wounded(3.0), |builder, &phase| builder.rule(Noted::new(&format!("{phase:?}"), phase, &seen)));
    let mut simulation = builder.build().unwrap();
    let (mut expected, mut begun) = (Vec::new(), 0.0);
    for end in steps(&mut simulation) {
        expected.extend([(Phase::BeforeSignals, begun), (Phase::BeforeCells, begun), (Phase::AfterStep, end)]);
        expected.extend((end % 24.0 == 0.0).then_some((Phase::Daily, end)));
        begun = end;
    }
    let found: Vec<_> = seen.lock().unwrap().iter().map(|(_, phase, hours, ..)| (*phase, *hours)).collect();
    assert_eq!(found, expected);
    assert_eq!(found.iter().filter(|(phase, _)| *phase == Phase::Daily).count(), 3);
}

/// Claim: a dose acts from the half hour of its start to that of its end and steps are cut there, in settled skin as in a
/// wound; one of zero length acts in one step; overlapping ones add up; without a dose nothing acts.
#[test]
fn doses_act_exactly_while_they_last() {
    // From within a day, over days; from one within four quiet weeks; a pulse; two that overlap; nothing of it.
    for (start, lasts, begins, ends) in [
        (3.26, 1.5, 78.5, 114.5),
        (40.0, 2.0, 960.0, 1008.0),
        (45.3, 0.0, 1087.5, 1088.0),
        (0.0, 0.01, 0.0, 0.5),
        (55.97, 9.0, 1343.5, 1344.0),
    ] {
        for builder in [untreated(56.0), wounded(56.0)] {
            let seen = Seen::default();
            let is_wounded = builder.clone().build().unwrap().protocol().sessions.len() == 1;
            let protocol = if is_wounded { wound(56.0) } else { Protocol::untreated(Time::days(56.0)) };
            let builder = builder.protocol(protocol.dose(dose("drug", start, lasts, 0.5)));
            let mut simulation = builder.rule(Noted::new("drug", Phase::BeforeSignals, &seen)).build().unwrap();
            let mut all = steps(&mut simulation);
            all.insert(0, 0.0);
            let seen = seen.lock().unwrap();
            let acted: f64 = seen.iter().map(|(_, _, _, hours, _)| hours).sum();
            assert_eq!((seen[0].2, acted), (begins, ends - begins), "{start} {lasts}: {seen:?}");
            assert!(all.contains(&begins) && all.contains(&ends), "{all:?}");
            assert!(seen.iter().all(|(_, _, _, _, dose)| *dose == 0.5));
            if lasts == 0.0 {
                assert_eq!(seen.len(), 1);
            }
        }
    }
    let seen = Seen::default();
    let protocol =
        Protocol::untreated(Time::days(9.0)).dose(dose("drug", 2.0, 3.0, 0.5)).dose(dose("drug", 4.0, 3.0, 0.25));
    let protocol = protocol.dose(dose("drug", 8.0, 0.0, 0.0));
    untreated(9.0).protocol(protocol).rule(Noted::new("drug", Phase::Daily, &seen)).build().unwrap().run().unwrap();
    let daily: Vec<_> = seen.lock().unwrap().iter().map(|(_, _, hours, _, dose)| (hours / 24.0, *dose)).collect();
    assert_eq!(daily, [(3.0, 0.5), (4.0, 0.5), (5.0, 0.75), (6.0, 0.25), (7.0, 0.25), (9.0, 0.0)]);
}

/// Claim: between far events, and where there is none, quiet steps stay as long as without rules, and no event is missed: not
/// where several fall on one day. What lies behind or is no number counts as now, what is endless as never.
#[test]
fn quiet_steps_stay_long_and_no_event_is_missed() {
    let course = |when: fn(Clock) -> Option<Time>| {
        let seen = Seen::default();
        let rule = Noted::new("rule", Phase::AfterStep, &seen).when(when);
        let count = steps(&mut untreated(112.0).rule(rule).build().unwrap()).len();
        let ended = seen.lock().unwrap().iter().map(|(_, _, hours, step, _)| hours - step).collect::<Vec<_>>();
        (count, ended)
    };
    assert_eq!(steps(&mut untreated(112.0).build().unwrap()).len(), 4);
    assert_eq!(course(|_| None), (4, vec![]));
    assert_eq!(course(|_| Some(Time::days(f64::INFINITY))), (4, vec![]));
    // Day 50.5 alone: two of four weeks, with the last one cut at day 50, two halves of that day, and the rest.
    let once = |now: Clock| (now.days() <= 50.5).then(|| Time::days(50.5));
    assert_eq!(course(once), (7, vec![1212.0]));
    let every_30_days = |now: Clock| Some(Time::days((now.days() / 30.0).ceil() * 30.0));
    let (count, ended) = course(every_30_days);
    assert_eq!(ended, [0.0, 720.0, 1440.0, 2160.0]);
    assert!(count < 16, "{count}");
    let every_6_hours = |now: Clock| Some(Time::hours((now.hours() / 6.0).ceil() * 6.0));
    assert_eq!(course(every_6_hours).1, (0..448).map(|event| 6.0 * f64::from(event)).collect::<Vec<_>>());
    for daily in [
        |_: Clock| Some(Time::days(0.0)),
        |_: Clock| Some(Time::days(f64::NAN)),
        |now: Clock| Some(Time::hours(now.hours() - 7.0)),
    ] {
        assert_eq!(course(daily), (112, (0..112).map(|day| 24.0 * f64::from(day)).collect()));
    }
}

/// Claim: rates that a rule sets hold for one step, also one that ends in an error: the error is given by the step, sessions are
/// not given twice, and the course goes on as if the rule had not been there.
#[test]
fn an_error_of_a_rule_is_told_and_the_course_goes_on() {
    let plain = {
        let mut simulation = wounded(3.0).build().unwrap();
        simulation.run().unwrap();
        simulation
    };
    for phase in [Phase::BeforeSignals, Phase::BeforeCells, Phase::AfterStep, Phase::Daily] {
        let fails = Noted::new("fails", phase, &Seen::default()).act(|at| {
            at.rates.fibroblast.chemotaxis = 0.0;
            at.sources[Signal::Inflammation].values_mut().fill(9.0);
            at.attractants.push(slope(at.tissue.grid(), 50.0));
            let (quantity, unit) = ("my number", "mm");
            Err(Error::OutOfRange { quantity, value: 3.0, unit, minimum: 0.0, maximum: 1.0 })
        });
        let mut simulation = wounded(3.0).rule(fails).build().unwrap();
        let (mut errors, before) = (0, simulation.parameters().clone());
        while !simulation.is_finished() {
            if let Err(error) = simulation.step() {
                assert!(error.to_string().contains("my number is 3 mm"), "{error}");
                errors += 1;
                assert!(errors < 200, "the course does not go on");
            }
            assert_eq!(simulation.parameters(), &before);
        }
        assert_eq!(errors, if phase == Phase::Daily { 3 } else { errors.max(24) });
        assert_eq!(simulation.state_digest(), plain.state_digest(), "{phase:?}");
        assert_eq!(simulation.ledger(), plain.ledger());
    }
    let seen = Seen::default();
    let scales = Noted::new("scales", Phase::BeforeSignals, &seen).act(|at| {
        assert_eq!(at.rates.fibroblast.deposition_rate, dermaweave::Parameters::default().fibroblast.deposition_rate);
        at.rates.fibroblast.deposition_rate *= 0.5;
        Ok(())
    });
    let mut simulation = wounded(3.0).rule(scales).build().unwrap();
    simulation.run().unwrap();
    assert_ne!(simulation.state_digest(), plain.state_digest());
    assert_eq!(simulation.parameters(), &dermaweave::Parameters::default());
}

/// A signal that rises along x.
fn slope(grid: &Grid, chemotaxis: f64) -> Attractant {
    Attractant { level: Field::from_fn(*grid, |x, _| 0.01 * x), chemotaxis, half_level: 1.0 }
}

/// What a course says of a rule that acts so before signals spread, or before cells move.
fn refused(phase: Phase, act: impl Fn(&mut RuleContext) + Send + Sync + 'static) -> String {
    let rule = Noted::new("rule", phase, &Seen::default()).act(move |at| {
        act(at);
        Ok(())
    });
    wounded(1.0).rule(rule).build().unwrap().run().map_or_else(|error| error.to_string(), |()| "nothing".into())
}

/// Claim: what a rule may not give to a step is told by name before the model works on it.
#[test]
fn what_a_rule_may_not_give_is_told() {
    let other = Grid::new(Length::micrometers(200.0), Length::micrometers(200.0), Length::micrometers(20.0)).unwrap();
    let (signals, cells) = (Phase::BeforeSignals, Phase::BeforeCells);
    for (told, found) in [
        ("degradation_rate is -1", refused(signals, |at| at.rates.fibroblast.degradation_rate = -1.0)),
        ("chemotaxis is NaN", refused(cells, |at| at.rates.fibroblast.chemotaxis = f64::NAN)),
        ("a source of a signal at site", refused(signals, |at| at.sources[Signal::Mmp].values_mut()[5] = f64::NAN)),
        ("a source of a signal at site", refused(signals, |at| at.sources.add(Signal::Pdgf, 9.0, 9.0, f64::INFINITY))),
        (
            "a source of a signal has another",
            refused(signals, move |at| at.sources[Signal::Pdgf] = Field::uniform(other, 0.0)),
        ),
        (
            "a source of a signal has another",
            refused(Phase::Daily, move |at| at.sources[Signal::Pdgf] = Field::uniform(other, 0.0)),
        ),
        ("an attractant has another size", refused(cells, move |at| at.attractants.push(slope(&other, 1.0)))),
        (
            "an attractant has another size",
            refused(cells, |at| {
                let periodic = at.tissue.grid().with_boundary(Boundary::Periodic);
                at.attractants.push(slope(&periodic, 1.0));
            }),
        ),
        (
            "chemotaxis of an attractant is NaN",
            refused(cells, |at| at.attractants.push(slope(at.tissue.grid(), f64::NAN))),
        ),
        (
            "half level of an attractant is 0",
            refused(cells, |at| {
                at.attractants.push(Attractant { half_level: 0.0, ..slope(at.tissue.grid(), 1.0) });
            }),
        ),
        (
            "an attractant at site",
            refused(cells, |at| {
                let mut attractant = slope(at.tissue.grid(), 1.0);
                attractant.level.values_mut()[3] = f64::NAN;
                at.attractants.push(attractant);
            }),
        ),
        ("outside the field", refused(signals, |at| at.tissue.fibroblasts_mut()[0].x = -50.0)),
        ("outside the field", refused(cells, |at| at.tissue.fibroblasts_mut()[0].y = 1e9)),
        ("a fibroblast at site or cell 0", refused(cells, |at| at.tissue.fibroblasts_mut()[0].heading = f64::NAN)),
        ("the matrix", refused(signals, |at| at.tissue.matrix_mut().site_mut(7).new.density = f64::NAN)),
        ("nothing", refused(signals, |at| at.tissue.retain_fibroblasts(|_| false))),
        ("nothing", refused(Phase::AfterStep, |at| at.rates.fibroblast.degradation_rate = -1.0)),
    ] {
        assert!(found.contains(told), "{told:?} is not in {found:?}");
    }
}

/// Claim: an attractant on the grid of the matrix, or a finer or coarser one, draws cells up its slope.
#[test]
fn attractants_may_have_sites_of_any_size() {
    let mean_x = |spacing: Option<f64>| {
        let attracts = Noted::new("attracts", Phase::BeforeCells, &Seen::default()).act(move |at| {
            at.tissue.signals_mut()[Signal::TgfBeta].values_mut().fill(1.0);
            let side = Length::micrometers(400.0);
            if let Some(spacing) = spacing {
                at.attractants.push(slope(&Grid::new(side, side, Length::micrometers(spacing))?, 500.0));
            }
            Ok(())
        });
        let mut simulation = untreated(3.0).rule(attracts).build().unwrap();
        simulation.run().unwrap();
        let cells = simulation.tissue().fibroblasts();
        cells.iter().map(|cell| cell.x).sum::<f64>() / cells.len() as f64
    };
    let left_alone = mean_x(None);
    for spacing in [20.0, 10.0, 25.0, 40.0] {
        assert!(mean_x(Some(spacing)) > left_alone + 40.0, "{spacing} {left_alone}");
    }
}

/// A drifting signal with a state of its own, that draws random numbers and adds to sources and attractants.
#[derive(Clone)]
struct Drifting(Vec<f64>);

impl Rule for Drifting {
    fn name(&self) -> &'static str {
        "drifting"
    }

    fn phase(&self) -> Phase {
        Phase::BeforeSignals
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        let random = |site: usize| at.random(site as u64).random::<f64>();
        self.0.iter_mut().enumerate().for_each(|(site, value)| *value = 0.9 * *value + random(site));
        for (source, value) in at.sources[Signal::Pdgf].values_mut().iter_mut().zip(&self.0) {
            *source += 0.01 * value;
        }
        let mut level = Field::uniform(*at.tissue.signals().grid(), 0.0);
        level.values_mut().copy_from_slice(&self.0);
        at.attractants.push(Attractant { level, chemotaxis: 20.0, half_level: 1.0 });
        Ok(())
    }

    fn state(&self) -> Vec<u8> {
        self.0.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn restore(&mut self, state: &[u8]) -> Result<()> {
        self.0 = state.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        Ok(())
    }
}

/// Claim: rules with state and random numbers give the same bits on any number of threads and across saving and resuming, and
/// their state is part of the digest; a branch goes on with a copy of it.
#[test]
fn rules_with_state_are_reproducible() {
    let rule = || Drifting(vec![0.5; 400]);
    let course = |threads| wounded(4.0).rule(rule()).threads(threads).build().unwrap();
    let finished = |mut simulation: Simulation| {
        simulation.run().unwrap();
        simulation.state_digest()
    };
    let whole = finished(course(1));
    for threads in [2, 3, 8] {
        assert_eq!(finished(course(threads)), whole, "{threads} threads");
    }
    let mut half = course(2);
    (0..30).for_each(|_| half.step().unwrap());
    let path = std::env::temp_dir().join(format!("dermaweave_rules_test_{}", std::process::id()));
    half.save(&path).unwrap();
    // What is given is overwritten by what was saved.
    let resumed = Simulation::resume_with_rules(&path, Some(3), [Drifting(Vec::new())]).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(resumed.state_digest(), half.state_digest());
    let branch = half.branch("branch", wound(4.0), 5).unwrap();
    assert_eq!(finished(resumed), whole);
    assert_eq!(finished(half), whole);
    // The course went on; the branch has a state of its own.
    assert_eq!(finished(branch), whole);
    let digest = |value| untreated(1.0).rule(Drifting(vec![value; 400])).build().unwrap().state_digest();
    assert_ne!(digest(0.5), digest(0.25));
}

/// Claim: a rule that is added later acts from then on; its name must be free.
#[test]
fn a_rule_may_come_later() {
    let seen = Seen::default();
    let mut simulation = wounded(2.0).rule(Noted::new("first", Phase::Daily, &Seen::default())).build().unwrap();
    simulation.step().unwrap();
    let hours = simulation.clock().hours();
    simulation.add_rule(Noted::new("later", Phase::BeforeCells, &seen));
    let mut twice = simulation.clone();
    simulation.run().unwrap();
    assert_eq!(seen.lock().unwrap()[0].2, hours);
    twice.add_rule(Noted::new("later", Phase::AfterStep, &seen));
    assert!(matches!(twice.step(), Err(Error::DuplicateRule { name }) if name == "later"));
}

/// Claim: two rules of one name, doses that no rule takes, at a start or in a branch, and doses that cannot be are refused; a dry
/// run lists doses, and protocols are read with and without them.
#[test]
fn rules_and_doses_that_cannot_be_are_refused() {
    let rule = |name| Noted::new(name, Phase::AfterStep, &Seen::default());
    let twice = untreated(1.0).rule(rule("a")).rule(rule("a")).build();
    assert!(matches!(twice, Err(Error::DuplicateRule { name }) if name == "a"));
    let given = |dose| Protocol::untreated(Time::days(14.0)).dose(dose);
    let orphan = untreated(1.0).protocol(given(dose("b", 1.0, 1.0, 1.0))).rule(rule("a")).build();
    assert!(matches!(orphan, Err(Error::DoseWithoutRule { name }) if name == "b"));
    let simulation = untreated(1.0).rule(rule("a")).build().unwrap();
    let orphan = simulation.branch("branch", given(dose("b", 1.0, 1.0, 1.0)), 0);
    assert!(matches!(orphan, Err(Error::DoseWithoutRule { name }) if name == "b"));
    for (bad, told) in [
        (dose("a", -1.0, 1.0, 1.0), "start of a dose is -1"),
        (dose("a", f64::NAN, 1.0, 1.0), "start of a dose is NaN"),
        (dose("a", 1.0, -1.0, 1.0), "length of a dose is -1"),
        (dose("a", 1.0, 40_000.0, 1.0), "length of a dose is 40000"),
        (dose("a", 1.0, 1.0, -0.5), "amount of a dose is -0.5"),
        (dose("a", 1.0, 1.0, f64::INFINITY), "amount of a dose is inf"),
        (dose("a", 14.0, 1.0, 1.0), "\"a\" begins on day 14 and the protocol ends on day 14"),
        (dose("a", 13.99, 1.0, 1.0), "\"a\" begins on day 13.99 and the protocol ends on day 14"),
        (dose("a", 40_000.0, 1.0, 1.0), "start of a dose is 40000"),
    ] {
        let refused = untreated(1.0).protocol(given(bad)).rule(rule("a")).build().unwrap_err().to_string();
        assert!(refused.contains(told), "{refused}");
    }
    let (grid, protocol) = (*tissue().grid(), given(dose("a", 13.97, 99.0, 0.0)));
    let plan = protocol.dry_run(&grid, 0).unwrap();
    assert_eq!(plan.doses, protocol.doses);
    assert!(plan.to_string().contains("dose of 0 for 99.0 days"));
    let text = serde_json::to_string(&protocol).unwrap();
    assert_eq!(serde_json::from_str::<Protocol>(&text).unwrap(), protocol);
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value.as_object_mut().unwrap().remove("doses");
    assert_eq!(serde_json::from_value::<Protocol>(value).unwrap(), Protocol::untreated(Time::days(14.0)));
}
