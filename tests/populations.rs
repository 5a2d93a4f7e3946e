//! Do numbers of cells follow their rates: recruitment, removal, division and death?
//!
//! Loss of fibroblasts with age stands in `ageing.rs`, death in channels in `treatment.rs`, walks of fibroblasts in
//! `heading_law.rs`. Bands are four standard errors of the law that is claimed.
use dermaweave::cells::Macrophage;
use dermaweave::cells::fibroblast::{Crowding, Fibroblast, Outcome, fates};
use dermaweave::random::StepKey;
use dermaweave::simulation::Builder;
use dermaweave::simulation::after_step;
use dermaweave::{
    Boundary, Field, Grid, Length, Parameters, Protocol, Signal, Signals, Simulation, Skin, Time, Tissue,
};
use std::f64::consts::TAU;

const SIDE: f64 = 2000.0;
const AREA_MM2: f64 = 4.0;

fn field(spacing: f64) -> Grid {
    let side = Length::micrometers(SIDE);
    Grid::new(side, side, Length::micrometers(spacing)).unwrap().with_boundary(Boundary::Periodic)
}

/// Skin with a level of inflammation everywhere.
fn inflamed(level: f64) -> Builder {
    let mut tissue = Tissue::new(field(20.0), &Skin::young()).unwrap();
    tissue.signals_mut()[Signal::Inflammation].values_mut().fill(level);
    Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(2.0))).seed(3)
}

fn step_for(simulation: &mut Simulation, hours: f64) {
    let end = simulation.clock().hours() + hours;
    while simulation.clock().hours() < end {
        simulation.step().unwrap();
    }
    assert_eq!(simulation.clock().hours(), end);
}

fn macrophages(simulation: &Simulation) -> f64 {
    simulation.tissue().macrophages().len() as f64
}

fn assert_within(found: f64, expected: f64, standard_error: f64, what: &str) {
    println!("{what}: {found:.4}, expected {expected:.4} ± {standard_error:.4}");
    assert!((found - expected).abs() <= 4.0 * standard_error, "{what}: {found} for {expected} ± {standard_error}");
}

/// Macrophages that fill a mm² of the default slab, 0.1 mm thick.
fn full_per_mm2() -> f64 {
    0.1 * Parameters::default().macrophage.packed_per_mm3
}

/// Share of free places that is taken in `hours` at a level of inflammation: 1 − e^{−k_R I t/N}.
fn taken(level: f64, hours: f64) -> f64 {
    -(-Parameters::default().macrophage.recruitment_rate * level * hours / full_per_mm2()).exp_m1()
}

/// Claim: in empty tissue macrophages arrive as a Poisson number of mean N (1 − e^{−k_R I t/N}) × area at each site, with N
/// of them in full tissue: mean and variance over the 10⁴ sites. With a mean λ per site the mean has a variance of λ/n, the sample variance of (λ + 2 λ²)/n.
#[test]
fn recruitment_is_poisson_in_every_site() {
    let mut simulation = inflamed(50.0).build().unwrap();
    step_for(&mut simulation, 1.0);
    let grid = *simulation.tissue().signals().grid();
    let mut counts = vec![0.0; grid.sites()];
    simulation.tissue().macrophages().iter().for_each(|cell| counts[grid.site_at(cell.x, cell.y)] += 1.0);
    let sites = grid.sites() as f64;
    let expected = full_per_mm2() * taken(50.0, 1.0) * AREA_MM2 / sites;
    let mean = counts.iter().sum::<f64>() / sites;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / (sites - 1.0);
    assert_within(mean, expected, (expected / sites).sqrt(), "mean per site");
    assert_within(variance, expected, ((expected + 2.0 * expected * expected) / sites).sqrt(), "variance over sites");
}

