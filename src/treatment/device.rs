//! Devices as data about real products.
use crate::error::{Result, check};
use crate::reading::checked_on_reading;
use crate::units::Length;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// One needle: a cone that passes into a shaft.
///
/// ```
/// use dermaweave::Device;
/// let needle = Device::dermaroller_mf8().needle;
/// assert_eq!(needle.diameter_above_tip(0.0), 0.0);
/// assert_eq!(needle.diameter_above_tip(1200.0), 250.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needle {
    /// Nominal length.
    pub length: Length,
    /// Diameter of the shaft.
    pub shaft_diameter: Length,
    /// Radius of the tip.
    pub tip_radius: Length,
    /// Length of the cone from tip to shaft.
    pub taper: Length,
}

impl Needle {
    /// Diameter of the needle at a distance above its tip, in µm; zero below the tip.
    pub fn diameter_above_tip(&self, distance: f64) -> f64 {
        if distance <= 0.0 {
            return 0.0;
        }
        let (tip, shaft) = (2.0 * self.tip_radius.in_micrometers(), self.shaft_diameter.in_micrometers());
        let along_taper = distance / self.taper.in_micrometers();
        if along_taper < 1.0 { tip + (shaft - tip) * along_taper } else { shaft }
    }
}

/// How a device brings its needles to the skin.
///
/// ```
/// use dermaweave::treatment::Application;
/// use dermaweave::{Device, Length};
/// let application = Application::Stamp { rows: 4, columns: 4, pitch: Length::millimeters(1.0) };
/// let stamp = Device { name: "4 × 4 stamp".into(), application, ..Device::stamp_6x6() };
/// assert_eq!(stamp.holes_per_cm2_per_pass(), 100.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// A drum with rows of needles around it, rolled over the skin in several directions.
    Roller {
        /// Rows of needles along the axle.
        rows: u32,
        /// Needles around the drum in each row.
        needles_per_row: u32,
        /// Diameter of the drum without needles.
        drum_diameter: Length,
        /// Width of the drum.
        drum_width: Length,
    },
    /// A plate of needles, one pitch wide for each, pressed onto the skin side by side: a pass covers the field once, in
    /// a random direction, and each plate is set down to half a pitch (estimated).
    Stamp {
        /// Rows of needles.
        rows: u32,
        /// Columns of needles.
        columns: u32,
        /// Distance between needles.
        pitch: Length,
    },
    /// A motorized head that strikes while it glides.
    Pen {
        /// Needles in the head, evenly on a circle with one in the middle.
        needles: u32,
        /// Diameter of that circle.
        head_diameter: Length,
        /// Strikes per second.
        strikes_per_second: f64,
        /// Time spent on each square centimeter in one pass, in seconds.
        seconds_per_cm2: f64,
    },
    /// One core taken from the middle of the treated region: a biopsy, or a column of a coring device.
    Punch,
}

/// What the shaft of a needle does to the tissue that it displaces.
///
/// Solid needles cut fibers and push them aside: of a shaft of 140 µm a channel of 71 µm is left (Kalluri 2011,
/// doi:10.1208/s12248-011-9288-3), a gap of (71/140)² of its cross-section. A punch takes all of it out.
///
/// ```
/// use dermaweave::treatment::Cut;
/// assert!(Cut::needle().removed < Cut::coring().removed);
/// assert!((Cut::needle().gap - (70.7_f64 / 140.0).powi(2)).abs() < 0.01);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Share of the fibers and of the elastin in the cross-section that is destroyed.
    pub removed: f64,
    /// Share of the fibers that is cut into fragments, which are cleared within weeks.
    pub fragmented: f64,
    /// Share of the cross-section that stays open and fills with clot.
    pub gap: f64,
}

impl Cut {
    /// That of a solid needle: it destroys 8 % and cuts half (estimates), and leaves a gap of 0.26.
    pub const fn needle() -> Self {
        Self { removed: 0.08, fragmented: 0.5, gap: 0.26 }
    }

    /// That of a punch or coring needle: all is taken out.
    pub const fn coring() -> Self {
        Self { removed: 1.0, fragmented: 0.0, gap: 1.0 }
    }

    fn validate(&self) -> Result<()> {
        check("removed share of a cut", self.removed, "(0 to 1)", 0.0..=1.0)?;
        check("fragmented share of a cut", self.fragmented, "(0 to 1)", 0.0..=1.0 - self.removed)?;
        check("gap of a cut", self.gap, "(0 to 1)", 0.0..=1.0).map(drop)
    }
}

impl Default for Cut {
    fn default() -> Self {
        Self::needle()
    }
}

