//! Quantities of a study file that are spelled with their unit.
use crate::{Length, Time};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A quantity that is written as a number and one of its units.
macro_rules! quantity {
    ($(#[$about:meta])* $name:ident, $schema:literal, $example:literal, $pattern:literal, [$(($unit:literal, $factor:expr)),*]) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(super) struct $name(pub f64);

        impl $name {
            const UNITS: &[(&str, f64)] = &[$(($unit, $factor)),*];
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Spelled { units: Self::UNITS, example: $example }).map(Self)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $schema.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }
    };
}

quantity! {
    /// Channels per cm² and session.
    HolesPerCm2, "HolesPerCm2", "250 /cm²", r"^[0-9.eE+-]+ ?/(cm²|cm2|cm\^2)$",
    [("/cm²", 1.0), ("/cm2", 1.0), ("/cm^2", 1.0)]
}
quantity! {
    /// An angle, kept in radians.
    Angle, "Angle", "41 deg", r"^[0-9.eE+-]+ ?(deg|°|rad)$",
    [("deg", std::f64::consts::PI / 180.0), ("°", std::f64::consts::PI / 180.0), ("rad", 1.0)]
}
quantity! {
    /// An age, kept in years.
    Age, "Age", "55 years", r"^[0-9.eE+-]+ ?(years|year|a)$",
    [("years", 1.0), ("year", 1.0), ("a", 1.0)]
}
quantity! {
    /// Cells in a volume of skin, kept per mm³.
    CellsPerMm3, "CellsPerMm3", "3000 /mm³", r"^[0-9.eE+-]+ ?/(mm³|mm3|mm\^3)$",
    [("/mm³", 1.0), ("/mm3", 1.0), ("/mm^3", 1.0)]
}

struct Spelled {
    units: &'static [(&'static str, f64)],
    example: &'static str,
}

impl Visitor<'_> for Spelled {
    type Value = f64;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "a number with its unit in quotes, such as \"{}\"", self.example)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<f64, E> {
        let (number, unit) = split(text);
        let factor = self.units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| factor);
        match (number.parse::<f64>(), factor) {
            (Ok(number), Some(factor)) if number.is_finite() => Ok(number * factor),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
        }
    }
}

/// The number and the unit of a text; either may be empty.
pub(super) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let is_of_number = |(at, symbol): (usize, char)| {
        let after_digit = text[..at].ends_with(|before: char| before.is_ascii_digit() || before == '.');
        let before_digit =
            text[at + symbol.len_utf8()..].starts_with(|next: char| next.is_ascii_digit() || "+-".contains(next));
        symbol.is_ascii_digit() || "+-.".contains(symbol) || ("eE".contains(symbol) && after_digit && before_digit)
    };
    let end = text.char_indices().find(|&at| !is_of_number(at)).map_or(text.len(), |(at, _)| at);
    (text[..end].trim(), text[end..].trim())
}

macro_rules! schema_of {
    ($name:ident, $pattern:literal, $example:literal) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }
    };
}

schema_of!(Length, "^[0-9.eE+-]+ ?(µm|μm|um|mm|cm)$", "1.5 mm");
schema_of!(Time, "^[0-9.eE+-]+ ?(h|hours?|d|days?|weeks?|years?)$", "4 weeks");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_are_told_apart() {
        for (text, parts) in [
            ("250 /cm²", ("250", "/cm²")),
            ("1e3/cm2", ("1e3", "/cm2")),
            (" -4.5e-2 deg ", ("-4.5e-2", "deg")),
            ("41°", ("41", "°")),
            ("12", ("12", "")),
            ("3 e", ("3", "e")),
            ("years", ("", "years")),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }
}
