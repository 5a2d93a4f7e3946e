//! Do signals pass between the layers of a dermis as they diffuse?
use dermaweave::dermis::Builder;
use dermaweave::report::Row;
use dermaweave::simulation::{Phase, Rule, RuleContext};
use dermaweave::treatment::Needle;
use dermaweave::{Dermis, Device, Error, Field, Grid, Length, Parameters, Protocol, Signal, Skin, Time, Tissue};

/// Hours of a step in which nothing is inflamed.
const HOURS: f64 = 3.0;

fn field() -> Grid {
    let side = Length::millimeters(1.2);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

/// Skin with TGF-β in the layers at some depths.
fn growing(grid: Grid, at: impl Fn(f64) -> bool) -> dermaweave::Result<Tissue> {
    let mut tissue = Tissue::new(grid, &Skin::young())?;
    if at(grid.slab().depth.in_micrometers()) {
        tissue.signals_mut()[Signal::TgfBeta].values_mut().fill(1.0);
    }
    Ok(tissue)
}

/// Levels of TGF-β in three layers of 200 µm after the first step, begun with 1 in the uppermost.
fn levels_after_a_step(builder: Builder) -> Vec<f64> {
    let boundaries = [100.0, 300.0, 500.0, 700.0].map(Length::micrometers);
    let builder = builder.boundaries(boundaries).protocol(Protocol::untreated(Time::days(1.0)));
    let mut dermis = builder.build().unwrap();
    dermis.run_until(Time::hours(HOURS)).unwrap();
    assert_eq!(dermis.courses()[2].clock().hours(), HOURS);
    dermis.courses().iter().map(|course| course.tissue().signals()[Signal::TgfBeta].mean()).collect()
}

/// Claim: signals pass from layer to layer as the modes of three layers have it: ½ (1 − e^{−Dk²t}) and so on of the uniform
/// mode and two cosines; in none without exchange, and none that is held.
#[test]
fn signals_pass_between_layers() {
    let builder = || Dermis::builder(field(), |grid| growing(grid, |depth| depth < 300.0));
    let (diffusivity, decay) = Signal::TgfBeta.rates(&Parameters::default().signal);
    // Eigenvalues of three layers: 0, 1 and 3, in D/d².
    let [one, three] = [1.0, 3.0].map(|eigenvalue: f64| (-HOURS * eigenvalue * diffusivity / 200.0_f64.powi(2)).exp());
    let expected = [1.0 / 3.0 + one / 2.0 + three / 6.0, 1.0 / 3.0 - three / 3.0, 1.0 / 3.0 - one / 2.0 + three / 6.0];
    for (found, expected) in levels_after_a_step(builder()).into_iter().zip(expected) {
        assert!((found / (expected * (-HOURS * decay).exp()) - 1.0).abs() < 1e-9, "{found} {expected}");
    }
    let alone = levels_after_a_step(builder().exchange_signals(false));
    assert!((alone[0] / (-HOURS * decay).exp() - 1.0).abs() < 1e-12 && alone[1..] == [0.0, 0.0]);
    let held = |grid: Grid| {
        let mut tissue = growing(grid, |depth| depth < 300.0)?;
        if grid.slab().depth.in_micrometers() > 500.0 {
            let level = Field::uniform(*tissue.signals().grid(), 0.3);
            tissue.signals_mut().hold(Signal::TgfBeta, level)?;
        }
        Ok(tissue)
    };
    let held = levels_after_a_step(Dermis::builder(field(), held));
    assert!(
        (held[0] / (-HOURS * decay).exp() - 1.0).abs() < 1e-12 && held[1] == 0.0 && (held[2] - 0.3).abs() < 1e-12,
        "{held:?}"
    );
}

/// Claim: layers below the tips of the needles answer to what diffuses down, and the less the deeper; whether signals pass is
/// saved with the dermis.
#[test]
fn layers_below_the_tips_answer() {
    let pen = Device::pen_11();
    let needle = Needle { length: Length::millimeters(0.3), ..pen.needle };
    let protocol = Protocol::once(Device { needle, penetration_efficiency: 1.0, ..pen });
    let protocol = protocol.holes_per_cm2(1000.0).unwrap().follow_up(Time::days(5.0));
    let boundaries = [100.0, 350.0, 600.0, 1100.0].map(Length::micrometers);
    let builder = Dermis::builder(field(), |grid| Tissue::new(grid, &Skin::young())).boundaries(boundaries).seed(5);
    let builder = builder.protocol(protocol).sample_every(Time::days(1.0));
    let mut dermis = builder.clone().build().unwrap();
    dermis.run().unwrap();
    let most =
        |layer: usize, of: fn(&Row) -> f64| dermis.courses()[layer].report().region("all").map(of).fold(0.0, f64::max);
    let active: Vec<_> = (0..3).map(|layer| most(layer, |row| row.active_share)).collect();
    assert!(active[0] > 1.5 * active[1] && active[1] > 0.1 && active[2] < 0.1, "{active:?}");
    let level: Vec<_> = (0..3).map(|layer| most(layer, |row| row.tgf_beta)).collect();
    assert!(level[0] > 2.0 * level[1] && level[1] > 2.0 * level[2] && level[2] > 1e-3, "{level:?}");
    let mut alone = builder.exchange_signals(false).build().unwrap();
    alone.run_until(Time::days(1.0)).unwrap();
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dermis_alone");
    alone.save(&path).unwrap();
    let mut resumed = Dermis::resume(&path, Some(1)).unwrap();
    std::fs::remove_file(path).unwrap();
    alone.run().unwrap();
    resumed.run().unwrap();
    assert_eq!(alone.state_digest(), resumed.state_digest());
    assert!(alone.courses()[0].report().rows() == resumed.courses()[0].report().rows());
    assert!(alone.courses()[2].tissue().signals().are_at_rest());
}

/// Claim: a signal that a rule gives another diffusivity in one layer cannot pass, and is refused by name; other decay can.
#[test]
fn rates_may_differ_from_layer_to_layer_but_for_diffusivity() {
    let with_rule =
        |scale: fn(&mut Parameters)| {
            let builder = Dermis::builder(field(), |grid| growing(grid, |_| true)).layers(2);
            let builder = builder.each_layer(move |layer, course| {
                if layer.top.in_micrometers() < 200.0 { course.rule(Scaled { scale }) } else { course }
            });
            builder.protocol(Protocol::untreated(Time::days(1.0))).build().unwrap().run()
        };
    with_rule(|parameters| parameters.signal.tgf_beta_decay_rate *= 1.5).unwrap();
    let refused = with_rule(|parameters| parameters.signal.tgf_beta_diffusivity *= 2.0);
    assert!(
        matches!(refused, Err(Error::OutOfRange { quantity: "diffusivity of a signal in a layer", .. })),
        "{refused:?}"
    );
}

/// Scales a rate in every step.
#[derive(Clone)]
struct Scaled {
    scale: fn(&mut Parameters),
}

impl Rule for Scaled {
    fn name(&self) -> &'static str {
        "scaled"
    }
    fn phase(&self) -> Phase {
        Phase::BeforeSignals
    }
    fn apply(&mut self, at: &mut RuleContext) -> dermaweave::Result<()> {
        (self.scale)(at.rates);
        Ok(())
    }
}
