use dermaweave::*;
fn grid() -> Grid { let s=Length::millimeters(1.0); Grid::new(s,s,Length::micrometers(20.0)).unwrap() }
fn t() -> Tissue { Tissue::new(grid(), &Skin::young()).unwrap() }
#[test] fn equal_time_constants() {
  for decay in [36.0, 36.0000001, 37.0] {
    let mut p = Parameters::default(); p.injury.neutrophil_arrival_time=36.0; p.injury.neutrophil_decay_time=decay;
    let mut s = Simulation::builder(t()).parameters(p).protocol(Protocol::once(Device::single_channel(Length::micrometers(300.0))).follow_up(Time::days(2.0))).build().unwrap();
    println!("{:?}", s.run().map_err(|e| e.to_string()));
    let r=s.report().rows().last().unwrap();
    println!("{decay}: neutrophils {} inflammation {} macrophages {} alarm over {}", r.neutrophils, r.inflammation, r.macrophages_per_mm2, s.tissue().alarm().is_over());
  }
  panic!()
}
#[test] fn save_branch() {
    let mut s = Simulation::builder(t()).sample_also([Time::days(f64::NAN), Time::days(-3.0)]).build().unwrap();
    s.run().unwrap();
    let p=Protocol::untreated(Time::days(2.0));
    let mut b=s.branch("x",p,0).unwrap(); b.run().unwrap(); println!("{:?} {}", b.clock(), b.is_finished());
    panic!()
}
#[test] fn toml_roundtrip() {
    let p=Protocol::repeated(Device::stamp_6x6(),2,Time::days(3.0));
    println!("{}", toml::to_string(&p).unwrap());
    println!("{}", serde_json::to_string(&Device::punch(Length::millimeters(1.0))).unwrap());
    let g: Grid = serde_json::from_str(r#"{"columns":0,"rows":3,"spacing":-1.0,"boundary":"Closed","slab":{"depth":1,"thickness":1}}"#).unwrap();
    println!("{g:?}");
    let d: std::result::Result<Session,_> = toml::from_str("strt = 5\npasses=3\nstart=2.0\nregion='everywhere'\ndevice={name='x',application='punch',penetration_efficiency=1,depth_scatter=0,removed_fraction=1,needle={length=1,shaft_diameter=1,tip_radius=1,taper=1,tper=3}}");
    println!("{d:?}");
    panic!()
}
