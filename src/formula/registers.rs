//! Memory of a walk over a formula: a stack of numbers. They are reused and changed in place, so that an operation copies as little as
//! possible.

use super::number::{Number, Single};
use crate::num::Estimate;
use crate::num::many::Many;
use crate::num::sets::Signs;
use std::cell::RefCell;

/// The stack grows by so many registers at a time.
const MORE: usize = 16;

/// Numbers in use: the variables of the function at hand, and above them what is being computed.
pub struct Registers<N> {
    numbers: Vec<N>,
    /// How many places of each number are in use.
    pub places: usize,
    pub at: At,
    /// Signs that numbers which are sets have decided, or are to follow.
    pub signs: Signs,
    /// The difference of two variables, where more is known of it than the two tell.
    pub difference: Option<Difference<N>>,
}

/// `first - second`, for a variable in a slot of the outermost frame.
#[derive(Clone)]
pub struct Difference<N> {
    pub first: usize,
    pub second: Other,
    pub value: N,
}

impl<L: Many> Difference<L> {
    /// At one of many places.
    pub fn at(&self, place: usize) -> Difference<L::One> {
        Difference { first: self.first, second: self.second, value: self.value.at(place) }
    }
}

/// What a variable is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Other {
    /// Another variable.
    Slot(usize),
    /// A number, such as the end of an interval that the variable is close to.
    Number(f64),
}

/// Where in the stack a walk stands.
#[derive(Clone, Copy, Default)]
pub struct At {
    /// Index of the first variable.
    frame: usize,
    /// Number of variables.
    pub slots: usize,
    /// Index of the register for the next value.
    top: usize,
}

impl<N: Number> Registers<N> {
    /// An empty stack.
    pub fn new() -> Registers<N> {
        Registers { numbers: vec![], places: N::PLACES, at: At::default(), signs: Signs::new(), difference: None }
    }

    /// Empties the stack and makes room for `slots` variables. The caller has to set their values.
    pub fn begin(&mut self, slots: usize, places: usize) {
        self.places = places;
        self.signs = Signs::new();
        self.difference = None;
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

    /// The value computed last, and the record of signs.
    #[inline]
    pub fn value_and_signs(&mut self) -> (&mut N, &mut Signs) {
        (&mut self.numbers[self.at.top], &mut self.signs)
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

    /// Copies a variable to the value.
    #[inline]
    pub fn load(&mut self, slot: usize) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        above[0].take(&below[self.at.frame + slot]);
    }

    /// Copies the value to a variable.
    pub fn store(&mut self, slot: usize) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        below[self.at.frame + slot].take(&above[0]);
    }

    /// The value and a variable, for an operation on both.
    #[inline]
    pub fn value_and_slot(&mut self, slot: usize) -> (&mut N, &N) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        (&mut above[0], &below[self.at.frame + slot])
    }

    /// The next value is put one register higher. `down` undoes this.
    #[inline]
    pub fn up(&mut self) {
        self.at.top += 1;
    }

    #[inline]
    pub fn down(&mut self) {
        self.at.top -= 1;
    }

    /// The value and the one above it, for an operation on both.
    #[inline]
    pub fn both(&mut self) -> (&mut N, &N) {
        let (below, above) = self.numbers.split_at_mut(self.at.top + 1);
        (&mut below[self.at.top], &above[0])
    }

    /// The same with the record of signs.
    #[inline]
    pub fn both_and_signs(&mut self) -> (&mut N, &N, &mut Signs) {
        let (below, above) = self.numbers.split_at_mut(self.at.top + 1);
        (&mut below[self.at.top], &above[0], &mut self.signs)
    }

    /// The difference of two operands of the outermost frame, if it is known; and whether it is that of the second less the first.
    #[inline]
    pub fn known_difference(&self, a: Other, b: Other) -> Option<(&N, bool)> {
        let known = self.difference.as_ref().filter(|_| self.at.frame == 0)?;
        let (first, second) = (Other::Slot(known.first), known.second);
        if (first, second) == (a, b) {
            return Some((&known.value, false));
        }
        ((first, second) == (b, a)).then_some((&known.value, true))
    }

    /// Enters a function that has `slots` variables. The values from the present one on become the first of them.
    pub fn enter(&mut self, slots: usize) {
        self.at = At { frame: self.at.top, slots, top: self.at.top + slots };
    }

    /// Returns to the state `at` from before `enter`. The value computed last becomes the value there.
    pub fn leave(&mut self, at: At) {
        let (below, above) = self.numbers.split_at_mut(self.at.top);
        below[at.top].take(&above[0]);
        self.at = at;
    }
}

impl Registers<Estimate> {
    /// Sets the value of a variable.
    pub fn set(&mut self, slot: usize, x: Estimate) {
        *self.slot_mut(slot) = x;
    }
}

/// Registers that are not in use. There are as many sets as there were walks running at the same time.
pub struct Pool<N>(RefCell<Vec<Registers<N>>>);

impl<N> Default for Pool<N> {
    fn default() -> Pool<N> {
        Pool(RefCell::default())
    }
}

impl<N: Number> Pool<N> {
    /// Calls `work` with registers that no other walk uses, and returns its result.
    pub fn lend<T>(&self, work: impl FnOnce(&mut Registers<N>) -> T) -> T {
        let mut registers = self.0.borrow_mut().pop().unwrap_or_else(Registers::new);
        let result = work(&mut registers);
        self.0.borrow_mut().push(registers);
        result
    }
}
