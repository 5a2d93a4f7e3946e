//! Does every bad input get one error that names the quantity, the value and what would be right?
//!
//! Bad are NaN, infinite, negative and zero values, swapped units, dates that cannot be, masks that
//! do not fit and files that are not ours. None of them may panic or be taken silently.
#[path = "common/refused.rs"]
mod refused;

use dermaweave::measure::{FiberMaps, Region, Windows};
use dermaweave::parameters::ParameterRow;
use dermaweave::simulation::after_step;
use dermaweave::{
    AtrophicScar, Device, Error, Grid, Parameters, Protocol, Signal, Simulation, Skin, Slab, Time, Tissue,
};
use refused::*;

// Fields and skin.

/// Claim: sides and spacing of a field are checked, zero included.
#[test]
fn a_grid_names_a_bad_side_or_spacing() {
    let of = |width: f64, height: f64, spacing: f64| {
        Grid::new(micrometers(width), micrometers(height), micrometers(spacing))
    };
    for value in NEVER_RIGHT.into_iter().chain([0.0, -0.0, 5e-324, 1.0]) {
        assert_out_of_range(of(1000.0, 1000.0, value), "grid spacing", value, "µm");
        assert_out_of_range(of(value, 1000.0, 20.0), "field width", value, "µm");
        assert_out_of_range(of(1000.0, value, 20.0), "field height", value, "µm");
    }
}

/// Claim: millimeters given as micrometers and the reverse are out of range, not another field.
#[test]
fn swapped_units_are_refused() {
    assert_out_of_range(Grid::new(micrometers(4.0), micrometers(4.0), micrometers(10.0)), "field width", 4.0, "µm");
    assert_out_of_range(Grid::new(millimeters(4000.0), millimeters(4.0), micrometers(10.0)), "field width", 4e6, "µm");
    assert_out_of_range(Grid::new(millimeters(4.0), millimeters(4.0), micrometers(0.01)), "grid spacing", 0.01, "µm");
    assert_out_of_range(Grid::new(millimeters(4.0), millimeters(4.0), millimeters(10.0)), "grid spacing", 1e4, "µm");
    let narrow_scar = AtrophicScar { diameter: micrometers(2.0), ..AtrophicScar::boxcar() };
    assert_out_of_range(tissue().with_lesion(&narrow_scar), "lesion length", 2.0, "µm");
    let wide_scar = AtrophicScar { diameter: millimeters(2000.0), ..AtrophicScar::boxcar() };
    assert_out_of_range(tissue().with_lesion(&wide_scar), "lesion length", 2e6, "µm");
    assert_out_of_range(builder().window(micrometers(0.1)).build().map(drop), "window side", 0.1, "µm");
    assert_out_of_range(dry_run(needle(|needle| needle.length = micrometers(1.5))), "needle length", 1.5, "µm");
    assert_out_of_range(dry_run(needle(|needle| needle.length = millimeters(1500.0))), "needle length", 1.5e6, "µm");
    let aged_in_months = Skin::aged(12.0 * 40.0);
    assert_message(Tissue::new(grid(), &aged_in_months), "age in months", &["age of the skin", "480 years"]);
}

/// Claim: a side that is not whole sites is told the nearest one that is.
#[test]
fn a_side_that_is_not_whole_sites_is_told_the_nearest() {
    let uneven = Grid::new(micrometers(1007.0), millimeters(1.0), micrometers(20.0));
    assert_message(uneven, "uneven width", &["field width", "1007 µm", "20 µm", "try 1000 µm"]);
    let uneven = Grid::new(millimeters(1.0), millimeters(0.995), micrometers(10.0));
    assert_message(uneven, "uneven height", &["field height", "995 µm", "10 µm", "try 1000 µm"]);
}

