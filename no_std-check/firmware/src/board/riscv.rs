use core::arch::asm;

pub(crate) use riscv::asm::delay;
use riscv::interrupt::Interrupt;

/// The core-local interruptor of the board `virt`.
const MTIMECMP: *mut u32 = 0x0200_4000 as *mut u32;
const MTIME: *const u32 = 0x0200_bff8 as *const u32;

/// A millisecond at 10 MHz.
const CYCLES_PER_TICK: u64 = 10_000;

/// Starts the ticks.
pub(super) fn start_clock() {
    set_alarm();
    // SAFETY: everything that the handler uses has been set up.
    unsafe {
        riscv::register::mie::set_mtimer();
        riscv::interrupt::enable();
    }
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn machine_timer() {
    set_alarm();
    crate::clock::tick();
}

pub(super) fn stop_ticks() {
    // SAFETY: nothing else turns the interrupt of the ticks on or off.
    unsafe { riscv::register::mie::clear_mtimer() };
}

pub(super) fn resume_ticks() {
    // SAFETY: everything that the handler uses has been set up.
    unsafe { riscv::register::mie::set_mtimer() };
}

fn set_alarm() {
    set_alarm_at(time() + CYCLES_PER_TICK);
}

pub(super) fn tick_now() {
    set_alarm_at(0);
    // An emulator may take a while to notice.
    delay(1000);
}

/// Whether they were on.
#[inline]
pub(crate) fn interrupts_off() -> bool {
    const MIE: usize = 8;
    let mstatus: usize;
    // SAFETY: has no effect but the one wanted.
    unsafe { asm!("csrrci {}, mstatus, {MIE}", out(reg) mstatus, MIE = const MIE) };
    mstatus & MIE != 0
}

/// # Safety
///
/// Whoever turned interrupts off wants them on again.
#[inline]
pub(crate) unsafe fn interrupts_on() {
    // SAFETY: by the caller's promise.
    unsafe { riscv::interrupt::enable() };
}

/// How far the core is.
pub(crate) fn cycles() -> u32 {
    riscv::register::mcycle::read() as u32
}

pub(crate) fn cycles_since(earlier: u32) -> u32 {
    cycles().wrapping_sub(earlier)
}

fn set_alarm_at(at: u64) {
    // SAFETY: the registers of the board's timer. The high half is out of reach while the low half
    // is written, so no alarm is due in between.
    unsafe {
        MTIMECMP.add(1).write_volatile(u32::MAX);
        MTIMECMP.write_volatile(at as u32);
        MTIMECMP.add(1).write_volatile((at >> 32) as u32);
    }
}

fn time() -> u64 {
    // SAFETY: the registers of the board's timer.
    let read = |half| unsafe { MTIME.add(half).read_volatile() };
    loop {
        let (high, low) = (read(1), read(0));
        if high == read(1) {
            return (u64::from(high) << 32) | u64::from(low);
        }
    }
}
