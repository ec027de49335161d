//! What the programs of this package have in common: board, clock, heap, and how they report.
#![no_std]

pub mod board;
pub mod clock;
pub mod heap;
pub mod report;
pub mod sections;
