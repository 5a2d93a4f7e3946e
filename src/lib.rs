//! How skin collagen is remodeled by micro-needling.
//!
//! Needles open channels in a layer of dermis; platelets, neutrophils and macrophages raise the
//! alarm; fibroblasts wake, move in, lay new collagen and turn the old, guided by the fibers they
//! find; signals fall silent and cells go to rest. Repeated sessions change how the fibers are
//! organized. Nothing in this chain is scripted: filling of a scar, loss of its parallel order,
//! regeneration of small wounds and scarring of wide ones all come out of the same local rules.
//!
//! # Quick start
//!
//! ```
//! use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
//!
//! let grid = Grid::new(Length::millimeters(4.0), Length::millimeters(4.0), Length::micrometers(20.0))?;
//! let tissue = Tissue::new(grid, &Skin::aged(35.0))?.with_lesion(&AtrophicScar::boxcar())?;
//! let protocol = Protocol::repeated(Device::dermaroller_mf8(), 1, Time::weeks(4.0)).follow_up(Time::days(3.0));
//! let mut simulation = Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(1.0)).seed(7).build()?;
//! simulation.run()?;
//! println!("{}", simulation.report());
//! # assert!(simulation.report().rows().len() > 3);
//! # Ok::<(), dermaweave::Error>(())
//! ```
//!
//! # The model in one line, and the modules in its order
//!
//! `Grid → Tissue → Protocol → Simulation → Report`: where it happens, what is there, what is done
//! to it, how it evolves, what was seen. A module uses only modules above it.
//!
//! | module | what |
//! |---|---|
//! | [`units`], [`error`], [`random`] | typed lengths and times; the one error; randomness keyed by (seed, tick, purpose, entity) |
//! | [`parameters`] | every rate with symbol, unit, default, range, origin and source |
//! | [`grid`] | sites, fields, exact disc–site overlap |
//! | [`matrix`] | collagen as angular moments in two pools, fibrin, elastin |
//! | [`signals`], [`cells`] | TGF-β, PDGF, inflammation, MMP; platelets and neutrophils; macrophages |
//! | [`tension`] | Langer lines, everywhere alike or from place to place |
//! | [`fibroblast`] | activation with memory, heading law, movement, division and death |
//! | [`remodeling`] | work of fibroblasts on fibers; turnover, maturation |
//! | [`tissue`] | all of it at one instant; kinds of skin and what they are exposed to; scars, wrinkles; open epidermis |
//! | [`treatment`] | devices, sessions, protocols, dry run, injury |
//! | [`measure`] | fiber organization, correlation length, firmness, relief, histological pictures, recovery; means with intervals |
//! | [`report`] | rows over time, cautions, CSV, JSON, pictures |
//! | [`simulation`] | builder, clock, step, save and resume, branch |
//! | [`study`] | treatments compared over replicates; published findings and verdicts; calibration; the healing infarct |
//!
//! # State of the fibers
//!
//! Each site keeps, for a new and a mature pool, the amount of collagen and the **second and fourth**
//! angular moments of its directions ([`FiberMoments`]). The fourth moment tells healthy dermis (a
//! basket weave of two crossing families) from scar (one parallel family) and from a tangle.
//!
//! # One step
//!
//! 1. Sessions that are due open their channels.
//! 2. Macrophages age, walk, leave and arrive, and clear fibrin.
//! 3. All cells release; signals spread and decay, exactly in time.
//! 4. Active fibroblasts lay, turn and cut the fibers under them, and feel what all have left.
//! 5. Fibroblasts respond to TGF-β, turn by the heading law, and move.
//! 6. Fibroblasts divide and die.
//! 7. Once a day the matrix turns over and matures, and the skin is a day older.
//! 8. Rules added by the user.
//!
//! A step is an hour while tissue is inflamed, three hours while cells remodel, a day when nothing
//! signals, and up to four weeks when all is settled and only time passes: sixty years of a
//! 2 × 2 mm field take seconds. Days that are sampled within such a step are looked ahead to and put back.
//!
//! # What needling is said to do, and what shows it here
//!
//! Every row of a report (all columns stand in `report.csv` or `rows.csv` and in JSON) has, with units in the names or
//! relative to healthy young dermis (= 1):
//!
//! | claim | columns of [`report::Row`] | example | what it shows |
//! |---|---|---|---|
//! | collagen falls with age, sun, smoke, dirty air | `thickness_um`, `density`, `elastin`, `fibroblasts_per_mm2`, `age_years` | `photoaging` | yes |
//! | fresh collagen, type III first | `new_density`, `type_iii_share`, `collagen_gained` | `wrinkles`, `acne_scar` | yes |
//! | fills wrinkles, plumper skin | `depth_um`, `height_um`, `ra_um`, `rz_um`, `thickness_um`, `ground_substance` | `wrinkles` | yes; ground substance only for weeks |
//! | fibers better organized | `weave_index`, `weave_fidelity`, `resultant_length`, `distance_to_healthy_deg`, `correlation_length_um`, `fiber_families`, `collagen_orientation_index` | `acne_scar`, `scar_types`, `wrinkles` | less parallel, some weave |
//! | firmer | `modulus_along`, `modulus_across`, `modulus_anisotropy` | `wrinkles`, `overtreatment` | yes |
//! | more resilient | `recoil` | `wrinkles` | no: elastin falls |
//! | fills scars, breaks down old tissue | `depth_um`, `volume_mm3`, `collagen_lost`, `collagen_gained` | `scar_types`, `validate` | yes; one layer twice as much as trials, six layers as much where needles reach 0.6 of their length |
//! | little downtime | `redness` (0 to 1), `swelling_um`, `open_barrier` (share) | `needle_length` | within a week |
//! | takes several sessions | any of them over `day` | `acne_scar`, `session_interval` | falling gains |
//! | well tolerated, up to a point | [`report::Report::cautions`] | `overtreatment` | a best density, then scar |
//!
//! `scar_or_regeneration` shows where small wounds stop to regenerate. `collagen_orientation_index` is measured on
//! demand ([`simulation::Builder::histology`]).
//!
//! # Experiments of other models
//!
//! Imposed fields ([`Tissue::with_held_signal`]), cells of one's own ([`Tissue::with_fibroblasts`]), periodic fields and
//! cells that respond [without memory](parameters::Response::Linear) let published experiments be rebuilt. Example
//! `infarct` does so for the healing rat infarct of Rouillard & Holmes 2012: with one constant calibrated on uniaxially
//! strained wounds, biaxial ones, the contrast between both and the course of the collagen come out as measured.
//!
//! # Validity
//!
//! `cargo run --release --example validate` repeats published experiments and prints every finding beside what comes
//! out here, with source, band, 95 % interval, verdict and use: fitted to, following from what was fitted to, read by a
//! threshold or measure of ours, put in as a parameter, or held out and independent. What rests on a value of our
//! choice is shown at both ends of its range. README gives the score, that of the independent ones first, and all misses.
//!
//! **Shown.** Numerics: signals, heading law, turnover and work against closed forms; observed orders; a ledger of the
//! collagen that closes to round-off ([`Simulation::ledger`]); turned and mirrored worlds; density, R and weave fidelity
//! change by at most 1, 3 and 6 % (± 0.2, 1 and 2.4 %) with steps of half an hour
//! ([`simulation::Builder::longest_step`]) or sites of a half or a quarter of their side.
//!
//! **Fitted to, and met.** When macrophages peak and fall and myofibroblasts appear and peak in a wound; how long a pulse
//! of TGF-β is remembered; when channels close; papillary collagen and scar volume after five sessions; thinning with age
//! and sun; the histology of skin and healed wounds; how strongly uniaxial strain aligns an infarct.
//!
//! **Predicted, and met.** Scar volume and relief after three sessions, where needles reach 0.6 of their length; neither is
//! met over the whole published range of 0.5 to 0.7.
//!
//! **Met, but no test.** *They follow from a fit*: a barrier that is back within days; half of the macrophages; more
//! collagen of both types after needling; parallel fibers in healed wounds; no order in biaxially strained infarcts. *They
//! went in*: the collagen of infarcts, the loss of elastin, the ratio of moduli, the holes of a roller. *They are read as we
//! chose*: how long TGF-β stays up; cross-linked collagen as the strength of a wound after three weeks and three months.
//!
//! **Not shown.** That amounts hold for a given person: bands are those of group means, and uncontrolled trials report
//! larger gains than blinded ones (Alam 2014). Scores are compared with scar volumes, though single patients' scores
//! follow measured depth poorly. Courses in channels, fiber directions after needling and any dose response have no
//! published numbers; what [`parameters`] tags *estimated* rests on no measurement of skin.
//!
//! **Known to be wrong.**
//!
//! - Redness lasts 3.6 days where hours to three are usual, and a wound of one week has a tenth of the cross-linked
//!   collagen that its strength would call for.
//! - Collagen fills a wound of 4 mm within two weeks; published courses take about five days longer.
//! - Myofibroblasts leave a wound about a week too early: contraction needs high TGF-β and fades once it falls.
//! - Moduli fall with age, as collagen does; skin in torsion stiffens. Cross-links that come with age are left out.
//! - One layer overstates what needles do to a scar: channels are widest above and end within the dermis. Judge
//!   scars through layers at several depths ([`measure::Surface::mean_of`]), as `validate` does.
//! - A treated scar fills and loses parallel order, but hardly regains the weave of skin.
//! - Small channels draw more cells than wounds, since crowding is felt on 200 µm.
//! - Nothing varies between persons but the places of their cells: intervals are far narrower than among patients.
//!
//! # Cost
//!
//! A course is bound by memory and by the arithmetic of its active cells; what is quiet costs almost nothing. Per step and
//! active fibroblast, in the step's ticks n of half an hour:
//!
//! | part | reads and writes | arithmetic (operations, about) |
//! |---|---|---|
//! | work | about 6 sites of 105 B, read and written; among many cells all sites, read in a row ahead of them | 50 a site |
//! | feel | 15 sites of 105 B, mostly those that were just worked and still lie in a cache; 48 B are noted | 200 |
//! | hear, respond | 48 B of the cell, what it felt, 8 numbers of two signals | 300 |
//! | n turns and moves | nothing: groups of 64 cells stay in the innermost cache | 120 n, and one block of Philox |
//! | release, fates | 3 × 4 numbers; one signal's corners | 150 |
//!
//! Per step and site of the signals' grid (a quarter of the sites at the default spacing of 10 µm): 72 B and about
//! 5 log₂ N operations for each of the signals that are alive, where it is alive and as far as it reaches.
//! In the whole field 16 B for each of them, to find that, 120 B for sources, ground substance, exposure and checks,
//! and as much again while there is clot. Once a day, for each site that MMP reaches: 210 B. Sites that nothing
//! reaches, resting cells in silent tissue and quiet months cost neither: turnover is lazy ([`Matrix`]), signals at
//! rest are not solved, and a settled tissue takes steps of four weeks; where only a crowd thins, days in it ask no
//! more than who dies. A step takes no memory from the system but for lists that grow with the cells, and for
//! transforms of a new length where a signal is alive in a part of a large field (`tests/allocations.rs`).
//!
//! In fields that no cache holds, cells wait for memory much of the time. So they work and feel one part of the field after
//! another ([`fibroblast::Felt`]): bands of 16 rows, or of 32 or 64 in fields of 512 or 1024 rows and more, in tiles of 1.7
//! MB at most. What lies in a part is read from memory once per step, but for what is felt across the border of two bands,
//! and all of it in a row: to ask memory ahead for just the sites of each cell took an eighth longer. Daughters are stored
//! right behind their mothers, so that neighbors in the list stay neighbors in the skin: with daughters behind all others a
//! step of a needled 20 × 20 mm took 4 % longer, a course of 12 × 12 mm 12 %. (To sort cells by strips of 40 µm once a day
//! saves another 2 or 3 % in large fields. But cells that meet at a site work it in the order of the list, and that order
//! would then depend on how the picture is turned.)
//!
//! A step is some twenty pieces of work of 10 µs to 2 ms, one after another, each on all threads. Threads that are done with
//! theirs look for work until all are, instead of falling asleep: to be woken takes as long as many a piece. Cells at the
//! border of what two threads have worked feel when all move, rather than one thread for them while the others wait.
//! The most that threads can gain is what as many courses side by side do, which share nothing but caches and memory: in
//! three runs of `cargo bench --bench course` two threads were 1.82, 1.88 and 1.94 times as fast as one on 8 × 8 mm with
//! sites of 10 µm, where two courses side by side got 1.86, 1.90 and 1.95 times as much done.
//!
//! Time grows with active cells × steps, so with the needled area and the number of sessions. 4 × 4 mm at 10 µm, four
//! sessions and 266 days: 15 million active cell-steps in 1500 steps, about 12 s on one core. Memory is 144 B per site and
//! 130 B per cell in a step (more while lists grow, by a quarter at a time), and 152 and 101 B while a sample is taken (301 B
//! per site on sites of 20 µm, each of which is one of the signals too); macrophages take 119 B. Extrapolated from that, for
//! the same course:
//!
//! | field | sites at 10 µm (20 µm) | memory at 10 µm (20 µm) | core-hours at 10 µm |
//! |---|---|---|---|
//! | 10 cm² | 10⁷ (2.5 × 10⁶) | 1.6 GB (0.8 GB) | 0.3 |
//! | a face, 300 cm² | 3 × 10⁸ (7.5 × 10⁷) | 48 GB (24 GB) | 8 |
//!
//! A course is refused before it begins where the memory that the system, control groups and limits of the process leave
//! does not hold it with as many cells as there is room for, and one save ([`simulation::Builder::memory_needed`]): about
//! twice of that table. Who runs several side by side asks for all of them ([`simulation::Builder::check_memory`]).
//!
//! # Same seed, same bits
//!
//! For one build on one machine a course has the same bits on any number of threads and across
//! save and resume: [`Simulation::state_digest`] tells. Cells propose in parallel from frozen state;
//! what they do to sites is applied part by part in the order in which they are stored; sums are added in
//! fixed blocks. (Between machines the transform library and the system's mathematical functions
//! may differ in the last bit.)
//!
//! # Where this differs from the first design, and why
//!
//! - *Resting synthesis keeps the fibers that are there* rather than a stored reference per site
//!   ([`remodeling::turn_over`]): nothing remembers the healthy weave, so regeneration is not built in.
//! - *Turns are Metropolis steps* rather than exact turns split from noise ([`fibroblast::Guidance`]):
//!   the stationary law is then exact at any step, for all cues together.
//! - *The clot keeps growth factors and gives them up over days* rather than releasing them at once
//!   ([`cells::AcuteInflammation`]).
//! - *Becoming a myofibroblast is a continuous contraction with a time constant*
//!   ([`fibroblast::Fibroblast::respond`]): its delay follows from the time constant, not from a calendar.
//! - *Cells calm down as the space around them fills* (`calming_density`): the brake that ends healing.
//! - *Contraction is given up as slowly as activation*: myofibroblasts outlast the signal that made them.
//! - *Cells feel fibers 40 µm to each side* rather than 15: a weave carries into a wound as far as cells feel it.
//! - *Neutrophils arrive with a delay, and they, not platelets, feed inflammation first*: their peak is day 1.
//! - *Macrophages arrive as far as there is room* (`packed_per_mm3`), *fibroblasts divide until the field is full, and a site
//!   is covered by clot once*: no accepted parameter, held signal or protocol lets a population grow without end.
//! - *Steps are of 1 h and 3 h* rather than half an hour while cells are active; they still turn every half hour.
//! - *The weave guides by what it is beyond one parallel family* ([`FiberMoments::weave_excess`]): parallel
//!   scar fibers would otherwise call for a lattice along and across themselves, 45° off the skin's.
//! - *Sun lowers the production of resting skin only*: cells of photoaged skin work as well as others once they are
//!   out of their fragmented matrix (Varani 2001, [`Skin::production`]).
//! - *Resting production falls short by a constant share of the young collagen* ([`Skin::maintenance`]), so
//!   that protected dermis thins evenly; of what exposure adds, resting skin makes good all but a
//!   calibrated share, since years of sun cost far less than one dose would suggest.
//! - *Untouched sites turn over when they are next touched* ([`remodeling::turn_over_lazily`]); MMP up to the signals'
//!   rest level counts as none, or else there would be a little of it everywhere.
//! - *A signal is solved where it is alive and as far as it reaches* in a large field that is treated in one place; what
//!   that leaves out never adds up to more than 1.5 % of the rest level ([`Signals::advance`]).
//! - *Sine, cosine and exponential of cells are our own*, since a vectorized loop cannot call a library.
//! - *Four lines of a signal, and the directions of a site, are vectors by name* (`wide`): compilers made shuffles of the
//!   shorter loops, which took up to twice as long.
//! - *One thread steps through a field of half a millimeter or less*, whatever number is asked for: two would hand the
//!   tissue from the cache of one to that of the other.
//! - *Daughters are stored behind their mothers* rather than behind all cells, or cells in order of identity: so they stay
//!   sorted by place, for the most part, without a sort ([`Tissue::fibroblasts`]).
//! - *A site's numbers lie side by side* rather than in one array per number: a cell needs all of a site's.
//! - *Turnover acts once a day* with the MMP exposure summed over the day: its rates are below 10 % per day. Sites that
//!   no MMP reaches are not written then: they undergo all days at once when they are next touched ([`Matrix`]).
//!
//! # What is left out
//!
//! Epidermis, vessels and nerves; depth (one layer, seen from above); large strains; infection,
//! keloids; pain and bleeding. Firmness is that of excised skin at large stretch, in ratios only.
//! Amounts are relative to healthy young dermis; absolute time courses are calibrated, not predicted. Not for clinical decisions.
pub mod units;
pub mod error;
pub mod random;
mod elementary;
mod memory;
mod reading;
mod engine;
pub mod parameters;
pub mod grid;
pub mod matrix;
pub mod signals;
pub mod cells;
pub mod tension;
mod ground;
pub mod remodeling;
pub mod tissue;
pub mod treatment;
pub mod measure;
pub mod report;
pub mod simulation;
pub mod study;

pub use error::{Error, Result};
pub use grid::{Boundary, Field, Grid, Slab};
pub use matrix::{FiberMoments, Matrix};
pub use parameters::Parameters;
pub use report::Report;
pub use signals::{ExactDiffusion, Signal, Signals};
pub use simulation::Simulation;
pub use tissue::{AtrophicScar, Skin, Tissue, Wrinkle};
pub use treatment::{Device, Protocol, Session};
pub use units::{Length, Time};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
