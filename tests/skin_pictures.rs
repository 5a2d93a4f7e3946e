//! Do pictures of skin and of courses show what they were given, with the same bytes on any number of threads?
use dermaweave::measure::Surface;
use dermaweave::parameters::{RecoveryParameters, SurfaceParameters};
use dermaweave::report::{Animation, ColorPicture, FiberPicture, ReliefProfile, SkinPicture, redness_field};
use dermaweave::{AtrophicScar, Device, Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use rayon::ThreadPoolBuilder;
use std::io::Cursor;

const SIDE: f64 = 2400.0;

fn scar() -> Tissue {
    let side = Length::micrometers(SIDE);
    let grid = Grid::new(side, side, Length::micrometers(40.0)).unwrap();
    Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&AtrophicScar::boxcar()).unwrap()
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn brightness(picture: &ColorPicture, x: f64, y: f64) -> f64 {
    let place = |at: f64, count: usize| ((at / SIDE * count as f64) as usize).min(count - 1);
    let pixel = (picture.rows - 1 - place(y, picture.rows)) * picture.columns + place(x, picture.columns);
    picture.pixels[pixel].iter().map(|part| f64::from(*part)).sum()
}

/// Claim: a wall that faces the light is brighter than level skin, one that faces away darker, and the picture turns with the light.
#[test]
fn walls_that_face_the_light_are_bright() {
    let surface = Surface::of(&scar(), &SurfaceParameters::default()).unwrap();
    for (from, (toward, away)) in
        [(0.0, ((300.0, 1200.0), (2100.0, 1200.0))), (90.0, ((1200.0, 300.0), (1200.0, 2100.0)))]
    {
        let light =
            SkinPicture { pixel: Length::micrometers(20.0), light_from_degrees: from, ..SkinPicture::default() };
        let picture = light.draw(&surface, None).unwrap();
        let level = brightness(&picture, 1200.0, 1200.0);
        assert!(brightness(&picture, toward.0, toward.1) > level + 15.0, "{from}");
        assert!(brightness(&picture, away.0, away.1) < level - 60.0, "{from}");
    }
    let flat = SkinPicture { pixel: Length::micrometers(20.0), exaggeration: 0.0, ..SkinPicture::default() };
    let flat = flat.draw(&surface, None).unwrap();
    assert!(flat.pixels.iter().all(|color| *color == flat.pixels[0]));
    let dark = SkinPicture { light_height_degrees: 0.0, ..SkinPicture::default() };
    assert!(matches!(dark.draw(&surface, None), Err(Error::OutOfRange { .. })));
}

/// Claim: skin is red after a session and not before, and the picture shows it.
#[test]
fn needled_skin_is_red() {
    let before = scar();
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), 1, Time::weeks(4.0)).follow_up(Time::days(1.0));
    let mut course = Simulation::builder(before.clone()).protocol(protocol).build().unwrap();
    course.run().unwrap();
    let (surface, recovery) = (SurfaceParameters::default(), RecoveryParameters::default());
    assert_eq!(redness_field(&before, &surface, &recovery).maximum(), 0.0);
    assert!(redness_field(course.tissue(), &surface, &recovery).mean() > 0.05);
    let light = SkinPicture { pixel: Length::micrometers(40.0), ..SkinPicture::default() };
    let green_over_red = |tissue: &Tissue| {
        let pixels = light.draw_tissue(tissue, &surface, &recovery).unwrap().pixels;
        let sum = |part: usize| pixels.iter().map(|color| f64::from(color[part])).sum::<f64>();
        sum(1) / sum(0)
    };
    assert!(green_over_red(course.tissue()) < green_over_red(&before) - 0.01);
}

