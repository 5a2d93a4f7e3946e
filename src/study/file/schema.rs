//! The JSON Schema of study files, for editors.
use super::design::DesignSection;
use super::population::PopulationSection;
use super::sections::{ArmSection, RunSection};
use super::setup::Setup;
use crate::parameters::Parameters;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// All that a study file can hold. Only the schema is made of it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "dermaweave study")]
#[allow(dead_code, reason = "read by the schema alone")]
struct Whole {
    /// Name of the study.
    name: Option<String>,
    /// What it asks.
    question: Option<String>,
    /// How often each arm is run.
    run: Option<RunSection>,
    /// What is compared; one arm, as the file says, if there is none.
    #[serde(default)]
    arm: Vec<ArmSection>,
    /// What is varied beside the arms.
    design: Option<DesignSection>,
    /// Virtual patients in the place of replicates.
    population: Option<PopulationSection>,
    #[serde(flatten)]
    setup: Setup,
}

/// The JSON Schema (2020-12) of study files. An editor that knows it completes keys, shows what they mean and marks what is
/// wrong while one writes.
///
/// ```
/// let schema = dermaweave::study::study_schema();
/// assert_eq!(schema["properties"]["grid"]["description"], "The field.");
/// let chemotaxis = &schema["properties"]["parameters"]["properties"]["fibroblast"]["properties"]["chemotaxis"];
/// assert!(chemotaxis["maximum"].as_f64() > chemotaxis["minimum"].as_f64());
/// ```
pub fn study_schema() -> Value {
    schemars::schema_for!(Whole).to_value()
}

/// The parameters with their units, ranges, defaults and sources, from the table of the parameters themselves.
pub(super) fn of_parameters(_: &mut SchemaGenerator) -> Schema {
    let names = serde_json::to_value(Parameters::default()).unwrap_or_default();
    let rows = Parameters::default().table();
    let section = |(name, inner): (&String, &Value)| {
        let Value::Object(keys) = inner else { return (name.clone(), json!({})) };
        let properties: Map<_, _> = keys.keys().map(|key| (key.clone(), of_parameter(key, &rows))).collect();
        (name.clone(), json!({ "type": "object", "properties": properties, "additionalProperties": false }))
    };
    let properties: Map<_, _> = names.as_object().into_iter().flatten().map(section).collect();
    json_schema!({
        "type": "object",
        "description": "Parameters of the model that differ from the defaults, each in its own unit.",
        "properties": properties,
        "additionalProperties": false
    })
}

/// One parameter; choices between laws, which are no numbers, have no row.
fn of_parameter(name: &str, rows: &[crate::parameters::ParameterRow]) -> Value {
    let Some(row) = rows.iter().find(|row| row.name == name) else { return json!({}) };
    json!({
        "type": "number",
        "description": format!("{} in {}. {:?}: {}", row.symbol, row.unit, row.origin, row.source),
        "default": row.value,
        "minimum": row.minimum,
        "maximum": row.maximum
    })
}
