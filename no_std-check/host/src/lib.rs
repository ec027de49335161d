//! Proof that the lock does not link `std`: if it did, there would be two panic handlers (E0152).
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;
use core::ptr::null_mut;

use any_rwlock::RwLock;

struct NoHeap;

// SAFETY: it never hands out memory.
unsafe impl GlobalAlloc for NoHeap {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static HEAP: NoHeap = NoHeap;

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
