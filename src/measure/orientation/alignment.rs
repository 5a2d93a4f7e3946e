//! How alike the axes of neighboring pieces of tissue are.
use crate::matrix::FiberMoments;

/// Mean of |cos(θ_a − θ_b)| over all pairs of sub-regions with the mean axes θ: 1 if all share an axis, 2/π = 0.64 if
/// the axes have nothing to do with each other. `None` if fewer than two of them have fibers with an axis.
///
/// Take the sub-regions from windows of a stated side ([`Windows::collagen`](crate::measure::Windows::collagen)): a tissue whose
/// regional resultant length is low may still consist of well-aligned pieces that lie at random, and the side at which
/// the mean comes down to 2/π is about their size.
///
/// ```
/// use dermaweave::{FiberMoments, measure::local_alignment};
/// let scar = [0.30, 0.35].map(|axis| FiberMoments::one_family(1.0, axis, 0.7));
/// assert!((local_alignment(&scar).unwrap() - 0.05_f64.cos()).abs() < 1e-12);
/// assert!(local_alignment(&[FiberMoments::isotropic(1.0); 4]).is_none());
/// ```
pub fn local_alignment(regions: &[FiberMoments]) -> Option<f64> {
    let axes: Vec<_> = regions.iter().filter(|fibers| fibers.resultant_length() > NO_AXIS).map(unit).collect();
    let pairs =
        axes.iter().enumerate().flat_map(|(index, first)| axes[..index].iter().map(move |other| (first, other)));
    // |cos Δ| = √((1 + cos 2Δ)/2).
    let sum: f64 =
        pairs.map(|((c, s), (other_c, other_s))| (0.5 * (1.0 + c * other_c + s * other_s)).max(0.0).sqrt()).sum();
    let count = 0.5 * axes.len() as f64 * (axes.len() as f64 - 1.0);
    (axes.len() > 1).then(|| sum / count)
}

/// Resultant length below which fibers have no axis but that of rounding errors.
const NO_AXIS: f64 = 1e-12;

/// e^{2iθ} of the mean axis.
fn unit(fibers: &FiberMoments) -> (f64, f64) {
    let (real, imaginary) = fibers.mean_second();
    let length = real.hypot(imaginary);
    (real / length, imaginary / length)
}
