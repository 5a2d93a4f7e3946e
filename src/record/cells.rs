//! The tables of cells that are recorded: which numbers each kind of cell has.
use crate::cells::Macrophage;
use crate::cells::fibroblast::Fibroblast;
use crate::tissue::Tissue;

/// A number of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Whole(u64),
    Real(f64),
}

impl Number {
    pub(super) const fn to_le_bytes(self) -> [u8; 8] {
        match self {
            Self::Whole(number) => number.to_le_bytes(),
            Self::Real(number) => number.to_le_bytes(),
        }
    }
}

/// A number that every cell of a kind has.
pub(super) struct CellColumn {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) description: &'static str,
    pub(super) is_whole: bool,
}

const fn real(name: &'static str, unit: &'static str, description: &'static str) -> CellColumn {
    CellColumn { name, unit, description, is_whole: false }
}

const ID: CellColumn = CellColumn { name: "id", unit: "1", description: "Identity; never used twice.", is_whole: true };
const X: CellColumn = real("x_um", "µm", "Position along x from the left edge.");
const Y: CellColumn = real("y_um", "µm", "Position along y, upward, from the lower edge.");

/// The first three are identity and position.
const FIBROBLASTS: &[CellColumn] = &[
    ID,
    X,
    Y,
    real("heading_rad", "rad", "Direction of the body and of movement, counterclockwise from x."),
    real("activation", "1", "0 resting to 1 fully active."),
    real("contraction", "1", "0 none to 1 fully developed myofibroblast."),
];

const MACROPHAGES: &[CellColumn] = &[ID, X, Y, real("age_h", "h", "Time since arrival.")];

/// Kinds of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Fibroblasts,
    Macrophages,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Fibroblasts, Self::Macrophages];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fibroblasts => "fibroblasts",
            Self::Macrophages => "macrophages",
        }
    }

    /// Identity, x and y come first.
    pub(super) const fn columns(self) -> &'static [CellColumn] {
        match self {
            Self::Fibroblasts => FIBROBLASTS,
            Self::Macrophages => MACROPHAGES,
        }
    }

    pub(super) fn count(self, tissue: &Tissue) -> usize {
        match self {
            Self::Fibroblasts => tissue.fibroblasts().len(),
            Self::Macrophages => tissue.macrophages().len(),
        }
    }

    /// The numbers of a cell, one per column.
    pub(super) fn numbers(self, tissue: &Tissue, cell: usize) -> impl Iterator<Item = Number> {
        let (first, rest) = match self {
            Self::Fibroblasts => {
                let Fibroblast { id, x, y, heading, activation, contraction } = tissue.fibroblasts()[cell];
                (id, [x, y, heading, activation, contraction])
            }
            Self::Macrophages => {
                let Macrophage { id, x, y, age } = tissue.macrophages()[cell];
                (id, [x, y, age, 0.0, 0.0])
            }
        };
        [Number::Whole(first)].into_iter().chain(rest.map(Number::Real)).take(self.columns().len())
    }

    /// One number of a cell.
    pub(super) fn number(self, tissue: &Tissue, cell: usize, column: usize) -> Number {
        self.numbers(tissue, cell).nth(column).expect("a column of the kind")
    }
}
