//! lab
use dermaweave::*;
use dermaweave::report::Row;
use std::sync::Mutex;

fn grid(mm: f64) -> Grid { let s = Length::millimeters(mm); Grid::new(s, s, Length::micrometers(20.0)).unwrap() }
fn pen(mm: f64) -> Device { let d = Device::pen_11(); Device { needle: treatment::Needle { length: Length::millimeters(mm), ..d.needle.clone() }, ..d } }

fn show(row: &Row, tissue: &Tissue) -> Vec<f64> {
    let o = &row.organization;
    let m = tissue.mechanics();
    let _ = m;
    vec![row.day, o.density, row.surface.thickness_um / 1000.0, row.surface.depth_um, o.resultant_length, o.regional_resultant_length, o.distance_to_healthy_deg, o.weave_fidelity, row.elastin, o.new_density, row.fibroblasts_per_mm2, row.active_share, row.myofibroblast_share, o.mean_angle_deg]
}
const HEAD: [&str; 14] = ["day", "A", "h", "depth", "R", "Rreg", "dist", "fid", "elast", "new", "fb/mm2", "act", "myo", "angle"];

type Make = Box<dyn Fn(u64) -> (Simulation, &'static str) + Sync>;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let toml_text = std::env::var("P").unwrap_or_default();
    let parameters: Parameters = toml::from_str(&toml_text.replace(';', "\n")).unwrap();
    parameters.validate().unwrap();
    let seeds: u64 = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    let mm: f64 = std::env::var("MM").ok().and_then(|s| s.parse().ok()).unwrap_or(2.4);
    let every: f64 = std::env::var("EVERY").ok().and_then(|s| s.parse().ok()).unwrap_or(28.0);
    let holes: f64 = std::env::var("HOLES").ok().and_then(|s| s.parse().ok()).unwrap_or(250.0);
    for scenario in &args[1..] {
        let parts: Vec<&str> = scenario.split(':').collect();
        let number = |index: usize, default: f64| parts.get(index).and_then(|t| t.parse::<f64>().ok()).unwrap_or(default);
        let kind = parts[0].to_string();
        let p = parameters.clone();
        let (a, b, c) = (number(1, 4.0), number(2, 0.0), number(3, 12.0));
        let make: Make = Box::new(move |seed| {
            let mut skin = Skin { placement_seed: seed, ..Skin::young() };
            if let Ok(age) = std::env::var("AGE") { skin = Skin { placement_seed: seed, ..Skin::aged(age.parse().unwrap()) }; }
            let untreated = |weeks: f64| Protocol::untreated(Time::weeks(weeks));
            let (tissue, protocol, region) = match kind.as_str() {
                // healthy:sessions:_:follow weeks
                "healthy" => (Tissue::new(grid(mm), &skin).unwrap(), Protocol::repeated(pen(1.5), a as u32, Time::weeks(4.0)).follow_up(Time::weeks(c)).holes_per_cm2(holes).unwrap(), "all"),
                // scar:sessions:angle:follow
                "scar" => {
                    let scar = AtrophicScar { diameter: Length::millimeters(mm * 0.6), axis: b.to_radians(), ..AtrophicScar::boxcar() };
                    let tissue = Tissue::new(grid(mm), &skin).unwrap().with_lesion(&scar).unwrap();
                    let protocol = if a == 0.0 { untreated(52.0) } else { Protocol::repeated(pen(1.5), a as u32, Time::weeks(4.0)).follow_up(Time::weeks(c)).holes_per_cm2(holes).unwrap() };
                    (tissue, protocol, "lesion")
                }
                // wound:mm:_:weeks
                "wound" => (Tissue::new(grid(mm), &skin).unwrap(), Protocol::once(Device::punch(Length::millimeters(a))).follow_up(Time::weeks(c)), "wound"),
                _ => panic!("{kind}"),
            };
            let mut builder = Simulation::builder(tissue).protocol(protocol).parameters(p.clone()).seed(seed).sample_every(Time::days(every)).threads(1);
            if kind == "wound" {
                let radius = (500.0 * a - 20.0).max(20.0);
                let center = mm * 500.0;
                let g = grid(mm);
                let mask = (0..g.sites()).map(|s| { let (x, y) = g.center_of(s); (x - center).hypot(y - center) <= radius }).collect();
                builder = builder.region(measure::Region::mask("wound", &g, mask).unwrap());
            }
            (builder.build().unwrap(), region)
        });
        let all: Mutex<Vec<(u64, Vec<Vec<f64>>)>> = Mutex::new(Vec::new());
        let next = std::sync::atomic::AtomicU64::new(1);
        let begun = std::time::Instant::now();
        std::thread::scope(|scope| for _ in 0..2 {
            scope.spawn(|| loop {
                let seed = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                if seed > seeds { break; }
                let (mut simulation, region) = make(seed);
                simulation.run().unwrap();
                let rows: Vec<Vec<f64>> = simulation.report().region(region).map(|row| show(row, simulation.tissue())).collect();
                all.lock().unwrap().push((seed, rows));
            });
        });
        let mut all = all.into_inner().unwrap();
        all.sort_by_key(|(seed, _)| *seed);
        println!("## {scenario}  ({seeds} seeds, {:.1} s)  {toml_text}", begun.elapsed().as_secs_f64());
        println!("{}", HEAD.map(|h| format!("{h:>8}")).concat());
        let rows = all[0].1.len();
        for row in 0..rows {
            let mut line = String::new();
            for column in 0..HEAD.len() {
                let mean: f64 = all.iter().map(|(_, rows)| rows[row][column]).sum::<f64>() / all.len() as f64;
                let digits = if HEAD[column] == "day" || HEAD[column] == "fb/mm2" { 0 } else if ["depth", "dist", "angle"].contains(&HEAD[column]) { 1 } else { 3 };
                line += &format!("{mean:>8.digits$}");
            }
            let column = |name: &str| HEAD.iter().position(|h| *h == name).unwrap();
            let (c, d) = all.iter().fold((0.0, 0.0), |(c, d), (_, rows)| { let (r, a) = (rows[row][column("Rreg")], 2.0 * rows[row][column("angle")].to_radians()); (c + r * a.cos(), d + r * a.sin()) });
            println!("{line}  pooled R {:.3} at {:.0}", f64::hypot(c, d) / all.len() as f64, 0.5 * d.atan2(c).to_degrees());
        }
    }
}
