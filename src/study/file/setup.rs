//! One course of a study file: everything that its sections describe, put together.
use super::document::Document;
use super::rat_infarct::InfarctSection;
use super::record::RecordSection;
use super::skin::{GridSection, LesionSection, SkinSection};
use super::treatment::{DeviceSection, ProtocolSection};
use crate::error::{Error, Result};
use crate::parameters::Parameters;
use crate::record::Recording;
use crate::simulation::Builder;
use crate::study::infarct::Infarct;
use crate::{Device, Grid, Protocol, Simulation, Time, Tissue};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The sections that describe a course.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Setup {
    /// The field.
    grid: Option<GridSection>,
    /// The skin; healthy young skin if not given.
    #[serde(default)]
    skin: SkinSection,
    /// Scars and wrinkles, placed one after another.
    #[serde(default)]
    lesion: Vec<LesionSection>,
    /// Devices by name.
    #[serde(default)]
    devices: BTreeMap<String, DeviceSection>,
    /// What is done, and how long it is watched.
    protocol: Option<ProtocolSection>,
    /// Parameters of the model that differ from the defaults, each in its own unit.
    #[serde(default)]
    #[schemars(schema_with = "super::schema::of_parameters")]
    parameters: Parameters,
    /// What is measured, and when.
    #[serde(default)]
    record: RecordSection,
    /// Longest step while anything acts, in half hours; a day if not given.
    longest_step: Option<Time>,
    /// The published healing rat infarct, in the place of grid, skin, lesion, devices and protocol.
    infarct: Option<InfarctSection>,
}

impl Setup {
    /// Reads a document whose other sections have been taken out.
    pub fn read(document: &Document) -> Result<Self> {
        let setup: Self = document.as_struct()?;
        let (grid, protocol) = (setup.grid.as_ref(), setup.protocol.as_ref());
        let said = |key: &str, what: Option<&str>| what.map_or(Ok(()), |what| Err(document.refuse(key, what)));
        if setup.infarct.is_some() {
            for key in ["grid", "skin", "lesion", "devices", "protocol", "parameters"] {
                let is_there = document.table.contains_key(key);
                said(key, is_there.then_some("the infarct of `infarct` has its own; leave this section out"))?;
            }
            return Ok(setup);
        }
        said(
            "grid",
            grid.is_none().then_some("this section is missing; write one such as [grid] with size = \"4 mm\""),
        )?;
        said("protocol", protocol.is_none().then_some("this section is missing; it says at least follow_up or end"))?;
        said("grid", grid.and_then(GridSection::contradiction))?;
        said("protocol", protocol.and_then(ProtocolSection::contradiction))?;
        for (index, lesion) in setup.lesion.iter().enumerate() {
            said(&format!("lesion[{index}]"), lesion.contradiction())?;
        }
        for (name, device) in &setup.devices {
            said(&format!("devices.{name}"), device.contradiction())?;
        }
        Ok(setup)
    }

    /// The course with this seed. What is out of range is named by its place in the document.
    pub fn builder(&self, document: &Document, seed: u64) -> Result<Builder> {
        let at = |key: &'static str| move |error| located(document, key, error);
        if let Some(infarct) = &self.infarct {
            let builder = infarct.builder(seed).map_err(at("infarct"))?;
            return Ok(self.record.apply(builder));
        }
        let grid = self.grid(document)?;
        let skin = self.skin.build(seed).map_err(at("skin"))?;
        let mut tissue = Tissue::new(grid, &skin).map_err(at("grid"))?;
        for (index, lesion) in self.lesion.iter().enumerate() {
            let key = format!("lesion[{index}]");
            tissue = tissue.with_lesion(lesion.build()).map_err(|error| located(document, &key, error))?;
        }
        let protocol = self.protocol(document, &grid)?;
        self.parameters.validate().map_err(at("parameters"))?;
        let builder = self.record.apply(Simulation::builder(tissue).protocol(protocol));
        let builder = builder.parameters(self.parameters.clone());
        Ok(if let Some(step) = self.longest_step { builder.longest_step(step) } else { builder })
    }

    /// What is recorded beside rows, if anything.
    pub fn recording(&self) -> Option<Recording> {
        self.record.recording()
    }

    /// The field.
    pub fn grid(&self, document: &Document) -> Result<Grid> {
        if self.infarct.is_some() {
            return Infarct::grid();
        }
        self.grid.clone().unwrap_or_default().build().map_err(|error| located(document, "grid", error))
    }

    fn protocol(&self, document: &Document, grid: &Grid) -> Result<Protocol> {
        let devices = self.devices.iter().map(|(name, device)| {
            let built = device.build(name).map_err(|error| located(document, &format!("devices.{name}"), error))?;
            Ok((name.clone(), built))
        });
        let devices: BTreeMap<String, Device> = devices.collect::<Result<_>>()?;
        let section = self.protocol.clone().unwrap_or_default();
        if let Some(unknown) = section.unknown_device(&devices) {
            let names: Vec<_> = devices.keys().map(String::as_str).collect();
            let what = format!("there is no device `{}` among `devices` ({})", unknown.name, names.join(", "));
            return Err(document.refuse(&format!("protocol.{}", unknown.key), &what));
        }
        let protocol = section.build(&devices).map_err(|error| located(document, "protocol", error))?;
        protocol.validate(grid).map_err(|error| located(document, "protocol", error))?;
        Ok(protocol)
    }
}

/// An error of the library at the key of a section that it is most likely about.
pub(super) fn located(document: &Document, section: &str, error: Error) -> Error {
    match error {
        Error::StudyFile(_) => error,
        Error::OutOfRange { quantity, .. }
        | Error::NotWholeSites { quantity, .. }
        | Error::NotMultiple { quantity, .. } => {
            document.refuse(&document.key_about(section, quantity), &error.to_string())
        }
        other => document.refuse(section, &other.to_string()),
    }
}

/// An error of a course that is built, whose sections have been accepted one by one.
pub(super) fn located_in_course(document: &Document, error: &Error) -> Error {
    let key = match *error {
        Error::OutOfRange { quantity, .. } | Error::NotMultiple { quantity, .. } => match quantity {
            "sampling interval" => "record.every",
            "time of an extra sample" => "record.at",
            "window side" => "record.window",
            "longest step" => "longest_step",
            quantity if quantity.starts_with("age") => "skin.age",
            _ => "protocol",
        },
        Error::DoseWithoutRule { .. } => "protocol.dose",
        Error::FieldTooLarge { .. } => "grid",
        _ => "protocol",
    };
    document.refuse(key, &error.to_string())
}
