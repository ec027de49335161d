//! The little that differs between Cortex-M and RISC-V.

#[cfg(target_arch = "arm")]
mod cortex_m;
#[cfg(target_arch = "riscv32")]
mod riscv;

#[cfg(target_arch = "arm")]
use self::cortex_m as chip;
#[cfg(target_arch = "riscv32")]
use self::riscv as chip;

#[cfg(target_arch = "arm")]
pub use chip::interrupt_executor;

/// Makes the next tick come at once: the interrupt preempts the caller, unless it is masked.
pub fn tick_now() {
    chip::tick_now();
}

/// Sets the heap up and starts the ticks.
pub fn start() {
    crate::heap::init();
    start_without_heap();
}

/// Starts the ticks.
pub fn start_without_heap() {
    chip::start_clock();
}
