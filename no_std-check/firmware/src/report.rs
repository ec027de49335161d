//! One line per check, through semihosting; the exit code is 1 as soon as one of them fails.

use core::fmt::Display;
use core::panic::PanicInfo;

/// Prints one check, and ends the program if it failed.
pub fn check(name: impl Display, holds: bool) {
    if holds {
        semihosting::println!("ok       {name}");
    } else {
        semihosting::println!("BROKEN   {name}");
        semihosting::process::exit(1);
    }
}

/// Prints one figure.
pub fn figure(name: impl Display, value: impl Display) {
    semihosting::println!("figure   {name}: {value}");
}

pub fn finish() -> ! {
    semihosting::println!("finished");
    semihosting::process::exit(0)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    if cfg!(any(not(feature = "size"), feature = "size-messages")) {
        semihosting::println!("BROKEN   {info}");
        semihosting::process::exit(1);
    }
    loop {
        core::hint::spin_loop();
    }
}
