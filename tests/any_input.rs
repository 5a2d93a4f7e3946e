//! Does any input at all, however absurd, make a panic or a number that is none?
#[path = "common/refused.rs"]
mod refused;

use dermaweave::measure::Region;
use dermaweave::treatment::{Application, Cut, TreatedRegion};
use dermaweave::{AtrophicScar, Boundary, Device, Grid, Length, Protocol, Session, Simulation, Skin, Time, Tissue};
use proptest::prelude::*;
use refused::*;

/// Any bits, or something near what is meant.
fn number(low: f64, high: f64) -> impl Strategy<Value = f64> {
    let edge = prop::sample::select(vec![0.0, -0.0, 5e-324, f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY]);
    prop_oneof![1 => prop::num::f64::ANY, 1 => edge, 12 => low..=high]
}

fn length(low: f64, high: f64) -> impl Strategy<Value = Length> {
    number(low, high).prop_map(Length::micrometers)
}

fn application() -> impl Strategy<Value = Application> {
    let count = || prop_oneof![8 => 1..40_u32, 1 => any::<u32>()];
    let roller = (count(), count(), length(5e3, 5e4), length(5e3, 5e4)).prop_map(
        |(rows, needles_per_row, drum_diameter, drum_width)| Application::Roller {
            rows,
            needles_per_row,
            drum_diameter,
            drum_width,
        },
    );
    let stamp = (count(), count(), length(200.0, 5e3)).prop_map(|(rows, columns, pitch)| Application::Stamp {
        rows,
        columns,
        pitch,
    });
    let pen = (count(), length(1e3, 2e4), number(1.0, 200.0), number(0.001, 1.0)).prop_map(
        |(needles, head_diameter, strikes_per_second, seconds_per_cm2)| Application::Pen {
            needles,
            head_diameter,
            strikes_per_second,
            seconds_per_cm2,
        },
    );
    prop_oneof![roller, stamp, pen, Just(Application::Punch)]
}

fn device() -> impl Strategy<Value = Device> {
    let needle = (length(100.0, 4e3), length(50.0, 900.0), length(0.0, 25.0), length(1.0, 3e3));
    (application(), needle, number(0.01, 1.2), number(0.0, 0.5), cut()).prop_map(
        |(application, (length, shaft_diameter, tip_radius, taper), efficiency, depth_scatter, cut)| Device {
            name: "any".into(),
            application,
            needle: dermaweave::treatment::Needle { length, shaft_diameter, tip_radius, taper },
            penetration_efficiency: efficiency,
            depth_scatter,
            cut,
        },
    )
}

fn cut() -> impl Strategy<Value = Cut> {
    let shares = (number(0.0, 1.0), number(0.0, 1.0), number(0.0, 1.0));
    shares.prop_map(|(removed, fragmented, gap)| Cut { removed, fragmented, gap })
}

fn any_session() -> impl Strategy<Value = Session> {
    let place = (length(0.0, 1e3), length(0.0, 1e3), length(20.0, 2e3));
    let disc = place.prop_map(|(x, y, diameter)| TreatedRegion::Disc { x, y, diameter });
    let region = prop_oneof![Just(TreatedRegion::Everywhere), disc];
    let passes = prop_oneof![8 => 0..30_u32, 1 => any::<u32>()];
    (number(0.0, 50.0), device(), passes, region).prop_map(|(day, device, passes, region)| Session {
        start: Time::days(day),
        device,
        passes,
        region,
    })
}

fn scar() -> impl Strategy<Value = AtrophicScar> {
    let center = prop::option::of((length(0.0, 1e3), length(0.0, 1e3)));
    (center, length(40.0, 1e3), length(0.0, 40.0), number(0.0, 1.05), number(0.0, 0.99), number(-7.0, 7.0)).prop_map(
        |(center, diameter, edge, thickness, resultant_length, axis)| AtrophicScar {
            center,
            diameter,
            edge,
            thickness,
            resultant_length,
            axis,
        },
    )
}

