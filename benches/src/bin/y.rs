use std::sync::{Arc,atomic::*}; use std::time::*; use any_rwlock_benches::{lock::Lock,peers::*};
fn go5<L:Lock+Send+Sync+'static>(writes:u64,threads:usize){
 let rt=tokio::runtime::Builder::new_multi_thread().worker_threads(threads).build().unwrap();
 let lock=Arc::new(L::new(0)); let stop=Arc::new(AtomicBool::new(false));
 let t=Instant::now();
 let hs:Vec<_>=(0..16u64).map(|seed|{let lock=lock.clone();let stop=stop.clone(); rt.spawn(async move{ let mut r=(seed+1).wrapping_mul(0x9e37_79b9_7f4a_7c15)|1; let mut c=0u64;
  while !stop.load(Ordering::Relaxed){ r^=r<<13;r^=r>>7;r^=r<<17;
   if r%100<writes { let mut g=lock.write().await; *g+=1; } else { let g=lock.read().await; std::hint::black_box(*g); }
   c+=1; if c%128==0 { futures_lite::future::yield_now().await; } } c})}).collect();
 std::thread::sleep(Duration::from_millis(500)); stop.store(true,Ordering::Relaxed);
 let n:u64=rt.block_on(async{let mut n=0; for h in hs{n+=h.await.unwrap();} n});
 let e=t.elapsed().as_secs_f64(); let m=rt.metrics();
 let parks:u64=(0..threads).map(|w|m.worker_park_unpark_count(w)).sum(); let busy:f64=(0..threads).map(|w|m.worker_total_busy_duration(w).as_secs_f64()).sum();
 println!("{:12} {writes} {threads} threads: {:.2} Mop/s, parks+unparks per op {:.3}, busy {:.2}",L::NAME,n as f64/e/1e6,parks as f64/n as f64,busy/e/threads as f64);
}
fn main(){ let w=std::env::args().nth(1).unwrap().parse().unwrap(); for _ in 0..4 { go5::<Ours>(w,2); } }
