//! A program written for `tokio::sync::RwLock`, ported by renaming:
//!
//! | there | here |
//! |---|---|
//! | `Arc::clone(&lock).read_owned()` | `lock.read_arc()` |
//! | `OwnedRwLockReadGuard<T>`, `OwnedRwLockWriteGuard<T>` | `RwLockReadGuardArc<T>`, `RwLockWriteGuardArc<T>` |
//! | mapped: `RwLockReadGuard<'_, U>`, `OwnedRwLockReadGuard<T, U>` | `RwLockMappedReadGuard<'_, U>`, `RwLockMappedReadGuardArc<T, U>` |
//! | `OwnedRwLockMappedWriteGuard<T, U>` | `RwLockMappedWriteGuardArc<T, U>` |
//! | `try_map` | `filter_map` |
//! | `try_read()`: a `Result` | `try_read()`: an `Option` |
//! | `blocking_read()` | `read_blocking()` |
//!
//! Accounts, read and changed through guards of one account. It checks itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use any_rwlock::{
    RwLock, RwLockMappedReadGuard, RwLockMappedReadGuardArc, RwLockMappedWriteGuard,
    RwLockMappedWriteGuardArc, RwLockReadGuard, RwLockReadGuardArc, RwLockWriteGuard,
    RwLockWriteGuardArc,
};
use futures_lite::future::{block_on, yield_now, zip};

#[derive(Debug, Default)]
struct Account {
    owner: String,
    balance: i64,
}

#[derive(Clone, Debug, Default)]
struct Bank {
    accounts: Arc<RwLock<BTreeMap<u32, Account>>>,
}

type Accounts = BTreeMap<u32, Account>;

impl Bank {
    async fn open(&self, number: u32, owner: &str) {
        let mut accounts = self.accounts.write().await;
        accounts.insert(number, Account { owner: owner.into(), balance: 0 });
    }

    async fn account(&self, number: u32) -> Option<RwLockMappedReadGuard<'_, Account>> {
        let accounts = self.accounts.read().await;
        RwLockReadGuard::filter_map(accounts, |accounts| accounts.get(&number)).ok()
    }

    async fn account_mut(&self, number: u32) -> Option<RwLockMappedWriteGuard<'_, Account>> {
        let accounts = self.accounts.write().await;
        RwLockWriteGuard::filter_map(accounts, |accounts| accounts.get_mut(&number)).ok()
    }

    async fn owner(&self, number: u32) -> Option<RwLockMappedReadGuardArc<Accounts, str>> {
        let accounts: RwLockReadGuardArc<Accounts> = self.accounts.read_arc().await;
        let account = RwLockReadGuardArc::filter_map(accounts, |accounts| accounts.get(&number));
        Some(RwLockMappedReadGuardArc::map(account.ok()?, |account| account.owner.as_str()))
    }

    async fn balance(&self, number: u32) -> Option<RwLockMappedWriteGuardArc<Accounts, i64>> {
        let accounts: RwLockWriteGuardArc<Accounts> = self.accounts.write_arc().await;
        let account =
            RwLockWriteGuardArc::filter_map(accounts, |accounts| accounts.get_mut(&number));
        Some(RwLockMappedWriteGuardArc::map(account.ok()?, |account| &mut account.balance))
    }

    async fn transfer(&self, from: u32, to: u32, amount: i64) -> i64 {
        let mut accounts = self.accounts.write().await;
        accounts.get_mut(&from).unwrap().balance -= amount;
        yield_now().await;
        accounts.get_mut(&to).unwrap().balance += amount;
        let accounts = RwLockWriteGuard::downgrade(accounts);
        accounts.values().map(|account| account.balance).sum()
    }
}

async fn guards_of_one_account(bank: &Bank) {
    bank.open(1, "ann").await;
    bank.open(2, "ben").await;
    bank.account_mut(1).await.unwrap().balance = 10;
    assert_eq!(bank.account(1).await.unwrap().balance, 10);
    assert!(bank.account(3).await.is_none());

    let owner = bank.owner(2).await.unwrap();
    assert_eq!(&*owner, "ben");
    assert!(bank.accounts.try_write().is_none());
    drop(owner);
    *bank.balance(2).await.unwrap() += 5;

    let accounts = bank.accounts.write().await;
    let first = RwLockWriteGuard::downgrade_map(accounts, |accounts| &accounts[&1]);
    assert_eq!((first.balance, bank.accounts.try_read().unwrap().len()), (10, 2));
}

/// An owned guard goes into a spawned task; the lock lives on in it.
fn owned_guards_outlive_their_lock(bank: Bank) {
    let mut accounts = block_on(bank.accounts.write_arc());
    let task = thread::spawn(move || {
        drop(bank);
        accounts.get_mut(&2).unwrap().balance += 1;
        RwLockWriteGuardArc::downgrade(accounts)
    });
    assert_eq!(task.join().unwrap()[&2].balance, 3);
}

fn main() {
    let bank = Bank::default();
    block_on(guards_of_one_account(&bank));

    let there = async { bank.transfer(1, 2, 4).await };
    let back = async { bank.transfer(2, 1, 7).await };
    assert_eq!(block_on(zip(there, back)), (15, 15));
    assert_eq!(bank.accounts.read_blocking()[&1].balance, 13);
    assert_eq!(bank.accounts.try_read().map(|accounts| accounts[&2].balance), Some(2));

    owned_guards_outlive_their_lock(bank);
    println!("from_tokio: all as it was");
}
