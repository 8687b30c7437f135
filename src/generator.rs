//! The one source of chance in a run: ChaCha8, which is defined to be the same on every machine, native or browser.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// A generator of random numbers. Two that were made from the same seed, and asked the same, go on alike.
#[derive(Debug, PartialEq)]
pub struct Generator(ChaCha8Rng);

impl Generator {
    /// A generator for this seed.
    pub fn new(seed: u64) -> Self {
        Generator(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A generator for one of the streams of this seed, which know nothing of each other. Stream 0 is that of
    /// [`new`](Self::new).
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut generator = Generator::new(seed);
        generator.0.set_stream(stream);
        generator
    }

    /// Draws a number from 0 up to, but not including, `bound`, which is at least 1.
    ///
    /// The bound has 32 bits, as a `usize` would be drawn differently in the browser.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.0.random_range(0..bound)
    }
}

impl Clone for Generator {
    /// The same seed at the same place; [`ChaCha8Rng`] itself cannot be cloned, lest keys be used twice.
    fn clone(&self) -> Self {
        let mut copy = ChaCha8Rng::from_seed(self.0.get_seed());
        copy.set_stream(self.0.get_stream());
        copy.set_word_pos(self.0.get_word_pos());
        Generator(copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_goes_on_alike_from_any_place() {
        let mut generator = Generator::new(7);
        for bound in 1..200 {
            let mut copy = generator.clone();
            assert_eq!(copy, generator);
            assert_eq!(copy.below(bound), generator.below(bound));
            assert_eq!(copy.below(1000), generator.below(1000));
        }
    }

    #[test]
    fn numbers_are_below_their_bound_and_differ_by_seed() {
        let draw = |seed| {
            let mut generator = Generator::new(seed);
            (0..100).map(|_| generator.below(5)).collect::<Vec<_>>()
        };
        assert!(draw(1).iter().all(|&number| number < 5));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn streams_of_a_seed_differ_and_the_first_is_the_seed_itself() {
        let draw = |mut generator: Generator| (0..100).map(|_| generator.below(5)).collect::<Vec<_>>();
        assert_eq!(draw(Generator::stream(7, 0)), draw(Generator::new(7)));
        assert_ne!(draw(Generator::stream(7, 1)), draw(Generator::new(7)));
        assert_ne!(draw(Generator::stream(7, 1)), draw(Generator::stream(7, 2)));
    }
}
