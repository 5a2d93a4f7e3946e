//! Does a page hold all that it tells, and nothing from elsewhere?
use dermaweave::measure::Region;
use dermaweave::report::{
    Chart, CourseFolder, CoursePage, Frames, MapWindows, Page, PageArm, PagePart, Series, StudyPage,
};
use dermaweave::{AtrophicScar, Device, Grid, Length, Parameters, Protocol, Simulation, Skin, Time, Tissue};

fn course(arm: &str, protocol: Protocol, parameters: Parameters) -> (Simulation, PageArm) {
    let side = Length::millimeters(1.2);
    let scar = AtrophicScar { diameter: Length::micrometers(600.0), ..AtrophicScar::boxcar() };
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let before = Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let builder = Simulation::builder(before.clone()).arm(arm).protocol(protocol).parameters(parameters).seed(3);
    let mut course = builder.sample_every(Time::days(1.0)).build().unwrap();
    let frames = Frames::begin(&before).unwrap();
    let mut kept = vec![frames.frame(&before, 0.0).unwrap()];
    course.run().unwrap();
    kept.push(frames.frame(course.tissue(), 4.0).unwrap());
    let page = PageArm::of(&course, kept).unwrap().pictured(&before, course.tissue()).unwrap();
    (course, page)
}

/// Claim: a page tells results, cautions, protocol, changed parameters and digest of every arm, escapes names, and fetches nothing.
#[test]
fn a_page_holds_all_of_a_course() {
    let mut parameters = Parameters::default();
    parameters.mechanics.movement_guidance = 0.5;
    let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(4.0));
    let (treated, treated_arm) = course("<treated> & more", protocol, parameters);
    let (control, control_arm) = course("control", Protocol::untreated(Time::days(4.0)), Parameters::default());
    let page = CoursePage::new("A scar", vec![treated_arm, control_arm]).run("run 7").question("What comes out?");
    let html = page.html();
    for told in
        [&treated.state_digest(), &control.state_digest(), "run 7", "What comes out?", "K_m", "De 2007", "MF8 roller"]
    {
        assert!(html.contains(told), "{told}");
    }
    assert!(html.contains("&lt;treated&gt; &amp; more") && !html.contains("<treated>"));
    // Fibers and skin before and after of two arms, and four maps of two days of each.
    assert_eq!(html.matches("data:image/png;base64,").count(), 8 + 2 * 4 * 2);
    assert_eq!(html.matches("Profile of the surface through the middle (").count(), 2);
    assert!(html.matches("class=\"chart\"").count() >= 8 && html.matches("class=\"rose\"").count() == 2 * 3 * 2);
    for caution in treated.report().cautions() {
        assert!(html.contains(&caution.to_string()), "{caution}");
    }
    let fetched = ["http://", "src=\"/", "@import", "url("];
    let within = html.replace("http://www.w3.org/2000/svg", "");
    assert!(fetched.iter().all(|address| !within.contains(address)));
    assert!(within.match_indices("https://").count() == 0);
}

/// Claim: a study's page has the mean of its replicates on the last day, and every arm in its order.
#[test]
fn a_study_page_has_means() {
    let mut page = StudyPage::new("A study");
    let (course, _) = course("control", Protocol::untreated(Time::days(4.0)), Parameters::default());
    page.add("second <arm>", course.report());
    page.add("first", course.report());
    page.add("second <arm>", course.report());
    let html = page.html();
    let amount = course.report().region("lesion").last().unwrap().organization.density;
    assert!(html.contains(&format!("{amount:.2} ({amount:.2} to {amount:.2})")), "{amount}");
    assert!(html.find("second &lt;arm&gt;").unwrap() < html.find("<th scope=\"col\">first").unwrap());
    assert!(html.contains("second &lt;arm&gt; (2 replicates)"));
}

fn chart(name: &str, points: Vec<(f64, f64)>) -> Chart {
    let series = vec![Series { name: name.into(), points, ..Series::default() }];
    let (title, x_label, y_label) = ("amount".into(), "day".into(), "1 = healthy".into());
    Chart { title, x_label, y_label, series, markers: vec![], healthy: vec![(0.0, 1.0)] }
}