/// Claim: a field that does not fit into memory is refused before memory is taken, and one on which not even one number a
/// site fits is no grid. (Limits of the process: `memory.rs`.)
#[test]
fn a_field_over_memory_is_refused() {
    let square_meter = Grid::new(millimeters(1000.0), millimeters(1000.0), micrometers(2.0));
    assert!(
        matches!(&square_meter, Err(Error::FieldTooLarge { needed_mib, available_mib, .. }) if needed_mib > available_mib)
    );
    assert_message(
        square_meter,
        "a square meter",
        &["500000 × 500000 sites", "MiB", "smaller field", "coarser spacing"],
    );
}

/// Claim: depth and thickness of the slab are checked.
#[test]
fn a_slab_names_a_bad_depth_or_thickness() {
    let numbers: [Number<Slab>; 2] = [
        ("slab depth", "µm", |slab, value| {
            slab.depth = micrometers(value);
        }),
        ("slab thickness", "µm", |slab, value| {
            slab.thickness = micrometers(value);
        }),
    ];
    assert_each_is_checked(&Slab::default(), &numbers, &NEVER_RIGHT, |slab| grid().with_slab(*slab));
    let flat = Slab { thickness: micrometers(0.0), ..Slab::default() };
    assert_out_of_range(grid().with_slab(flat), "slab thickness", 0.0, "µm");
}

/// Claim: every number of a skin is checked.
#[test]
fn a_skin_names_its_bad_number() {
    let numbers: [Number<Skin>; 8] = [
        ("collagen density of the skin", "(1 = healthy young)", |skin, value| skin.collagen_density = value),
        ("half angle of the weave", "degrees", |skin, value| {
            skin.weave_half_angle_degrees = value;
        }),
        ("concentration of a fiber family", "(dimensionless)", |skin, value| skin.weave_concentration = value),
        ("axis of skin tension", "radians", |skin, value| {
            skin.tension.axis = value;
        }),
        ("anisotropy of skin tension", "(0 to 1)", |skin, value| {
            skin.tension.anisotropy = value;
        }),
        ("fibroblasts per volume", "1/mm³", |skin, value| {
            skin.fibroblasts_per_mm3 = value;
        }),
        ("synthesis of the skin", "(1 = young)", |skin, value| {
            skin.synthesis = value;
        }),
        ("new share of the collagen", "(0 to 1)", |skin, value| {
            skin.new_share = value;
        }),
    ];
    assert_each_is_checked(&Skin::young(), &numbers, &NEVER_RIGHT, |skin| Tissue::new(grid(), skin));
    assert_each_is_checked(&Skin::young(), &[numbers[0], numbers[5]], &[0.0], |skin| Tissue::new(grid(), skin));
}

/// Claim: every number of a scar is checked, and it must lie in the field.
#[test]
fn a_scar_names_its_bad_number() {
    let scar = AtrophicScar { diameter: micrometers(400.0), ..AtrophicScar::boxcar() };
    let half = micrometers(500.0);
    let numbers: [Number<AtrophicScar>; 5] = [
        ("lesion length", "µm", |scar, value| {
            scar.diameter = micrometers(value);
        }),
        ("lesion edge", "µm", |scar, value| {
            scar.edge = micrometers(value);
        }),
        ("lesion thickness", "(1 = as the skin around)", |scar, value| {
            scar.thickness = value;
        }),
        ("scar resultant length", "(0 to 1)", |scar, value| {
            scar.resultant_length = value;
        }),
        ("scar axis", "radians", |scar, value| scar.axis = value),
    ];
    assert_each_is_checked(&scar, &numbers, &NEVER_RIGHT, |scar| tissue().with_lesion(scar));
    for value in NEVER_RIGHT.into_iter().chain([-0.1, 1000.1]) {
        let at = |x, y| tissue().with_lesion(&AtrophicScar { center: Some((x, y)), ..scar.clone() });
        assert_out_of_range(at(micrometers(value), half), "x of the lesion's center", value, "µm");
        assert_out_of_range(at(half, micrometers(value)), "y of the lesion's center", value, "µm");
    }
    let edge_wider_than_scar = AtrophicScar { edge: micrometers(401.0), ..scar };
    assert_out_of_range(tissue().with_lesion(&edge_wider_than_scar), "lesion edge", 401.0, "µm");
}

