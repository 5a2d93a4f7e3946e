//! Sections `devices` and `protocol`: what is done to the tissue of a study file, and when.
use super::quantities::HolesPerCm2;
use crate::error::Result;
use crate::treatment::{Application, Cut, Dose, Needle, Session};
use crate::{Device, Length, Protocol, Time};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A product, and how this one differs from it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceSection {
    /// Which product.
    product: Product,
    /// Diameter of a punch or of a single channel.
    diameter: Option<Length>,
    /// Nominal length of the needles.
    needle_length: Option<Length>,
    /// Diameter of their shafts.
    shaft_diameter: Option<Length>,
    /// Radius of their tips.
    tip_radius: Option<Length>,
    /// Length of the cone from tip to shaft.
    taper: Option<Length>,
    /// Depth reached, as a share of the nominal length.
    penetration_efficiency: Option<f64>,
    /// Standard deviation of the depth, relative to its mean.
    depth_scatter: Option<f64>,
    /// What a needle does to the tissue that it displaces: shares that are removed, fragmented and left open.
    cut: Option<Cut>,
    /// Strikes of a pen per second.
    strikes_per_second: Option<f64>,
    /// Seconds that a pen spends on each cm² in one pass.
    seconds_per_cm2: Option<f64>,
}

/// Products with published dimensions, and single holes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Product {
    DermarollerMf8,
    #[serde(rename = "roller_770")]
    Roller770,
    #[serde(rename = "pen_11")]
    Pen11,
    #[serde(rename = "stamp_6x6")]
    Stamp6x6,
    Punch,
    SingleChannel,
}

impl DeviceSection {
    /// What is missing, or given and not there in this product.
    pub fn contradiction(&self) -> Option<&'static str> {
        let is_single = matches!(self.product, Product::Punch | Product::SingleChannel);
        let of_pens = self.strikes_per_second.is_some() || self.seconds_per_cm2.is_some();
        match (is_single, self.diameter) {
            (true, None) => Some("a punch or single channel needs its diameter, such as diameter = \"2 mm\""),
            (false, Some(_)) => Some("only a punch or single channel has a diameter; needles have shaft_diameter"),
            _ if of_pens && self.product != Product::Pen11 => {
                Some("only a pen has strikes_per_second and seconds_per_cm2")
            }
            _ => None,
        }
    }

    pub fn build(&self, name: &str) -> Result<Device> {
        let diameter = self.diameter.unwrap_or(Length::micrometers(0.0));
        let usual = match self.product {
            Product::DermarollerMf8 => Device::dermaroller_mf8(),
            Product::Roller770 => Device::roller_770(),
            Product::Pen11 => Device::pen_11(),
            Product::Stamp6x6 => Device::stamp_6x6(),
            Product::Punch => Device::punch(diameter),
            Product::SingleChannel => Device::single_channel(diameter),
        };
        let device = Device {
            name: name.to_owned(),
            needle: Needle {
                length: self.needle_length.unwrap_or(usual.needle.length),
                shaft_diameter: self.shaft_diameter.unwrap_or(usual.needle.shaft_diameter),
                tip_radius: self.tip_radius.unwrap_or(usual.needle.tip_radius),
                taper: self.taper.unwrap_or(usual.needle.taper),
            },
            application: self.application(usual.application),
            penetration_efficiency: self.penetration_efficiency.unwrap_or(usual.penetration_efficiency),
            depth_scatter: self.depth_scatter.unwrap_or(usual.depth_scatter),
            cut: self.cut.unwrap_or(usual.cut),
        };
        device.validate()?;
        Ok(device)
    }

    fn application(&self, usual: Application) -> Application {
        match usual {
            Application::Pen { needles, head_diameter, strikes_per_second, seconds_per_cm2 } => Application::Pen {
                needles,
                head_diameter,
                strikes_per_second: self.strikes_per_second.unwrap_or(strikes_per_second),
                seconds_per_cm2: self.seconds_per_cm2.unwrap_or(seconds_per_cm2),
            },
            other => other,
        }
    }
}

