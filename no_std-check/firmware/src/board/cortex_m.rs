pub(crate) use cortex_m::asm::delay;
use cortex_m::interrupt::{self, InterruptNumber};
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::SYST;
use cortex_m::register::primask;
use cortex_m::Peripherals;
use cortex_m_rt::exception;
use embassy_executor::{InterruptExecutor, SendSpawner};

/// Cycles of a tick: a millisecond on the slowest of the emulated boards.
const CYCLES_PER_TICK: u32 = 16_000;

/// Starts the ticks.
pub(super) fn start_clock() {
    let Some(mut peripherals) = Peripherals::take() else { return };
    peripherals.SYST.set_clock_source(SystClkSource::Core);
    peripherals.SYST.set_reload(CYCLES_PER_TICK - 1);
    peripherals.SYST.clear_current();
    peripherals.SYST.enable_counter();
    peripherals.SYST.enable_interrupt();
}

pub(super) fn stop_ticks() {
    // SAFETY: nothing else turns the interrupt of the ticks on or off.
    unsafe { Peripherals::steal() }.SYST.disable_interrupt();
}

pub(super) fn resume_ticks() {
    // SAFETY: nothing else turns the interrupt of the ticks on or off.
    unsafe { Peripherals::steal() }.SYST.enable_interrupt();
}

pub(super) fn tick_now() {
    cortex_m::peripheral::SCB::set_pendst();
    // An emulator may take a while to notice.
    delay(1000);
}

/// Whether they were on.
#[inline]
pub(crate) fn interrupts_off() -> bool {
    let were_on = primask::read().is_active();
    interrupt::disable();
    were_on
}

/// # Safety
///
/// Whoever turned interrupts off wants them on again.
#[inline]
pub(crate) unsafe fn interrupts_on() {
    // SAFETY: by the caller's promise.
    unsafe { interrupt::enable() };
}

/// Where in its tick the clock is. It counts down.
pub(crate) fn cycles() -> u32 {
    SYST::get_current()
}

/// Less than a tick.
pub(crate) fn cycles_since(earlier: u32) -> u32 {
    (earlier + CYCLES_PER_TICK - cycles()) % CYCLES_PER_TICK
}

#[exception]
fn SysTick() {
    crate::clock::tick();
}

/// An interrupt that no emulated device uses.
#[derive(Clone, Copy)]
struct Spare;

const SPARE: u16 = 20;

// SAFETY: the number is that of an interrupt which every emulated board has.
unsafe impl InterruptNumber for Spare {
    fn number(self) -> u16 {
        SPARE
    }
}

static EXECUTOR: InterruptExecutor = InterruptExecutor::new();

/// Starts an executor whose tasks preempt those of the thread, and are preempted by the ticks.
pub fn interrupt_executor() -> SendSpawner {
    // SAFETY: the priority of an interrupt that is not enabled yet.
    unsafe {
        let mut peripherals = Peripherals::steal();
        peripherals.NVIC.set_priority(Spare, 0x80);
    }
    EXECUTOR.start(Spare)
}

#[exception]
unsafe fn DefaultHandler(interrupt: i16) {
    assert!(interrupt == SPARE as i16, "an interrupt that nobody enabled");
    // SAFETY: the interrupt is enabled by `start`, and this is its handler.
    unsafe { EXECUTOR.on_interrupt() }
}
