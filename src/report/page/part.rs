//! Parts of a page that a user adds: words, a table, charts, a picture.
use super::sections::document;
use crate::report::embedded::data;
use crate::report::plot::css_color;
use crate::report::{Chart, Series};
use maud::{Markup, PreEscaped, html};

/// A part of a page under a heading. See [`Page`].
#[derive(Clone, Debug)]
pub struct PagePart(Markup);

impl PagePart {
    /// Sentences, as a list where there are several.
    pub fn words(heading: &str, sentences: &[String]) -> Self {
        let list = html! { ul { @for sentence in sentences { li { (sentence) } } } };
        let body = if let [sentence] = sentences {
            html! { p { (sentence) } }
        } else {
            list
        };
        Self::under(heading, &body)
    }

    /// A table; the first cell of a row names it.
    pub fn table(heading: &str, columns: &[&str], rows: &[Vec<String>]) -> Self {
        let body = html! {
            div.scrolls {
                table {
                    thead { tr { @for column in columns { th scope="col" { (column) } } } }
                    tbody {
                        @for row in rows {
                            tr {
                                @for (index, cell) in row.iter().enumerate() {
                                    @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        };
        Self::under(heading, &body)
    }

    /// Charts side by side, below what their colors say; lines of one name have one color in all of them. Charts without a point
    /// are left out.
    pub fn charts(heading: &str, charts: &[Chart]) -> Self {
        let drawn = charts.iter().filter_map(|chart| Some((chart, chart.element()?)));
        let body = html! {
            p { @for series in named(charts) { (key(series)) } }
            div.grid {
                @for (chart, svg) in drawn {
                    figure { figcaption { b { (chart.title) } ", " (chart.y_label) " over " (chart.x_label) } (PreEscaped(svg)) }
                }
            }
        };
        Self::under(heading, &body)
    }

    /// A picture, as the bytes of a PNG file, with a caption that is also read out instead of it.
    pub fn picture(heading: &str, caption: &str, png: &[u8]) -> Self {
        let body = html! { figure.picture { img src=(data(png)) alt=(caption); figcaption { (caption) } } };
        Self::under(heading, &body)
    }

    fn under(heading: &str, body: &Markup) -> Self {
        Self(html! { section { h2 { (heading) } (body) } })
    }

    pub(super) fn markup(&self) -> Markup {
        self.0.clone()
    }
}

/// Every name of a line once.
fn named(charts: &[Chart]) -> Vec<&Series> {
    let mut found: Vec<&Series> = Vec::new();
    for series in charts.iter().flat_map(|chart| &chart.series) {
        if found.iter().all(|other| other.name != series.name) {
            found.push(series);
        }
    }
    found
}

fn key(series: &Series) -> Markup {
    let style = if series.dashed { "dashed" } else { "solid" };
    html! {
        span.key {
            span.line style=(format!("border-top:.2rem {style} {}", css_color(series.color_index))) {} (series.name)
        }
    }
}

/// A page of parts: one HTML document that opens from disk.
///
/// ```
/// use dermaweave::report::{Chart, Page, PagePart, Series};
/// let points = vec![(0.0, 0.5), (28.0, 0.6), (56.0, 0.7)];
/// let series = vec![Series { name: "treated".into(), points, ..Series::default() }];
/// let (title, y_label) = ("collagen".into(), "1 = healthy".into());
/// let chart = Chart { title, x_label: "day".into(), y_label, series, markers: vec![], healthy: vec![(0.0, 1.0)] };
/// let words = PagePart::words("What came out", &["More collagen.".into()]);
/// let html = Page::new("A scar", vec![words, PagePart::charts("Over time", &[chart])]).html();
/// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("More collagen."));
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    question: String,
    parts: Vec<PagePart>,
    run: Option<String>,
}

impl Page {
    /// A page under a title.
    pub fn new(title: impl Into<String>, parts: Vec<PagePart>) -> Self {
        Self { title: title.into(), question: String::new(), parts, run: None }
    }

    /// What was asked, in a sentence below the title.
    #[must_use]
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = question.into();
        self
    }

    /// Name of the run, as [`ResultFolder::run`](crate::report::ResultFolder::run) has it.
    #[must_use]
    pub fn run(mut self, run: impl Into<String>) -> Self {
        self.run = Some(run.into());
        self
    }

    /// The page: one HTML document with all that it needs.
    pub fn html(&self) -> String {
        let from = html! {
            section #provenance {
                h2 { "Where this comes from" }
                p { "Made by dermaweave " (env!("CARGO_PKG_VERSION")) @if let Some(run) = &self.run { ", run " (run) } "." }
            }
        };
        let parts: Vec<_> = self.parts.iter().map(PagePart::markup).chain([from]).collect();
        document(&self.title, &self.question, &parts)
    }
}
