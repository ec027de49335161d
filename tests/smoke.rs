use any_rwlock::*;
use std::sync::{atomic::*, Arc};
#[test]
fn threads() {
    let lock = Arc::new(RwLock::new(0usize));
    let busy = Arc::new(AtomicUsize::new(0));
    let ths: Vec<_> = (0..8)
        .map(|i| {
            let lock = lock.clone();
            let busy = busy.clone();
            std::thread::spawn(move || {
                futures_lite::future::block_on(async {
                    for n in 0..50000 {
                        match (n + i) % 4 {
                            0 => {
                                let mut w = lock.write().await;
                                assert_eq!(busy.swap(1, Ordering::SeqCst), 0);
                                *w += 1;
                                busy.store(0, Ordering::SeqCst);
                            }
                            1 => {
                                let u = lock.upgradable_read().await;
                                let mut w = RwLockUpgradableReadGuard::upgrade(u).await;
                                *w += 1;
                                drop(RwLockWriteGuard::downgrade(w));
                            }
                            2 => {
                                let r = lock.read_blocking();
                                std::hint::black_box(*r);
                            }
                            _ => {
                                let r = lock.read().await;
                                std::hint::black_box(*r);
                                if n % 3 == 0 {
                                    futures_lite::future::yield_now().await;
                                }
                            }
                        }
                    }
                })
            })
        })
        .collect();
    for t in ths {
        t.join().unwrap();
    }
    assert_eq!(*lock.try_write().unwrap(), 8 * 25000);
    eprintln!("{:?} {}", lock, std::mem::size_of::<RwLock<()>>());
    eprintln!(
        "{} {} {}",
        std::mem::size_of_val(&lock.read()),
        std::mem::size_of_val(&lock.write()),
        std::mem::size_of_val(&lock.upgradable_read())
    );
}