/// A device: what it carries, how it is used and how deep it gets.
///
/// ```
/// use dermaweave::{Device, Length};
/// let roller = Device::dermaroller_mf8();
/// assert!((roller.holes_per_cm2_per_pass() - 14.4).abs() < 0.1);
/// // At 300 µm below the surface the cone of a needle that got 0.9 mm deep is 0.13 mm wide.
/// let diameter = roller.needle.diameter_above_tip(900.0 - 300.0);
/// assert!((diameter - 130.0).abs() < 2.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "DeviceFields")]
pub struct Device {
    /// Name of the product.
    pub name: String,
    /// How it is used.
    pub application: Application,
    /// Its needles.
    pub needle: Needle,
    /// Depth reached divided by nominal length, η.
    pub penetration_efficiency: f64,
    /// Standard deviation of the depth, relative to its mean.
    pub depth_scatter: f64,
    /// What its needles do to what they pass through.
    pub cut: Cut,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    Device by validate, read as "Device" in DeviceFields {
        name: String,
        application: Application,
        needle: Needle,
        penetration_efficiency: f64,
        depth_scatter: f64,
        #[serde(default)]
        cut: Cut,
    }
}

impl Device {
    /// MF8 roller: drum 20 × 20 mm, 8 rows × 24 needles of 1.5 mm × 0.25 mm (Schwarz and Laaff 2011,
    /// doi:10.1097/PRS.0b013e3182131e0f). Long manual rollers reach 0.5 to 0.7 of the nominal depth;
    /// taper estimated from the shape of such needles.
    pub fn dermaroller_mf8() -> Self {
        Self {
            name: "MF8 roller 1.5 mm".into(),
            application: Application::Roller {
                rows: 8,
                needles_per_row: 24,
                drum_diameter: Length::millimeters(20.0),
                drum_width: Length::millimeters(20.0),
            },
            needle: Needle {
                length: Length::millimeters(1.5),
                shaft_diameter: Length::millimeters(0.25),
                tip_radius: Length::micrometers(4.0),
                taper: Length::millimeters(1.2),
            },
            penetration_efficiency: 0.6,
            depth_scatter: 0.1,
            cut: Cut::needle(),
        }
    }

    /// Roller with 770 µm needles, base 140 µm, tip radius 4 µm (Kalluri 2011,
    /// doi:10.1208/s12248-011-9288-3): its channels are 152.5 ± 9.6 µm deep and 70.7 ± 9.9 µm wide,
    /// which gives η = 0.2 and a taper of 325 µm. The drum is taken to be that of the 192-needle rollers.
    /// It does not reach the default slab, 300 µm deep; see [`Slab`](crate::Slab).
    pub fn roller_770() -> Self {
        Self {
            name: "770 µm roller".into(),
            needle: Needle {
                length: Length::micrometers(770.0),
                shaft_diameter: Length::micrometers(140.0),
                tip_radius: Length::micrometers(4.0),
                taper: Length::micrometers(325.0),
            },
            penetration_efficiency: 0.198,
            depth_scatter: 9.6 / 152.5,
            ..Self::dermaroller_mf8()
        }
    }

    /// Pen with 11 needles of 0.25 mm at 90 Hz (maker's data), set to 1 mm; motorized needles reach
    /// their nominal depth (Sasaki 2019, doi:10.1093/asjof/ojz017). One pass spends 0.05 s on each cm²,
    /// about 50 holes.
    pub fn pen_11() -> Self {
        Self {
            name: "11-needle pen 90 Hz".into(),
            application: Application::Pen {
                needles: 11,
                head_diameter: Length::millimeters(8.0),
                strikes_per_second: 90.0,
                seconds_per_cm2: 0.05,
            },
            needle: Needle {
                length: Length::millimeters(1.0),
                shaft_diameter: Length::millimeters(0.25),
                tip_radius: Length::micrometers(4.0),
                taper: Length::millimeters(1.2),
            },
            penetration_efficiency: 1.0,
            ..Self::dermaroller_mf8()
        }
    }

    /// Stamp with 6 × 6 needles of 1.5 mm, 2 mm apart; efficiency as for manual rollers.
    pub fn stamp_6x6() -> Self {
        Self {
            name: "6 × 6 stamp".into(),
            application: Application::Stamp { rows: 6, columns: 6, pitch: Length::millimeters(2.0) },
            ..Self::dermaroller_mf8()
        }
    }