/// Claim: under constant inflammation the number after n steps of h is N A p (1 − rⁿ)/(1 − r) with p = 1 − e^{−k_R I h/N} and
/// r = e^{−δ h} (1 − p), and varies no more than a Poisson number, with `e^{−δ t}` of them left t after it ends (binomial). In
/// continuous time, dn/dt = k_R I A (1 − n/(N A)) − δ n, it is k_R I A (1 − e^{−s t})/s with s = δ + k_R I/N, to within δ h/2,
/// 0.6 % in steps of an hour.
#[test]
fn arrival_and_removal_balance() {
    let parameters = Parameters::default().macrophage;
    let level = |level: f64| {
        after_step(format!("level {level}"), move |tissue, _, _| {
            let mut signals = Signals::at_rest(*tissue.signals().grid());
            signals[Signal::Inflammation].values_mut().fill(level);
            *tissue.signals_mut() = signals;
        })
    };
    for hours in [0.5, 1.0] {
        let mut simulation = inflamed(3.0).longest_step(Time::hours(hours)).rule(level(3.0)).build().unwrap();
        step_for(&mut simulation, 24.0);
        let kept = (-parameters.removal_rate * hours).exp();
        let left = kept * (1.0 - taken(3.0, hours));
        let arrivals = full_per_mm2() * AREA_MM2 * taken(3.0, hours);
        let expected = arrivals * (1.0 - left.powf(24.0 / hours)) / (1.0 - left);
        let found = macrophages(&simulation);
        assert_within(found, expected, expected.sqrt(), &format!("after a day in steps of {hours} h"));
        let called = parameters.recruitment_rate * 3.0;
        let pace = parameters.removal_rate + called / full_per_mm2();
        let continuous = called * AREA_MM2 / pace * -(-pace * 24.0).exp_m1();
        assert!((expected / continuous - 1.0 - 0.5 * parameters.removal_rate * hours).abs() < 1e-3);
        simulation.add_rule(level(0.0));
        // What was there when the rule was added still calls for the length of one step.
        step_for(&mut simulation, hours);
        let start = macrophages(&simulation);
        step_for(&mut simulation, 20.0);
        let left = (-parameters.removal_rate * 20.0).exp();
        assert_within(macrophages(&simulation), start * left, (start * left * (1.0 - left)).sqrt(), "20 h later");
    }
}

/// Claim: where macrophages fill the tissue no more arrive than leave: at levels however high their number is that of full
/// tissue to within the walks between tiles, and never above; every site gets its share.
#[test]
fn nobody_arrives_where_there_is_no_room() {
    let level = after_step("level", |tissue, _, _| {
        tissue.signals_mut()[Signal::Inflammation].values_mut().fill(1e12);
    });
    let mut simulation = inflamed(1e12).rule(level).build().unwrap();
    let full = full_per_mm2() * AREA_MM2;
    for _ in 0..6 {
        step_for(&mut simulation, 1.0);
        assert!((0.97 * full..=full).contains(&macrophages(&simulation)), "{} of {full}", macrophages(&simulation));
    }
    // Of a first step in empty tissue: cells that are turned away are turned away everywhere alike.
    let mut simulation = inflamed(1e12).build().unwrap();
    step_for(&mut simulation, 1.0);
    let (mut below, mut left) = (0.0, 0.0);
    for cell in simulation.tissue().macrophages() {
        below += f64::from(u8::from((cell.y / 200.0).fract() < 0.5));
        left += f64::from(u8::from((cell.x / 200.0).fract() < 0.5));
    }
    let all = macrophages(&simulation);
    assert_within(below / all, 0.5, 0.5 / all.sqrt(), "in the lower half of their tile");
    assert_within(left / all, 0.5, 0.5 / all.sqrt(), "in the left half of their tile");
}

/// Claim: macrophages walk with a mean squared displacement of 4 D_Φ t: of n normal steps along two axes the mean square
/// has a relative standard error of 1/√n.
#[test]
fn macrophages_walk_with_their_motility() {
    let parameters = Parameters::default().macrophage;
    let mut simulation = inflamed(90.0).build().unwrap();
    step_for(&mut simulation, 1.0);
    let before: Vec<Macrophage> = simulation.tissue().macrophages().to_vec();
    step_for(&mut simulation, 1.0);
    let grid = *simulation.tissue().grid();
    let squares: Vec<f64> = simulation
        .tissue()
        .macrophages()
        .iter()
        .filter_map(|cell| {
            let start = before.binary_search_by_key(&cell.id, |before| before.id).ok().map(|index| before[index])?;
            Some(grid.distance((start.x, start.y), (cell.x, cell.y)).powi(2))
        })
        .collect();
    let (count, expected) = (squares.len() as f64, 4.0 * parameters.motility);
    assert!(count > 9_000.0);
    assert_within(squares.iter().sum::<f64>() / count, expected, expected / count.sqrt(), "mean squared displacement");
}

/// 19 600 cells on a lattice, 196 in every tile of 200 µm, so that it is equally crowded everywhere.
fn lattice(activation: f64) -> Vec<Fibroblast> {
    let place = |index: u64| SIDE * (index as f64 + 0.5) / 140.0;
    let cell =
        |id: u64| Fibroblast { id, x: place(id % 140), y: place(id / 140), heading: 0.0, activation, contraction: 0.0 };
    (0..140 * 140).map(cell).collect()
}

