//! The width of vectors, chosen at run time.
use pulp::WithSimd;

/// Does work with vectors of at most four numbers, which is what this processor and [`super::spectral`] have in common. Asked of
/// `pulp` by name: what it would choose by itself depends on the features that other crates turn on.
#[cfg(target_arch = "x86_64")]
pub(super) fn with_widest<W: WithSimd>(work: W) -> W::Output {
    use pulp::Simd;
    match pulp::x86::V3::try_new() {
        Some(avx2) => Simd::vectorize(avx2, work),
        None => work.with_simd(pulp::Scalar::new()),
    }
}

/// The same on other processors, none of which has wider ones there.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn with_widest<W: WithSimd>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}
