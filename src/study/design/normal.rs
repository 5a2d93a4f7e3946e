//! The normal distribution, with the same bits on every machine.
use std::f64::consts::FRAC_1_SQRT_2;

/// Φ(z): probability below z, to a relative 10⁻¹⁶ (1 + z²).
pub(super) fn below(score: f64) -> f64 {
    0.5 * libm::erfc(-score * FRAC_1_SQRT_2)
}

/// z with Φ(z) = p for p from 0 to 1, by Wichura's algorithm AS 241 (doi:10.2307/2347330); relative error about 10⁻¹⁶.
pub(super) fn quantile(probability: f64) -> f64 {
    let middle = probability - 0.5;
    if middle.abs() <= 0.425 {
        return middle * ratio(0.180_625 - middle * middle, &MIDDLE);
    }
    let tail = if middle < 0.0 { probability } else { 1.0 - probability };
    if tail <= 0.0 {
        return f64::INFINITY.copysign(middle);
    }
    let root = (-libm::log(tail)).sqrt();
    let size = if root <= 5.0 { ratio(root - 1.6, &NEAR) } else { ratio(root - 5.0, &FAR) };
    size.copysign(middle)
}

/// The quotient of two polynomials, from the coefficient of 1 on.
fn ratio(x: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, term| sum * x + term);
    polynomial(above) / polynomial(below)
}

/// For |p − ½| ≤ 0.425.
const MIDDLE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
];

/// For √(−ln p) ≤ 5.
const NEAR: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];

/// For √(−ln p) > 5.
const FAR: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference: 40-digit erfc and its inversion.
    #[test]
    fn probabilities_and_quantiles_match_the_reference() {
        let probabilities = [
            (-30.0, 4.906_713_927_148_187e-198),
            (-8.0, 6.220_960_574_271_784e-16),
            (-3.0, 0.001_349_898_031_630_094_5),
            (-1.0, 0.158_655_253_931_457_05),
            (0.3, 0.617_911_422_188_952_6),
            (2.0, 0.977_249_868_051_820_8),
        ];
        for (score, expected) in probabilities {
            // The rounded argument of erfc has a relative error of 10⁻¹⁶, which the tail multiplies by z².
            let bound = 3e-16 * (1.0 + score * score) * expected;
            assert!((below(score) - expected).abs() <= bound, "{score}: {}", below(score));
        }
        let quantiles = [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_408),
            (1e-11, -6.706_023_155_495_136),
            (0.001, -3.090_232_306_167_813_5),
            (0.025, -1.959_963_984_540_054_2),
            (0.2, -0.841_621_233_572_914_2),
            (0.4, -0.253_347_103_135_799_8),
        ];
        for (probability, expected) in quantiles {
            let found = quantile(probability);
            assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{probability}: {found}");
        }
        assert_eq!((quantile(0.5), quantile(0.0), quantile(1.0)), (0.0, f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn each_undoes_the_other() {
        for step in -3000..3000 {
            let score = 0.01 * f64::from(step);
            // The tail above is undone from below.
            let found = if score < 0.0 { quantile(below(score)) } else { -quantile(below(-score)) };
            assert!((found - score).abs() <= 1e-14 * score.abs().max(1.0), "{score}: {found}");
        }
    }
}
