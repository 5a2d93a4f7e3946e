//! How what is kept in files is read back: through the same checks as what is made by hand.
pub(crate) mod number;

use crate::error::{Error, Result};
use std::cell::RefCell;
use std::ops::RangeInclusive;

/// Lets a struct be read from a file only if a check of its own, such as `validate`, accepts it.
///
/// The struct is read as another one with the same fields, without any check, and then checked: so what is read has
/// passed the gate that everything else passes, and the error names the value. `or default` takes what is missing from
/// [`Default`], as `#[serde(default)]` does.
macro_rules! checked_on_reading {
    ($(#[$of_fields:meta])* $checked:ident by $check:ident, read as $name:literal in $fields:ident or default {
        $($(#[$of_field:meta])* $field:ident: $type:ty),* $(,)?
    }) => {
        $crate::reading::checked_on_reading! {
            $(#[$of_fields])*
            #[serde(default)]
            $checked by $check, read as $name in $fields { $($(#[$of_field])* $field: $type),* }
        }

        impl Default for $fields {
            fn default() -> Self {
                let $checked { $($field),* } = $checked::default();
                Self { $($field),* }
            }
        }
    };
    ($(#[$of_fields:meta])* $checked:ident by $check:ident, read as $name:literal in $fields:ident {
        $($(#[$of_field:meta])* $field:ident: $type:ty),* $(,)?
    }) => {
        #[derive(serde::Deserialize)]
        #[serde(rename = $name)]
        $(#[$of_fields])*
        pub(super) struct $fields {
            $($(#[$of_field])* $field: $type,)*
        }

        impl TryFrom<$fields> for $checked {
            type Error = $crate::error::Error;
            fn try_from(read: $fields) -> $crate::error::Result<Self> {
                let read = Self { $($field: read.$field,)* };
                read.$check().inspect_err($crate::reading::record_refusal)?;
                Ok(read)
            }
        }
    };
}
pub(crate) use checked_on_reading;

thread_local! {
    /// What was refused last while a state was read: the format of saved courses passes on only that something was.
    static REFUSAL: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Records what is refused while something is read.
pub(crate) fn record_refusal(error: &Error) {
    REFUSAL.set(Some(error.to_string()));
}

/// Reads, and returns what was refused on the way.
pub(crate) fn with_refusal<T>(read: impl FnOnce() -> T) -> (T, Option<String>) {
    REFUSAL.take();
    (read(), REFUSAL.take())
}

/// Room for round-off beyond the ends of a range: far more than courses leave, far less than what is wrong.
const ROUND_OFF: f64 = 1e-9;

/// Accepts what a course computed: `value` in `range` but for round-off; NaN never is.
pub(crate) fn check_computed(
    quantity: &'static str,
    value: f64,
    unit: &'static str,
    range: RangeInclusive<f64>,
) -> Result<()> {
    let (minimum, maximum) = range.into_inner();
    let room = |end: f64| ROUND_OFF * (1.0 + end.abs());
    if (minimum - room(minimum)..=maximum + room(maximum)).contains(&value) {
        return Ok(());
    }
    Err(Error::OutOfRange { quantity, value, unit, minimum, maximum })
}

/// Accepts numbers that a course computed, as [`check_computed`] does: many at once, and the first wrong one is named.
pub(crate) fn check_all_computed(
    quantity: &'static str,
    values: &[f64],
    unit: &'static str,
    range: RangeInclusive<f64>,
) -> Result<()> {
    values.iter().try_for_each(|&value| check_computed(quantity, value, unit, range.clone()))
}
