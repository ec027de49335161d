//! A cache that is filled by those who miss: an entry is made once, others read on meanwhile, and no one gets in between
//! the look and the change.
//!
//! `cargo run --example cache`
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};

use any_rwlock::{RwLock, RwLockUpgradableReadGuard};
use futures_lite::future::{block_on, poll_once, yield_now, zip};

#[derive(Default)]
struct Cache {
    pages: RwLock<HashMap<String, String>>,
    requests: AtomicU32,
}

impl Cache {
    async fn get(&self, name: &str) -> Result<String, String> {
        // Nearly all find it, side by side. A statement of its own, at whose end the guard is dropped.
        let found = self.pages.read().await.get(name).cloned();
        if let Some(page) = found {
            return Ok(page);
        }
        // Of those that miss, one at a time.
        let pages = self.pages.upgradable_read().await;
        if let Some(page) = pages.get(name) {
            return Ok(page.clone()); // Made by the one before.
        }
        let page = self.request(name).await?; // Others read on. If it fails, the next one tries.
        let mut pages = RwLockUpgradableReadGuard::upgrade(pages).await;
        pages.insert(name.to_owned(), page.clone());
        Ok(page)
    }

    /// Asks a server, which takes a while.
    async fn request(&self, name: &str) -> Result<String, String> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        match name {
            "" => Err("no such page".to_owned()),
            name => Ok(format!("<h1>{name}</h1>")),
        }
    }
}

fn main() {
    block_on(async {
        let cache = Cache::default();
        assert_eq!(cache.get("home").await.unwrap(), "<h1>home</h1>");

        let mut filling = pin!(cache.get("news"));
        assert!(poll_once(&mut filling).await.is_none());
        let home = poll_once(cache.get("home")).await; // At the first poll: it waits for no one.
        assert_eq!(home.unwrap().unwrap(), "<h1>home</h1>");
        let mut second = pin!(cache.get("news"));
        assert!(poll_once(&mut second).await.is_none()); // Waits for the first.
        let (first, second) = zip(filling, second).await;
        assert_eq!(first, second);
        assert_eq!(cache.requests.load(Ordering::Relaxed), 2, "one for each page");

        cache.get("").await.unwrap_err();
        assert_eq!(cache.pages.read().await.len(), 2);

        // Given up halfway: as if it had not been asked for.
        assert!(poll_once(cache.get("about")).await.is_none());
        assert_eq!(cache.get("about").await.unwrap(), "<h1>about</h1>");
    });
    println!("done");
}