    /// A punch that takes out everything in a circle: the wound of a biopsy, or a single column.
    pub fn punch(diameter: Length) -> Self {
        Self {
            name: format!("{} mm punch", diameter.in_millimeters()),
            application: Application::Punch,
            needle: Needle {
                length: Length::millimeters(4.0),
                shaft_diameter: diameter,
                tip_radius: Length::micrometers(0.5 * diameter.in_micrometers()),
                taper: Length::micrometers(1.0),
            },
            penetration_efficiency: 1.0,
            depth_scatter: 0.0,
            cut: Cut::coring(),
        }
    }

    /// One needle channel of a given diameter in the middle of the treated region.
    pub fn single_channel(diameter: Length) -> Self {
        Self {
            name: format!("{} µm channel", diameter.in_micrometers()),
            cut: Cut { removed: 0.9, ..Cut::coring() },
            ..Self::punch(diameter)
        }
    }

    /// Mean number of holes per cm² that one pass leaves; zero for a punch.
    pub fn holes_per_cm2_per_pass(&self) -> f64 {
        let per_cm2 = |area: f64| 1e8 / area;
        match &self.application {
            Application::Roller { rows, .. } => {
                let (pitch, width) = self.roller_pitch();
                f64::from(*rows) * per_cm2(pitch * width)
            }
            Application::Stamp { pitch, .. } => per_cm2(pitch.in_micrometers().powi(2)),
            Application::Pen { needles, strikes_per_second, seconds_per_cm2, .. } => {
                f64::from(*needles) * strikes_per_second * seconds_per_cm2
            }
            Application::Punch => 0.0,
        }
    }

    /// Distance between the holes of one row along the way of a roller and the width of the drum, in
    /// µm. The drum rolls at the height at which its needles keep it above the skin: that part of
    /// their length which does not get in.
    pub(super) fn roller_pitch(&self) -> (f64, f64) {
        let Application::Roller { needles_per_row, drum_diameter, drum_width, .. } = &self.application else {
            return (f64::INFINITY, f64::INFINITY);
        };
        let above_skin = self.needle.length.in_micrometers() * (1.0 - self.penetration_efficiency).max(0.0);
        let rolling_diameter = drum_diameter.in_micrometers() + 2.0 * above_skin;
        (PI * rolling_diameter / f64::from(*needles_per_row), drum_width.in_micrometers())
    }

    /// Mean depth of the tips in µm: penetration efficiency × length.
    pub(crate) fn mean_depth(&self) -> f64 {
        self.penetration_efficiency * self.needle.length.in_micrometers()
    }

    /// Checks every number.
    /// The first one out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn validate(&self) -> Result<()> {
        check("needle length", self.needle.length.in_micrometers(), "µm", 50.0..=4000.0)?;
        check("needle shaft diameter", self.needle.shaft_diameter.in_micrometers(), "µm", 10.0..=20_000.0)?;
        let widest_tip = 0.5 * self.needle.shaft_diameter.in_micrometers();
        check("needle tip radius", self.needle.tip_radius.in_micrometers(), "µm", 0.0..=widest_tip)?;
        check("needle taper", self.needle.taper.in_micrometers(), "µm", 1.0..=4000.0)?;
        check("penetration efficiency", self.penetration_efficiency, "(depth/length)", 0.01..=1.2)?;
        check("depth scatter", self.depth_scatter, "(relative)", 0.0..=0.5)?;
        self.cut.validate()?;
        self.application.validate()
    }
}

impl Application {
    fn validate(&self) -> Result<()> {
        let count = |quantity, value: u32| check(quantity, f64::from(value), "needles", 1.0..=1000.0).map(drop);
        let length = |quantity, value: Length| check(quantity, value.in_micrometers(), "µm", 100.0..=1e5).map(drop);
        match self {
            Self::Roller { rows, needles_per_row, drum_diameter, drum_width } => {
                count("rows of the roller", *rows)?;
                count("needles per row of the roller", *needles_per_row)?;
                length("drum diameter", *drum_diameter)?;
                length("drum width", *drum_width)
            }
            Self::Stamp { rows, columns, pitch } => {
                count("rows of the stamp", *rows)?;
                count("columns of the stamp", *columns)?;
                length("pitch of the stamp", *pitch)
            }
            Self::Pen { needles, head_diameter, strikes_per_second, seconds_per_cm2 } => {
                count("needles of the pen", *needles)?;
                length("head diameter", *head_diameter)?;
                check("strikes per second", *strikes_per_second, "Hz", 1.0..=1000.0)?;
                check("time per area", *seconds_per_cm2, "s/cm²", 1e-3..=60.0).map(drop)
            }
            Self::Punch => Ok(()),
        }
    }
}
