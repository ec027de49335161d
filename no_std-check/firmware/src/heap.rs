//! A heap of 1 KiB that counts what is taken from it.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;

use critical_section::Mutex;
use embedded_alloc::LlffHeap;

const SIZE: usize = 1024;

#[derive(Clone, Copy)]
pub struct Usage {
    /// Bytes in use.
    pub live: usize,
    /// The most bytes that were ever in use.
    pub peak: usize,
    /// How often memory was asked for.
    pub allocations: usize,
}

struct Heap {
    heap: LlffHeap,
    usage: Mutex<Cell<Usage>>,
}

#[global_allocator]
static HEAP: Heap = Heap {
    heap: LlffHeap::empty(),
    usage: Mutex::new(Cell::new(Usage { live: 0, peak: 0, allocations: 0 })),
};

pub(crate) fn init() {
    static mut MEMORY: [u64; SIZE / 8] = [0; SIZE / 8];
    // SAFETY: called once, before anything is allocated, and nothing else uses the memory.
    unsafe { HEAP.heap.init((&raw mut MEMORY).cast::<u8>() as usize, SIZE) };
}

pub fn usage() -> Usage {
    critical_section::with(|cs| HEAP.usage.borrow(cs).get())
}

impl Heap {
    fn note(&self, change: impl FnOnce(&mut Usage)) {
        if cfg!(not(feature = "size")) {
            critical_section::with(|cs| {
                let mut usage = self.usage.borrow(cs).get();
                change(&mut usage);
                self.usage.borrow(cs).set(usage);
            });
        }
    }
}

// SAFETY: `LlffHeap` keeps the contract; counting does not touch the memory.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's promise.
        let memory = unsafe { self.heap.alloc(layout) };
        if !memory.is_null() {
            self.note(|usage| {
                usage.live += layout.size();
                usage.peak = usage.peak.max(usage.live);
                usage.allocations += 1;
            });
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.note(|usage| usage.live -= layout.size());
        // SAFETY: by the caller's promise.
        unsafe { self.heap.dealloc(memory, layout) }
    }
}
