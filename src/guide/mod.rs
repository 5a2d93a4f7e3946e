//! The guide: the model, its numerics, how far to trust it, what it costs, and how to extend it.
//!
//! | page | question |
//! |---|---|
//! | [`model`] | What is simulated, in which order, and what is left out? |
//! | [`first_model`] | What was the first model, what was wrong with it, and what replaced what? |
//! | [`numerics`] | How are the equations solved, how is that checked, and how large are the errors? |
//! | [`validity`] | How does it compare with published findings? What is known to be wrong? |
//! | [`studies`] | How do I run many courses, on many machines, and take the results away? |
//! | [`cost`] | How fast is it, and what do large fields need? |
//! | [`extending`] | Where do I add a cue, a signal, a column, a rule, a process, a device, a measure? |
//! | [`reproducibility`] | When do two courses have the same bits? What is saved? |
//! | [`engine`] | What is done for speed, what did it gain, and what does it promise? |

pub mod model {
    #![doc = include_str!("model.md")]
}
pub mod first_model {
    #![doc = include_str!("first_model.md")]
}
pub mod numerics {
    #![doc = include_str!("numerics.md")]
}
pub mod validity {
    #![doc = include_str!("validity.md")]
}
pub mod studies {
    #![doc = include_str!("studies.md")]
}
pub mod cost {
    #![doc = include_str!("cost.md")]
}
pub mod extending {
    #![doc = include_str!("extending.md")]
}
pub mod reproducibility {
    #![doc = include_str!("reproducibility.md")]
}
pub mod engine {
    #![doc = include_str!("engine.md")]
}
