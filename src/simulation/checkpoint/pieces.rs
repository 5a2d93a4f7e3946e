//! A state as bytes, piece by piece: the whole of them is never in memory beside it.
use postcard::ser_flavors::{Flavor, Size};
use serde::Serialize;
use std::io;

/// Bytes of one piece.
const PIECE: usize = 1 << 16;

/// No further piece can be taken.
pub(super) struct Stopped;

/// How many bytes a state takes.
pub(super) fn length(state: &impl Serialize) -> io::Result<u64> {
    postcard::serialize_with_flavor(state, Size::default()).map(|length| length as u64).map_err(io::Error::other)
}

/// Hands over the bytes of a state, in their order.
pub(super) fn hand_over(state: &impl Serialize, take: impl FnMut(&[u8]) -> Result<(), Stopped>) -> Result<(), Stopped> {
    let pieces = Pieces { bytes: Vec::with_capacity(PIECE), take };
    postcard::serialize_with_flavor(state, pieces).map_err(|_| Stopped)
}

struct Pieces<F> {
    bytes: Vec<u8>,
    take: F,
}

impl<F: FnMut(&[u8]) -> Result<(), Stopped>> Pieces<F> {
    #[cold]
    fn empty(&mut self) -> postcard::Result<()> {
        (self.take)(&self.bytes).map_err(|Stopped| postcard::Error::SerializeBufferFull)?;
        self.bytes.clear();
        Ok(())
    }
}

impl<F: FnMut(&[u8]) -> Result<(), Stopped>> Flavor for Pieces<F> {
    type Output = ();

    #[inline(always)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    #[inline(always)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if self.bytes.len() + bytes.len() > PIECE {
            self.empty()?;
        }
        // A text may be longer than a piece; there is room for it then too.
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<()> {
        self.empty()
    }
}