fn skin() -> impl Strategy<Value = Skin> {
    let fibers = (number(0.05, 1.05), number(0.0, 90.0), number(0.0, 100.0), number(0.0, 1.0));
    let rest = (number(-7.0, 7.0), number(0.0, 1.0), number(100.0, 2e4), number(0.0, 2.0), any::<u64>());
    let load = number(0.0, 10.0);
    (fibers, rest, load).prop_map(
        |(fibers, (axis, anisotropy, fibroblasts_per_mm3, synthesis, placement_seed), load)| Skin {
            collagen_density: fibers.0,
            weave_half_angle_degrees: fibers.1,
            weave_concentration: fibers.2,
            new_share: fibers.3,
            tension: dermaweave::tension::Tension { axis, anisotropy, load },
            fibroblasts_per_mm3,
            synthesis,
            placement_seed,
            ..Skin::young()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: no numbers make a grid, or what is put on it, panic.
    #[test]
    fn no_grid_panics(width in length(50.0, 2e3), height in length(50.0, 2e3), spacing in length(2.0, 40.0)) {
        if let Ok(grid) = Grid::new(width, height, spacing) {
            prop_assert!(grid.columns() >= 4 && grid.rows() >= 4);
            prop_assert!((grid.width() - width.in_micrometers()).abs() < 1e-3);
        }
        let sites = |side: Length| Length::micrometers((side.in_micrometers() / 20.0).round() * 20.0);
        if let Ok(grid) = Grid::new(sites(width), sites(height), micrometers(20.0)) && grid.sites() < 100_000 {
            let tissue = Tissue::new(grid.with_boundary(Boundary::Periodic), &Skin::young());
            prop_assert!(Simulation::builder(tissue.unwrap()).threads(1).build().is_ok());
        }
    }

    /// Claim: no session panics; an accepted one reports numbers.
    #[test]
    fn no_session_panics(session in any_session(), end in number(1.0, 100.0), seed in any::<u64>()) {
        let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(end) };
        if let Ok(dry) = protocol.dry_run(&grid(), seed) {
            let session = &dry.sessions[0];
            let numbers = [session.day, session.holes_per_cm2, session.mean_depth_um, session.mean_diameter_um, session.opened_percent];
            prop_assert!(numbers.into_iter().all(|number| number.is_finite() && number >= 0.0), "{dry}");
        }
    }

    /// Claim: no density of holes and no interval panics.
    #[test]
    fn no_course_panics(device in device(), holes in number(1.0, 1e4), days in number(1.0, 60.0), sessions in 0..8_u32) {
        let protocol = Protocol::repeated(device, sessions, Time::days(days));
        let _ = protocol.dry_run(&grid(), 0);
        if let Ok(protocol) = protocol.holes_per_cm2(holes) {
            let dry = protocol.dry_run(&grid(), 0);
            let refused = dry.err().map(|error| error.to_string()).unwrap_or_default();
            prop_assert!(!refused.starts_with("passes") && !refused.starts_with("holes"), "{}", refused);
        }
    }

    /// Claim: no scar panics; an accepted one marks its sites and leaves the matrix sound. (Directions
    /// of subnormal densities are lost to rounding.)
    #[test]
    fn no_scar_panics(scar in scar(), second in scar()) {
        if let Ok(tissue) = tissue().with_lesion(&scar).and_then(|tissue| tissue.with_lesion(&second)) {
            prop_assert!(tissue.lesion().contains(&true));
            let sound = |site: dermaweave::matrix::Site| {
                let fibers = site.collagen();
                fibers.density >= 0.0 && (fibers.density < 1e-300 || fibers.unrealizable_by() < 1e-9) && site.elastin >= 0.0
            };
            prop_assert!(tissue.matrix().sites().all(sound));
        }
    }

    /// Claim: no skin panics; an accepted one can be measured.
    #[test]
    fn no_skin_panics(skin in skin()) {
        let small = Grid::new(micrometers(200.0), micrometers(200.0), micrometers(20.0)).unwrap();
        if let Ok(tissue) = Tissue::new(small, &skin) {
            let simulation = Simulation::builder(tissue).threads(1).build().unwrap();
            let fibers = &simulation.report().rows()[0].organization;
            prop_assert!((fibers.density - skin.collagen_density).abs() < 1e-9);
            prop_assert!((-1e-9..=1.0).contains(&fibers.circular_variance), "{fibers:?}");
        }
    }

    /// Claim: no choice of what is watched panics.
    #[test]
    fn no_sampling_panics(days in number(1.0, 30.0), window in length(20.0, 2e3), x in length(0.0, 1e3), diameter in length(0.0, 1e3)) {
        let region = Region::disc("any", &grid(), x, x, diameter).unwrap_or_else(|_| Region::all(&grid()));
        let _ = builder().sample_every(Time::days(days)).window(window).region(region).build();
    }
}
