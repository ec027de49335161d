//! A heap of 1 KiB.

use embedded_alloc::LlffHeap;

const SIZE: usize = 1024;

#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

pub fn start() {
    static mut MEMORY: [u64; SIZE / 8] = [0; SIZE / 8];
    // SAFETY: called once, before anything is allocated, and nothing else uses the memory.
    unsafe { HEAP.init((&raw mut MEMORY).cast::<u8>() as usize, SIZE) };
}