/// Claim: a page of own parts holds them in their order, escaped; a chart without points is left out.
#[test]
fn a_page_of_own_parts_holds_them() {
    let rows = vec![vec!["first <row>".to_owned(), "1".into()], vec!["second".into(), "2".into()]];
    let parts = vec![
        PagePart::words("Words & more", &["One.".into(), "Two.".into()]),
        PagePart::table("Numbers", &["row", "value"], &rows),
        PagePart::charts("Lines", &[chart("a <line>", vec![(0.0, 0.5), (3.0, 0.75)]), chart("none", vec![])]),
        PagePart::picture("Picture", "a \"caption\"", b"png"),
    ];
    let html = Page::new("Mine", parts).question("What?").run("run 9").html();
    let places = ["Words &amp; more", "first &lt;row&gt;", "a &lt;line&gt;", "a &quot;caption&quot;", "run 9"];
    let places = places.map(|told| html.find(told).unwrap_or_else(|| panic!("{told}")));
    assert!(places.is_sorted());
    assert_eq!(html.matches("class=\"chart\"").count(), 1);
    assert!(html.contains("0.750 at day 3") && !html.contains("<line>"));
}

/// Claim: results of one's own stand in the place of the measures of skin, and directions are of the given region alone.
#[test]
fn other_tissues_have_their_own_results() {
    let protocol = Protocol::untreated(Time::days(1.0));
    let side = Length::micrometers(400.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let tissue = Tissue::new(grid, &Skin::young()).unwrap();
    let wound = Region::mask("wound", &grid, (0..grid.sites()).map(|site| site % 20 < 5).collect()).unwrap();
    let windows = MapWindows { side: Length::micrometers(40.0), stride: Length::micrometers(20.0) };
    let frames = Frames::on_windows(&tissue, windows).unwrap().amounts("area fraction", 0.4).only_region(wound);
    let kept = vec![frames.frame(&tissue, 0.0).unwrap()];
    let mut course = Simulation::builder(tissue).protocol(protocol).build().unwrap();
    course.run().unwrap();
    let page = CoursePage::new("Other", vec![PageArm::of(&course, kept).unwrap()]);
    let html = page.results(PagePart::words("What came out", &["Nothing.".into()])).html();
    assert!(html.contains("Nothing.") && html.contains("wound") && !html.contains("Redness"));
    assert_eq!(html.matches("class=\"rose\"").count(), 1);
    assert!(html.contains("<span>0.40</span>") && html.contains("area fraction"));
}

/// Claim: a folder of courses holds page, tables and pictures of all its arms, and rows as they were.
#[test]
fn a_folder_of_courses_holds_all() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages_course_folder");
    drop(std::fs::remove_dir_all(&path));
    let mut folder = CourseFolder::begin(&path, "Two arms").unwrap();
    let side = Length::micrometers(600.0);
    let mut rows = Vec::new();
    for (arm, protocol) in [
        ("treated", Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(3.0))),
        ("control", Protocol::untreated(Time::days(3.0))),
    ] {
        let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::young()).unwrap();
        let builder = Simulation::builder(tissue).arm(arm).protocol(protocol).sample_every(Time::days(1.0));
        let mut alone = builder.clone().build().unwrap();
        alone.run().unwrap();
        let mut course = builder.build().unwrap();
        folder.run(&mut course).unwrap();
        assert_eq!(course.state_digest(), alone.state_digest());
        rows.extend(course.report().rows().to_vec());
    }
    assert_eq!(folder.finish().unwrap(), path);
    let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
    assert_eq!(read("rows.csv").lines().count(), 1 + rows.len());
    assert!(read("dictionary.csv").starts_with("name,unit"));
    let html = read("report.html");
    // Days 0 to 3 of both arms, and the control beside the treated arm.
    assert_eq!(html.matches("data-frame=").count(), 8);
    assert!(html.contains("treated: in 3 days") && html.contains("control: in 3 days"));
    for picture in ["maps.png", "course.png"] {
        assert_eq!(&std::fs::read(path.join(picture)).unwrap()[1..4], b"PNG");
    }
}
