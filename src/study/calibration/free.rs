//! Parameters that are fitted, and values of them.
use crate::error::{Result, check};
use crate::parameters::{Origin, ParameterRow, Parameters};
use serde_json::Value;
use std::collections::BTreeMap;

/// Values of parameters, by name.
pub type Values = BTreeMap<String, f64>;

/// A parameter that is fitted, on a logarithmic scale between two of its accepted values.
///
/// ```
/// use dermaweave::study::calibration::Free;
/// let row = Free::candidates().into_iter().find(|row| row.name == "memory_time").unwrap();
/// let (default, maximum) = (row.value, row.maximum);
/// let free = Free::new(row, 1.25)?;
/// assert!((free.value(1.0) / default - 1.25).abs() < 1e-5 && (free.default_place() - 0.5).abs() < 1e-12);
/// assert_eq!(Free::new(free.row, 1e6)?.value(1.0), maximum, "never outside the accepted range");
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Free {
    /// The parameter, with its default.
    pub row: ParameterRow,
    low: f64,
    high: f64,
}

impl Free {
    /// A parameter within a factor `width` of its default and within its accepted range. A width that is not from 1.01 to
    /// 10⁶ or a default that is not positive gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(row: ParameterRow, width: f64) -> Result<Self> {
        check("width of the search", width, "(factor)", 1.01..=1e6)?;
        check(row.name, row.value, row.unit, f64::MIN_POSITIVE..=row.maximum)?;
        let (low, high) = ((row.value / width).max(row.minimum), (row.value * width).min(row.maximum));
        Ok(Self { row, low, high })
    }

    /// The parameters that are there to be fitted: those whose defaults are calibrated, and positive.
    pub fn candidates() -> Vec<ParameterRow> {
        let fits = |row: &ParameterRow| row.origin == Origin::Calibrated && row.value > 0.0;
        Parameters::default().table().into_iter().filter(fits).collect()
    }

    /// The value at a place from 0 to 1, to six digits so that files and tables have it exactly.
    pub fn value(&self, place: f64) -> f64 {
        let value = self.low * (self.high / self.low).powf(place);
        format!("{value:.5e}").parse::<f64>().unwrap_or(value).clamp(self.row.minimum, self.row.maximum)
    }

    /// Lowest and highest value.
    pub(super) const fn range(&self) -> [f64; 2] {
        [self.low, self.high]
    }

    /// The place of the default.
    pub fn default_place(&self) -> f64 {
        (self.row.value / self.low).ln() / (self.high / self.low).ln()
    }
}

/// The default parameters with other values of some. Names that are of no parameter are left out; a value outside its
/// range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
pub fn parameters_with(values: &Values) -> Result<Parameters> {
    let mut all = serde_json::to_value(Parameters::default()).unwrap_or_default();
    for group in all.as_object_mut().into_iter().flat_map(|groups| groups.values_mut()) {
        for (name, value) in values {
            if let Some(slot) = group.get_mut(name) {
                *slot = Value::from(*value);
            }
        }
    }
    let parameters: Parameters = serde_json::from_value(all).unwrap_or_default();
    parameters.validate()?;
    Ok(parameters)
}

/// Values as TOML that [`Parameters`] can be read from: a table per group.
///
/// ```
/// use dermaweave::study::calibration::{Values, to_toml};
/// let values = Values::from([("memory_time".into(), 200.0), ("removal_rate".into(), 0.01)]);
/// assert_eq!(to_toml(&values), "[macrophage]\nremoval_rate = 0.01\n\n[fibroblast]\nmemory_time = 200.0\n");
/// ```
pub fn to_toml(values: &Values) -> String {
    let all = serde_json::to_value(Parameters::default()).unwrap_or_default();
    let tables = all.as_object().into_iter().flatten().filter_map(|(group, members)| {
        let of_group = values.iter().filter(|(name, _)| members.get(name.as_str()).is_some());
        let lines: Vec<_> = of_group.map(|(name, value)| format!("{name} = {value:?}\n")).collect();
        (!lines.is_empty()).then(|| format!("[{group}]\n{}", lines.concat()))
    });
    tables.collect::<Vec<_>>().join("\n")
}
