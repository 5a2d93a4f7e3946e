//! Is the relief of the skin that of its thickness, and is roughness that of the standards?

use dermaweave::{Grid, Length};

/// The grid whose sites are `factor × factor` of another one's.
fn coarsened(grid: Grid, factor: u32) -> Grid {
    let [width, height, side] =
        [grid.width(), grid.height(), f64::from(factor) * grid.spacing()].map(Length::micrometers);
    Grid::new(width, height, side).unwrap().with_boundary(grid.boundary())
}

/// Thickness and smoothed height.
mod surface {
    use dermaweave::measure::Surface;
    use dermaweave::parameters::SurfaceParameters;
    use dermaweave::{Boundary, Error, FiberMoments, Field, Grid, Length, Matrix};
    use std::f64::consts::TAU;

    fn grid(boundary: Boundary) -> Grid {
        let (width, height) = (Length::micrometers(2400.0), Length::micrometers(1600.0));
        Grid::new(width, height, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
    }

    /// Skin of a thickness, whatever it is filled with.
    fn skin(grid: Grid, thickness: impl Fn(f64, f64) -> f64) -> Matrix {
        let mut matrix = Matrix::uniform(grid, FiberMoments::isotropic(1.0), 0.2);
        for (index, site) in matrix.sites_mut().iter_mut().enumerate() {
            let (x, y) = grid.center_of(index);
            site.thickness = thickness(x, y);
        }
        matrix
    }

    /// Defends: smoothing is a Gaussian of standard deviation σ along x and along y.
    #[test]
    fn a_point_spreads_to_the_stated_variance_and_keeps_its_volume() {
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let grid = grid(boundary);
            let (middle, coarse) = (grid.site_at(1205.0, 805.0), super::coarsened(grid, 2));
            let matrix = skin(grid, |x, y| if grid.site_at(x, y) == middle { 0.0 } else { 1.0 });
            let dermis = SurfaceParameters { smoothing: 120.0, ..Default::default() };
            let surface = Surface::new(&matrix, &Field::uniform(coarse, 1.0), &dermis, 1000.0).unwrap();
            let volume = -surface.height.total();
            // One site of 10 µm lost 1 mm; round-off of 19 200 heights of 1e3 µm, each to 1e-13.
            assert!((volume / (1000.0 * 100.0) - 1.0).abs() < 1e-8, "{volume}");
            let (x, y) = coarse.center_of(coarse.site_at(1205.0, 805.0));
            let second_moment = |along: &dyn Fn(f64, f64) -> f64| {
                let weighted = Field::from_fn(coarse, |x, y| along(x, y).powi(2) * surface.height.sample(x, y).0);
                -weighted.total() / volume
            };
            // The edge lies 6.6 σ away: what is missing there is below 1e-8 of the variance.
            assert!((second_moment(&|at, _| at - x) / 14_400.0 - 1.0).abs() < 1e-6);
            assert!((second_moment(&|_, at| at - y) / 14_400.0 - 1.0).abs() < 1e-6);
        }
    }

    /// Defends: a wave of thickness appears in the relief with the damping e^{−σ²k²/2}, k² that of the grid.
    #[test]
    fn a_wave_is_damped_as_by_the_heat_kernel() {
        let (grid, wavelength, amplitude) = (grid(Boundary::Periodic), 800.0, 0.2);
        let matrix = skin(grid, |x, _| 1.0 + amplitude * (TAU * x / wavelength).cos());
        let dermis = SurfaceParameters { smoothing: 120.0, ..Default::default() };
        let surface = Surface::new(&matrix, &Field::uniform(grid, 1.0), &dermis, 1000.0).unwrap();
        let wave_number_squared = (2.0 / 10.0 * (0.5 * TAU / wavelength * 10.0).sin()).powi(2);
        let damped = 1000.0 * amplitude * (-0.5 * 14_400.0 * wave_number_squared).exp();
        for site in 0..grid.sites() {
            let expected = damped * (TAU * grid.center_of(site).0 / wavelength).cos();
            assert!((surface.height.values()[site] - expected).abs() < 1e-9);
        }
    }

    /// Defends: coarse sites carry the mean thickness of their sites, and ground substance swells them by its share.
    #[test]
    fn thickness_and_ground_substance_add_up() {
        let grid = grid(Boundary::Closed);
        let matrix = skin(grid, |x, y| 0.5 + x / 2400.0 + 0.1 * y / 1600.0);
        let dermis = SurfaceParameters { smoothing: 0.0, ..Default::default() };
        let ground = Field::from_fn(super::coarsened(grid, 4), |x, y| 1.0 + (x * y).sin());
        let surface = Surface::new(&matrix, &ground, &dermis, 700.0).unwrap();
        for site in 0..surface.grid.sites() {
            let (x, y) = surface.grid.center_of(site);
            // Thickness is linear, so its means are its values at the center.
            let thickness = 0.5 + x / 2400.0 + 0.1 * y / 1600.0;
            let expected = 1000.0 * thickness + 70.0 * (ground.values()[site] - 1.0);
            assert!((surface.thickness.values()[site] - expected).abs() < 1e-9);
            assert!((surface.height.values()[site] - expected + 700.0).abs() < 1e-9);
        }
    }

