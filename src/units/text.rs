//! Numbers with their unit as text.
use crate::error::{Error, Result};

/// A unit under all of its names; the first one is written.
pub(super) struct Unit {
    pub(super) names: &'static [&'static str],
    /// The stored number, given the one in front of the unit.
    pub(super) stored: fn(f64) -> f64,
}

/// The stored number with its unit: the larger of two units if the number in it, `in_larger`, is at least 1 and reads back
/// as the same bits.
pub(super) fn write(stored: f64, units: &[Unit], in_larger: f64) -> String {
    let [small, large] = units else { return stored.to_string() };
    // Quotients are rounded: one of the neighbors may be the number that was meant.
    let mut candidates = [in_larger, in_larger.next_down(), in_larger.next_up()].into_iter();
    let exact = candidates.find(|&value| (large.stored)(value).to_bits() == stored.to_bits());
    match exact {
        Some(value) if value.is_finite() && value.abs() >= 1.0 => format!("{value} {}", large.names[0]),
        _ => format!("{stored} {}", small.names[0]),
    }
}

/// The stored number that a text stands for.
pub(super) fn read(text: &str, units: &[Unit], quantity: &'static str, example: &'static str) -> Result<f64> {
    let text = text.trim();
    let number = text.trim_end_matches(char::is_alphabetic);
    let name = &text[number.len()..];
    let unit = units.iter().find(|unit| unit.names.contains(&name));
    match (unit, number.trim_end().parse()) {
        (Some(unit), Ok(value)) => Ok((unit.stored)(value)),
        _ => Err(Error::NoUnit { quantity, text: text.escape_debug().take(40).collect(), example }),
    }
}

/// Text with a unit where people read, the stored number where they do not.
macro_rules! spelled {
    ($quantity:ident, $stored:ident, $expected:literal) => {
        impl serde::Serialize for $quantity {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_f64(self.$stored)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $quantity {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                struct Spelled;
                impl serde::de::Visitor<'_> for Spelled {
                    type Value = $quantity;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                        formatter.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<$quantity, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(Spelled)
                } else {
                    f64::deserialize(deserializer).map(|$stored| Self { $stored })
                }
            }
        }
    };
}
pub(super) use spelled;