/// Claim: the profile of a boxcar scar is level outside, deep in the middle and the same from both sides.
#[test]
fn the_profile_crosses_the_scar() {
    let scar = scar();
    let profile = ReliefProfile::through_lesion(&scar, &Surface::of(&scar, &SurfaceParameters::default()).unwrap());
    let count = profile.height_um.len();
    assert_eq!(profile.distance_mm.len(), count);
    assert!(profile.height_um[count / 2] < -400.0 && profile.height_um[0] > -150.0);
    assert!(
        profile.height_um.iter().zip(profile.height_um.iter().rev()).all(|(one, other)| (one - other).abs() < 1e-6)
    );
    assert!((profile.distance_mm[count - 1] + profile.distance_mm[0] - 1e-3 * SIDE).abs() < 1e-9);
}

/// Claim: a picture of fibers has the same pixels on any number of threads, other ones with another seed, and refuses what it
/// cannot draw.
#[test]
fn fibers_are_the_same_on_any_number_of_threads() {
    let (scar, small) = (scar(), FiberPicture { pixel: Length::micrometers(8.0), ..FiberPicture::default() });
    let draw = |threads, picture: FiberPicture| on_threads(threads, || picture.draw(&scar).unwrap());
    let drawn = draw(1, small);
    assert!(drawn == draw(3, small) && drawn != draw(1, FiberPicture { seed: 2, ..small }));
    assert_eq!((drawn.columns, drawn.rows, drawn.pixels.len()), (300, 300, 90_000));
    for wrong in [
        FiberPicture { stroke_width: f64::NAN, ..small },
        FiberPicture { cover: 0.0, ..small },
        FiberPicture { pixel: Length::micrometers(0.2), ..small },
    ] {
        assert!(matches!(wrong.draw(&scar), Err(Error::OutOfRange { .. })), "{wrong:?}");
    }
}

/// Decodes an animation as a browser shows it.
fn decoded(bytes: &[u8]) -> Vec<Vec<[u8; 3]>> {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let info = reader.info();
    let palette = info.palette.clone().unwrap().into_owned();
    let (count, pixels) = (info.animation_control().unwrap().num_frames, (info.width * info.height) as usize);
    let mut shown = vec![[0; 3]; pixels];
    let frames = (0..count).map(|_| {
        let mut indices = vec![0; pixels];
        reader.next_frame(&mut indices).unwrap();
        let changed = shown.iter_mut().zip(&indices).filter(|(_, index)| **index > 0);
        changed.for_each(|(color, index)| *color = palette.as_chunks::<3>().0[usize::from(*index)]);
        shown.clone()
    });
    frames.collect()
}

/// Claim: an animation shows each of its frames, in colors close to theirs, with the same bytes on any number of threads;
/// frames of another field are refused.
#[test]
fn animations_show_their_frames() {
    let before = scar();
    let mut after = before.clone();
    after.retain_fibroblasts(|cell| cell.x < 0.5 * SIDE);
    let animated = |threads| {
        on_threads(threads, || {
            let mut animation = Animation::new(200).with_sessions([0.0, 30.0]);
            animation.push(&before, 0.0).unwrap();
            animation.push(&after, 60.0).unwrap();
            animation.encode().unwrap()
        })
    };
    let bytes = animated(1);
    assert!(bytes == animated(2));
    let frames = decoded(&bytes);
    assert_eq!(frames.len(), 2);
    let mut animation = Animation::new(200);
    for (tissue, frame) in [&before, &after].into_iter().zip(&frames) {
        let field = animation.draw(tissue, 0.0).unwrap().field;
        let off = field.pixels.iter().zip(frame).map(|(wanted, shown)| {
            wanted.iter().zip(shown).map(|(wanted, shown)| f64::from(wanted.abs_diff(*shown))).sum::<f64>() / 3.0
        });
        assert!(off.sum::<f64>() / (field.pixels.len() as f64) < 6.0);
    }
    let side = Length::micrometers(800.0);
    let other = Tissue::new(Grid::new(side, side, Length::micrometers(40.0)).unwrap(), &Skin::young()).unwrap();
    assert!(matches!(animation.push(&other, 1.0), Err(Error::OtherField { .. })));
    assert!(Animation::new(200).encode().is_err() && Animation::new(2).push(&before, 0.0).is_err());
}
