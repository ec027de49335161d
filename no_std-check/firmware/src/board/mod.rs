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

pub(crate) use chip::{cycles, cycles_since, delay, interrupts_off, interrupts_on};

/// Makes the next tick come at once: the interrupt preempts the caller, unless it is masked.
pub fn tick_now() {
    chip::tick_now();
}

/// Runs this while the clock stands still: no tick comes.
pub(crate) fn without_ticks<R>(run: impl FnOnce() -> R) -> R {
    chip::stop_ticks();
    let result = run();
    chip::resume_ticks();
    result
}

/// Starts the ticks.
pub fn start() {
    if cfg!(feature = "size-memory") {
        link_memory_routines();
    }
    chip::start_clock();
}

/// Whatever a program does, `memcpy` and `memset` are soon in it: they shall not be counted as part
/// of whatever happens to call them first.
#[inline(never)]
fn link_memory_routines() {
    let (mut words, mut bytes) = ([1_u32; 16], [1_u8; 64]);
    let (count, length) = (core::hint::black_box(16), core::hint::black_box(64));
    words[..count].fill(0);
    let source = core::hint::black_box([2_u8; 64]);
    bytes[..length].copy_from_slice(&source[..length]);
    core::hint::black_box((words, bytes));
}