/// Numbers of divisions and deaths in `hours`, and the headings of the daughters, at a crowding and levels of
/// TGF-β and PDGF that are the same everywhere.
fn fates_of(activation: f64, crowding: f64, (tgf_beta, pdgf): (f64, f64), hours: f64) -> (f64, f64, Vec<f64>) {
    let (cells, grid) = (lattice(activation), field(20.0));
    let mut signals = Signals::at_rest(grid);
    signals[Signal::TgfBeta] = Field::uniform(grid, tgf_beta);
    signals[Signal::Pdgf] = Field::uniform(grid, pdgf);
    let crowd = Crowding::new(&cells, &grid, cells.len() as f64 / AREA_MM2 / crowding);
    assert!((crowd.at(777.0, 1234.0) / crowding - 1.0).abs() < 1e-12);
    let outcomes =
        fates(&cells, &crowd, &signals, &Parameters::default().fibroblast, StepKey { seed: 8, tick: 96, hours });
    let daughters: Vec<f64> = outcomes
        .iter()
        .filter_map(|(_, outcome)| if let Outcome::Divides(heading) = outcome { Some(*heading) } else { None })
        .collect();
    (daughters.len() as f64, (outcomes.len() - daughters.len()) as f64, daughters)
}

/// Claim: a cell divides at rate k_d P/(K + P) (1 − n/n_max) while it is active and dies at rate
/// δ_F (1 − n_t/n) T_q/(T_q + T + P) in a crowd: of N cells a share of `r_d/(r_d + r_δ) (1 − e^{−(r_d + r_δ) t})` divides
/// within t, binomially, and accordingly for death.
#[test]
fn divisions_and_deaths_follow_their_rates() {
    let parameters = Parameters::default().fibroblast;
    for (activation, crowding, (tgf_beta, pdgf), hours) in [
        (1.0, 1.0, (0.0, 1.0), 24.0),
        (1.0, 1.0, (0.0, 9.0), 1.0),
        (0.5, 2.0, (0.02, 0.05), 72.0),
        (0.5, 5.0, (0.0, 0.5), 72.0),
        (0.0, 3.0, (0.0, 0.2), 240.0),
        (0.0, 1.1, (0.0, 1.0), 240.0),
    ] {
        let active = activation >= parameters.resting_activation;
        let called = if active { pdgf / (parameters.pdgf_half_level + pdgf) } else { 0.0 };
        let divides = parameters.division_rate * called * (1.0 - crowding / parameters.crowding_limit).max(0.0);
        let quiet = parameters.quiet_level / (parameters.quiet_level + tgf_beta + pdgf);
        let dies = parameters.apoptosis_rate * (1.0 - parameters.tolerated_excess / crowding).max(0.0) * quiet;
        let any = -(-(divides + dies) * hours).exp_m1() / (divides + dies).max(f64::MIN_POSITIVE);
        let (divisions, deaths, _) = fates_of(activation, crowding, (tgf_beta, pdgf), hours);
        for (found, rate, what) in [(divisions, divides, "divisions"), (deaths, dies, "deaths")] {
            let share = rate * any;
            let (expected, deviation) = (19_600.0 * share, (19_600.0 * share * (1.0 - share)).sqrt());
            assert_within(found, expected, deviation, &format!("{what} at crowding {crowding} in {hours} h"));
        }
    }
}

/// Claim: daughters head anywhere: n |mean e^{iθ}|² of uniform headings exceeds 9.7 with probability e^{−9.7}, that of
/// four standard deviations.
#[test]
fn daughters_head_anywhere() {
    let (count, _, headings) = fates_of(1.0, 1.0, (0.0, 9.0), 24.0);
    assert!(count > 1_000.0 && headings.iter().all(|heading| (0.0..TAU).contains(heading)));
    for order in [1.0, 2.0] {
        let sum = headings.iter().fold((0.0, 0.0), |sum, heading| {
            let (sine, cosine) = (order * heading).sin_cos();
            (sum.0 + cosine, sum.1 + sine)
        });
        let squared = (sum.0 * sum.0 + sum.1 * sum.1) / count;
        assert!(squared < 9.7, "order {order}: {squared}");
    }
}

/// Claim: identities are never used twice, through divisions, deaths and sessions; cells of the beginning stay in order, and
/// daughters lie among them.
#[test]
fn every_cell_has_its_own_identity() {
    let mut simulation = inflamed(1.0).build().unwrap();
    simulation.tissue_mut().signals_mut()[Signal::Pdgf].values_mut().fill(20.0);
    simulation.tissue_mut().signals_mut()[Signal::TgfBeta].values_mut().fill(5.0);
    simulation.tissue_mut().fibroblasts_mut().iter_mut().for_each(|cell| cell.activation = 1.0);
    let before = simulation.tissue().fibroblasts().len();
    step_for(&mut simulation, 24.0);
    let tissue = simulation.tissue();
    let mut identities: Vec<u64> = tissue.fibroblasts().iter().map(|cell| cell.id).collect();
    assert!(identities.len() > before);
    let first: Vec<u64> = identities.iter().copied().filter(|&id| id < before as u64).collect();
    assert!(first.is_sorted() && !identities.is_sorted());
    identities.extend(tissue.macrophages().iter().map(|cell| cell.id));
    identities.sort_unstable();
    assert!(identities.windows(2).all(|pair| pair[0] < pair[1]));
}