    /// Defends: layers count alike, wherever they lie; no layer and layers over another field are refused.
    #[test]
    fn layers_are_averaged() {
        let grid = grid(Boundary::Closed);
        let dermis = SurfaceParameters { smoothing: 0.0, ..Default::default() };
        let layer = |grid: Grid, thickness: f64| {
            Surface::new(&skin(grid, |_, _| thickness), &Field::uniform(grid, 1.0), &dermis, 1000.0).unwrap()
        };
        let slab = dermaweave::Slab { depth: Length::micrometers(700.0), ..Default::default() };
        let deep = layer(grid.with_slab(slab).unwrap(), 0.5);
        let mean = Surface::mean_of(&[layer(grid, 1.0), deep, layer(grid, 0.9)]).unwrap();
        assert!((mean.thickness.mean() - 800.0).abs() < 1e-9, "{}", mean.thickness.mean());
        assert!((mean.height.mean() + 1000.0 - mean.thickness.mean()).abs() < 1e-9);
        let other = layer(grid.with_boundary(Boundary::Periodic), 1.0);
        assert!(matches!(Surface::mean_of(&[layer(grid, 1.0), other]), Err(Error::OtherField { columns: 240, .. })));
        assert!(matches!(Surface::mean_of(&[]), Err(Error::NoLayer)));
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let grid = grid(Boundary::Closed);
        let (matrix, ground) = (skin(grid, |_, _| 1.0), Field::uniform(grid, 1.0));
        let dermis = SurfaceParameters::default();
        let of = |dermis: &SurfaceParameters, reference| Surface::new(&matrix, &ground, dermis, reference);
        assert!(matches!(of(&dermis, f64::NAN), Err(Error::OutOfRange { .. })));
        let side = Length::micrometers(1600.0);
        let other = Field::uniform(Grid::new(side, side, Length::micrometers(10.0)).unwrap(), 1.0);
        assert!(matches!(Surface::new(&matrix, &other, &dermis, 1000.0), Err(Error::OtherField { columns: 160, .. })));
    }
}

/// Depth, volume and means over a region.
mod regions {
    use dermaweave::measure::{Region, Surface, SurfaceRegion};
    use dermaweave::parameters::SurfaceParameters;
    use dermaweave::{FiberMoments, Field, Grid, Length, Matrix};

    fn grid() -> Grid {
        Grid::new(Length::micrometers(1000.0), Length::micrometers(600.0), Length::micrometers(10.0)).unwrap()
    }

    /// A surface whose height is given rather than smoothed.
    fn surface(height: Field) -> Surface {
        Surface { grid: *height.grid(), thickness: Field::uniform(*height.grid(), 900.0), height }
    }

    /// Defends: depth and volume of a plane that falls from 20 µm above to 80 µm below the reference.
    #[test]
    fn depth_and_volume_of_a_slope_are_exact() {
        let slope = surface(Field::from_fn(grid(), |x, _| 20.0 - 0.1 * x));
        let measures = SurfaceRegion::new(&Region::all(&grid()), &grid(), &grid()).unwrap().measure(&slope).unwrap();
        // The lowest tenth reaches from −70 to −80 µm.
        assert!((measures.depth_um - 75.0).abs() < 1e-9, "{}", measures.depth_um);
        // A triangle 0.8 mm long and 0.08 mm deep, 0.6 mm wide; centers integrate a line exactly.
        assert!((measures.volume_mm3 - 0.5 * 0.8 * 0.08 * 0.6).abs() < 1e-12);
        assert!(measures.ra_um.unwrap() < 1e-9 && (measures.thickness_um - 900.0).abs() < 1e-9);
    }

    /// Defends: a coarse site counts with the share of it that lies in the region.
    #[test]
    fn sites_at_the_border_count_in_part() {
        let coarse = super::coarsened(grid(), 2);
        let (low, high) = (-40.0, -10.0);
        // The region is 30 µm wide: one column of coarse sites and half of the next.
        let mask = (0..grid().sites()).map(|site| grid().center_of(site).0 < 30.0).collect();
        let strip = Region::mask("strip", &grid(), mask).unwrap();
        let step = surface(Field::from_fn(coarse, |x, _| if x < 20.0 { high } else { low }));
        let measures = SurfaceRegion::new(&strip, &grid(), &coarse).unwrap().measure(&step).unwrap();
        let mean = (2.0 * high + low) / 3.0;
        assert!((measures.volume_mm3 + mean * 1e-3 * strip.area_mm2()).abs() < 1e-12);
        assert!((measures.depth_um + low).abs() < 1e-9);
    }

