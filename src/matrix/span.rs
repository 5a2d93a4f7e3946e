//! What spans of time do to a site, and what they have done to it since it was last flushed.
use super::{FiberMoments, Site};
use crate::error::{Result, check};
use crate::reading::check_all_computed;
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};

/// How many spans may wait: their numbers fit a byte, and their factors the nearest cache.
const LONGEST_WAIT: usize = 200;

/// Largest share of a site that is left, renewed or lost in the spans that wait: skin of twice the production over 15 years
/// keeps far below.
const LARGEST_SHARE: f64 = 1e3;

/// Collagen that turnover exchanged, both pools together, as an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Exchange {
    /// Made by resting cells.
    pub(crate) renewed: f64,
    /// Taken by turnover, MMP included.
    pub(crate) lost: f64,
}

impl Add for Exchange {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { renewed: self.renewed + other.renewed, lost: self.lost + other.lost }
    }
}

impl AddAssign for Exchange {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<f64> for Exchange {
    type Output = Self;
    fn mul(self, area: f64) -> Self {
        Self { renewed: self.renewed * area, lost: self.lost * area }
    }
}

impl Sum for Exchange {
    fn sum<I: Iterator<Item = Self>>(exchanges: I) -> Self {
        exchanges.fold(Self::default(), Add::add)
    }
}

/// What a span of time does to a site: a linear map of what is there, the same for all five moments of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Span {
    /// (new, mature) at the end, one row each, per (new, mature) of the start.
    pub(crate) pools: [[f64; 2]; 2],
    /// What the new and the mature pool of the start have renewed and lost.
    pub(crate) renewed: [f64; 2],
    pub(crate) lost: [f64; 2],
    pub(crate) original_left: f64,
    pub(crate) elastin_left: f64,
    /// What is left of the thickness: that of this skin as it ages, so that turnover leaves the packing alone.
    pub(crate) thickness_left: f64,
    pub(crate) fragments_left: f64,
}

impl Span {
    /// Both spans as one: P = P₂ P₁, and what was exchanged in the first and then, by what it left, in the second.
    #[must_use]
    pub(crate) fn then(&self, later: &Self) -> Self {
        let [new, mature] = self.pools;
        // A row of shares of the pools after this span, as shares of the pools before it.
        let before = |[of_new, of_mature]: [f64; 2]| {
            [of_new * new[0] + of_mature * mature[0], of_new * new[1] + of_mature * mature[1]]
        };
        let sum = |first: [f64; 2], second: [f64; 2]| [first[0] + second[0], first[1] + second[1]];
        Self {
            pools: later.pools.map(before),
            renewed: sum(self.renewed, before(later.renewed)),
            lost: sum(self.lost, before(later.lost)),
            original_left: self.original_left * later.original_left,
            elastin_left: self.elastin_left * later.elastin_left,
            thickness_left: self.thickness_left * later.thickness_left,
            fragments_left: self.fragments_left * later.fragments_left,
        }
    }

    /// The site at the end of the span.
    #[inline]
    #[must_use]
    pub(crate) fn after(&self, site: &Site) -> Site {
        let Site { mut new, mut mature, fibrin, elastin, original, thickness, fragments } = *site;
        self.pass_over(&mut new, &mut mature);
        Site {
            new,
            mature,
            fibrin,
            elastin: elastin * self.elastin_left,
            original: original * self.original_left,
            thickness: thickness * self.thickness_left,
            fragments: fragments * self.fragments_left,
        }
    }

    /// What becomes of both pools of a site, or of sums over sites.
    #[inline]
    pub(crate) fn pass_over(&self, new: &mut FiberMoments, mature: &mut FiberMoments) {
        let [[new_of_new, new_of_mature], [mature_of_new, mature_of_mature]] = self.pools;
        let before = [*new, *mature];
        *new = before[0] * new_of_new + before[1] * new_of_mature;
        *mature = before[0] * mature_of_new + before[1] * mature_of_mature;
    }

    /// [`Span::after`] in a storage. Apart, so that code that reads sites where they are kept takes several numbers at once.
    #[inline(never)]
    fn fill<'s>(&self, storage: &'s mut Site, site: &Site) -> &'s Site {
        *storage = self.after(site);
        storage
    }

    /// What a site exchanges in the span, from what is there at its start.
    #[inline]
    pub(crate) fn exchange(&self, site: &Site) -> Exchange {
        let of_both = |[new, mature]: [f64; 2]| new * site.new.density + mature * site.mature.density;
        Exchange { renewed: of_both(self.renewed), lost: of_both(self.lost) }
    }

    /// Lets the span pass at a site; gives what was exchanged.
    #[inline]
    pub(crate) fn apply(&self, site: &mut Site) -> Exchange {
        let exchange = self.exchange(site);
        *site = self.after(site);
        exchange
    }
}

/// The spans that have passed since all sites were flushed: for each of them, what has happened from its start to now.
/// At a site whose number is k those from the k-th on are deferred.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spans {
    until_now: Vec<Span>,
}

impl Spans {
    /// As many spans as may wait, of shares that turnover can have.
    pub(crate) fn check_read(&self) -> Result<()> {
        let waiting = self.until_now.len() as f64;
        check("number of spans of turnover that wait", waiting, "spans", 0.0..=LONGEST_WAIT as f64)?;
        self.until_now.iter().try_for_each(|span| {
            let Span { pools: [new, mature], renewed, lost, .. } = *span;
            let left = [[span.original_left, span.elastin_left], [span.thickness_left, span.fragments_left]];
            let shares = [new, mature, renewed, lost, left[0], left[1]];
            check_all_computed("share of a span of turnover", shares.as_flattened(), "(1 = all)", 0.0..=LARGEST_SHARE)
        })
    }

    /// None so far, with room for as many as may wait.
    pub(crate) fn none() -> Self {
        Self { until_now: Vec::with_capacity(LONGEST_WAIT) }
    }

    /// Whether no site waits.
    pub(crate) const fn is_empty(&self) -> bool {
        self.until_now.is_empty()
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.until_now.len() >= LONGEST_WAIT
    }

    /// The number of a site to which all of them are applied.
    pub(crate) const fn flushed(&self) -> u8 {
        self.until_now.len() as u8
    }

    /// What is deferred at a site with this number, if anything.
    #[inline]
    pub(crate) fn since(&self, number: u8) -> Option<&Span> {
        self.until_now.get(usize::from(number))
    }

    /// A site with this number as it is now: where it is kept, or in `storage` if something is deferred.
    #[inline(always)]
    pub(crate) fn read<'s>(&self, site: &'s Site, number: u8, storage: &'s mut Site) -> &'s Site {
        self.since(number).map_or(site, |span| span.fill(storage, site))
    }

    /// One more span, for all sites: as many products as spans wait, however many sites there are.
    pub(crate) fn push(&mut self, span: Span) {
        debug_assert!(!self.is_full(), "sites are flushed before");
        self.until_now.iter_mut().for_each(|until_now| *until_now = until_now.then(&span));
        self.until_now.push(span);
    }

    /// All sites are flushed.
    pub(crate) fn clear(&mut self) {
        self.until_now.clear();
    }
}
