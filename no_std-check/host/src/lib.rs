//! Proof that the lock links neither `std`, or there would be two panic handlers (E0152), nor `alloc`, or the
//! compiler would want a global allocator.
#![no_std]

use core::panic::PanicInfo;

use any_rwlock::RwLock;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

static LOCK: RwLock<u32> = RwLock::new(0);

#[no_mangle]
pub extern "C" fn every_operation() -> usize {
    ops::block_on(ops::every_operation(&LOCK))
}
