//! The little that differs between Cortex-M and RISC-V.

#[cfg(target_arch = "arm")]
mod cortex_m;
#[cfg(target_arch = "riscv32")]
mod riscv;

#[cfg(target_arch = "arm")]
pub use self::cortex_m::{interrupt_executor, start};
#[cfg(target_arch = "riscv32")]
pub use self::riscv::start;