// Parameters.

/// The default parameters with one number changed, by its name, as a TOML file would.
fn with_parameter(row: &ParameterRow, value: f64) -> Parameters {
    let group = row.group.trim_end_matches("Parameters").to_lowercase();
    let mut table = toml::Table::try_from(Parameters::default()).unwrap();
    let old = table[&group].as_table_mut().unwrap().insert(row.name.into(), toml::Value::Float(value));
    assert_eq!(old, Some(toml::Value::Float(row.value)), "{group}.{}", row.name);
    table.try_into().unwrap()
}

/// Claim: every parameter of the model is checked at both ends of its range and for NaN.
#[test]
fn every_parameter_names_itself_when_it_is_out_of_range() {
    for row in Parameters::default().table() {
        let build = |value: f64| builder().parameters(with_parameter(&row, value)).build().map(drop);
        for value in [row.minimum, row.value, row.maximum] {
            assert!(with_parameter(&row, value).validate().is_ok(), "{row}");
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, row.minimum.next_down(), row.maximum.next_up()] {
            assert_out_of_range(with_parameter(&row, value).validate(), row.name, value, row.unit);
        }
        assert_out_of_range(build(f64::NAN), row.name, f64::NAN, row.unit);
    }
}

/// Claim: an unknown name or a wrong type in a file is an error that tells the name.
#[test]
fn a_misspelled_parameter_is_refused() {
    let read = |text: &str| toml::from_str::<Parameters>(text).map(drop).map_err(|error| error.to_string());
    assert_eq!(read("[fibroblast]\nrotational_diffusivity = 0.1"), Ok(()));
    let misspelled = read("[fibroblast]\nrotational_difusivity = 0.1").unwrap_err();
    assert!(misspelled.contains("rotational_difusivity"), "{misspelled}");
    assert!(read("[fibroblasts]\n").unwrap_err().contains("fibroblasts"));
    assert!(read("[fibroblast]\nrotational_diffusivity = \"fast\"").unwrap_err().contains("fast"));
    assert!(read("fiber_axis = \"Sideways\"").unwrap_err().contains("Sideways"));
}

/// Claim: whatever is accepted gives numbers, also for time constants that are equal (36 h lies in the range of
/// both). Ends of ranges and pairs of parameters: `growth.rs`.
#[test]
fn equal_arrival_and_decay_of_neutrophils_give_finite_results() {
    let mut parameters = Parameters::default();
    parameters.injury.neutrophil_arrival_time = 36.0;
    parameters.injury.neutrophil_decay_time = 36.0;
    let equal = assert_finite(parameters.clone(), "τ_b = τ_N");
    parameters.injury.neutrophil_decay_time = 36.0 + 1e-6;
    let nearly_equal = assert_finite(parameters, "τ_b ≈ τ_N");
    let level = |simulation: &Simulation| simulation.report().rows().last().unwrap().inflammation;
    assert!((level(&equal) / level(&nearly_equal) - 1.0).abs() < 1e-4);
}

/// Measured on pictures, which are taken only on demand.
const NOT_ASKED_FOR: &str = "collagen_orientation_index";

/// Runs two days after a channel in a small field; every number reported must be one.
fn assert_finite(parameters: Parameters, what: &str) -> Simulation {
    let side = micrometers(400.0);
    let small = Grid::new(side, side, micrometers(20.0)).unwrap();
    let protocol = Protocol::once(Device::single_channel(micrometers(150.0))).follow_up(Time::days(2.0));
    let tissue = Tissue::new(small, &Skin::young()).unwrap();
    let mut simulation =
        Simulation::builder(tissue).parameters(parameters).protocol(protocol).threads(1).build().unwrap();
    simulation.run().unwrap_or_else(|error| panic!("{what}: {error}"));
    let rows = simulation.report().rows().iter().flat_map(dermaweave::report::Row::flat);
    let measured = rows.filter(|(name, _)| !name.starts_with(NOT_ASKED_FOR));
    measured.for_each(|(name, value)| assert!(!value.is_null(), "{what}: {name} is not a number"));
    simulation
}

