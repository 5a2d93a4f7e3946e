//! Places and sizes on a picture, in pixels; y points down.
use std::ops::{Add, Div, Mul, Sub};

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

/// Sides of a rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// How a text lies to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    Left,
    Center,
    Right,
}

impl Point {
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }
}

impl Size {
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// The larger of both widths, and of both heights.
    pub fn or_larger(self, other: Self) -> Self {
        Self::new(self.width.max(other.width), self.height.max(other.height))
    }

    /// What is left of it beside another one, at least nothing.
    pub const fn beside(self, other: Self) -> Self {
        Self::new(self.width.saturating_sub(other.width), self.height.saturating_sub(other.height))
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Add<Size> for Point {
    type Output = Self;
    fn add(self, size: Size) -> Self {
        Self::new(self.x + size.width as i32, self.y + size.height as i32)
    }
}

impl Sub<Size> for Point {
    type Output = Self;
    fn sub(self, size: Size) -> Self {
        Self::new(self.x - size.width as i32, self.y - size.height as i32)
    }
}

impl Add for Size {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.width + other.width, self.height + other.height)
    }
}

impl Mul<u32> for Size {
    type Output = Self;
    fn mul(self, factor: u32) -> Self {
        Self::new(self.width * factor, self.height * factor)
    }
}

impl Div<u32> for Size {
    type Output = Self;
    fn div(self, parts: u32) -> Self {
        Self::new(self.width / parts, self.height / parts)
    }
}
