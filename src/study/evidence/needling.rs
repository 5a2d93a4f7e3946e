//! Needling as in the trials: papillary collagen of scars, downtime, direction of the matrix in sun-exposed skin.
use super::course::Course;
use super::{Chosen, Moved, Numbers, Replicate};
use crate::report::Row;
use crate::{AtrophicScar, Device, Grid, Length, Parameters, Protocol, Result, Simulation, Skin, Slab, Time, Tissue};

/// Middle of the papillary dermis in µm below the surface: under 100 µm of epidermis, 100 µm thick.
const PAPILLARY_DEPTH: f64 = 150.0;
/// Ages in years: of patients with acne scars (18 to 40 in Dogra 2014; Lotfi 2013 is not known), and, estimated, of
/// patients with sun-exposed skin.
const SCARRED_AGE: f64 = 28.0;
const PHOTOAGED_AGE: f64 = 50.0;

/// Five monthly sessions on an acne scar, papillary biopsy eight weeks after the last one.
pub(super) fn five_monthly(Replicate { parameters, seed, moved }: Replicate) -> Result<Numbers> {
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), 5, Time::weeks(4.0)).follow_up(Time::weeks(8.0));
    let scar = AtrophicScar { density: Moved::value_of(moved, Chosen::StartDensity), ..AtrophicScar::boxcar() };
    let skin = Skin { placement_seed: seed, ..Skin::aged(SCARRED_AGE) };
    let simulation = run(parameters, seed, protocol, papillary(2.6, &skin)?.with_lesion(&scar)?)?;
    let scar: Vec<_> = simulation.report().region("lesion").collect();
    let all: Vec<_> = simulation.report().region("all").collect();
    let mut numbers = downtime(&all);
    numbers.insert("papillary_collagen", rise(&scar, |row| row.organization.density));
    Ok(numbers)
}

/// Six fortnightly sessions on sun-exposed skin, biopsy two weeks after the last one.
pub(super) fn six_fortnightly(Replicate { parameters, seed, .. }: Replicate) -> Result<Numbers> {
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), 6, Time::weeks(2.0)).follow_up(Time::weeks(2.0));
    let skin = Skin { placement_seed: seed, ..Skin::aged(PHOTOAGED_AGE).photoaged() };
    let simulation = run(parameters, seed, protocol, papillary(2.0, &skin)?)?;
    let rows: Vec<_> = simulation.report().region("all").collect();
    let type_iii = |row: &Row| row.organization.type_iii_share * row.organization.density;
    Ok(Numbers::from([
        ("type_i", rise(&rows, |row| row.organization.density - type_iii(row))),
        ("type_iii", rise(&rows, type_iii)),
        ("new_collagen", rise(&rows, |row| row.organization.new_density)),
        ("elastin", rise(&rows, |row| row.elastin)),
    ]))
}

/// Hours until half of the lesions of one session in young skin have closed, and until half of what it opens has.
pub(super) fn closure(Replicate { parameters, seed, .. }: Replicate) -> Result<Numbers> {
    let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(3.0));
    let simulation = run(parameters, seed, protocol, papillary(2.0, &Skin::young())?)?;
    let rows: Vec<_> = simulation.report().region("all").collect();
    let open = Course::of(&rows, |row| row.recovery.open_barrier);
    let opened = open.peak();
    Ok(Numbers::from([
        ("closure_lesions", lesions(parameters, seed)?),
        ("closure_half_life", 24.0 * (open.falls_through(0.5 * opened.value) - opened.day)),
    ]))
}

/// Hours until half of the lesions of such a session have closed.
fn lesions(parameters: &Parameters, seed: u64) -> Result<f64> {
    let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(3.0));
    let tissue = papillary(2.0, &Skin::young())?;
    let builder = Simulation::builder(tissue).protocol(protocol).parameters(parameters.clone()).seed(seed);
    let mut simulation = builder.sample_every(Time::days(3.0)).threads(1).build()?;
    let (mut opened, mut open) = (0, 1);
    while 2 * open > opened && !simulation.is_finished() {
        simulation.step()?;
        open = simulation.tissue().microchannels().channels().len();
        opened = open.max(opened);
    }
    Ok(simulation.clock().hours())
}

fn papillary(millimeters: f64, skin: &Skin) -> Result<Tissue> {
    let slab = Slab { depth: Length::micrometers(PAPILLARY_DEPTH), ..Slab::default() };
    let side = Length::millimeters(millimeters);
    Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?.with_slab(slab)?, skin)
}

/// Sampled every hour for three days, every day for four weeks, then monthly.
fn run(parameters: &Parameters, seed: u64, protocol: Protocol, tissue: Tissue) -> Result<Simulation> {
    let hours = (1..=72).map(|hour| Time::hours(f64::from(hour)));
    let days = (4..=28).map(|day| Time::days(f64::from(day)));
    let end = protocol.end;
    let times = hours.chain(days).filter(|&time| time <= end);
    let builder = Simulation::builder(tissue).protocol(protocol).parameters(parameters.clone()).seed(seed);
    let mut simulation = builder.sample_every(Time::weeks(4.0)).sample_also(times).threads(1).build()?;
    simulation.run()?;
    Ok(simulation)
}

/// Rise from before to the biopsy in percent.
fn rise(rows: &[&Row], measure: impl Fn(&Row) -> f64) -> f64 {
    100.0 * (measure(rows[rows.len() - 1]) / measure(rows[0]) - 1.0)
}

/// The four weeks after the first session.
fn downtime(rows: &[&Row]) -> Numbers {
    let first: Vec<&Row> = rows.iter().copied().filter(|row| row.day < 28.0).collect();
    let open = Course::of(&first, |row| row.recovery.open_barrier);
    let redness = Course::of(&first, |row| row.recovery.redness).falls_through(0.1);
    let growth_factor = Course::of(&first, |row| row.tgf_beta);
    Numbers::from([
        ("epidermis_day_5", open.on(5.0) / open.peak().value),
        ("barrier_72_h", open.on(3.0) / open.peak().value),
        ("erythema", redness),
        ("erythema_days", redness),
        ("tgf_beta_up", growth_factor.falls_through(0.05 * growth_factor.peak().value)),
    ])
}
