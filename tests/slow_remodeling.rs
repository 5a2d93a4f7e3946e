//! Do thickness, fragments and contraction follow their closed forms, and does what goes on slowly come to an end?
use dermaweave::cells::fibroblast::{Fibroblast, Stimulus};
use dermaweave::matrix::Site;
use dermaweave::mechanics::{is_relaxed, production_under_strain, relaxed};
use dermaweave::parameters::{FibroblastParameters, MatrixParameters, MechanicsParameters};
use dermaweave::remodeling::{Upkeep, turn_over, turn_over_lazily};
use dermaweave::simulation::{Clock, after_step};
use dermaweave::tension::Tension;
use dermaweave::{
    Device, FiberMoments, Field, Grid, Length, Matrix, Parameters, Protocol, Session, Signal, Simulation, Skin, Time,
    Tissue,
};

fn grid(micrometers: f64) -> Grid {
    let side = Length::micrometers(micrometers);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

fn young() -> Tissue {
    Tissue::new(grid(400.0), &Skin::young()).unwrap()
}

fn untreated(days: f64) -> Protocol {
    Protocol::untreated(Time::days(days))
}

/// Claim: where a slab is the same everywhere, h − A decays by e^{−t/τ_h}, whether in one step or in many, swollen or shrunk.
#[test]
fn thickness_relaxes_to_what_fills_it() {
    let parameters = MechanicsParameters::default();
    for (start, amount) in [(1.4, 0.9), (0.5, 1.0), (1.0, 1.0), (0.02, 0.6)] {
        for (steps, hours) in [(1_u32, 2400.0), (100, 24.0), (2400, 1.0)] {
            let end = (0..steps).fold(start, |thickness, _| relaxed(thickness, amount / thickness, hours, &parameters));
            let expected = amount + (start - amount) * (-2400.0 / parameters.thickness_time).exp();
            assert!((end - expected).abs() < 1e-13, "{start} to {amount} in {steps} steps: {end}");
        }
    }
    // An empty slab thins to a hundredth of healthy dermis, and one that is thinner does not swell without anything in it.
    assert_eq!(relaxed(1.0, 0.0, 1e6, &parameters), 0.01);
    assert_eq!(relaxed(0.005, 0.0, 1e6, &parameters), 0.005);
}

/// The middle site of skin that is made so thick after its first day and then followed for some days.
fn followed(thickness: f64, days: f64) -> Site {
    let change = move |tissue: &mut Tissue, clock: Clock, _: f64| {
        if clock.days() == 1.0 {
            tissue.matrix_mut().sites_mut().iter_mut().for_each(|site| site.thickness = thickness);
        }
    };
    let mut parameters = Parameters::default();
    // Skin that keeps its collagen.
    parameters.ageing.collagen_shortfall = 0.0;
    let builder = Simulation::builder(young()).parameters(parameters).protocol(untreated(1.0 + days));
    let builder = builder.rule(after_step("swollen", change));
    let mut simulation = builder.build().unwrap();
    simulation.run().unwrap();
    simulation.tissue().matrix().site(210)
}

/// Claim: the same in a course, day by day, until what fills the slab is within 0.1 % of it, where it stays.
#[test]
fn a_course_relaxes_its_thickness() {
    let time = MechanicsParameters::default().thickness_time / 24.0;
    for start in [1.3, 0.6] {
        for days in [1.0, 10.0, 60.0] {
            let site = followed(start, days);
            let expected = 1.0 + (start - 1.0) * (-days / time).exp();
            // To the round-off of its turnover.
            assert!((site.collagen().density - 1.0).abs() < 1e-12);
            assert!((site.thickness - expected).abs() < 1e-9, "{start} for {days} days: {} {expected}", site.thickness);
        }
        let site = followed(start, 400.0);
        assert!(is_relaxed(site.filling()) && (site.thickness - 1.0).abs() > 1e-6, "{site:?}");
    }
}

/// Claim: fragments decay as e^{−t/τ_F}, by MMP as much faster as young collagen, eagerly and lazily, in one span and in
/// many; nothing else does: they take no part in what collagen gains and loses.
#[test]
fn fragments_decay_exactly() {
    let parameters = MatrixParameters::default();
    let upkeep = Upkeep { synthesis: 0.7, elastin_loss_rate: 1e-6, thinning_rate: 1e-6 };
    for level in [0.0, 2.0] {
        let rate = 1.0 / parameters.fragment_time + parameters.new_loss_rate * parameters.mmp_new_factor * level;
        for (spans, hours) in [(1_u32, 480.0), (20, 24.0)] {
            let mut lazy = Matrix::uniform(grid(400.0), FiberMoments::isotropic(0.8), 0.2);
            let bare = lazy.clone();
            lazy.sites_mut().iter_mut().for_each(|site| site.fragments = 0.3);
            let (mut eager, mut without) = (lazy.clone(), bare);
            let exposure = Field::uniform(*lazy.grid(), level * hours);
            for _ in 0..spans {
                turn_over_lazily(&mut lazy, &exposure, &parameters, upkeep, hours);
                turn_over(eager.sites_mut(), 20, &exposure, &parameters, upkeep, hours);
                turn_over(without.sites_mut(), 20, &exposure, &parameters, upkeep, hours);
            }
            let expected = 0.3 * (-rate * 480.0).exp();
            for matrix in [&lazy, &eager] {
                assert!(matrix.sites().all(|site| (site.fragments - expected).abs() < 1e-13), "{level} {spans}");
            }
            assert!(eager.sites().zip(without.sites()).all(|(site, bare)| Site { fragments: 0.0, ..site } == bare));
        }
    }
}

/// Needled at two sessions with a roller, of slow activity that is forgotten within weeks.
fn needled(days: f64) -> Simulation {
    let mut parameters = Parameters::default();
    parameters.mechanics.slow_time = 336.0;
    let tissue = Tissue::new(grid(600.0), &Skin::aged(45.0)).unwrap();
    let session = |day: f64| Session::new(Device::pen_11(), Time::days(day)).holes_per_cm2(800.0).unwrap();
    let protocol = Protocol { sessions: vec![session(0.0), session(14.0)], doses: Vec::new(), end: Time::days(days) };
    Simulation::builder(tissue).parameters(parameters).protocol(protocol).seed(8).build().unwrap()
}

/// Claim: the ledger closes over a needled course: what fragments take is cut, what slow activity lays is deposited, and what
/// it turns over is lost. The round-off of some thousand sites in some thousand steps is below 1e-9 of all collagen.
#[test]
fn the_ledger_closes_with_fragments_and_slow_activity() {
    let mut simulation = needled(70.0);
    let amount = |simulation: &Simulation| simulation.tissue().matrix().collagen_amount();
    let start = amount(&simulation);
    let (mut fragments, mut slow, mut quiet_gain) = (0.0_f64, 0.0_f64, 0.0);
    while !simulation.is_finished() {
        let before =
            (simulation.ledger(), simulation.tissue().fibroblasts().iter().any(|cell| cell.activation > 0.037));
        simulation.step().unwrap();
        let off = amount(&simulation) - start - simulation.ledger().change();
        assert!(off.abs() < 1e-9 * start, "day {}: {off}", simulation.clock().days());
        let tissue = simulation.tissue();
        fragments = fragments.max(tissue.matrix().sites().map(|site| site.fragments).sum());
        slow = slow.max(tissue.mechanics().slow_activity().maximum());
        if !before.1 {
            quiet_gain += simulation.ledger().deposited - before.0.deposited;
        }
    }
    let ledger = simulation.ledger();
    println!("{ledger:?}, slow activity up to {slow:.2}, {quiet_gain:.1} laid while no cell was active");
    assert!(fragments > 1.0 && slow > 0.05 && ledger.cut > 0.0 && quiet_gain > 0.0, "{fragments} {slow} {quiet_gain}");
}

/// Claim: years take as much of the slab as of its collagen: packing stays within 0.1 % over 20 years, in young, old and
/// sun-exposed skin, while the collagen changes by much more.
#[test]
fn years_leave_the_packing_alone() {
    for skin in [Skin::aged(30.0), Skin::aged(60.0), Skin::aged(40.0).photoaged()] {
        let tissue = Tissue::new(grid(400.0), &skin).unwrap();
        let before = tissue.matrix().site(0);
        let mut simulation = Simulation::builder(tissue).protocol(untreated(20.0 * 365.25)).build().unwrap();
        simulation.run().unwrap();
        let after = simulation.tissue().matrix().site(0);
        let lost = 1.0 - after.collagen().density / before.collagen().density;
        println!("age {}: {lost:.4} lost, packing {:.6}", skin.age_years, after.packing());
        assert!((before.packing() - 1.0).abs() < 1e-12 && (after.packing() - 1.0).abs() < 1e-3, "{}", after.packing());
        assert!(lost > 0.02, "{lost}");
        // Nothing was written: no day of these years had anything to do but to pass.
        assert_eq!(simulation.tissue().matrix().pending_share(), 1.0);
    }
}

fn contractile() -> Fibroblast {
    Fibroblast { id: 0, x: 0.0, y: 0.0, heading: 0.0, activation: 1.0, contraction: 1.0 }
}

/// Claim: contraction is given up at a rate of q/τ_off + (1 − x)/τ_r0 with x = e⁶/(e⁶ + e_r⁶): half of it within 1.5 days of
/// release, against 6 days under the load of healthy skin; and it needs load to develop, TGF-β counting as T e².
#[test]
fn contraction_is_released_with_the_load() {
    let parameters = FibroblastParameters::default();
    let after = |cell: Fibroblast, stimulus: Stimulus, hours: f64| {
        let mut cell = cell;
        cell.respond_to(&stimulus, &parameters, hours);
        cell.contraction
    };
    for strain in [0.0, 0.3, 0.5, 0.8, 1.0, 3.0] {
        let kept = f64::powi(strain, 6) / (f64::powi(strain, 6) + parameters.release_strain.powi(6));
        let rate = 1.0 / parameters.memory_time + (1.0 - kept) / parameters.release_time;
        let found = after(contractile(), Stimulus { tgf_beta: 0.0, packing: 1.0, strain }, 48.0);
        assert!((found - (-48.0 * rate).exp()).abs() < 1e-12, "{strain}: {found}");
    }
    let half_life = |strain: f64| {
        let left = after(contractile(), Stimulus { tgf_beta: 0.0, packing: 1.0, strain }, 1.0);
        std::f64::consts::LN_2 / -left.ln() / 24.0
    };
    let (released, loaded) = (half_life(0.0), half_life(1.0));
    println!("half-life {released:.2} d without load, {loaded:.2} d under load");
    assert!((1.0..2.0).contains(&released) && (5.0..8.0).contains(&loaded));
    let resting = Fibroblast { contraction: 0.0, ..contractile() };
    let level = 2.0 * parameters.contraction_threshold;
    for (strain, tgf_beta) in [(0.5, 4.0 * level), (2.0, 0.25 * level)] {
        let of_load = after(resting, Stimulus { tgf_beta, packing: 1.0, strain }, 24.0);
        let usual = after(resting, Stimulus { tgf_beta: level, packing: 1.0, strain: 1.0 }, 24.0);
        assert!((of_load - usual).abs() < 1e-12 && usual > 0.0, "{strain}: {of_load} {usual}");
    }
    assert_eq!(after(resting, Stimulus { tgf_beta: 1e6, packing: 1.0, strain: 0.0 }, 24.0), 0.0);
}

/// Mean contraction after three days in skin under a load, of cells that all were contractile.
fn contraction_under(load: f64, is_varying: bool) -> f64 {
    let tension = Tension { load, ..Tension::default() };
    let tissue = Tissue::new(grid(400.0), &Skin { tension, ..Skin::young() }).unwrap();
    let tissue = if is_varying { young().with_tension(|_, _| tension).unwrap() } else { tissue };
    let cells: Vec<_> =
        tissue.fibroblasts().iter().map(|cell| Fibroblast { activation: 1.0, contraction: 1.0, ..*cell }).collect();
    let mut parameters = Parameters::default();
    // Nothing but the load acts on them.
    parameters.fibroblast.fibroblast_tgf_beta_release_rate = 0.0;
    let builder = Simulation::builder(tissue.with_fibroblasts(cells).unwrap()).parameters(parameters);
    let mut simulation = builder.protocol(untreated(3.0)).build().unwrap();
    simulation.run().unwrap();
    let cells = simulation.tissue().fibroblasts();
    cells.iter().map(|cell| cell.contraction).sum::<f64>() / cells.len() as f64
}

/// Claim: in a course myofibroblasts in skin whose load was taken off lose their contraction at the rate of free cells, those
/// under load hardly more than half as much; alike where the load is given place by place.
#[test]
fn released_skin_lets_its_myofibroblasts_go() {
    let parameters = FibroblastParameters::default();
    let free = (-72.0 * (1.0 / parameters.memory_time + 1.0 / parameters.release_time)).exp();
    for is_varying in [false, true] {
        let (released, loaded) = (contraction_under(0.0, is_varying), contraction_under(1.0, is_varying));
        assert!((released - free).abs() < 1e-9, "{released} for {free}");
        assert!(loaded > 2.0 * released && loaded > 0.6, "{loaded}");
    }
}

/// Claim: production under load is G_m eⁿ/(eⁿ + G_m − 1), and 1 whatever the strain if n = 0.
#[test]
fn production_follows_its_closed_form() {
    for (steepness, limit) in [(6.0, 10.0), (2.0, 1.5), (12.0, 20.0), (0.0, 10.0)] {
        let parameters =
            MechanicsParameters { homeostasis_steepness: steepness, homeostasis_limit: limit, ..Default::default() };
        for strain in [0.01, 0.5, 1.0, 1.3, 3.0, 50.0] {
            let power = f64::powf(strain, steepness);
            let expected = limit * power / (power + limit - 1.0);
            let found = production_under_strain(strain, &parameters);
            assert!((found - expected).abs() < 1e-12 * expected.max(1e-12), "{strain}: {found} {expected}");
        }
        // No strain overflows.
        assert!((0.0..=limit).contains(&production_under_strain(0.0, &parameters)));
        assert!((0.0..=limit).contains(&production_under_strain(1e300, &parameters)));
    }
}

/// Mean amount of collagen after 150 days under TGF-β that keeps all cells active, without the loss that goes with it.
fn grown(steepness: f64) -> f64 {
    let mut parameters = Parameters::default();
    parameters.mechanics.homeostasis_steepness = steepness;
    (parameters.mechanics.active_new_loss, parameters.mechanics.active_mature_loss) = (0.0, 0.0);
    // Neither MMP nor pull, so that no signal but the imposed one acts.
    parameters.fibroblast.fibroblast_mmp_release_rate = 0.0;
    let level = Field::uniform(*young().signals().grid(), 1.0);
    let tissue = young().with_held_signal(Signal::TgfBeta, level).unwrap();
    let builder = Simulation::builder(tissue).parameters(parameters).protocol(untreated(150.0));
    let mut simulation = builder.build().unwrap();
    simulation.run().unwrap();
    simulation.tissue().matrix().collagen_amount() / (400.0 * 400.0)
}

/// Claim: no density is set. Without homeostasis growth goes on beyond the packing limit, as the slab thickens with it; with it
/// slack skin makes less the thicker it is.
#[test]
fn thickness_is_limited_by_homeostasis_alone() {
    let limit = FibroblastParameters::default().packing_limit;
    let (without, with) = (grown(0.0), grown(MechanicsParameters::default().homeostasis_steepness));
    println!("{without:.3} without homeostasis, {with:.3} with it");
    assert!(without > limit + 0.1, "{without}");
    assert!(with - 1.0 < 0.7 * (without - 1.0), "{with} {without}");
}

/// Claim: slow activity ends, and then years pass as over untouched skin: in steps of four weeks that write no site in the end.
#[test]
fn a_settled_year_writes_no_site() {
    let mut simulation = needled(39.0 * 28.0);
    let mut settled_since = None;
    while !simulation.is_finished() {
        let tick = simulation.clock().tick();
        simulation.step().unwrap();
        // Longer than the weekly steps in which something goes on slowly.
        let is_long = simulation.clock().tick() - tick > 7 * 48;
        // While crowds thin, fillings are found anew, and a window may be found that has yet to relax.
        settled_since = if is_long { settled_since.or(Some(simulation.clock().days())) } else { None };
    }
    let since = settled_since.unwrap();
    println!("settled from day {since:.0} on");
    assert_eq!(simulation.tissue().matrix().pending_share(), 1.0);
    assert!(since > 60.0 && since < 2.0 * 365.0, "{since}");
    let mechanics = simulation.tissue().mechanics();
    assert_eq!(mechanics.slow_activity().maximum(), 0.0);
    assert!(mechanics.filling().values().iter().all(|filling| is_relaxed(*filling)));
}
