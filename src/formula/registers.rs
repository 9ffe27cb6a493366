//! Memory of a walk over a formula: a stack of numbers that are reused, so that an operation moves no more than it must.

use super::number::{Number, Single};
use crate::num::Estimate;
use std::cell::RefCell;

/// Registers made at a time.
const MORE: usize = 16;

/// Numbers in use: the variables of the function at hand, and above them what is being computed.
pub struct Registers<N> {
    numbers: Vec<N>,
    /// How many places of each number count.
    pub places: usize,
    pub at: At,
}

/// Where in the stack a walk stands.
#[derive(Clone, Copy, Default)]
pub struct At {
    /// The first variable, and how many there are.
    frame: usize,
    pub slots: usize,
    /// Where the next value is put.
    top: usize,
}

impl<N: Number> Registers<N> {
    fn new() -> Registers<N> {
        Registers { numbers: vec![], places: N::PLACES, at: At::default() }
    }

    /// So many variables, whose values are to be set.
    pub fn begin(&mut self, slots: usize, places: usize) {
        self.places = places;
        self.at = At { frame: 0, slots, top: slots };
        self.reserve();
    }

    /// Makes room for the next value.
    #[inline]
    pub fn reserve(&mut self) {
        if self.at.top >= self.numbers.len() {
            self.numbers.resize(self.at.top + MORE, N::everywhere(N::One::ZERO));
        }
    }

    /// The value computed last.
    #[inline]
    pub fn value(&mut self) -> &mut N {
        &mut self.numbers[self.at.top]
    }

    #[inline]
    pub fn slot(&self, slot: usize) -> &N {
        &self.numbers[self.at.frame + slot]
    }

    #[inline]
    pub fn slot_mut(&mut self, slot: usize) -> &mut N {
        &mut self.numbers[self.at.frame + slot]
    }

    /// All variables.
    pub fn frame(&self) -> &[N] {
        &self.numbers[self.at.frame..self.at.frame + self.at.slots]
    }

    /// The value becomes that of a variable.
    #[inline]
    pub fn load(&mut self, slot: usize) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        above[0].take(&below[self.at.frame + slot]);
    }

    /// A variable becomes the value.
    pub fn store(&mut self, slot: usize) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        below[self.at.frame + slot].take(&above[0]);
    }

    /// The value, and a variable beside it.
    #[inline]
    pub fn value_and_slot(&mut self, slot: usize) -> (&mut N, &N) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        (&mut above[0], &below[self.at.frame + slot])
    }

    /// The next value is put one higher, or lower again.
    #[inline]
    pub fn up(&mut self) {
        self.at.top += 1;
    }

    #[inline]
    pub fn down(&mut self) {
        self.at.top -= 1;
    }

    /// The value, and that above it.
    #[inline]
    pub fn both(&mut self) -> (&mut N, &N) {
        let (below, above) = self.numbers.split_at_mut(self.at.top + 1);
        (&mut below[self.at.top], &above[0])
    }

    /// The values from this one on become the first of so many variables.
    pub fn enter(&mut self, slots: usize) {
        self.at = At { frame: self.at.top, slots, top: self.at.top + slots };
    }

    /// Back where `at` was, with the value computed since.
    pub fn leave(&mut self, at: At) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        below[at.top].take(&above[0]);
        self.at = at;
    }
}

impl Registers<Estimate> {
    /// The value of a variable.
    pub fn set(&mut self, slot: usize, x: Estimate) {
        *self.slot_mut(slot) = x;
    }
}

/// Registers at rest, one set for each walk that was under way at the same time.
pub struct Pool<N>(RefCell<Vec<Registers<N>>>);

impl<N> Default for Pool<N> {
    fn default() -> Pool<N> {
        Pool(RefCell::default())
    }
}

impl<N: Number> Pool<N> {
    /// What `work` makes of registers that nobody else uses.
    pub fn lend<T>(&self, work: impl FnOnce(&mut Registers<N>) -> T) -> T {
        let mut registers = self.0.borrow_mut().pop().unwrap_or_else(Registers::new);
        let result = work(&mut registers);
        self.0.borrow_mut().push(registers);
        result
    }
}
