//! What the programs of this package have in common: board, clock, and how they report. No allocator.
#![no_std]

pub mod board;
pub mod clock;
pub mod report;
pub mod sections;
pub mod spy;