/// What is done and how long it is watched: equal sessions (`device`, `sessions`, `interval`), or each by itself
/// (`session`); doses; and `follow_up` after the last session, or the `end`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProtocolSection {
    /// Device of equal sessions, one of `devices`.
    device: Option<String>,
    /// How many equal sessions, the first on day 0.
    sessions: Option<u32>,
    /// Time from one to the next.
    interval: Option<Time>,
    /// Channels per cm² and session, as whole passes of the device; one pass if not given.
    holes: Option<HolesPerCm2>,
    /// Sessions one by one, in order of time.
    session: Vec<SessionSection>,
    /// Doses of rules of one's own.
    dose: Vec<DoseSection>,
    /// Time after the last session, or from the start if there is none.
    follow_up: Option<Time>,
    /// End of the course.
    end: Option<Time>,
}

/// One session.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SessionSection {
    /// One of `devices`.
    device: String,
    /// When it takes place.
    start: Time,
    /// Channels per cm², as whole passes of the device; one pass if not given.
    holes: Option<HolesPerCm2>,
}

/// One dose of a rule of one's own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DoseSection {
    /// Name of the rule.
    of: String,
    /// When it begins.
    start: Time,
    /// How long it acts.
    lasts: Time,
    /// How much, in the unit of the rule.
    amount: f64,
}

/// Sessions of a device that is not there, by the key that names it.
pub(super) struct UnknownDevice {
    pub key: String,
    pub name: String,
}

impl ProtocolSection {
    /// What is missing or given twice, if anything.
    pub fn contradiction(&self) -> Option<&'static str> {
        let is_equal = self.device.is_some() || self.sessions.is_some();
        match (self.end, self.follow_up) {
            (None, None) => return Some("give follow_up, the time after the last session, or end"),
            (Some(_), Some(_)) => return Some("give either follow_up or end"),
            _ => {}
        }
        if self.device.is_some() != self.sessions.is_some() {
            return Some("equal sessions need device and sessions");
        }
        if is_equal && !self.session.is_empty() {
            return Some("give either equal sessions (device, sessions, interval) or each session by itself");
        }
        if self.interval.is_some_and(|interval| interval.in_hours() <= 0.0 || interval.in_hours().is_nan()) {
            return Some("interval must be positive");
        }
        let needs_interval = self.sessions.is_some_and(|sessions| sessions > 1) && self.interval.is_none();
        needs_interval.then_some("more than one session needs interval, such as interval = \"4 weeks\"")
    }

    /// The first name of a device that is not among these.
    pub fn unknown_device(&self, devices: &BTreeMap<String, Device>) -> Option<UnknownDevice> {
        let each = self
            .session
            .iter()
            .enumerate()
            .map(|(index, session)| (format!("session[{index}].device"), &session.device));
        let named = self.device.iter().map(|name| ("device".to_owned(), name)).chain(each);
        named
            .into_iter()
            .find(|(_, name)| !devices.contains_key(*name))
            .map(|(key, name)| UnknownDevice { key, name: name.clone() })
    }

    /// The protocol; devices that are not there are left out.
    pub fn build(&self, devices: &BTreeMap<String, Device>) -> Result<Protocol> {
        let end = self.end.or(self.follow_up).unwrap_or(Time::hours(0.0));
        let mut protocol = match (self.device.as_ref().and_then(|name| devices.get(name)), self.sessions) {
            (Some(device), Some(sessions)) if sessions > 0 => {
                let interval = self.interval.unwrap_or(Time::weeks(4.0));
                let equal = Protocol::repeated(device.clone(), sessions, interval);
                self.holes.map_or(Ok(equal.clone()), |holes| equal.holes_per_cm2(holes.0))?
            }
            _ => Protocol::untreated(end),
        };
        for session in &self.session {
            let Some(device) = devices.get(&session.device) else { continue };
            let alone = Session::new(device.clone(), session.start);
            protocol.sessions.push(session.holes.map_or(Ok(alone.clone()), |holes| alone.holes_per_cm2(holes.0))?);
        }
        protocol.doses = self.dose.iter().map(DoseSection::build).collect();
        Ok(if self.end.is_some() { Protocol { end, ..protocol } } else { protocol.follow_up(end) })
    }
}

impl DoseSection {
    fn build(&self) -> Dose {
        Dose { of: self.of.clone(), start: self.start, lasts: self.lasts, amount: self.amount }
    }
}
