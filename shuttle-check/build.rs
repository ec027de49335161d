//! Switches the library to shuttle's atomics.

fn main() {
    println!("cargo:rustc-cfg=any_rwlock_shuttle");
}
