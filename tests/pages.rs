//! Does a page hold all that it tells, and nothing from elsewhere?
use dermaweave::report::{CoursePage, Frames, PageArm, StudyPage};
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
    // Before and after of two arms, and four maps of two days of each.
    assert_eq!(html.matches("data:image/png;base64,").count(), 4 + 2 * 4 * 2);
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
