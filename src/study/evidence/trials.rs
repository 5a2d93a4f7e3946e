//! Trials of needling on atrophic scars through their depth: when the gain comes, what longer needles and twice the area do, and
//! which scars gain least. The score of a scar is read from the volume that is missing over all layers.
use super::{Numbers, Replicate};
use crate::report::Row;
use crate::treatment::Cut;
use crate::{AtrophicScar, Dermis, Device, Grid, Length, Parameters, Protocol, Result, Skin, Time, Tissue};

/// Age of the patients in years: 18 to 40 in trials of acne scars.
const AGE: f64 = 28.0;

/// Day on which redness is compared, and one 13 weeks after the third of three fortnightly sessions.
const RED: f64 = 2.0;
const AFTER_3_MONTHS: f64 = 28.0 + 91.0;

/// A scar that is treated.
struct Patient<'a> {
    parameters: &'a Parameters,
    seed: u64,
    scar: AtrophicScar,
    /// Layers of the dermis.
    layers: usize,
}

impl<'a> Patient<'a> {
    /// With a boxcar scar (they are 1.5 to 4 mm wide), three layers.
    fn new(Replicate { parameters, seed, .. }: Replicate<'a>) -> Self {
        Self { parameters, seed, scar: AtrophicScar::boxcar(), layers: 3 }
    }

    /// The dermis at the end of a protocol.
    fn treat(&self, protocol: Protocol) -> Result<Dermis> {
        let (scar, placement_seed, end) = (self.scar.clone(), self.seed, protocol.end);
        let tissue = move |grid| {
            let skin = Skin { placement_seed, ..Skin::aged(AGE) };
            Tissue::new(grid, &skin)?.with_lesion(&scar)
        };
        // Half of the edge and 0.3 mm of skin on every side.
        let extent = self.scar.diameter.in_millimeters() + self.scar.edge.in_millimeters() + 0.6;
        let side = Length::millimeters((extent / 0.2).ceil() * 0.2);
        let builder = Dermis::builder(Grid::new(side, side, Length::micrometers(20.0))?, tissue).layers(self.layers);
        let builder = builder.protocol(protocol).parameters(self.parameters.clone()).seed(self.seed);
        let looks = [RED, AFTER_3_MONTHS].map(Time::days).into_iter().filter(|&look| look <= end);
        let mut dermis = builder.sample_every(Time::weeks(8.0)).sample_also(looks).threads(1).build()?;
        dermis.run()?;
        Ok(dermis)
    }
}

/// Of the rows of a region: a measure on a day.
fn on(dermis: &Dermis, region: &str, day: f64, measure: impl Fn(&Row) -> f64) -> f64 {
    dermis.report().region(region).find(|row| row.day >= day).map_or(f64::NAN, measure)
}

/// Share of the volume of a scar that has been filled by a day.
fn filled(dermis: &Dermis, day: f64) -> f64 {
    let volume = |day: f64| on(dermis, "lesion", day, |row| row.surface.volume_mm3);
    1.0 - volume(day) / volume(0.0)
}

/// A pen with needles of this length.
fn pen(millimeters: f64) -> Device {
    let pen = Device::pen_11();
    let needle = crate::treatment::Needle { length: Length::millimeters(millimeters), ..pen.needle.clone() };
    Device { needle, ..pen }
}

/// Weekly sessions for three months, seen two months after the last.
pub(super) fn late_gain(replicate: Replicate) -> Result<Numbers> {
    const SESSIONS: u32 = 12;
    let protocol =
        Protocol::repeated(Device::dermaroller_mf8(), SESSIONS, Time::weeks(1.0)).follow_up(Time::weeks(8.0));
    let (last, end) = (7.0 * f64::from(SESSIONS - 1), protocol.end.in_days());
    let dermis = Patient::new(replicate).treat(protocol)?;
    let (at_last, in_all) = (filled(&dermis, last), filled(&dermis, end));
    let late = 100.0 * (1.0 - at_last / in_all);
    Ok(Numbers::from([
        ("late_gain", late),
        ("late_gain_second_scale", late),
        ("grade_twelve_sessions", -100.0 * in_all),
    ]))
}