/// Claim: the same for skins: any accepted skin can be measured.
#[test]
fn every_accepted_skin_gives_finite_results() {
    let skins = [
        ("no concentration", Skin { weave_concentration: 0.0, ..Skin::young() }),
        ("sharp families", Skin { weave_concentration: 100.0, ..Skin::young() }),
        ("one family", Skin { weave_half_angle_degrees: 0.0, ..Skin::young() }),
        ("perpendicular families", Skin { weave_half_angle_degrees: 45.0, ..Skin::young() }),
        ("opposite families", Skin { weave_half_angle_degrees: 90.0, ..Skin::young() }),
        ("nothing new", Skin { new_share: 0.0, synthesis: 0.0, ..Skin::young() }),
        ("all new", Skin { new_share: 1.0, synthesis: 2.0, ..Skin::young() }),
        ("much MMP", Skin { mmp_factor: 100.0, ..Skin::young().photoaged().of_smoker() }),
        ("thin", Skin { collagen_density: 0.05, ..Skin::aged(100.0) }),
    ];
    let not_numbers = |(what, skin): (&str, Skin)| {
        let simulation = Simulation::builder(Tissue::new(grid(), &skin).unwrap()).threads(1).build().unwrap();
        let row = simulation.report().rows()[0].flat();
        let missing = row.into_iter().filter(|(name, value)| value.is_null() && !name.starts_with(NOT_ASKED_FOR));
        missing.map(|(name, _)| format!("{what}: {name}")).collect::<Vec<_>>()
    };
    let found: Vec<_> = skins.into_iter().flat_map(not_numbers).collect();
    assert!(found.is_empty(), "not a number: {found:?}");
}

/// Claim: an age that no model of skin is made for is refused by its name.
#[test]
fn an_age_out_of_range_is_refused() {
    for years in [f64::NAN, -35.0, 5.0, 120.0, f64::INFINITY] {
        let message = Tissue::new(grid(), &Skin::aged(years)).expect_err("it is out of range").to_string();
        assert!(message.contains("age of the skin") && message.contains("18 to 110 years"), "{message}");
    }
}

// What is watched, and with what.

/// Claim: sampling, windows and threads are checked.
#[test]
fn a_builder_names_its_bad_number() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 0.5, 40_000.0] {
        let built = builder().sample_every(Time::days(value)).build().map(drop);
        assert_out_of_range(built, "sampling interval", value, "days");
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 0.4, 25.0] {
        let built = builder().longest_step(Time::hours(value)).build().map(drop);
        assert_out_of_range(built, "longest step", value, "h");
    }
    for value in NEVER_RIGHT.into_iter().chain([0.0, 19.0]) {
        assert_out_of_range(builder().window(micrometers(value)).build().map(drop), "window side", value, "µm");
        let windows = Windows::new(&Region::all(&grid()), &grid(), micrometers(value)).map(drop);
        assert_out_of_range(windows, "window side", value, "µm");
        let maps =
            |window: f64, stride: f64| FiberMaps::new(tissue().matrix(), micrometers(window), micrometers(stride));
        assert_out_of_range(maps(value, 20.0), "window side", value, "µm");
        assert_out_of_range(maps(100.0, value), "window stride", value, "µm");
    }
    for (threads, value) in [(0, 0.0), (5000, 5000.0)] {
        assert_out_of_range(builder().threads(threads).build().map(drop), "threads", value, "threads");
    }
}