    /// Defends: the measures of one surface have the same bits on any number of threads.
    #[test]
    fn measures_do_not_depend_on_the_threads() {
        let matrix = Matrix::uniform(grid(), FiberMoments::isotropic(1.0), 0.0);
        let water = Field::from_fn(super::coarsened(grid(), 2), |x, y| 1.0 + (0.01 * x).sin() * (0.02 * y).cos());
        let region = SurfaceRegion::new(&Region::all(&grid()), &grid(), water.grid()).unwrap();
        let surface = || Surface::new(&matrix, &water, &SurfaceParameters::default(), 1e3).unwrap();
        let measure = || region.measure(&surface()).unwrap();
        let [one, three] = [1, 3]
            .map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(measure));
        assert!(one == three && one.ra_um.is_some_and(|ra| ra > 0.1));
    }
}

/// Ra and Rz of profiles.
mod roughness {
    use dermaweave::measure::{Profiles, Region};
    use dermaweave::{Field, Grid, Length};
    use std::f64::consts::{PI, TAU};

    fn grid() -> Grid {
        // Five sampling lengths of 128 sites along x, one along y.
        Grid::new(Length::millimeters(12.8), Length::millimeters(2.0), Length::micrometers(20.0)).unwrap()
    }

    fn all() -> Profiles {
        Profiles::new(&Region::all(&grid()), &grid()).unwrap()
    }

    /// Defends: a cosine has Ra = 2A/π and Rz = 2A across and none along, whatever the tilt.
    #[test]
    fn a_cosine_has_its_textbook_roughness() {
        for wavelength in [160.0, 640.0, 1280.0] {
            let height = |x: f64, y: f64| 30.0 * (TAU * x / wavelength).cos() + 0.2 * x - 0.1 * y + 500.0;
            let roughness = all().roughness(&Field::from_fn(grid(), height)).unwrap();
            let (along_x, along_y) = (roughness.along_x.unwrap(), roughness.along_y.unwrap());
            assert!(along_y.ra_um < 1e-9 && along_y.rz_um < 1e-9);
            assert_eq!(roughness.across(), Some(along_x));
            // The peak lies half a site from the nearest center.
            let half_site = PI * 20.0 / wavelength;
            assert!((along_x.rz_um - 60.0 * half_site.cos()).abs() < 1e-9);
            assert!((along_x.rz_um - 60.0).abs() < 60.0 * (1.0 - half_site.cos()) + 1e-9);
            // Sum of |cos| over N centers, N a multiple of four: 2/(N sin(π/N)), 2/π in the limit.
            let exact = 60.0 / (wavelength / 20.0 * half_site.sin());
            assert!((along_x.ra_um - exact).abs() < 1e-9, "{}", along_x.ra_um);
            assert!((along_x.ra_um - 60.0 / PI).abs() < 60.0 / PI * 0.2 * half_site * half_site);
        }
    }

    /// Defends: Rz averages sampling lengths rather than taking the highest peak of the profile.
    #[test]
    fn one_spike_counts_in_one_of_five_sampling_lengths() {
        let spike = grid().site_at(6410.0, 1010.0);
        let mut height = Field::uniform(grid(), 0.0);
        height.values_mut()[spike] = 100.0;
        let row = spike / grid().columns();
        let mask = (0..grid().sites()).map(|site| site / grid().columns() == row).collect();
        let profiles = Profiles::new(&Region::mask("row", &grid(), mask).unwrap(), &grid()).unwrap();
        let roughness = profiles.roughness(&height).unwrap();
        assert_eq!(roughness.along_y, None);
        // The spike is half a site right of the middle of n = 640, so the line tilts by 0.5·100·12/(n³ − n) per site.
        let slope = 0.5 * 100.0 * 12.0 / (640.0 * (640.0 * 640.0 - 1.0));
        // Four sampling lengths rise by 127 sites of that; the one with the spike by up to as much.
        let (spiked, others) = (100.0, 4.0 * 127.0 * slope);
        let rz_um = roughness.across().unwrap().rz_um;
        assert!((rz_um - (spiked + others) / 5.0).abs() < 127.0 * slope, "{rz_um}");
    }

    /// Defends: only unbroken runs of at least 0.4 mm count, each with its length.
    #[test]
    fn profiles_are_weighted_by_their_lengths() {
        // Along the first row 40 and 80 sites, apart; along the second 19 sites, which is too short.
        let of_mask = |site: usize| matches!(site, 0..40 | 60..140 | 640..659);
        let mask = (0..grid().sites()).map(of_mask).collect();
        let profiles = Profiles::new(&Region::mask("two", &grid(), mask).unwrap(), &grid()).unwrap();
        let height = |x: f64, y: f64| {
            let amplitude = if y > 20.0 {
                1e6
            } else if x < 800.0 {
                1.0
            } else {
                4.0
            };
            amplitude * (TAU * x / 400.0).cos()
        };
        let across = profiles.roughness(&Field::from_fn(grid(), height)).unwrap().across().unwrap();
        let peak = (PI / 20.0).cos();
        // Both runs hold whole waves from peak to peak: no tilt.
        assert!((across.rz_um - 2.0 * peak * (40.0 + 4.0 * 80.0) / 120.0).abs() < 1e-9);
    }
}
