//! Texts in pictures: their sizes, and how they are broken into lines. The font comes with the library, so that a picture has the
//! same bytes on every machine.
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use std::sync::Once;

/// Size and weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lettering {
    /// Tick numbers.
    Small,
    /// Labels and subtitles.
    Body,
    /// Titles of panels and charts.
    Strong,
    /// Title of the whole image.
    Heading,
}

/// Makes the font known, once.
fn with_font() {
    static KNOWN: Once = Once::new();
    KNOWN.call_once(|| {
        // A font that is part of the library is never refused.
        let _ = register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT);
    });
}

impl Lettering {
    /// Height of the font in pixels.
    const fn height(self) -> f64 {
        match self {
            Self::Small => 13.0,
            Self::Body | Self::Strong => 15.0,
            Self::Heading => 20.0,
        }
    }

    /// Whether it is drawn heavier.
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::Strong | Self::Heading)
    }

    /// The font, so many times as large.
    pub fn font(self, scale: u32) -> FontDesc<'static> {
        with_font();
        FontDesc::new(FontFamily::SansSerif, self.height() * f64::from(scale), FontStyle::Normal)
    }

    /// Height of one line, in pixels.
    pub const fn line_height(self) -> i32 {
        match self {
            Self::Small => 15,
            Self::Body | Self::Strong => 17,
            Self::Heading => 22,
        }
    }

    /// Width of `text` on one line, in pixels.
    pub fn width(self, text: &str) -> i32 {
        self.font(1).box_size(&readable(text)).map_or(0, |(width, _)| i32::try_from(width).unwrap_or(i32::MAX))
    }

    /// Splits `text` at spaces into lines of at most `width` pixels; longer words are cut.
    pub fn wrap(self, text: &str, width: i32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let mut rest: Vec<char> = word.chars().collect();
            let joined = lines.last().map(|line| format!("{line} {word}")).filter(|line| self.width(line) <= width);
            if let (Some(line), Some(joined)) = (lines.last_mut(), joined) {
                *line = joined;
                continue;
            }
            while !rest.is_empty() {
                let fits = |count: &usize| self.width(&rest[..*count].iter().collect::<String>()) <= width;
                let count = (1..=rest.len()).rev().find(fits).unwrap_or(1);
                lines.push(rest.drain(..count).collect());
            }
        }
        lines
    }
}

/// The text as it is drawn: on one line.
pub fn readable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() || letter.is_whitespace() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::Lettering;

    #[test]
    fn wrapped_lines_fit_and_keep_every_letter() {
        let text = "a word and onewordthatismuchtoolong end";
        let lines = Lettering::Body.wrap(text, 90);
        assert!(lines.len() > 3 && lines.iter().all(|line| Lettering::Body.width(line) <= 90), "{lines:?}");
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&lines.concat()), letters(text));
        assert_eq!(Lettering::Body.wrap("ab", -5), ["a", "b"]);
    }

    #[test]
    fn letters_of_units_have_a_width() {
        for letter in ["µ", "²", "°", "±", "η", "×", "−", "→", "³"] {
            assert!(Lettering::Small.width(letter) > 2, "{letter}: {}", Lettering::Small.width(letter));
        }
    }
}