/// Claim: extra days of sampling that are no days are refused, or left out, but never a panic.
#[test]
fn extra_days_of_sampling_never_panic() {
    for value in [f64::NAN, -3.0, 1e30, f64::INFINITY, f64::NEG_INFINITY] {
        let build = || builder().sample_also([Time::days(value)]).build().is_ok();
        assert!(std::panic::catch_unwind(build).is_ok(), "sample_also(day {value}) panics");
    }
}

/// Claim: a mask has one entry per site, at least one of them set.
#[test]
fn a_mask_that_does_not_fit_is_refused() {
    for length in [0, 1, 2499, 2501] {
        let refused = Region::mask("odd", &grid(), vec![true; length]);
        assert_message(
            refused,
            "mask",
            &["the mask of a region", &format!("{length} entries"), "2500 sites", "one entry per site"],
        );
    }
    let empty = Region::mask("empty", &grid(), vec![false; 2500]);
    assert_message(empty, "empty mask", &["a region", "covers none", "1000 × 1000 µm"]);
}

/// Claim: a disc outside the field, or without a size, is refused.
#[test]
fn a_region_outside_the_field_is_refused() {
    let disc = |x: f64, y: f64, diameter: f64| {
        Region::disc("disc", &grid(), micrometers(x), micrometers(y), micrometers(diameter))
    };
    for value in NEVER_RIGHT {
        assert_out_of_range(disc(500.0, 500.0, value), "diameter of a region", value, "µm");
        assert_message(disc(value, 500.0, 100.0), "disc", &["a region", "covers none", "1000 × 1000 µm"]);
        assert_message(disc(500.0, value, 100.0), "disc", &["a region", "covers none", "1000 × 1000 µm"]);
    }
    assert_message(disc(1200.0, 500.0, 300.0), "disc", &["covers none"]);
}

/// Claim: a region made for another field is refused by `build`, not read past its end.
#[test]
fn a_region_of_another_field_is_refused() {
    for side in [200.0, 2000.0] {
        let other = Grid::new(micrometers(side), micrometers(side), micrometers(20.0)).unwrap();
        let region = Region::all(&other);
        let built = std::panic::catch_unwind(|| builder().region(region).build().map(drop));
        let result = built.unwrap_or_else(|_| panic!("a region of {} sites panics", other.sites()));
        let sites = format!("{0} × {0} sites of 20 µm", side / 20.0);
        assert_message(result, "a region of another field", &["a region", &sites, "one field for all"]);
    }
}

/// Claim: two regions of one name are refused, since their rows could not be told apart.
#[test]
fn equal_names_of_regions_are_refused() {
    let twice = builder().region(Region::all(&grid())).build().map(drop);
    assert_message(twice, "a second region named all", &["\"all\"", "a name of its own"]);
}

/// Claim: values that stop being finite, by hand or by a rule, are named, wherever they are.
#[test]
fn a_rule_that_breaks_the_state_is_told_where() {
    let run = |rule: fn(&mut Tissue)| {
        let mut simulation = builder().rule(after_step("rule", move |tissue, _, _| rule(tissue))).build().unwrap();
        simulation.run()
    };
    let signal = run(|tissue| tissue.signals_mut()[Signal::Pdgf].values_mut()[7] = f64::NAN);
    assert_message(signal, "signal", &["PDGF", "cell 7", "NaN", "h; check the rules"]);
    let site = run(|tissue| tissue.matrix_mut().sites_mut()[42].mature.s4 = f64::INFINITY);
    assert_message(site, "site", &["the matrix", "42", "inf", "after 24 h"]);
    let cell = run(|tissue| tissue.fibroblasts_mut()[3].x = f64::NAN);
    assert_message(cell, "cell", &["a fibroblast", "cell 3", "NaN"]);
    let mut by_hand = builder().build().unwrap();
    by_hand.tissue_mut().matrix_mut().sites_mut()[0].fibrin = f64::NAN;
    assert!(matches!(by_hand.run(), Err(Error::NotFinite { index: 0, .. })));
}