/// Three fortnightly sessions, seen three and six months after the last: gains in percent of the scar.
pub(super) fn three_fortnightly(replicate: Replicate) -> Result<Numbers> {
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), 3, Time::weeks(2.0)).follow_up(Time::weeks(26.0));
    let dermis = Patient::new(replicate).treat(protocol)?;
    let (after_3, after_6) = (filled(&dermis, AFTER_3_MONTHS), filled(&dermis, 28.0 + 182.0));
    Ok(Numbers::from([("gain_3_months", 100.0 * after_3), ("gain_6_over_3_months", 100.0 * (after_6 - after_3))]))
}

/// Needles of 2.5 and of 1.5 mm, six fortnightly sessions each, four weeks after the last: ratio of the gains.
pub(super) fn needle_lengths(replicate: Replicate) -> Result<Numbers> {
    let gain = |length: f64| {
        let protocol = Protocol::repeated(pen(length), 6, Time::weeks(2.0)).follow_up(Time::weeks(4.0));
        let end = protocol.end.in_days();
        let patient = Patient { layers: 4, ..Patient::new(replicate) };
        Ok::<_, crate::Error>(filled(&patient.treat(protocol)?, end))
    };
    Ok(Numbers::from([("needle_2_5_over_1_5", gain(2.5)? / gain(1.5)?)]))
}

/// Holes of 0.25 mm that are taken out, as by an ablating laser, over a tenth and a fifth of the area, 1 mm deep, once:
/// ratio of the gains after three months, and of the redness after two days.
pub(super) fn double_area(replicate: Replicate) -> Result<Numbers> {
    let laser = Device { cut: Cut::coring(), ..pen(1.0) };
    let treated = |holes_per_cm2: f64| {
        let protocol = Protocol::once(laser.clone()).follow_up(Time::weeks(12.0)).holes_per_cm2(holes_per_cm2)?;
        Patient::new(replicate).treat(protocol)
    };
    // π/4 · 0.25² mm² each.
    let (tenth, fifth) = (treated(204.0)?, treated(407.0)?);
    let redness = |dermis: &Dermis| on(dermis, "all", RED, |row| row.recovery.redness);
    Ok(Numbers::from([
        ("double_area_gain", filled(&fifth, 84.0) / filled(&tenth, 84.0)),
        ("double_area_redness", redness(&fifth) / redness(&tenth)),
    ]))
}

/// Four monthly sessions with a pen, three months after the last, on ice-pick, boxcar and rolling scars.
pub(super) fn scar_types(replicate: Replicate) -> Result<Numbers> {
    // A narrow one, with its slopes: at 4.5 mm it takes minutes.
    let rolling =
        AtrophicScar { diameter: Length::millimeters(2.0), edge: Length::millimeters(0.8), ..AtrophicScar::rolling() };
    let protocol = || Protocol::repeated(pen(1.5), 4, Time::weeks(4.0)).follow_up(Time::weeks(12.0));
    let treat = |scar| Patient { scar, ..Patient::new(replicate) }.treat(protocol());
    let end = protocol().end.in_days();
    let boxcar = treat(AtrophicScar::boxcar())?;
    let (ice_pick, rolling) = (filled(&treat(AtrophicScar::ice_pick())?, end), filled(&treat(rolling)?, end));
    let grade = -100.0 * filled(&boxcar, end);
    let change = |region: &str, measure: fn(&Row) -> f64| {
        100.0 * (on(&boxcar, region, end, measure) / on(&boxcar, region, 0.0, measure) - 1.0)
    };
    Ok(Numbers::from([
        ("ice_pick_least", ice_pick / filled(&boxcar, end).min(rolling)),
        ("grade_four_sessions", grade),
        ("grade_blinded", grade),
        ("elasticity_four_sessions", change("surround", |row| row.firmness.recoil)),
        ("scar_order", on(&boxcar, "lesion", end, |row| row.organization.resultant_length)),
        ("skin_amount", change("surround", |row| row.organization.density)),
        ("skin_weave", on(&boxcar, "surround", end, |row| row.organization.distance_to_healthy_deg)),
    ]))
}
